//! Moving a card.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Card;
use crate::models::board::Board;
use crate::models::column::Column;
use crate::models::event::{EventKind, NewEvent};
use crate::models::rank::{self, RankedTable};
use crate::schema::{cards, columns_ as columns};

/// Why a card did not go where it was sent. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The card's board has no such column, or no such card to follow.
    #[error("no such place")]
    Unknown,
    /// The card itself has been archived or deleted meanwhile.
    #[error("the card is gone")]
    CardGone,
    /// The column has been archived meanwhile.
    #[error("the column is gone")]
    ColumnGone,
    /// The card to follow has left that column meanwhile.
    #[error("the card to follow is gone")]
    AfterGone,
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Card {
    /// Puts the card into a column of its board, after another card or on top. One card's row is written, but
    /// for the rare move after which the column's ranks are spread anew. Gives the column it went to.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_to(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        (column_id, after): (Uuid, Option<Uuid>),
        now: DateTime<Utc>,
    ) -> Result<Column, MoveError> {
        conn.transaction(async |conn| {
            Board::touch(conn, self.board_id, now).await?;
            let (from, to) = self.columns_of_move(conn, column_id).await?;
            // After itself means: where it is.
            if after == Some(self.id) && from.id == to.id {
                return Ok(to);
            }
            let before = match after {
                Some(id) => Some(self.rank_to_follow(conn, column_id, id).await?),
                None => None,
            };
            let next = self.rank_after(conn, column_id, before.as_deref()).await?;
            let rank =
                rank::between(before.as_deref(), next.as_deref()).map_err(diesel::result::Error::from)?;
            diesel::update(cards::table.find(self.id))
                .set((cards::column_id.eq(column_id), cards::rank.eq(&rank)))
                .execute(conn)
                .await?;
            if rank.len() > rank::LONGEST {
                respread(conn, column_id).await?;
            }
            let kind = EventKind::CardMoved {
                title: self.title.as_str(),
                from: from.title.as_str(),
                to: to.title.as_str(),
            };
            NewEvent::on_card(self, by, kind).record(conn, now).await?;
            Ok(to)
        })
        .await
    }

    /// Where the card is now, and where it goes. Read inside the transaction: the card may have moved since it
    /// was looked up.
    async fn columns_of_move(
        &self,
        conn: &mut AsyncPgConnection,
        column_id: Uuid,
    ) -> Result<(Column, Column), MoveError> {
        let from: Column = cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .filter(cards::id.eq(self.id))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .select(Column::as_select())
            .first(conn)
            .await
            .optional()?
            .ok_or(MoveError::CardGone)?;
        if from.id == column_id {
            return Ok((from.clone(), from));
        }
        let to: Column = columns::table
            .find(column_id)
            .filter(columns::board_id.eq(self.board_id))
            .select(Column::as_select())
            .first(conn)
            .await
            .optional()?
            .ok_or(MoveError::Unknown)?;
        if to.archived_at.is_some() { Err(MoveError::ColumnGone) } else { Ok((from, to)) }
    }

    async fn rank_to_follow(
        &self,
        conn: &mut AsyncPgConnection,
        column_id: Uuid,
        after: Uuid,
    ) -> Result<String, MoveError> {
        let (column, rank, gone): (Uuid, String, bool) = cards::table
            .find(after)
            .filter(cards::board_id.eq(self.board_id))
            .select((
                cards::column_id,
                cards::rank,
                cards::archived_at.is_not_null().or(cards::deleted_at.is_not_null()),
            ))
            .first(conn)
            .await
            .optional()?
            .ok_or(MoveError::Unknown)?;
        if gone || column != column_id || after == self.id { Err(MoveError::AfterGone) } else { Ok(rank) }
    }

    /// The next rank that is taken in a column, by an archived card too.
    async fn rank_after(
        &self,
        conn: &mut AsyncPgConnection,
        column_id: Uuid,
        rank: Option<&str>,
    ) -> QueryResult<Option<String>> {
        cards::table
            .filter(cards::column_id.eq(column_id).and(cards::id.ne(self.id)))
            // No rank is empty, so this is the first one where there is none to follow.
            .filter(cards::rank.gt(rank.unwrap_or_default()))
            .order(cards::rank)
            .select(cards::rank)
            .first(conn)
            .await
            .optional()
    }
}

async fn respread(conn: &mut AsyncPgConnection, column_id: Uuid) -> QueryResult<()> {
    let ids: Vec<Uuid> = cards::table
        .filter(cards::column_id.eq(column_id))
        .order(cards::rank)
        .select(cards::id)
        .load(conn)
        .await?;
    rank::respread(conn, RankedTable::Cards, &ids).await
}
