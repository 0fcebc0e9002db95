//! A forgotten password.

use serde::Serialize;

use crate::forms::Form;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct AskForReset {
    pub form: Form,
    /// Without mail the page says whom to ask.
    pub sends_mail: bool,
}

impl View for AskForReset {
    const PAGE: Option<&'static str> = Some("password_resets/new.html");
}

/// Says the same whatever the address was.
#[derive(Debug, Serialize)]
pub struct ResetAsked {}

impl View for ResetAsked {
    const PAGE: Option<&'static str> = Some("password_resets/sent.html");
}

#[derive(Debug, Serialize)]
pub struct ChoosePassword {
    pub form: Form,
    /// Whose it is: for password managers too.
    pub email: String,
    pub token: String,
}

impl View for ChoosePassword {
    const PAGE: Option<&'static str> = Some("password_resets/edit.html");
}

/// A link that is over, was used, or never was one.
#[derive(Debug, Serialize)]
pub struct ResetOver {}

impl View for ResetOver {
    const PAGE: Option<&'static str> = Some("password_resets/over.html");
}
