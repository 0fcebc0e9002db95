//! The outbox of `xtablo dev`.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::mail::outbox::SentMail;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct OutboxPage {
    pub mails: Vec<OutboxMail>,
}

impl View for OutboxPage {
    const PAGE: Option<&'static str> = Some("outbox/index.html");
}

#[derive(Debug, Serialize)]
pub struct OutboxMail {
    pub id: Uuid,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub at: DateTime<Utc>,
}

impl View for OutboxMail {
    const PAGE: Option<&'static str> = Some("outbox/show.html");
}

impl From<SentMail> for OutboxMail {
    fn from(SentMail { id, to, subject, text, .. }: SentMail) -> Self {
        let (seconds, nanoseconds) = id.get_timestamp().map_or((0, 0), |at| at.to_unix());
        let at = DateTime::from_timestamp(seconds.cast_signed(), nanoseconds).unwrap_or_default();
        Self { id, to, subject, text, at }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT, now};
    impl Samples for OutboxMail {
        fn samples(_: &Access) -> Vec<Self> {
            let text = || TEXT.to_owned();
            vec![Self { id: Uuid::now_v7(), to: text(), subject: text(), text: text(), at: now() }]
        }
    }

    impl Samples for OutboxPage {
        fn samples(access: &Access) -> Vec<Self> {
            vec![Self { mails: vec![] }, Self { mails: OutboxMail::samples(access) }]
        }
    }
}
