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

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT, failed};
    impl Samples for AskForReset {
        fn samples(_: &Access) -> Vec<Self> {
            let page = |form, sends_mail| Self { form, sends_mail };
            let blank = || Form::blank(&["email"]);
            vec![page(blank(), false), page(blank(), true), page(failed(&["email"]), true)]
        }
    }

    impl Samples for ResetAsked {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self {}]
        }
    }

    impl Samples for ChoosePassword {
        fn samples(_: &Access) -> Vec<Self> {
            [Form::blank(&["password"]), failed(&["password"])]
                .map(|form| Self { form, email: TEXT.to_owned(), token: "abc".to_owned() })
                .into()
        }
    }

    impl Samples for ResetOver {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self {}]
        }
    }
}
