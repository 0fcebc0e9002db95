//! Confirming an e-mail address.

use serde::Serialize;

use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct ConfirmAddress {
    pub address: String,
    pub token: String,
    /// Another account has taken the address meanwhile.
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

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT};
    impl Samples for ConfirmAddress {
        fn samples(_: &Access) -> Vec<Self> {
            [false, true]
                .map(|taken| Self { address: TEXT.to_owned(), token: "abc".to_owned(), taken })
                .into()
        }
    }

    impl Samples for ConfirmationOver {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self {}]
        }
    }
}
