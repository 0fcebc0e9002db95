//! An entry of a list to choose from.

use serde::Serialize;
use uuid::Uuid;

use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::column::Column;

/// One entry of a list to choose from.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub id: Uuid,
    pub title: String,
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

impl From<&Board> for Choice {
    fn from(board: &Board) -> Self {
        Self { id: board.id, title: board.title.clone() }
    }
}

impl From<(Uuid, String)> for Choice {
    fn from((id, title): (Uuid, String)) -> Self {
        Self { id, title }
    }
}
