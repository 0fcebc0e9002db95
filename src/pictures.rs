//! Pictures: a small one made of a large one, and what a camera writes beside the picture taken out. Pure functions of
//! bytes; they take their time, so no async thread calls them.
//!
//! The uploader of a picture chooses its bytes, so each is held to be hostile: how many pixels it claims and what
//! decoding would take is known, and refused, before anything is decoded.

pub mod decoder;
mod gif;
mod jpeg;
pub mod metadata;
mod orientation;
pub mod thumbnail;

#[cfg(test)]
mod samples;

/// Why nothing was made of a picture. Trying again would change nothing.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// More pixels, or more memory, than a preview is worth.
    #[error("too large to decode")]
    TooLarge,
    /// It is not what its first bytes promise.
    #[error("broken: {0}")]
    Broken(String),
}
