//! An address as a QR code, to be drawn as SVG.

use std::fmt::Write;

use minijinja::value::Value;
use qrcode::{Color, QrCode as Code};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct QrCode {
    /// Squares along a side, the quiet edge of four included.
    side: usize,
    /// What an SVG path draws: a row of dark squares at a time.
    path: Value,
}

/// Squares that a reader wants to be blank around the code.
const EDGE: usize = 4;

impl QrCode {
    /// The code of a text; a blank one where it is too long for any.
    pub fn of(text: &str) -> Self {
        let (width, squares) =
            Code::new(text).map_or((0, Vec::new()), |code| (code.width(), code.into_colors()));
        let mut path = String::new();
        for (y, row) in squares.chunks(width.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run[0] == Color::Dark {
                    // A String takes everything.
                    let _ = write!(path, "M{} {}h{}v1h-{}z", x + EDGE, y + EDGE, run.len(), run.len());
                }
                x += run.len();
            }
        }
        Self { side: width + 2 * EDGE, path: Value::from_safe_string(path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_draws_its_three_corners() {
        let code = QrCode::of("https://boards.example.com/join/x");
        let path = code.path.to_string();
        // The corner marks are seven squares wide.
        assert!(path.starts_with("M4 4h7v1h-7z"), "{path}");
        assert!(path.contains(&format!("M{} 4h7v1h-7z", code.side - 11)));
    }
}
