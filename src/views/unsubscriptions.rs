//! Stopping mails by a link in one.

use serde::Serialize;

use crate::models::notification::Reason;
use crate::models::notification::settings::{Scope, Unwanted};
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct UnsubscribePage {
    scope: Scope,
    /// The one that is unwanted, where it is one.
    reason: Option<Reason>,
    /// With which it is asked; none once it is done.
    token: Option<String>,
}

impl UnsubscribePage {
    pub fn new(unwanted: Unwanted, token: Option<String>) -> Self {
        let reason = match unwanted {
            Unwanted::Reason(reason) => Some(reason),
            Unwanted::Card(_) | Unwanted::All => None,
        };
        Self { scope: unwanted.scope(), reason, token }
    }
}

impl View for UnsubscribePage {
    const PAGE: Option<&'static str> = Some("unsubscriptions/show.html");
}

/// A link that is incomplete, or whose account is gone.
#[derive(Debug, Serialize)]
pub struct UnsubscribeOver {}

impl View for UnsubscribeOver {
    const PAGE: Option<&'static str> = Some("unsubscriptions/over.html");
}

#[cfg(test)]
mod samples {
    use uuid::Uuid;

    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::Samples;

    impl Samples for UnsubscribePage {
        fn samples(_: &Access) -> Vec<Self> {
            let all = [Unwanted::Card(Uuid::now_v7()), Unwanted::Reason(Reason::Comment), Unwanted::All];
            let page =
                |token: Option<&str>| all.map(|unwanted| Self::new(unwanted, token.map(str::to_owned)));
            page(None).into_iter().chain(page(Some("abc"))).collect()
        }
    }

    impl Samples for UnsubscribeOver {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self {}]
        }
    }
}
