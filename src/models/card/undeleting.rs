//! Bringing a deleted card back.

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Card;
use crate::models::change::{Change, ChangeResult};
use crate::models::column::Column;
use crate::models::event::Happened;
use crate::models::rank;
use crate::schema::cards;

/// Where a card came back to.
#[derive(Clone, Copy, Debug)]
pub struct Undeleted {
    pub column_id: Uuid,
    /// It had been archived before it was deleted, and is so again.
    pub is_archived: bool,
}

impl Card {
    /// Brings a deleted card back to its old place with everything on it; where its column is archived, to the end of the
    /// nearest one that is on the board. Nothing happens where the card is there.
    ///
    /// # Errors
    /// [`crate::error::Refusal::TooManyCards`]; `NotFound` where the board has no such card.
    pub async fn undelete(change: &mut Change<'_>, id: Uuid) -> ChangeResult<Undeleted> {
        let on_board = cards::table.find(id).filter(cards::board_id.eq(change.board().id));
        let (card, is_deleted): (Self, bool) = on_board
            .select((Self::as_select(), cards::deleted_at.is_not_null()))
            .first(&mut change.conn())
            .await?;
        let is_archived = card.archived_at.is_some();
        if !is_deleted {
            return Ok(Undeleted { column_id: card.column_id, is_archived });
        }
        Self::must_be_room(change).await?;
        let column = Column::find(change, card.column_id).await?;
        let on_board = Column::of_board(change, change.board().id).await?;
        let nearest = match column.archived_at {
            None => Some(&column),
            Some(_) => on_board.iter().find(|one| one.rank > column.rank).or(on_board.last()),
        };
        let back = cards::deleted_at.eq(None::<DateTime<Utc>>);
        let row = diesel::update(cards::table.find(id));
        let column_id = match nearest {
            Some(other) if other.id != column.id => {
                let in_column = cards::table.filter(cards::column_id.eq(other.id));
                let last: Option<String> =
                    in_column.select(max(cards::rank)).first(&mut change.conn()).await?;
                let place =
                    (cards::column_id.eq(other.id), cards::rank.eq(rank::between(last.as_deref(), None)?));
                row.set((back, place)).execute(&mut change.conn()).await?;
                other.id
            }
            Some(_) => {
                row.set(back).execute(&mut change.conn()).await?;
                column.id
            }
            // No column is left, so its own comes back with it.
            None => {
                row.set(back).execute(&mut change.conn()).await?;
                column.restore(change).await?;
                column.id
            }
        };
        change.record(Happened::CardUndeleted { card_id: id, title: card.title }).await?;
        Ok(Undeleted { column_id, is_archived })
    }
}
