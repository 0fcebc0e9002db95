//! Whether people are who they say: passwords, tokens, cookies, throttling.
//!
//! Rights on boards are not decided here but by [`crate::models::access`].

pub mod api_token;
pub mod budget;
pub mod cookies;
pub mod device;
pub mod link;
pub mod password;
pub mod peer;
pub mod rate_limit;
pub mod reply_token;
pub mod sign_in;
pub mod sign_in_throttle;
pub mod throttle;
pub mod token;
pub mod weak_password;
