//! A board's history: an event a change, written in the change's own transaction.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::card::Card;
use crate::schema::{events, users};

/// What happened, with the names as they were then. `kind` and `data` of the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum EventKind<S> {
    BoardCreated { title: S },
    BoardRenamed { from: S, to: S },
    BoardRecolored { color: S },
    BoardArchived {},
    BoardRestored {},
    BoardDeleted {},
    ColumnCreated { title: S },
    ColumnRenamed { from: S, to: S },
    ColumnLimited { title: S, wip_limit: Option<i32> },
    ColumnMoved { title: S },
    ColumnArchived { title: S },
    ColumnRestored { title: S },
    CardCreated { title: S, column: S },
    CardRenamed { from: S, to: S },
    CardEdited { title: S },
    CardMoved { title: S, from: S, to: S },
    CardArchived { title: S },
    CardRestored { title: S },
    CardDeleted { title: S },
    CardCovered { title: S, name: S },
    CardUncovered { title: S },
    FileAttached { name: S, title: S },
    FileRenamed { from: S, to: S },
    FileReplaced { name: S },
    FileDeleted { name: S, title: S },
}

impl EventKind<String> {
    /// The sentence after the name of who did it.
    pub fn sentence(&self) -> String {
        // The quotes hold a bidirectional isolate, so that a title in another direction keeps to itself.
        let q = |text: &str| format!("\u{201c}\u{2068}{text}\u{2069}\u{201d}");
        match self {
            Self::BoardCreated { title } => format!("made the board {}", q(title)),
            Self::BoardRenamed { from, to } => format!("renamed the board from {} to {}", q(from), q(to)),
            Self::BoardRecolored { color } => format!("made the board {color}"),
            Self::BoardArchived {} => "archived the board".to_owned(),
            Self::BoardRestored {} => "restored the board".to_owned(),
            Self::BoardDeleted {} => "deleted the board".to_owned(),
            Self::ColumnCreated { title } => format!("added the column {}", q(title)),
            Self::ColumnRenamed { from, to } => format!("renamed the column {} to {}", q(from), q(to)),
            Self::ColumnLimited { title, wip_limit: Some(limit) } => {
                format!("limited {} to {limit} cards", q(title))
            }
            Self::ColumnLimited { title, wip_limit: None } => format!("took the limit off {}", q(title)),
            Self::ColumnMoved { title } => format!("moved the column {}", q(title)),
            Self::ColumnArchived { title } => format!("archived the column {}", q(title)),
            Self::ColumnRestored { title } => format!("restored the column {}", q(title)),
            Self::CardCreated { title, column } => format!("added {} to {}", q(title), q(column)),
            Self::CardRenamed { from, to } => format!("renamed {} to {}", q(from), q(to)),
            Self::CardEdited { title } => format!("edited {}", q(title)),
            Self::CardMoved { title, from, to } if from == to => {
                format!("moved {} within {}", q(title), q(to))
            }
            Self::CardMoved { title, from, to } => {
                format!("moved {} from {} to {}", q(title), q(from), q(to))
            }
            Self::CardArchived { title } => format!("archived {}", q(title)),
            Self::CardRestored { title } => format!("restored {}", q(title)),
            Self::CardDeleted { title } => format!("deleted {}", q(title)),
            Self::CardCovered { title, name } => format!("made {} the cover of {}", q(name), q(title)),
            Self::CardUncovered { title } => format!("took the cover off {}", q(title)),
            Self::FileAttached { name, title } => format!("attached the file {} to {}", q(name), q(title)),
            Self::FileRenamed { from, to } => format!("renamed the file {} to {}", q(from), q(to)),
            Self::FileReplaced { name } => format!("replaced the file {}", q(name)),
            Self::FileDeleted { name, title } => format!("deleted the file {} from {}", q(name), q(title)),
        }
    }
}

/// An event about to be written.
pub struct NewEvent<'a> {
    board_id: Uuid,
    card_id: Option<Uuid>,
    user_id: Uuid,
    kind: EventKind<&'a str>,
}

impl<'a> NewEvent<'a> {
    pub fn on_board(board_id: Uuid, user_id: Uuid, kind: EventKind<&'a str>) -> Self {
        Self { board_id, card_id: None, user_id, kind }
    }

    pub fn on_card(card: &Card, user_id: Uuid, kind: EventKind<&'a str>) -> Self {
        Self { board_id: card.board_id, card_id: Some(card.id), user_id, kind }
    }

    pub async fn record(self, mut conn: &AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        let mut tagged = serde_json::to_value(&self.kind)
            .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        let (kind, data) = (tagged["kind"].take(), tagged["data"].take());
        diesel::insert_into(events::table)
            .values((
                events::id.eq(Uuid::now_v7()),
                events::board_id.eq(self.board_id),
                events::card_id.eq(self.card_id),
                events::user_id.eq(self.user_id),
                events::kind.eq(kind.as_str().unwrap_or_default()),
                events::data.eq(data),
                events::created_at.eq(now),
            ))
            .execute(&mut conn)
            .await?;
        Ok(())
    }
}

/// An event as the history shows it.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: Uuid,
    pub card_id: Option<Uuid>,
    /// The name of who did it; none where the account is gone.
    pub who: Option<String>,
    pub what: String,
    pub at: DateTime<Utc>,
}

type Row = (Uuid, Option<Uuid>, Option<String>, String, serde_json::Value, DateTime<Utc>);

#[diesel::dsl::auto_type(no_type_alias)]
fn newest_first() -> _ {
    events::table.left_join(users::table).order(events::id.desc()).select((
        events::id,
        events::card_id,
        users::name.nullable(),
        events::kind,
        events::data,
        events::created_at,
    ))
}

impl Event {
    /// A board's events, the newest first; those before `older_than`, at most `most`.
    pub async fn of_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        older_than: Option<Uuid>,
        most: i64,
    ) -> QueryResult<Vec<Self>> {
        let range = events::id.lt(older_than.unwrap_or(Uuid::max()));
        let rows: Vec<Row> =
            newest_first().filter(events::board_id.eq(board_id).and(range)).limit(most).load(conn).await?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    /// A card's events, the newest first, at most `most`.
    pub async fn of_card(conn: &mut AsyncPgConnection, card_id: Uuid, most: i64) -> QueryResult<Vec<Self>> {
        let rows: Vec<Row> =
            newest_first().filter(events::card_id.eq(card_id)).limit(most).load(conn).await?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    fn from_row((id, card_id, who, kind, data, at): Row) -> Self {
        let tagged = serde_json::json!({ "kind": kind, "data": data });
        // A newer version may have written a kind that this one, after a rollback, does not know.
        let what = serde_json::from_value::<EventKind<String>>(tagged)
            .map_or_else(|_| "changed something".to_owned(), |kind| kind.sentence());
        Self { id, card_id, who, what, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_a_sentence() {
        let written = EventKind::CardMoved { title: "Fix it", from: "To do", to: "Doing" };
        let tagged = serde_json::to_value(&written).expect("serializes");
        assert_eq!(tagged["kind"], "card_moved");
        let row = (Uuid::now_v7(), None, None, "card_moved".to_owned(), tagged["data"].clone(), Utc::now());
        let plain = Event::from_row(row).what.replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(plain, "moved “Fix it” from “To do” to “Doing”");
    }

    #[test]
    fn a_kind_of_a_newer_version_is_no_error() {
        let row = (Uuid::now_v7(), None, None, "card_cloned".to_owned(), serde_json::json!({}), Utc::now());
        assert_eq!(Event::from_row(row).what, "changed something");
    }
}
