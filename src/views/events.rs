//! A board's history.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::BoardView;
use crate::models::event::{Event, Happened};
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct EventView {
    /// None where the account is gone.
    pub who: Option<String>,
    /// What happened: a message's `id`, with its arguments beside it.
    pub what: Value,
    pub at: DateTime<Utc>,
    pub card_id: Option<Uuid>,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self { what: message(event.happened), who: event.who, at: event.at, card_id: event.card_id }
    }
}

/// What a newer version has written, and this one after a rollback does not know.
const UNKNOWN: &str = "event-unknown";

fn message(happened: Option<Happened>) -> Value {
    let id = match &happened {
        None => UNKNOWN.to_owned(),
        Some(Happened::CardMoved { from, to, .. }) if from == to => "event-card-moved-within".to_owned(),
        Some(Happened::ColumnLimited { to: None, .. }) => "event-column-unlimited".to_owned(),
        Some(Happened::BoardOpened { to: None, .. }) => "event-board-closed".to_owned(),
        Some(Happened::CardLinked { other: None, .. }) => "event-card-linked-elsewhere".to_owned(),
        Some(Happened::CardUnlinked { other: None, .. }) => "event-card-unlinked-elsewhere".to_owned(),
        Some(Happened::CardFieldSet { to: None, .. }) => "event-card-field-cleared".to_owned(),
        Some(happened) => format!("event-{}", happened.kind().replace('_', "-")),
    };
    let mut message = happened.map_or_else(|| json!({}), Happened::into_data);
    message["id"] = id.into();
    message
}

/// Every message of the history.
#[cfg(test)]
pub(crate) fn ids() -> Vec<String> {
    let kinds = Happened::KINDS.iter().map(|kind| format!("event-{}", kind.replace('_', "-")));
    let others = [
        UNKNOWN,
        "event-card-moved-within",
        "event-column-unlimited",
        "event-board-closed",
        "event-card-field-cleared",
        "event-card-linked-elsewhere",
        "event-card-unlinked-elsewhere",
    ];
    kinds.chain(others.map(str::to_owned)).collect()
}

#[derive(Debug, Serialize)]
pub struct EventsPage {
    pub board: BoardView,
    pub events: Vec<EventView>,
    /// The path of the next, older page.
    pub older: Option<String>,
}

impl View for EventsPage {
    const PAGE: Option<&'static str> = Some("board_events/index.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT, now};
    impl Samples for EventView {
        fn samples(_: &Access) -> Vec<Self> {
            let (id, text) = (Uuid::now_v7(), || TEXT.to_owned());
            let happened = Happened::FileAttached { card_id: id, file_id: None, name: text(), title: text() };
            let (card_id, who, happened) = (Some(id), Some(text()), Some(happened));
            vec![Event { id, card_id, who, happened, at: now() }.into()]
        }
    }

    impl Samples for EventsPage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |events, older| Self { board: access.into(), events, older };
            vec![page(vec![], None), page(EventView::samples(access), Some("/older".to_owned()))]
        }
    }
}
