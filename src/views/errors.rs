//! The page of an error.

use serde::Serialize;

use crate::forms::KeptForm;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct ErrorPage {
    pub status: u16,
    /// The messages' ids.
    pub title: &'static str,
    pub message: &'static str,
    /// For the operator, who finds it in the log; shown with faults of ours alone.
    pub request_id: Option<String>,
    /// The form that was refused, where a person had typed into it.
    pub form: Option<KeptForm>,
    /// Whether it is worth sending again.
    pub may_retry: bool,
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
        fn samples(access: &Access) -> Vec<Self> {
            let (title, message) = ("error-internal", "error-internal-why");
            let form = || KeptForm::samples(access).pop();
            [(None, None, true), (Some("0123".to_owned()), form(), true), (None, form(), false)]
                .map(|(request_id, form, may_retry)| Self {
                    status: 500,
                    title,
                    message,
                    request_id,
                    form,
                    may_retry,
                })
                .into()
        }
    }
}
