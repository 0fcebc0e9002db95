//! Which side of a picture is up.

use bytes::Bytes;
use image::metadata::Orientation;

/// EXIF that says which side is up and nothing else; none where the picture stands upright.
pub(super) fn upright(orientation: Option<Orientation>) -> Option<Bytes> {
    let orientation = orientation.filter(|orientation| *orientation != Orientation::NoTransforms)?;
    // A TIFF header, little-endian, and a directory of one entry: tag 0x112, one short.
    let mut exif = *b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    exif[18] = orientation.to_exif();
    Some(Bytes::copy_from_slice(&exif))
}
