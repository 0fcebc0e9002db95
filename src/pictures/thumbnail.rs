//! The small picture that stands for a large one in lists and on cards.

use std::io::Cursor;

use bytes::Bytes;
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{IntoImageView, IntoImageViewMut, PixelTrait, ResizeError, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
};

use super::{PictureError, jpeg};

/// Pixels. Twice the width of a column, for screens of double density.
pub const SIDE_MOST: u32 = 560;

/// Pixels. Several times what a person's circle takes anywhere.
pub const PERSON_SIDE: u32 = 256;

/// Pixels: what the cameras of phones take, with some room. A picture that claims more is not decoded.
pub const PIXELS_MOST: u64 = 64_000_000;

/// Bytes that making a thumbnail may take beside the file: the decoded picture, and what decoder and resizer copy of it.
pub const MEMORY_MOST: u64 = 320 * 1024 * 1024;

/// Bytes that what stands before the pixels may take: a color profile is packed, and unpacks to anything.
const HEAD_MOST: u64 = 16 * 1024 * 1024;

/// Of 100. Beyond it files grow faster than what is seen.
const JPEG_QUALITY: u8 = 82;

/// Bytes. A color profile of a photo is some hundred; what is larger is for printing.
const ICC_MOST: usize = 16 * 1024;

#[derive(Clone, Debug)]
pub struct Thumbnail {
    pub width: u32,
    pub height: u32,
    /// JPEG, or WebP where the picture is transparent somewhere.
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Makes the thumbnail of a PNG, JPEG, WebP or GIF; of one that moves, of its first frame. It stands upright, and carries
/// nothing of the original but its colors.
///
/// # Errors
/// [`PictureError`], before anything is decoded where the picture is too large.
pub fn make(picture: &Bytes) -> Result<Thumbnail, PictureError> {
    make_with(picture, shrink)
}

/// Makes a square out of a picture's middle, at most `side` pixels wide; for the rest as [`make`].
///
/// # Errors
/// As [`make`].
pub fn make_square(picture: &Bytes, side: u32) -> Result<Thumbnail, PictureError> {
    make_with(picture, |large| {
        let shorter = large.width().min(large.height());
        let middle = |length: u32| f64::from(length - shorter) / 2.0;
        let (left, top) = (middle(large.width()), middle(large.height()));
        let crop = ResizeOptions::new().crop(left, top, shorter.into(), shorter.into());
        let side = side.min(shorter);
        resized(large, (side, side), &crop)
    })
}

fn make_with(
    picture: &Bytes,
    shrink: impl FnOnce(DynamicImage) -> Result<DynamicImage, PictureError>,
) -> Result<Thumbnail, PictureError> {
    let mut decoder = open(picture)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let icc = decoder.icc_profile().ok().flatten().filter(|icc| is_small_rgb(icc));
    let mut small = shrink(DynamicImage::from_decoder(decoder)?)?;
    small.apply_orientation(orientation);
    encode(&small, icc)
}

/// A decoder that has read the head alone, and will not take more than [`MEMORY_MOST`].
fn open(picture: &Bytes) -> Result<impl ImageDecoder + '_, PictureError> {
    let mut reader =
        ImageReader::new(Cursor::new(picture)).with_guessed_format().expect("memory can be read");
    let mut limits = Limits::default();
    limits.max_alloc = Some(HEAD_MOST);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS_MOST {
        return Err(PictureError::TooLarge);
    }
    limits.max_alloc = Some(MEMORY_MOST - HEAD_MOST);
    // Colors are multiplied with their alpha before they are mixed, in a copy.
    let copies = if decoder.color_type().has_alpha() { 2 } else { 1 };
    limits.reserve(decoder.total_bytes() * copies + pixels * bytes_a_pixel_beside(picture))?;
    decoder.set_limits(limits)?;
    Ok(decoder)
}

/// What the decoders keep for each pixel beside the picture they give.
fn bytes_a_pixel_beside(picture: &Bytes) -> u64 {
    match image::guess_format(picture) {
        Ok(ImageFormat::Jpeg) => jpeg::bytes_a_pixel_beside(picture),
        // The whole in four colors, and the frame before it of one that moves.
        Ok(ImageFormat::WebP) => 8,
        Ok(ImageFormat::Gif) => 4,
        _ => 0,
    }
}

fn shrink(large: DynamicImage) -> Result<DynamicImage, PictureError> {
    let (width, height) = fit(large.width(), large.height());
    if (width, height) == (large.width(), large.height()) {
        return Ok(large);
    }
    resized(large, (width, height), &ResizeOptions::new())
}

fn resized(
    large: DynamicImage,
    (width, height): (u32, u32),
    options: &ResizeOptions,
) -> Result<DynamicImage, PictureError> {
    // Named one by one, because the resizer's code for other pixels, which no decoder here gives, comes out of the compiler
    // a little different each time: the binaries would not be the same bytes from the same commit.
    let resize = match large.color() {
        ColorType::L8 => resize::<U8>,
        ColorType::La8 => resize::<U8x2>,
        ColorType::Rgb8 => resize::<U8x3>,
        ColorType::Rgba8 => resize::<U8x4>,
        ColorType::L16 => resize::<U16>,
        ColorType::La16 => resize::<U16x2>,
        ColorType::Rgb16 => resize::<U16x3>,
        ColorType::Rgba16 => resize::<U16x4>,
        _ => return resized(large.into_rgba8().into(), (width, height), options),
    };
    let mut small = DynamicImage::new(width, height, large.color());
    resize(&large, &mut small, options).map_err(|error| PictureError::Broken(error.to_string()))?;
    Ok(small)
}

fn resize<P: PixelTrait>(
    large: &DynamicImage,
    small: &mut DynamicImage,
    options: &ResizeOptions,
) -> Result<(), ResizeError> {
    let (Some(from), Some(mut to)) = (large.image_view::<P>(), small.image_view_mut::<P>()) else {
        return Err(ResizeError::PixelTypesAreDifferent);
    };
    Resizer::new().resize_typed(&from, &mut to, options)
}

/// The size at which nothing is larger than [`SIDE_MOST`]; never larger than it was, and never nothing.
fn fit(width: u32, height: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= SIDE_MOST {
        return (width, height);
    }
    let scaled = |side: u32| {
        let scaled = (u64::from(side) * u64::from(SIDE_MOST) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(scaled).unwrap_or(SIDE_MOST).max(1)
    };
    (scaled(width), scaled(height))
}

fn encode(small: &DynamicImage, icc: Option<Vec<u8>>) -> Result<Thumbnail, PictureError> {
    let (width, height) = (small.width(), small.height());
    let mut bytes = Vec::new();
    let rgba = small.to_rgba8();
    let content_type = if rgba.pixels().any(|pixel| pixel[3] < u8::MAX) {
        let mut encoder = WebPEncoder::new_lossless(&mut bytes);
        keep_colors(&mut encoder, icc);
        rgba.write_with_encoder(encoder)?;
        "image/webp"
    } else {
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        keep_colors(&mut encoder, icc);
        small.to_rgb8().write_with_encoder(encoder)?;
        "image/jpeg"
    };
    Ok(Thumbnail { width, height, content_type, bytes })
}

fn keep_colors(encoder: &mut impl ImageEncoder, icc: Option<Vec<u8>>) {
    if let Some(icc) = icc {
        // An encoder that takes no profile makes a paler thumbnail, and no error.
        drop(encoder.set_icc_profile(icc));
    }
}

/// A profile of another color space than RGB would be wrong for what the decoder gave.
fn is_small_rgb(icc: &[u8]) -> bool {
    icc.len() <= ICC_MOST && icc.get(16..20) == Some(b"RGB ")
}

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooLarge,
            error => Self::Broken(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::samples;

    #[test]
    fn every_kind_of_picture_becomes_a_small_one() {
        for (format, content_type) in samples::FORMATS {
            let thumbnail = make(&samples::photo(format, 1400, 700)).expect(content_type);
            assert_eq!((thumbnail.width, thumbnail.height), (SIDE_MOST, SIDE_MOST / 2), "{content_type}");
            assert_eq!(thumbnail.content_type, "image/jpeg");
            let small = image::load_from_memory(&thumbnail.bytes).expect("a picture");
            assert_eq!((small.width(), small.height()), (thumbnail.width, thumbnail.height));
            assert!(thumbnail.bytes.len() < 64 * 1024);
        }
    }

    #[test]
    fn a_person_s_picture_is_a_square_out_of_the_middle() {
        for (format, content_type) in samples::FORMATS {
            for (width, height) in [(1400, 700), (300, 900)] {
                let square = make_square(&samples::photo(format, width, height), 256).expect(content_type);
                assert_eq!((square.width, square.height), (256, 256), "{content_type}");
                assert!(square.bytes.len() < 64 * 1024);
            }
        }
        let mut picture = image::RgbImage::from_pixel(300, 100, image::Rgb([255, 255, 255]));
        for (x, _, pixel) in picture.enumerate_pixels_mut() {
            if (100..200).contains(&x) {
                *pixel = image::Rgb([0, 0, 0]);
            }
        }
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("a picture");
        let square = make_square(&Bytes::from(bytes), 256).expect("a square");
        assert_eq!((square.width, square.height), (100, 100));
        let square = image::load_from_memory(&square.bytes).expect("a picture").to_luma8();
        assert!(square.pixels().all(|pixel| pixel[0] < 16), "nothing of the sides");
    }

    #[test]
    fn a_small_picture_stays_as_small_and_a_narrow_one_keeps_a_pixel() {
        let thumbnail = make(&samples::photo(ImageFormat::Png, 20, 10)).expect("a thumbnail");
        assert_eq!((thumbnail.width, thumbnail.height), (20, 10));
        assert_eq!(fit(10_000, 1), (SIDE_MOST, 1));
        assert_eq!(fit(SIDE_MOST, SIDE_MOST), (SIDE_MOST, SIDE_MOST));
    }

    #[test]
    fn what_is_transparent_stays_so() {
        let mut picture = image::RgbaImage::from_pixel(900, 900, image::Rgba([200, 30, 30, 255]));
        picture.put_pixel(0, 0, image::Rgba([0, 0, 0, 0]));
        let thumbnail = make(&samples::encoded(&picture.into(), ImageFormat::Png)).expect("a thumbnail");
        assert_eq!(thumbnail.content_type, "image/webp");
    }

    #[test]
    fn a_photo_taken_sideways_stands_upright_and_says_nothing_else() {
        let picture = samples::with_exif(samples::photo(ImageFormat::Jpeg, 800, 400));
        let thumbnail = make(&picture).expect("a thumbnail");
        assert_eq!((thumbnail.width, thumbnail.height), (SIDE_MOST / 2, SIDE_MOST));
        assert!(!samples::tells_a_secret(&thumbnail.bytes));
    }

    #[test]
    fn a_picture_in_sixteen_bits_and_in_gray_too() {
        for large in [
            DynamicImage::new_rgb16(900, 300),
            DynamicImage::new_rgba16(900, 300),
            DynamicImage::new_luma16(900, 300),
            DynamicImage::new_luma_a8(900, 300),
        ] {
            let thumbnail = make(&samples::encoded(&large, ImageFormat::Png)).expect("a thumbnail");
            assert_eq!(thumbnail.width, SIDE_MOST);
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        // Two megabytes that are, unpacked, 50,000 rows of 50,000 pixels.
        let packed = samples::png_bomb(50_000, 50_000);
        assert!(packed.len() < 3 * 1024 * 1024);
        assert!(image::load_from_memory(&samples::png_bomb(900, 700)).is_ok(), "a small one is a picture");
        for bomb in [
            packed,
            samples::lying_gif(60_000, 60_000),
            samples::lying_jpeg(65_500, 65_500),
            samples::lying_webp(16_000, 16_000),
        ] {
            assert!(matches!(make(&bomb), Err(PictureError::TooLarge)), "{:?}", make(&bomb).err());
        }
    }

    #[test]
    fn a_picture_that_takes_more_memory_than_pixels_is_refused() {
        // Few enough pixels, of eight bytes each.
        let (width, height) = (7_900, 8_000);
        assert!(u64::from(width) * u64::from(height) < PIXELS_MOST);
        assert!(matches!(make(&samples::png_of(width, height, 16, 6)), Err(PictureError::TooLarge)));
        // The same in three bytes a pixel is decoded, unless the decoder keeps it all a second time.
        let progressive = samples::lying_progressive_jpeg(8_000, 7_900);
        assert_eq!(jpeg::bytes_a_pixel_beside(&progressive), 6);
        assert!(matches!(make(&progressive), Err(PictureError::TooLarge)));
    }

    #[test]
    fn of_a_thousand_frames_one_is_decoded() {
        let thumbnail = make(&samples::gif_of_frames(1000)).expect("a thumbnail");
        assert_eq!((thumbnail.width, thumbnail.height), (64, 64));
    }

    #[test]
    fn what_is_cut_off_or_no_picture_is_refused_without_a_panic() {
        for (format, _) in samples::FORMATS {
            let picture = samples::photo(format, 60, 40);
            for length in 0..picture.len() {
                drop(make(&picture.slice(..length)));
            }
        }
        assert!(matches!(
            make(&Bytes::from_static(b"\x89PNG\r\n\x1a\n and no more")),
            Err(PictureError::Broken(_))
        ));
        assert!(matches!(make(&Bytes::new()), Err(PictureError::Broken(_))));
    }
}
