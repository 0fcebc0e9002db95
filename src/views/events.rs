//! A board's history.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use crate::models::event::Event;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct EventView {
    pub who: String,
    pub what: String,
    pub at: DateTime<Utc>,
    pub card_id: Option<Uuid>,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        let who = event.who.unwrap_or_else(|| "Somebody who left".to_owned());
        Self { who, what: event.what, at: event.at, card_id: event.card_id }
    }
}

#[derive(Debug, Serialize)]
pub struct EventsPage {
    pub board: BoardView,
    pub events: Vec<EventView>,
    /// The path of the next, older page.
    pub older: Option<String>,
}

impl View for EventsPage {
    const TEMPLATE: &'static str = "board_events/index.html";
}
