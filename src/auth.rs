//! Who asks, and whether they are who they say: passwords, sessions, throttling.
//!
//! What somebody may do to a board is not decided here but by [`crate::models::access`].

pub mod cookies;
pub mod current_user;
pub mod link;
pub mod password;
pub mod peer;
pub mod throttle;
pub mod token;

pub use current_user::{CurrentUser, Reached};
