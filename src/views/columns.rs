//! A column with its cards, and its settings.

use std::sync::Arc;

use minijinja::value::{Object, Serde, Value};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::files::ThumbnailView;
use crate::forms::Form;
use crate::models::column::Column;
use crate::models::face::CardFace;
use crate::templates::View;

/// A column as the board shows it.
#[derive(Debug, Serialize)]
pub struct ColumnView {
    pub id: Uuid,
    pub title: String,
    pub wip_limit: Option<i32>,
    pub over_limit: bool,
    pub count: usize,
    /// A sequence of [`CardView`].
    pub cards: Value,
    /// The form for a new card.
    pub form: Form,
}

impl ColumnView {
    pub fn new(column: Column, cards: Vec<CardFace>) -> Self {
        let count = cards.len();
        Self {
            id: column.id,
            title: column.title,
            wip_limit: column.wip_limit,
            over_limit: column.wip_limit.is_some_and(|limit| i64::from(limit) < count as i64),
            count,
            cards: cards.into_iter().map(|card| Value::from_object(CardView::from(card))).collect(),
            form: Form::blank(&["title"]),
        }
    }

    /// A board's columns, each with its cards; `cards` come by column, in order.
    pub fn all(columns: Vec<Column>, cards: Vec<CardFace>) -> Vec<Self> {
        let mut by_column: std::collections::HashMap<Uuid, Vec<CardFace>> = std::collections::HashMap::new();
        for card in cards {
            by_column.entry(card.column_id).or_default().push(card);
        }
        let with_cards = |column: Column| {
            let cards = by_column.remove(&column.id).unwrap_or_default();
            Self::new(column, cards)
        };
        columns.into_iter().map(with_cards).collect()
    }
}

/// A card as the board shows it. There may be thousands on a page, so templates read it in place: nothing is
/// serialized first.
#[derive(Debug)]
pub struct CardView {
    id: Value,
    title: Value,
    has_body: bool,
    files: i64,
    cover: Value,
}

impl From<CardFace> for CardView {
    fn from(card: CardFace) -> Self {
        Self {
            // An id has nothing to escape, so it is not searched for it three times a card.
            id: Value::from_safe_string(card.id.to_string()),
            title: Value::from(card.title),
            has_body: card.has_body,
            files: card.files,
            cover: card
                .cover
                .and_then(ThumbnailView::new)
                .map_or(Value::from(()), |cover| Value::from(Serde(&cover))),
        }
    }
}

impl Object for CardView {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            "id" => Some(self.id.clone()),
            "title" => Some(self.title.clone()),
            "has_body" => Some(Value::from(self.has_body)),
            "files" => Some(Value::from(self.files)),
            "cover" => Some(self.cover.clone()),
            _ => None,
        }
    }
}

/// Columns that have changed: each takes its place on the page.
#[derive(Debug, Serialize)]
pub struct ChangedColumns {
    pub board: BoardView,
    /// The first one goes where the answer goes, the others to their own places.
    pub columns: Vec<ColumnView>,
}

impl View for ChangedColumns {
    const PART: Option<&'static str> = Some("columns/_changed.html");
}

/// The form for a new column.
#[derive(Debug, Serialize)]
pub struct NewColumn {
    pub board: BoardView,
    pub form: Form,
}

impl View for NewColumn {
    const PART: Option<&'static str> = Some("columns/_new.html");
}

/// What a column's settings show.
#[derive(Debug, Serialize)]
pub struct ColumnSettings {
    pub board: BoardView,
    pub column: EditedColumn,
    pub form: Form,
    pub move_form: Form,
    /// The board's other columns, in order.
    pub others: Vec<Choice>,
}

impl View for ColumnSettings {
    const PAGE: Option<&'static str> = Some("columns/edit.html");
    const PART: Option<&'static str> = Some("columns/_edit.html");
}

#[derive(Debug, Serialize)]
pub struct EditedColumn {
    pub id: Uuid,
    pub title: String,
    pub wip_limit: Option<i32>,
    pub count: i64,
}

/// One entry of a list to choose from.
#[derive(Debug, Serialize)]
pub struct Choice {
    pub id: Uuid,
    pub title: String,
}
