//! A board's history.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::BoardView;
use crate::models::access::Access;
use crate::models::event::{Deed, Event, Happened};
use crate::models::right::Right;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct EventView {
    pub id: Uuid,
    /// None where the account is gone, and where nobody did it.
    pub who: Option<String>,
    /// Whether Xtablo itself did it, because a card comes back.
    pub is_recurrence: bool,
    pub what: Sentence,
    pub at: DateTime<Utc>,
    pub card_id: Option<Uuid>,
    /// What else was done with it: up to twenty.
    pub parts: Vec<Sentence>,
    /// How many other things were done with it.
    pub more: usize,
    /// Whether it was taken back.
    pub is_undone: bool,
    /// Whether the reader may take it back.
    pub can_undo: bool,
}

/// What happened, as it follows the name of who did it: a message's `id`, with its arguments beside it.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Sentence(Value);

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            id: event.id,
            is_recurrence: matches!(event.happened, Some(Happened::CardRecurred { .. })),
            what: Sentence::new(event.happened),
            who: event.who,
            at: event.at,
            card_id: event.card_id,
            parts: Vec::new(),
            more: 0,
            is_undone: event.is_undone,
            can_undo: false,
        }
    }
}

impl EventView {
    /// An event for a reader who may take it back, or not.
    pub fn new(event: Event, access: &Access, reader: Uuid) -> Self {
        let can_undo = can_undo(&event, access, reader);
        Self { can_undo, ..event.into() }
    }

    /// What was done together.
    pub fn of_deed(deed: Deed, access: &Access, reader: Uuid) -> Self {
        let Deed { first, parts, count } = deed;
        let all = std::iter::once(&first).chain(&parts);
        let can_undo = all.into_iter().all(|event| can_undo(event, access, reader));
        let is_on_one_card = parts.iter().all(|event| event.card_id == first.card_id);
        let card_id = first.card_id.filter(|_| is_on_one_card);
        let parts = parts.into_iter().map(|event| Sentence::new(event.happened)).collect();
        Self { parts, more: count - 1, can_undo, card_id, ..first.into() }
    }
}

fn can_undo(event: &Event, access: &Access, reader: Uuid) -> bool {
    let right = event.happened.as_ref().and_then(Happened::right_to_undo);
    // What people say is theirs, and the owners' to take away, but not to put into other words.
    let is_edit = matches!(event.happened, Some(Happened::CommentEdited { .. }));
    let is_theirs = event.user_id == Some(reader) || (access.may(Right::Manage) && !is_edit);
    let may = right.is_some_and(|right| access.may(right) && (right != Right::Comment || is_theirs));
    may && !event.is_undone
}

/// What a newer version has written, and this one after a rollback does not know.
const UNKNOWN: &str = "event-unknown";

impl Sentence {
    pub fn new(happened: Option<Happened>) -> Self {
        let id = match &happened {
            None => UNKNOWN.to_owned(),
            Some(Happened::CardMoved { from, to, .. }) if from == to => "event-card-moved-within".to_owned(),
            Some(Happened::ColumnLimited { to: None, .. }) => "event-column-unlimited".to_owned(),
            Some(Happened::BoardOpened { to: None, .. }) => "event-board-closed".to_owned(),
            Some(Happened::CardLinked { other: None, .. }) => "event-card-linked-elsewhere".to_owned(),
            Some(Happened::CardUnlinked { other: None, .. }) => "event-card-unlinked-elsewhere".to_owned(),
            Some(Happened::CardFieldSet { to: None, .. }) => "event-card-field-cleared".to_owned(),
            Some(Happened::CardRecurrenceSet { to: None, .. }) => "event-card-recurrence-removed".to_owned(),
            Some(Happened::CardRecurrenceSet { from: Some(_), .. }) => {
                "event-card-recurrence-changed".to_owned()
            }
            Some(happened) => format!("event-{}", happened.kind().replace('_', "-")),
        };
        let mut message = happened.map_or_else(|| json!({}), Happened::into_data);
        if let Some(message) = message.as_object_mut() {
            message.insert("id".to_owned(), id.into());
            // No sentence says what a card says, and some are long.
            message.retain(|name, _| !name.starts_with("body_"));
        }
        Self(message)
    }
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
        "event-card-recurrence-removed",
        "event-card-recurrence-changed",
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
    use crate::views::samples::{Samples, TEXT, now};

    impl Samples for EventView {
        fn samples(access: &Access) -> Vec<Self> {
            let (id, text) = (Uuid::now_v7(), || TEXT.to_owned());
            let event = |is_undone| Event {
                id,
                card_id: Some(id),
                user_id: Some(id),
                who: Some(text()),
                happened: Some(Happened::CardArchived { card_id: id, title: text() }),
                at: now(),
                part_of: None,
                is_undone,
            };
            let deed = |count| Deed { first: event(false), parts: vec![event(false); count - 1], count };
            let deeds = [1, 2, 5].map(|count| Self::of_deed(deed(count), access, id));
            let recurred = Happened::CardRecurred {
                card_id: id,
                title: text(),
                column_id: id,
                column: text(),
                from_card_id: id,
            };
            let recurred = Event { who: None, user_id: None, happened: Some(recurred), ..event(false) };
            deeds.into_iter().chain([recurred.into(), event(true).into()]).collect()
        }
    }

    impl Samples for EventsPage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |events, older| Self { board: access.into(), events, older };
            vec![page(vec![], None), page(EventView::samples(access), Some("/older".to_owned()))]
        }
    }
}
