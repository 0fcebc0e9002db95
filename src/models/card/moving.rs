//! Moving a card.

use chrono::{DateTime, Utc};
use diesel::dsl::min;
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
            // All that is left to ask, in one round trip: others wait for this board meanwhile.
            let (from, to, gap) = tokio::try_join!(
                self.column_now(conn),
                self.column_to(conn, column_id),
                self.gap(conn, column_id, after)
            )?;
            let from = from.ok_or(MoveError::CardGone)?;
            let to = to.ok_or(MoveError::Unknown)?;
            if to.archived_at.is_some() && to.id != from.id {
                return Err(MoveError::ColumnGone);
            }
            // After itself means: where it is.
            if after == Some(self.id) && to.id == from.id {
                return Ok(to);
            }
            let gap = gap?;
            let rank = rank::between(gap.before.as_deref(), gap.next.as_deref())
                .map_err(diesel::result::Error::from)?;
            let kind = EventKind::CardMoved {
                title: self.title.as_str(),
                from: from.title.as_str(),
                to: to.title.as_str(),
            };
            tokio::try_join!(
                diesel::update(cards::table.find(self.id))
                    .set((cards::column_id.eq(column_id), cards::rank.eq(&rank)))
                    .execute(&mut &*conn),
                NewEvent::on_card(self, by, kind).record(conn, now)
            )?;
            if rank.len() > rank::LONGEST {
                respread(conn, column_id).await?;
            }
            Ok(to)
        })
        .await
    }

    /// Where the card is by now; none where it has been archived or deleted.
    async fn column_now(&self, mut conn: &AsyncPgConnection) -> QueryResult<Option<Column>> {
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .filter(cards::id.eq(self.id))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .select(Column::as_select())
            .first(&mut conn)
            .await
            .optional()
    }

    /// Where it goes; none where that is no column of its board.
    async fn column_to(&self, mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Option<Column>> {
        columns::table
            .find(id)
            .filter(columns::board_id.eq(self.board_id))
            .select(Column::as_select())
            .first(&mut conn)
            .await
            .optional()
    }

    /// The place after a card, or on top.
    async fn gap(
        &self,
        mut conn: &AsyncPgConnection,
        column_id: Uuid,
        after: Option<Uuid>,
    ) -> QueryResult<Result<Gap, MoveError>> {
        let Some(after) = after else {
            let others = cards::table.filter(cards::column_id.eq(column_id).and(cards::id.ne(self.id)));
            let next = others.select(min(cards::rank)).first(&mut conn).await?;
            return Ok(Ok(Gap { before: None, next }));
        };
        let others = diesel::alias!(cards as others);
        let next = others
            .filter(others.field(cards::column_id).eq(cards::column_id))
            .filter(others.field(cards::id).ne(self.id))
            .filter(others.field(cards::rank).gt(cards::rank))
            .select(min(others.field(cards::rank)))
            .single_value();
        let found: Option<(Uuid, bool, String, Option<String>)> = cards::table
            .find(after)
            .filter(cards::board_id.eq(self.board_id))
            .select((
                cards::column_id,
                cards::archived_at.is_not_null().or(cards::deleted_at.is_not_null()),
                cards::rank,
                next,
            ))
            .first(&mut conn)
            .await
            .optional()?;
        Ok(match found {
            None => Err(MoveError::Unknown),
            Some((column, gone, ..)) if gone || column != column_id || after == self.id => {
                Err(MoveError::AfterGone)
            }
            Some((_, _, before, next)) => Ok(Gap { before: Some(before), next }),
        })
    }
}

/// The ranks that a card goes between; `None` stands for either end. An archived card's is taken too.
struct Gap {
    before: Option<String>,
    next: Option<String>,
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
