//! Making a board, and changing the board itself.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Board, NewBoard};
use crate::error::Refusal;
use crate::models::change::{Author, Change, ChangeResult};
use crate::models::event::Happened;
use crate::models::member::Member;
use crate::models::role::Role;
use crate::models::trash::KEPT;
use crate::schema::{boards, members};

/// Boards of one person; the message of [`Refusal::TooManyBoards`] says it.
pub(super) const OF_PERSON_MOST: i64 = 2000;

impl Board {
    /// Makes a board that `owner` owns.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        new: NewBoard<'_>,
        owner: Uuid,
        at: DateTime<Utc>,
    ) -> ChangeResult<Self> {
        conn.transaction(async |conn| {
            must_be_room_for(conn, owner).await?;
            let board = make(conn, new, owner, at).await?;
            let change = Change::making(conn, board.clone(), Author::owner(owner), at);
            change.record(Happened::BoardCreated { title: new.title.to_owned() }).await?;
            Ok(board)
        })
        .await
    }

    /// Gives the board another title or color.
    pub async fn update(change: &mut Change<'_>, new: NewBoard<'_>) -> ChangeResult<()> {
        let before = change.board().clone();
        if before.title == new.title && before.color == new.color {
            return Ok(());
        }
        let board: Self = diesel::update(boards::table.find(before.id))
            .set((boards::title.eq(new.title), boards::color.eq(new.color)))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        if before.title != board.title {
            let to = board.title.clone();
            change.record(Happened::BoardRenamed { from: before.title, to }).await?;
        }
        if before.color != board.color {
            let from = Some(before.color);
            change.record(Happened::BoardRecolored { from, to: board.color }).await?;
        }
        change.set_board(board);
        Ok(())
    }

    /// Lets everybody with an account do so much on the board, or nothing.
    pub async fn open(change: &mut Change<'_>, to: Option<Role>) -> ChangeResult<()> {
        let from = change.board().open_role;
        if from == to {
            return Ok(());
        }
        let board = diesel::update(boards::table.find(change.board().id))
            .set(boards::open_role.eq(to))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        change.set_board(board);
        change.record(Happened::BoardOpened { from, to }).await
    }

    /// Offers the board to begin other boards with, or no longer does. Nothing happens where that is so already.
    pub async fn set_template(change: &mut Change<'_>, is_template: bool) -> ChangeResult<()> {
        if change.board().is_template == is_template {
            return Ok(());
        }
        let board = diesel::update(boards::table.find(change.board().id))
            .set(boards::is_template.eq(is_template))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        change.set_board(board);
        let happened = if is_template { Happened::BoardTemplated {} } else { Happened::BoardUntemplated {} };
        change.record(happened).await
    }

    pub async fn archive(change: &mut Change<'_>) -> ChangeResult<()> {
        Self::set_archived(change, Some(change.at()), Happened::BoardArchived {}).await
    }

    pub async fn restore(change: &mut Change<'_>) -> ChangeResult<()> {
        Self::set_archived(change, None, Happened::BoardRestored {}).await
    }

    async fn set_archived(
        change: &mut Change<'_>,
        since: Option<DateTime<Utc>>,
        happened: Happened,
    ) -> ChangeResult<()> {
        if change.board().archived_at.is_some() == since.is_some() {
            return Ok(());
        }
        let board = diesel::update(boards::table.find(change.board().id))
            .set(boards::archived_at.eq(since))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        change.set_board(board);
        change.record(happened).await
    }

    /// Brings a deleted board back with everything on it, to everybody who was on it. Nothing happens where it is there.
    ///
    /// # Errors
    /// `NotFound` where it was deleted too long ago.
    pub async fn undelete(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        author: Author,
        at: DateTime<Utc>,
    ) -> ChangeResult<()> {
        conn.transaction(async |conn| {
            let row = boards::table.find(id).select(boards::deleted_at).for_update();
            let deleted_at: Option<DateTime<Utc>> = row.first(conn).await?;
            let Some(deleted_at) = deleted_at else { return Ok(()) };
            if deleted_at + KEPT <= at {
                return Err(diesel::result::Error::NotFound.into());
            }
            let board: Self = diesel::update(boards::table.find(id))
                .set((
                    boards::deleted_at.eq(None::<DateTime<Utc>>),
                    boards::revision.eq(boards::revision + 1),
                    boards::search_revision.eq(boards::search_revision + 1),
                    boards::updated_at.eq(at),
                ))
                .returning(Self::as_returning())
                .get_result(conn)
                .await?;
            Change::making(conn, board, author, at).record(Happened::BoardUndeleted {}).await
        })
        .await
    }

    /// Takes the board away from everybody. The row stays 30 days, in its owners' trash.
    pub async fn delete(change: &mut Change<'_>) -> ChangeResult<()> {
        diesel::update(boards::table.find(change.board().id))
            .set(boards::deleted_at.eq(change.at()))
            .execute(&mut change.conn())
            .await?;
        change.record(Happened::BoardDeleted {}).await
    }
}

/// # Errors
/// [`Refusal::TooManyBoards`].
pub(super) async fn must_be_room_for(conn: &mut AsyncPgConnection, owner: Uuid) -> ChangeResult<()> {
    let of_owner = members::table.inner_join(boards::table).filter(members::user_id.eq(owner));
    let count: i64 = of_owner.filter(boards::deleted_at.is_null()).count().get_result(conn).await?;
    if count >= OF_PERSON_MOST { Err(Refusal::TooManyBoards.into()) } else { Ok(()) }
}

/// The rows of a board and of its owner's membership.
pub(super) async fn make(
    conn: &mut AsyncPgConnection,
    new: NewBoard<'_>,
    owner: Uuid,
    at: DateTime<Utc>,
) -> QueryResult<Board> {
    let board: Board = diesel::insert_into(boards::table)
        .values((
            boards::id.eq(Uuid::now_v7()),
            boards::title.eq(new.title),
            boards::color.eq(new.color),
            boards::search_revision.eq(0),
            boards::created_at.eq(at),
            boards::updated_at.eq(at),
        ))
        .returning(Board::as_returning())
        .get_result(conn)
        .await?;
    Member::create(conn, board.id, owner, Role::Owner, at).await?;
    Ok(board)
}
