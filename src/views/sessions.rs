//! Signing in and registering.

use serde::Serialize;

use crate::forms::Form;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct SignIn {
    pub form: Form,
    /// The path to go on to; may be empty.
    pub next: String,
    pub registration_open: bool,
}

impl View for SignIn {
    const PAGE: Option<&'static str> = Some("sessions/new.html");
}

#[derive(Debug, Serialize)]
pub struct Register {
    pub form: Form,
}

impl View for Register {
    const PAGE: Option<&'static str> = Some("registrations/new.html");
}

#[derive(Debug, Serialize)]
pub struct RegistrationClosed {
    pub invite_only: bool,
}

impl View for RegistrationClosed {
    const PAGE: Option<&'static str> = Some("registrations/closed.html");
}
