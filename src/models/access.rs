//! The one way to anything on a board: through the user's membership.
//!
//! Every look-up joins `members`, so an outsider meets the same `NotFound` as somebody who asks for an id that
//! does not exist. What a role may not do, a member is told.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::card::Card;
use super::column::Column;
use super::file::File;
use super::member::Member;
use super::role::Role;
use super::session::Session;
use super::user::User;
use crate::error::Refusal;
use crate::schema::{boards, cards, columns_ as columns, files, members, objects, sessions, users};

/// A board as one of its members meets it.
#[derive(Clone, Debug)]
pub struct Access {
    pub board: Board,
    pub member: Member,
}

/// A column, archived or not, as one of its board's members meets it.
pub type ColumnAccess = (Access, Column);

/// A card, archived or not but not deleted, in its column, as one of its board's members meets it.
pub type CardAccess = (Access, Column, Card);

/// A file that is not deleted, on such a card.
pub type FileAccess = (Access, Column, Card, File);

/// What a session can reach by its id: session, user and right in the one query that a page has to make anyway.
pub trait Reach: Sized + Send {
    /// The live session of this token with its user, as [`Session::find`] has it; and the thing, if its user may
    /// know of it.
    fn find(
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> impl Future<Output = QueryResult<Option<(Session, User, Option<Self>)>>> + Send;
}

/// The one query of a look-up: a live session with its user, what is joined to lead to the board, the membership
/// that alone lets the user know of it, and the board.
macro_rules! reached {
    (
        $conn:ident, $token_hash:ident, $now:ident,
        through [$($table:ident on $condition:expr),*], board $board_id:expr, with [$($thing:ty),*]
    ) => {
        sessions::table
            .inner_join(users::table)
            $(.left_join($table::table.on($condition)))*
            .left_join(members::table.on(members::user_id.eq(users::id).and(members::board_id.eq($board_id))))
            .left_join(boards::table.on(boards::id.eq(members::board_id).and(boards::deleted_at.is_null())))
            .filter(Session::is_live($token_hash, $now))
            .select((
                Session::as_select(),
                User::as_select(),
                Option::<Board>::as_select(),
                Option::<Member>::as_select(),
                $(Option::<$thing>::as_select(),)*
            ))
            .first::<(Session, User, Option<Board>, Option<Member>, $(Option<$thing>,)*)>($conn)
            .await
            .optional()?
    };
}

impl Reach for Access {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Session, User, Option<Self>)>> {
        let found = reached!(conn, token_hash, now, through [], board id, with []);
        Ok(found.map(|(session, user, board, member)| (session, user, Self::joined(board, member))))
    }
}

impl Reach for ColumnAccess {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Session, User, Option<Self>)>> {
        let found = reached!(
            conn, token_hash, now,
            through [columns on columns::id.eq(id)],
            board columns::board_id,
            with [Column]
        );
        Ok(found.map(|(session, user, board, member, column)| {
            (session, user, Access::joined(board, member).zip(column))
        }))
    }
}

impl Reach for CardAccess {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Session, User, Option<Self>)>> {
        let found = reached!(
            conn, token_hash, now,
            through [
                cards on cards::id.eq(id).and(cards::deleted_at.is_null()),
                columns on columns::id.eq(cards::column_id)
            ],
            board cards::board_id,
            with [Column, Card]
        );
        Ok(found.map(|(session, user, board, member, column, card)| {
            let card = Access::joined(board, member)
                .zip(column)
                .zip(card)
                .map(|((access, column), card)| (access, column, card));
            (session, user, card)
        }))
    }
}

impl Reach for FileAccess {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Session, User, Option<Self>)>> {
        let found = reached!(
            conn, token_hash, now,
            through [
                files on files::id.eq(id).and(files::deleted_at.is_null()),
                objects on objects::key.eq(files::object_key),
                cards on cards::id.eq(files::card_id).and(cards::deleted_at.is_null()),
                columns on columns::id.eq(cards::column_id)
            ],
            board cards::board_id,
            with [Column, Card, File]
        );
        Ok(found.map(|(session, user, board, member, column, card, file)| {
            let file = Access::joined(board, member)
                .zip(column)
                .zip(card)
                .zip(file)
                .map(|(((access, column), card), file)| (access, column, card, file));
            (session, user, file)
        }))
    }
}

impl Access {
    /// The board and the membership as they are by now, in a transaction that has begun a change of the board: what was
    /// allowed when a long upload began may not be any more.
    ///
    /// # Errors
    /// `NotFound` for somebody who is no member any more, or whose account is disabled.
    pub(super) async fn under_lock(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        user_id: Uuid,
    ) -> QueryResult<Self> {
        let (board, member) = members::table
            .inner_join(boards::table)
            .inner_join(users::table)
            .filter(members::board_id.eq(board_id).and(members::user_id.eq(user_id)))
            .filter(users::disabled_at.is_null())
            .select((Board::as_select(), Member::as_select()))
            .first(conn)
            .await?;
        Ok(Self { board, member })
    }

    /// What the joins of a look-up found; nothing where one of them found nothing.
    fn joined(board: Option<Board>, member: Option<Member>) -> Option<Self> {
        board.zip(member).map(|(board, member)| Self { board, member })
    }

    /// Whether columns and cards can be changed here and now.
    pub fn can_edit(&self) -> bool {
        self.member.role >= Role::Editor && self.board.archived_at.is_none()
    }

    /// Whether the board itself can be archived, restored and deleted.
    pub fn can_manage(&self) -> bool {
        self.member.role >= Role::Owner
    }

    /// # Errors
    /// A role that may not change columns and cards, or an archived board.
    pub fn require_edit(&self) -> Result<(), Refusal> {
        if self.member.role < Role::Editor {
            return Err(Refusal::RoleTooLow);
        }
        if self.board.archived_at.is_some() {
            return Err(Refusal::BoardArchived);
        }
        Ok(())
    }

    /// # Errors
    /// For everybody but the board's owners.
    pub fn require_manage(&self) -> Result<(), Refusal> {
        if self.can_manage() { Ok(()) } else { Err(Refusal::OwnersOnly) }
    }
}
