//! A board's history.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use crate::models::event::{Event, Happened};
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
        // A newer version may have written a kind that this one, after a rollback, does not know.
        let what = event.happened.as_ref().map_or_else(|| "changed something".to_owned(), sentence);
        Self { who, what, at: event.at, card_id: event.card_id }
    }
}

/// The sentence after the name of the member who did it.
fn sentence(happened: &Happened) -> String {
    use Happened as H;
    // The quotes hold a bidirectional isolate, so that a title in another direction keeps to itself.
    let q = |text: &str| format!("\u{201c}\u{2068}{text}\u{2069}\u{201d}");
    match happened {
        H::BoardCreated { title } => format!("made the board {}", q(title)),
        H::BoardRenamed { from, to } => format!("renamed the board from {} to {}", q(from), q(to)),
        H::BoardRecolored { to, .. } => format!("made the board {}", to.word()),
        H::BoardArchived {} => "archived the board".to_owned(),
        H::BoardRestored {} => "restored the board".to_owned(),
        H::BoardDeleted {} => "deleted the board".to_owned(),
        H::ColumnCreated { title, .. } => format!("added the column {}", q(title)),
        H::ColumnRenamed { from, to, .. } => format!("renamed the column {} to {}", q(from), q(to)),
        H::ColumnLimited { title, to: Some(limit), .. } => format!("limited {} to {limit} cards", q(title)),
        H::ColumnLimited { title, to: None, .. } => format!("took the limit off {}", q(title)),
        H::ColumnMoved { title, .. } => format!("moved the column {}", q(title)),
        H::ColumnArchived { title, .. } => format!("archived the column {}", q(title)),
        H::ColumnRestored { title, .. } => format!("restored the column {}", q(title)),
        H::CardCreated { title, column, .. } => format!("added {} to {}", q(title), q(column)),
        H::CardRenamed { from, to, .. } => format!("renamed {} to {}", q(from), q(to)),
        H::CardEdited { title, .. } => format!("edited {}", q(title)),
        H::CardMoved { title, from, to, .. } if from == to => format!("moved {} within {}", q(title), q(to)),
        H::CardMoved { title, from, to, .. } => format!("moved {} from {} to {}", q(title), q(from), q(to)),
        H::CardArchived { title, .. } => format!("archived {}", q(title)),
        H::CardRestored { title, .. } => format!("restored {}", q(title)),
        H::CardDeleted { title, .. } => format!("deleted {}", q(title)),
        H::CardCovered { title, name, .. } => format!("made {} the cover of {}", q(name), q(title)),
        H::CardUncovered { title, .. } => format!("took the cover off {}", q(title)),
        H::FileAttached { name, title, .. } => format!("attached the file {} to {}", q(name), q(title)),
        H::FileRenamed { from, to, .. } => format!("renamed the file {} to {}", q(from), q(to)),
        H::FileReplaced { name, .. } => format!("replaced the file {}", q(name)),
        H::FileDeleted { name, title, .. } => format!("deleted the file {} from {}", q(name), q(title)),
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
    const PAGE: Option<&'static str> = Some("board_events/index.html");
}
