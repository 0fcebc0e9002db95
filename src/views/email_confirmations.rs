//! Confirming an e-mail address.

use serde::Serialize;

use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct ConfirmAddress {
    pub address: String,
    pub token: String,
    /// Somebody else has it by now.
    pub taken: bool,
}

impl View for ConfirmAddress {
    const PAGE: Option<&'static str> = Some("email_confirmations/edit.html");
}

/// A link that is over, or never was one.
#[derive(Debug, Serialize)]
pub struct ConfirmationOver {}

impl View for ConfirmationOver {
    const PAGE: Option<&'static str> = Some("email_confirmations/over.html");
}
