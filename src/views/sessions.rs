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

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, failed};
    impl Samples for SignIn {
        fn samples(_: &Access) -> Vec<Self> {
            let fields = ["email", "password"];
            let page = |form| Self { form, next: "/boards".to_owned(), registration_open: true };
            vec![page(Form::blank(&fields)), page(failed(&fields))]
        }
    }

    impl Samples for Register {
        fn samples(_: &Access) -> Vec<Self> {
            let fields = ["name", "email", "password"];
            vec![Self { form: Form::blank(&fields) }, Self { form: failed(&fields) }]
        }
    }

    impl Samples for RegistrationClosed {
        fn samples(_: &Access) -> Vec<Self> {
            [true, false].map(|invite_only| Self { invite_only }).into()
        }
    }
}
