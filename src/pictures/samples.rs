//! Pictures made for the tests: honest ones, telling ones and bombs.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, RgbaImage};
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;
use img_parts::{DynImage, ImageEXIF};

pub const FORMATS: [(ImageFormat, &str); 4] = [
    (ImageFormat::Png, "image/png"),
    (ImageFormat::Jpeg, "image/jpeg"),
    (ImageFormat::WebP, "image/webp"),
    (ImageFormat::Gif, "image/gif"),
];

/// Where it was taken, as far as the tests look.
const SECRET: &[u8] = b"52.5200N 13.4050E";

/// Soft colors, as in a photo.
pub fn photo(format: ImageFormat, width: u32, height: u32) -> Bytes {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let share = |part: u32, whole: u32| u8::try_from(part * 255 / whole.max(1)).unwrap_or(u8::MAX);
        image::Rgb([share(x, width), share(y, height), 120])
    });
    encoded(&picture.into(), format)
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture that can be written");
    bytes.into_inner().into()
}

/// EXIF of a camera on its side, which knows where it is.
fn exif() -> Bytes {
    let mut exif =
        super::orientation::upright(Some(image::metadata::Orientation::Rotate90)).expect("EXIF").to_vec();
    exif.extend_from_slice(SECRET);
    exif.into()
}

pub fn with_exif(picture: Bytes) -> Bytes {
    let mut picture = DynImage::from_bytes(picture).expect("a picture").expect("of a known type");
    picture.set_exif(Some(exif()));
    picture.encoder().bytes()
}

pub fn tells_a_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

/// A picture that tells where it was taken in every way its format has.
pub fn telling(format: ImageFormat) -> Bytes {
    let picture = photo(format, 60, 40);
    let secret = Bytes::from_static(SECRET);
    match format {
        ImageFormat::Jpeg => {
            let mut jpeg = Jpeg::from_bytes(with_exif(picture)).expect("a JPEG");
            let xmp = [&b"http://ns.adobe.com/xap/1.0/\0"[..], SECRET].concat();
            for (marker, contents) in [
                (markers::APP1, Bytes::from(xmp)),
                (markers::APP2, Bytes::from([&b"MPF\0"[..], SECRET].concat())),
                (markers::APP13, secret.clone()),
                (markers::COM, secret),
            ] {
                jpeg.segments_mut().insert(1, JpegSegment::new_with_contents(marker, contents));
            }
            let mut file = jpeg.encoder().bytes().to_vec();
            // As phones append a film, or a second picture.
            file.extend_from_slice(SECRET);
            file.into()
        }
        ImageFormat::Png => {
            let mut png = Png::from_bytes(with_exif(picture)).expect("a PNG");
            for kind in [*b"tEXt", *b"iTXt", *b"zTXt", *b"caBX"] {
                png.chunks_mut().insert(1, PngChunk::new(kind, secret.clone()));
            }
            let mut file = png.encoder().bytes().to_vec();
            file.extend_from_slice(SECRET);
            file.into()
        }
        ImageFormat::WebP => {
            let mut webp = WebP::from_bytes(with_exif(picture)).expect("a WebP");
            webp.chunks_mut().push(RiffChunk::new(*b"XMP ", RiffContent::Data(secret)));
            webp.encoder().bytes()
        }
        _ => {
            let mut gif = picture.to_vec();
            let end = gif.pop().expect("an end");
            let length = u8::try_from(SECRET.len()).expect("short");
            gif.extend([&[0x21, 0xfe, length][..], SECRET, &[0]].concat());
            gif.extend([&b"\x21\xff\x0bXMP DataXMP"[..], &[length], SECRET, &[0]].concat());
            gif.push(end);
            gif.extend_from_slice(SECRET);
            gif.into()
        }
    }
}

/// A whole PNG, all black, whose rows take some thousand times the room when they are unpacked.
pub fn png_bomb(width: u32, height: u32) -> Bytes {
    let mut png = Png::from_bytes(png_of(width, height, 1, 0)).expect("a PNG");
    let bytes = (u64::from(width).div_ceil(8) + 1) * u64::from(height);
    png.chunks_mut().retain(|chunk| chunk.kind() != *b"IDAT");
    png.chunks_mut().insert(1, PngChunk::new(*b"IDAT", packed_zeros(bytes).into()));
    png.encoder().bytes()
}

/// So many zeros in the zlib format: a zero, and again and again 258 times the one before (RFC 1951, fixed codes).
fn packed_zeros(count: u64) -> Vec<u8> {
    let (mut packed, mut byte, mut filled) = (vec![0x78, 0x01], 0_u8, 0);
    let mut push = |packed: &mut Vec<u8>, bits: &str| {
        for bit in bits.bytes() {
            byte |= (bit - b'0') << filled;
            filled += 1;
            if filled == 8 {
                packed.push(byte);
                (byte, filled) = (0, 0);
            }
        }
    };
    const ZERO: &str = "00110000";
    push(&mut packed, "110");
    push(&mut packed, ZERO);
    for _ in 0..(count - 1) / 258 {
        push(&mut packed, "1100010100000");
    }
    for _ in 0..(count - 1) % 258 {
        push(&mut packed, ZERO);
    }
    // The end, and what is left of its byte.
    push(&mut packed, "0000000");
    push(&mut packed, "0000000");
    let checksum = u32::try_from(count % 65_521).expect("a remainder") << 16 | 1;
    packed.extend_from_slice(&checksum.to_be_bytes());
    packed
}

/// A PNG of this depth and color type: its head, and a beginning of its rows.
pub fn png_of(width: u32, height: u32, depth: u8, color_type: u8) -> Bytes {
    let small = photo(ImageFormat::Png, 16, 16);
    let mut png = Png::from_bytes(small).expect("a PNG");
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color_type, 0, 0, 0]].concat();
    png.chunks_mut()[0] = PngChunk::new(*b"IHDR", head.into());
    png.encoder().bytes()
}

/// A GIF of a few bytes that claims this size.
pub fn lying_gif(width: u16, height: u16) -> Bytes {
    let mut gif = photo(ImageFormat::Gif, 8, 8).to_vec();
    gif[6..8].copy_from_slice(&width.to_le_bytes());
    gif[8..10].copy_from_slice(&height.to_le_bytes());
    gif.into()
}

pub fn lying_jpeg(width: u16, height: u16) -> Bytes {
    with_frame(photo(ImageFormat::Jpeg, 8, 8), markers::SOF0, width, height)
}

/// A JPEG that claims to come in several scans.
pub fn lying_progressive_jpeg(width: u16, height: u16) -> Bytes {
    with_frame(photo(ImageFormat::Jpeg, 8, 8), markers::SOF2, width, height)
}

fn with_frame(picture: Bytes, marker: u8, width: u16, height: u16) -> Bytes {
    let mut jpeg = Jpeg::from_bytes(picture).expect("a JPEG");
    let frame =
        jpeg.segments_mut().iter_mut().find(|segment| segment.marker() == markers::SOF0).expect("a frame");
    let mut contents = frame.contents().to_vec();
    contents[1..3].copy_from_slice(&height.to_be_bytes());
    contents[3..5].copy_from_slice(&width.to_be_bytes());
    *frame = JpegSegment::new_with_contents(marker, contents.into());
    jpeg.encoder().bytes()
}

/// A lossless WebP of a few bytes that claims this size, at most 16,384 a side.
pub fn lying_webp(width: u32, height: u32) -> Bytes {
    let mut webp = photo(ImageFormat::WebP, 8, 8).to_vec();
    let head = webp.windows(4).position(|window| window == b"VP8L").expect("lossless") + 9;
    webp[head..head + 4].copy_from_slice(&((width - 1) | ((height - 1) << 14)).to_le_bytes());
    webp.into()
}

pub fn gif_of_frames(count: u32) -> Bytes {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    for number in 0..count {
        let shade = u8::try_from(number % 256).expect("below 256");
        let frame = RgbaImage::from_pixel(64, 64, image::Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(Frame::new(frame)).expect("a frame");
    }
    drop(encoder);
    bytes.into()
}
