//! Signing in.

use crate::config::{Config, Registration};
use crate::forms::{Form, KeptForm, local_path};
use crate::views::sessions::SignIn;

/// The page to sign in on, which leads to `next` or to the sending of a form that was kept.
pub fn sign_in(config: &Config, form: Form, next: &str, kept: Option<KeptForm>) -> SignIn {
    SignIn {
        form,
        next: local_path(next).unwrap_or_default().to_owned(),
        kept,
        registration_open: config.registration == Registration::Open,
    }
}
