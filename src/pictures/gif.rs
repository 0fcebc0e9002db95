//! What is in a GIF beside the picture.

use bytes::Bytes;

/// Application extensions that make a picture move; all others are for programs.
const WANTED: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2c;
const END: u8 = 0x3b;
const COMMENT: u8 = 0xfe;
const APPLICATION: u8 = 0xff;

/// The same picture without comments, XMP, and what is appended to it. None where the blocks do not follow each other
/// as they must.
pub(super) fn clean(picture: &Bytes) -> Option<Bytes> {
    let mut at = 13 + table(*picture.get(10)?);
    let mut kept = picture.get(..at)?.to_vec();
    loop {
        let from = at;
        let wanted = match *picture.get(at)? {
            EXTENSION => {
                let label = *picture.get(at + 1)?;
                at = blocks_end(picture, at + 2)?;
                let application = picture.get(from + 3..from + 14).unwrap_or_default();
                label != COMMENT && (label != APPLICATION || WANTED.contains(&application))
            }
            FRAME => {
                // Place and size, its own colors, the size of its first code.
                at = blocks_end(picture, at + 11 + table(*picture.get(at + 9)?))?;
                true
            }
            END => {
                kept.push(END);
                return Some(kept.into());
            }
            _ => return None,
        };
        if wanted {
            kept.extend_from_slice(&picture[from..at]);
        }
    }
}

/// Bytes of the table of colors that these flags announce.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 0x07) + 1) }
}

/// Where a chain of blocks that begins here ends: each says its length, and one of none ends it.
fn blocks_end(picture: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*picture.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
