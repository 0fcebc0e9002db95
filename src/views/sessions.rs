//! Signing in and registering.

use serde::Serialize;

use crate::forms::{Form, KeptForm};
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct SignIn {
    pub form: Form,
    /// The path to go on to; may be empty.
    pub next: String,
    /// A form that waits for a session.
    pub kept: Option<KeptForm>,
    pub registration_open: bool,
}

impl View for SignIn {
    const PAGE: Option<&'static str> = Some("sessions/new.html");
}

/// A form that waited for a session, to be sent on.
impl View for KeptForm {
    const PAGE: Option<&'static str> = Some("kept_forms/show.html");
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
    use crate::forms::KeptField;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT, failed};
    impl Samples for KeptForm {
        fn samples(_: &Access) -> Vec<Self> {
            let field =
                |name: &str, typed| KeptField { name: name.to_owned(), value: TEXT.to_owned(), typed };
            vec![Self {
                action: "/cards/1".to_owned(),
                fields: vec![field("title", true), field("after", false)],
            }]
        }
    }

    impl Samples for SignIn {
        fn samples(access: &Access) -> Vec<Self> {
            let fields = ["email", "password"];
            let page = |form, kept| Self { form, next: "/boards".to_owned(), kept, registration_open: true };
            let kept = || KeptForm::samples(access).pop();
            vec![page(Form::blank(&fields), None), page(failed(&fields), kept())]
        }
    }

    impl Samples for Register {
        fn samples(_: &Access) -> Vec<Self> {
            let fields = ["name", "email", "password", "invitation", "next"];
            vec![Self { form: Form::blank(&fields) }, Self { form: failed(&fields) }]
        }
    }

    impl Samples for RegistrationClosed {
        fn samples(_: &Access) -> Vec<Self> {
            [true, false].map(|invite_only| Self { invite_only }).into()
        }
    }
}
