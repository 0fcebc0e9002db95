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
    /// Brings a deleted card back to its column, archived or not.
    ///
    /// # Errors
    /// As [`Card::undelete`]; `NotFound` where it is there.
    pub(in crate::models) async fn undelete_in_place(change: &mut Change<'_>, id: Uuid) -> ChangeResult<()> {
        Self::must_be_room(change).await?;
        let deleted = cards::board_id.eq(change.board().id).and(cards::deleted_at.is_not_null());
        let title: String = diesel::update(cards::table.find(id).filter(deleted))
            .set(cards::deleted_at.eq(None::<DateTime<Utc>>))
            .returning(cards::title)
            .get_result(&mut change.conn())
            .await?;
        let (from_column_id, from_rank) = (None, None);
        change.record(Happened::CardUndeleted { card_id: id, title, from_column_id, from_rank }).await
    }

    /// Deletes the card that came back to another column than its own, whence it came back.
    pub(in crate::models) async fn delete_in(
        &self,
        change: &mut Change<'_>,
        column_id: Uuid,
        rank: &str,
    ) -> ChangeResult<()> {
        self.delete(change).await?;
        let (_, to_rank) = self.ranks_in(change, column_id, rank).await?;
        diesel::update(cards::table.find(self.id))
            .set((cards::column_id.eq(column_id), cards::rank.eq(to_rank)))
            .execute(&mut change.conn())
            .await?;
        Ok(())
    }

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
        let nearest = column.or_nearest(change).await?;
        let back = cards::deleted_at.eq(None::<DateTime<Utc>>);
        let row = diesel::update(cards::table.find(id));
        let mut from = (None, None);
        let column_id = match nearest {
            Some(other) if other.id != column.id => {
                from = (Some(column.id), Some(card.rank(change).await?));
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
        let (title, (from_column_id, from_rank)) = (card.title, from);
        change.record(Happened::CardUndeleted { card_id: id, title, from_column_id, from_rank }).await?;
        Ok(Undeleted { column_id, is_archived })
    }
}
