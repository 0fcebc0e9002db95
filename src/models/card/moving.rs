//! Moving a card.

use chrono::{DateTime, Utc};
use diesel::dsl::min;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
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
        let mut stays = None;
        let moved = conn
            .transaction(async |conn| {
                Board::touch(conn, self.board_id, now).await?;
                let Places { rank: present, from, to, follow, next } =
                    self.places(conn, column_id, after).await?;
                let to = to.ok_or(MoveError::Unknown)?;
                if to.archived_at.is_some() && to.id != from.id {
                    return Err(MoveError::ColumnGone);
                }
                let before = match (after, follow) {
                    (None, _) => None,
                    // After itself means: where it is.
                    (Some(id), _) if id == self.id && to.id == from.id => Some(present.clone()),
                    (Some(_), None) => return Err(MoveError::Unknown),
                    (Some(id), Some(follow)) if follow.gone || follow.column_id != to.id || id == self.id => {
                        return Err(MoveError::AfterGone);
                    }
                    (Some(_), Some(follow)) => Some(follow.rank),
                };
                let is_between = before.as_ref().is_none_or(|before| *before <= present)
                    && next.as_ref().is_none_or(|next| present < *next);
                if to.id == from.id && is_between {
                    stays = Some(to);
                    // Rolled back: what stays where it is changes no revision.
                    return Err(diesel::result::Error::RollbackTransaction.into());
                }
                let rank =
                    rank::between(before.as_deref(), next.as_deref()).map_err(diesel::result::Error::from)?;
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
            .await;
        stays.map_or(moved, Ok)
    }

    /// Read inside the transaction, for any of it may have changed since the card was looked up; and in one
    /// query, for others wait meanwhile.
    async fn places(
        &self,
        conn: &mut AsyncPgConnection,
        column_id: Uuid,
        after: Option<Uuid>,
    ) -> Result<Places, MoveError> {
        let (to, follow, others) = diesel::alias!(columns as to, cards as follow, cards as others);
        // No rank is empty, so with none to follow the next one is the first.
        let next = others
            .filter(others.field(cards::column_id).eq(column_id).and(others.field(cards::id).ne(self.id)))
            .filter(others.field(cards::rank).gt(coalesce(follow.field(cards::rank).nullable(), "")))
            .select(min(others.field(cards::rank)))
            .single_value();
        let gone =
            follow.field(cards::archived_at).is_not_null().or(follow.field(cards::deleted_at).is_not_null());
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .left_join(
                to.on(to
                    .field(columns::id)
                    .eq(column_id)
                    .and(to.field(columns::board_id).eq(cards::board_id))),
            )
            .left_join(
                follow.on(follow
                    .field(cards::id)
                    .nullable()
                    .eq(after)
                    .and(follow.field(cards::board_id).eq(cards::board_id))),
            )
            .filter(cards::id.eq(self.id))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .select((
                cards::rank,
                Column::as_select(),
                to.fields(<Column as Selectable<Pg>>::construct_selection()).nullable(),
                (follow.field(cards::column_id), follow.field(cards::rank), gone).nullable(),
                next,
            ))
            .first(conn)
            .await
            .optional()?
            .ok_or(MoveError::CardGone)
    }
}

diesel::define_sql_function! {
    fn coalesce(one: diesel::sql_types::Nullable<Text>, other: Text) -> Text;
}

/// What decides on a move.
#[derive(Queryable)]
struct Places {
    /// The card's own rank.
    rank: String,
    /// Where the card is by now.
    from: Column,
    /// Where it goes; none where that is no column of its board.
    to: Option<Column>,
    /// The card to follow; none where its board has no such card.
    follow: Option<Follow>,
    /// The next rank that is taken in `to`, by an archived card too.
    next: Option<String>,
}

#[derive(Queryable)]
struct Follow {
    column_id: Uuid,
    rank: String,
    /// Archived or deleted.
    gone: bool,
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
