//! The page of an error.

use serde::Serialize;

use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct ErrorPage {
    pub status: u16,
    /// The messages' ids.
    pub title: &'static str,
    pub message: &'static str,
    /// For the operator, who finds it in the log; shown with faults of ours alone.
    pub request_id: Option<String>,
}

impl View for ErrorPage {
    const PAGE: Option<&'static str> = Some("errors/show.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::Samples;
    impl Samples for ErrorPage {
        fn samples(_: &Access) -> Vec<Self> {
            let (title, message) = ("error-internal", "error-internal-why");
            [None, Some("0123".to_owned())]
                .map(|request_id| Self { status: 500, title, message, request_id })
                .into()
        }
    }
}
