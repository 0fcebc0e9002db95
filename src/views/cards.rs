//! A card: opened, edited, moved.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::columns::{CardView, Choice};
use super::events::EventView;
use super::files::FileView;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::card::{Card, CardOnBoard};
use crate::models::column::Column;
use crate::templates::View;

pub mod markdown;

/// An opened card.
#[derive(Debug, Serialize)]
pub struct CardPage {
    pub board: BoardView,
    pub column: Choice,
    pub card: OpenCard,
    pub form: Form,
    /// Whether the form is shown rather than the text.
    pub editing: bool,
    pub files: Vec<FileView>,
    /// The form for more of them.
    pub files_form: Form,
    pub events: Vec<EventView>,
}

impl View for CardPage {
    const TEMPLATE: &'static str = "cards/show.html";
}

/// The same without a page around it, for the dialog.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct CardDetail(pub CardPage);

impl View for CardDetail {
    const TEMPLATE: &'static str = "cards/_detail.html";
}

#[derive(Debug, Serialize)]
pub struct OpenCard {
    id: Uuid,
    title: String,
    /// Sanitized HTML.
    body_html: Value,
    has_body: bool,
    archived: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    created_by: Option<String>,
}

impl OpenCard {
    pub fn new(card: &Card, created_by: Option<String>) -> Self {
        Self {
            id: card.id,
            title: card.title.clone(),
            body_html: Value::from_safe_string(markdown::to_html(&card.body)),
            has_body: !card.body.is_empty(),
            archived: card.archived_at.is_some(),
            created_at: card.created_at,
            updated_at: card.updated_at,
            created_by,
        }
    }
}

/// One card of the board alone, for an answer.
#[derive(Debug, Serialize)]
pub struct CardPartial<'a> {
    board: &'a BoardView,
    card: Value,
    oob: bool,
}

impl<'a> CardPartial<'a> {
    /// A card that goes to its own place rather than where the answer goes.
    pub fn in_its_place(board: &'a BoardView, card: CardOnBoard) -> Self {
        Self { board, card: Value::from_dyn_object(Arc::new(CardView::from(card))), oob: true }
    }
}

impl View for CardPartial<'_> {
    const TEMPLATE: &'static str = "cards/_card.html";
}

/// Where a card can go.
#[derive(Debug, Serialize)]
pub struct MovePage {
    pub board: BoardView,
    pub card: Choice,
    pub columns: Vec<ColumnChoice>,
    /// The chosen one of them.
    pub column: Choice,
    /// Its cards in order, without the one that moves.
    pub positions: Vec<Choice>,
    pub form: Form,
}

impl MovePage {
    /// `counts` are the cards of each of `columns`; `positions` the cards of `chosen`.
    pub fn new(
        access: &Access,
        card: &Card,
        columns: &[Column],
        counts: &HashMap<Uuid, i64>,
        chosen: &Column,
        positions: Vec<CardOnBoard>,
        mut form: Form,
    ) -> Self {
        form.set("column_id", chosen.id.to_string());
        let choice = |column: &Column| ColumnChoice {
            id: column.id,
            title: column.title.clone(),
            selected: column.id == chosen.id,
            count: counts.get(&column.id).copied().unwrap_or(0),
        };
        let others = positions.into_iter().filter(|one| one.id != card.id);
        Self {
            board: access.into(),
            card: card.into(),
            columns: columns.iter().map(choice).collect(),
            column: chosen.into(),
            positions: others.map(|one| Choice { id: one.id, title: one.title }).collect(),
            form,
        }
    }
}

impl View for MovePage {
    const TEMPLATE: &'static str = "card_moves/new.html";
}

/// The same without a page around it, for the dialog.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct MovePartial(pub MovePage);

impl View for MovePartial {
    const TEMPLATE: &'static str = "card_moves/_form.html";
}

#[derive(Debug, Serialize)]
pub struct ColumnChoice {
    pub id: Uuid,
    pub title: String,
    pub selected: bool,
    pub count: i64,
}

impl From<&Column> for Choice {
    fn from(column: &Column) -> Self {
        Self { id: column.id, title: column.title.clone() }
    }
}

impl From<&Card> for Choice {
    fn from(card: &Card) -> Self {
        Self { id: card.id, title: card.title.clone() }
    }
}
