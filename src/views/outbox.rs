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
