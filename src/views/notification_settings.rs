//! What mail a person wants.

use serde::Serialize;

use crate::forms::Form;
use crate::models::notification::Reason;
use crate::models::notification::settings::{Frequency, Urgent};
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct NotificationsPage {
    pub form: Form,
    pub urgencies: &'static [Urgent],
    pub frequencies: &'static [Frequency],
    /// Those of which there are mails.
    pub reasons: &'static [Reason],
    /// Of how many cards no mail is wanted.
    pub muted_cards: i64,
    /// The name of the person's time zone.
    pub zone: &'static str,
    pub sends_mail: bool,
    pub email_confirmed: bool,
}

impl View for NotificationsPage {
    const PAGE: Option<&'static str> = Some("account_notifications/show.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, failed};

    impl Samples for NotificationsPage {
        fn samples(_: &Access) -> Vec<Self> {
            let names = ["urgent", "rest", "hour", "due", "reasons", "unmute"];
            let page = |form, muted_cards, sends_mail| Self {
                form,
                urgencies: Urgent::ALL,
                frequencies: Frequency::ALL,
                reasons: &Reason::MAILED,
                muted_cards,
                zone: "UTC",
                sends_mail,
                email_confirmed: false,
            };
            vec![page(Form::blank(&names), 0, false), page(failed(&names), 3, true)]
        }
    }
}
