//! Takes out of a picture's file what it tells beside the picture: where and when it was taken, with what, by whom.
//!
//! The picture itself is not decoded and not touched. What a viewer needs stays: colors, animation, which side is up.

use bytes::Bytes;
use image::metadata::Orientation;
use img_parts::png::{Png, PngChunk};
use img_parts::webp::{self, WebP};
use img_parts::{Error, ImageEXIF};

use super::orientation::upright;
use super::{PictureError, gif, jpeg};

/// The same picture in a file that tells nothing else; the same bytes where it told nothing.
///
/// # Errors
/// [`PictureError::Broken`] where the file is not built as its type has to be.
pub fn clean(content_type: &str, picture: &Bytes) -> Result<Bytes, PictureError> {
    let broken = |error: Error| PictureError::Broken(error.to_string());
    match content_type {
        "image/jpeg" => jpeg::clean(picture.clone()).map_err(broken),
        "image/png" => clean_png(picture.clone()).map_err(broken),
        "image/webp" => clean_webp(picture.clone()).map_err(broken),
        "image/gif" => gif::clean(picture).ok_or_else(|| PictureError::Broken("no GIF".to_owned())),
        _ => Ok(picture.clone()),
    }
}

fn clean_png(picture: Bytes) -> Result<Bytes, Error> {
    // What is not needed to show the picture begins with a small letter; of that, colors and animation.
    const WANTED: [&[u8; 4]; 15] = [
        b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST",
        b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    const EXIF: [u8; 4] = *b"eXIf";
    let mut png = Png::from_bytes(picture)?;
    let exif = png.chunk_by_type(EXIF).map(|chunk| chunk.contents().clone());
    let orientation = exif.and_then(|exif| Orientation::from_exif_chunk(&exif));
    png.chunks_mut().retain(|chunk| chunk.kind()[0].is_ascii_uppercase() || WANTED.contains(&&chunk.kind()));
    if let Some(exif) = upright(orientation) {
        let second = png.chunks().len().min(1);
        png.chunks_mut().insert(second, PngChunk::new(EXIF, exif));
    }
    Ok(png.encoder().bytes())
}

fn clean_webp(picture: Bytes) -> Result<Bytes, Error> {
    const WANTED: [[u8; 4]; 7] = [
        webp::CHUNK_VP8X,
        webp::CHUNK_VP8,
        webp::CHUNK_VP8L,
        webp::CHUNK_ALPH,
        webp::CHUNK_ANIM,
        webp::CHUNK_ANMF,
        webp::CHUNK_ICCP,
    ];
    let mut webp = WebP::from_bytes(picture)?;
    let orientation = webp.exif().and_then(|exif| Orientation::from_exif_chunk(&exif));
    webp.chunks_mut().retain(|chunk| WANTED.contains(&chunk.id()));
    // Also sets the flags that say what the file holds.
    webp.set_exif(upright(orientation));
    Ok(webp.encoder().bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::samples;
    use image::ImageFormat;
    use proptest::prelude::*;

    #[test]
    fn where_a_photo_was_taken_is_taken_out_and_the_picture_stays() {
        for (format, content_type) in samples::FORMATS {
            let picture = samples::telling(format);
            assert!(samples::tells_a_secret(&picture), "{content_type}");
            let cleaned = clean(content_type, &picture).expect(content_type);
            assert!(!samples::tells_a_secret(&cleaned), "{content_type}");
            let decode = |bytes: &[u8]| image::load_from_memory(bytes).expect(content_type);
            assert_eq!(decode(&picture), decode(&cleaned), "{content_type}");
            assert_eq!(clean(content_type, &cleaned).expect(content_type), cleaned, "once is enough");
        }
    }

    #[test]
    fn a_picture_that_tells_nothing_stays_as_it_is() {
        for (format, content_type) in samples::FORMATS {
            let picture = samples::photo(format, 60, 40);
            assert_eq!(clean(content_type, &picture).expect(content_type), picture, "{content_type}");
        }
    }

    #[test]
    fn which_side_is_up_stays() {
        use image::{ImageDecoder, ImageReader};
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let picture = samples::telling(format);
            let cleaned = clean(format.to_mime_type(), &picture).expect("cleaned");
            let orientation = |bytes: &[u8]| {
                let reader = ImageReader::with_format(std::io::Cursor::new(bytes.to_vec()), format);
                reader.into_decoder().expect("a picture").orientation().expect("an orientation")
            };
            assert_eq!(orientation(&picture), Orientation::Rotate90, "{format:?}");
            assert_eq!(orientation(&cleaned), Orientation::Rotate90, "{format:?}");
        }
    }

    #[test]
    fn what_moves_goes_on_moving() {
        use image::AnimationDecoder;
        let picture = samples::gif_of_frames(5);
        let cleaned = clean("image/gif", &picture).expect("cleaned");
        let frames = |bytes: &Bytes| {
            let decoder =
                image::codecs::gif::GifDecoder::new(std::io::Cursor::new(bytes.clone())).expect("a GIF");
            decoder.into_frames().count()
        };
        assert_eq!(frames(&cleaned), 5);
        assert_eq!(cleaned, picture);
    }

    #[test]
    fn what_is_not_built_as_it_must_be_is_broken() {
        for (format, content_type) in samples::FORMATS {
            let picture = samples::telling(format);
            for length in 0..picture.len() {
                drop(clean(content_type, &picture.slice(..length)));
            }
            assert!(matches!(
                clean(content_type, &Bytes::from_static(b"no picture")),
                Err(PictureError::Broken(_))
            ));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in any::<Vec<u8>>(), kind in 0..4_usize, at in any::<u16>(), byte in any::<u8>()) {
            let (format, content_type) = samples::FORMATS[kind];
            let mut picture = samples::telling(format).to_vec();
            let at = usize::from(at) % picture.len();
            picture[at] = byte;
            drop(clean(content_type, &picture.clone().into()));
            bytes.splice(0..0, picture.into_iter().take(16));
            drop(clean(content_type, &bytes.into()));
        }
    }
}
