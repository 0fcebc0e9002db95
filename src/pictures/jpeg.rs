//! What is in a JPEG beside the picture.

use bytes::Bytes;
use image::metadata::Orientation;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::{Error, ImageEXIF};

use super::orientation::upright;

/// Bytes that decoding takes for each pixel beside the picture itself: of one that comes in several scans all
/// coefficients are kept until the last.
pub(super) fn bytes_a_pixel_beside(picture: &Bytes) -> u64 {
    let Ok(jpeg) = Jpeg::from_bytes(picture.clone()) else { return 0 };
    let frame = jpeg.segments().iter().find(|segment| is_frame(segment.marker()));
    // Precision, height and width stand before the number of components.
    let components = frame.and_then(|frame| frame.contents().get(5).copied()).unwrap_or(4);
    let in_scan = jpeg.segment_by_marker(markers::SOS).and_then(|scan| scan.contents().first().copied());
    let progressive = frame.is_some_and(|frame| frame.marker() == markers::SOF2);
    if progressive || in_scan.is_some_and(|in_scan| in_scan < components) {
        2 * u64::from(components)
    } else {
        0
    }
}

/// The same picture, bit for bit, without what else the file tells: EXIF, XMP, IPTC, comments, small copies of itself,
/// and what is appended to it.
pub(super) fn clean(picture: Bytes) -> Result<Bytes, Error> {
    let mut jpeg = Jpeg::from_bytes(picture)?;
    let orientation = jpeg.exif().and_then(|exif| Orientation::from_exif_chunk(&exif));
    jpeg.segments_mut().retain(is_wanted);
    jpeg.set_exif(upright(orientation));
    if let Some(first_scan) = jpeg.segments_mut().pop() {
        let (marker, contents) = (first_scan.marker(), first_scan.contents().clone());
        // Written by itself, for the library does not let out what follows a scan's head.
        let head = contents.len() + 4;
        let rest = scans(&first_scan.encoder().bytes()[head..]);
        jpeg.segments_mut().push(JpegSegment::new_with_entropy(marker, contents, rest.into()));
    }
    Ok(jpeg.encoder().bytes())
}

/// What the decoder needs: tables, frame, colors.
fn is_wanted(segment: &JpegSegment) -> bool {
    match segment.marker() {
        markers::APP0 => segment.contents().starts_with(b"JFIF\0"),
        markers::APP2 => segment.contents().starts_with(b"ICC_PROFILE\0"),
        markers::APP14 => segment.contents().starts_with(b"Adobe"),
        marker => !tells(marker),
    }
}

/// Whether a segment is for programs rather than for the decoder.
fn tells(marker: u8) -> bool {
    (markers::APP0..=markers::APP15).contains(&marker) || marker == markers::COM
}

fn is_frame(marker: u8) -> bool {
    (markers::SOF0..=markers::SOF15).contains(&marker)
        && ![markers::DHT, markers::JPG, markers::DAC].contains(&marker)
}

/// The scans up to the picture's end, without what is said between them.
fn scans(rest: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(rest.len());
    let (mut from, mut at) = (0, 0);
    while let Some(found) = rest[at..].iter().position(|byte| *byte == markers::P) {
        at += found;
        match rest.get(at + 1).copied() {
            // Cut off in the middle: what there is of it is a picture still.
            None => break,
            Some(markers::P) => at += 1,
            Some(markers::EOI) => {
                kept.extend_from_slice(&rest[from..at + 2]);
                return kept;
            }
            Some(marker) if marker < markers::SOF0 || (markers::RST0..=markers::SOI).contains(&marker) => {
                at += 2;
            }
            Some(marker) => {
                let Some(length) = rest.get(at + 2..at + 4) else { break };
                let end = at + 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                if end > rest.len() {
                    break;
                }
                if tells(marker) {
                    kept.extend_from_slice(&rest[from..at]);
                    from = end;
                }
                at = end;
            }
        }
    }
    kept.extend_from_slice(&rest[from..]);
    kept
}
