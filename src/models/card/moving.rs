//! Moving a card.

use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Card;
use crate::models::change::{Change, ChangeError, ChangeResult};
use crate::models::event::Happened;
use crate::models::order::{self, Destination, Place, Sibling};
use crate::models::rank::{self, RankedTable};
use crate::schema::{cards, columns_ as columns};

/// Why a card did not go where it was sent. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The card's board has no such column, or no such card to follow.
    #[error("no such place")]
    Unknown,
    /// The card itself has been archived or deleted meanwhile.
    #[error("the card is archived")]
    CardArchived,
    /// The column has been archived meanwhile.
    #[error("the column is archived")]
    ColumnArchived,
    /// The card to follow has left that column meanwhile.
    #[error("the card to follow is not there")]
    AfterMoved,
    /// The other board has no room for its files.
    #[error("the card's files do not fit on the board")]
    NoRoom,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for MoveError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// Where a card is to go.
#[derive(Clone, Copy, Debug)]
pub struct MoveTo {
    pub column_id: Uuid,
    /// The card to follow; none for the top.
    pub after: Option<Uuid>,
}

impl Card {
    /// Puts the card into a column of its board, after another card or on top. One card's row is written, but
    /// for the rare move after which the column's ranks are spread anew. Nothing is written where the card is there
    /// already.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_to(&self, change: &mut Change<'_>, place: MoveTo) -> Result<(), MoveError> {
        let Places { title, rank: present, from, to, follow, next } = self.places(change, place).await?;
        let to = to.ok_or(MoveError::Unknown)?;
        let stays_in_column = to.id == from.id;
        if to.archived && !stays_in_column {
            return Err(MoveError::ColumnArchived);
        }
        let before = match (place.after, follow) {
            (None, _) => None,
            // After itself means: where it is.
            (Some(id), _) if id == self.id && stays_in_column => Some(present.clone()),
            (Some(_), None) => return Err(MoveError::Unknown),
            (Some(id), Some(follow)) if follow.gone || follow.column_id != to.id || id == self.id => {
                return Err(MoveError::AfterMoved);
            }
            (Some(_), Some(follow)) => Some(follow.rank),
        };
        let is_between = before.as_ref().is_none_or(|before| *before <= present)
            && next.as_ref().is_none_or(|next| present < *next);
        if stays_in_column && is_between {
            return Ok(());
        }
        let rank = rank::between(before.as_deref(), next.as_deref()).map_err(diesel::result::Error::from)?;
        let happened = Happened::CardMoved {
            card_id: self.id,
            title,
            from: from.title,
            to: to.title,
            from_column_id: Some(from.id),
            to_column_id: Some(to.id),
            from_rank: Some(present),
            to_rank: Some(rank.clone()),
        };
        let moved = async {
            let place = (cards::column_id.eq(to.id), cards::rank.eq(&rank));
            diesel::update(cards::table.find(self.id)).set(place).execute(&mut change.conn()).await?;
            Ok::<_, ChangeError>(())
        };
        tokio::try_join!(moved, change.record(happened))?;
        if rank.len() > rank::LONGEST {
            respread(change, to.id).await?;
        }
        Ok(())
    }

    /// Puts the card back to where it was once: into this column, to its rank there or next to what has that now.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub(in crate::models) async fn put_back(
        &self,
        change: &mut Change<'_>,
        column_id: Uuid,
        rank: &str,
    ) -> Result<(), MoveError> {
        let place = MoveTo { column_id, after: None };
        let Places { title, from, to, .. } = self.places(change, place).await?;
        let to = to.ok_or(MoveError::Unknown)?;
        if to.archived && to.id != from.id {
            return Err(MoveError::ColumnArchived);
        }
        let (from_rank, to_rank) = self.ranks_in(change, to.id, rank).await?;
        diesel::update(cards::table.find(self.id))
            .set((cards::column_id.eq(to.id), cards::rank.eq(&to_rank)))
            .execute(&mut change.conn())
            .await?;
        let happened = Happened::CardMoved {
            card_id: self.id,
            title,
            from: from.title,
            to: to.title,
            from_column_id: Some(from.id),
            to_column_id: Some(to.id),
            from_rank: Some(from_rank),
            to_rank: Some(to_rank),
        };
        Ok(change.record(happened).await?)
    }

    /// Its rank, and the one that it has in a column where it goes to `rank`, or next to what has that now.
    pub(super) async fn ranks_in(
        &self,
        change: &Change<'_>,
        column_id: Uuid,
        rank: &str,
    ) -> ChangeResult<(String, String)> {
        let siblings: Vec<Sibling> = cards::table
            .filter(cards::column_id.eq(column_id).and(cards::id.ne(self.id)))
            .order(cards::rank)
            .select((cards::id, cards::rank, cards::archived_at.is_not_null()))
            .load(&mut change.conn())
            .await?;
        let me = Sibling { id: self.id, rank: self.rank(change).await?, hidden: false };
        match Place::of_newcomer(&siblings, &me, Destination::Rank(rank)) {
            Ok(Place { from_rank, to_rank, .. }) => Ok((from_rank, to_rank)),
            Err(order::MoveError::Change(error)) => Err(error),
            // Those are of rows to follow.
            Err(order::MoveError::Unknown | order::MoveError::AfterHidden) => {
                Err(diesel::result::Error::NotFound.into())
            }
        }
    }

    /// Its rank in its column.
    pub(in crate::models) async fn rank(&self, change: &Change<'_>) -> QueryResult<String> {
        cards::table.find(self.id).select(cards::rank).first(&mut change.conn()).await
    }

    /// Read under the lock, for any of it may have changed since the card was looked up; and in one
    /// query, for others wait meanwhile.
    async fn places(&self, change: &Change<'_>, place: MoveTo) -> Result<Places, MoveError> {
        let MoveTo { column_id, after } = place;
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
            .filter(cards::id.eq(self.id).and(cards::board_id.eq(change.board().id)))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .select((
                cards::title,
                cards::rank,
                (columns::id, columns::title, columns::archived_at.is_not_null()),
                to.fields((columns::id, columns::title, columns::archived_at.is_not_null())).nullable(),
                (follow.field(cards::column_id), follow.field(cards::rank), gone).nullable(),
                next,
            ))
            .first(&mut change.conn())
            .await
            .optional()?
            .ok_or(MoveError::CardArchived)
    }
}

diesel::define_sql_function! {
    fn coalesce(one: diesel::sql_types::Nullable<Text>, other: Text) -> Text;
}

/// What decides on a move.
#[derive(Queryable)]
struct Places {
    /// The card's own.
    title: String,
    rank: String,
    /// Where the card is by now.
    from: ColumnPlace,
    /// Where it goes; none where its board has no such column.
    to: Option<ColumnPlace>,
    /// The card to follow; none where its board has no such card.
    follow: Option<Follow>,
    /// The next rank that is taken in `to`, by an archived card too.
    next: Option<String>,
}

/// A column.
#[derive(Queryable)]
struct ColumnPlace {
    id: Uuid,
    title: String,
    archived: bool,
}

#[derive(Queryable)]
struct Follow {
    column_id: Uuid,
    rank: String,
    /// Archived or deleted.
    gone: bool,
}

pub(super) async fn respread(conn: &mut AsyncPgConnection, column_id: Uuid) -> QueryResult<()> {
    let ids: Vec<Uuid> = cards::table
        .filter(cards::column_id.eq(column_id))
        .order(cards::rank)
        .select(cards::id)
        .load(conn)
        .await?;
    rank::respread(conn, RankedTable::Cards, &ids).await
}
