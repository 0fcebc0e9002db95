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
