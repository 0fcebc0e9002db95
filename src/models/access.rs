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
use super::principal::Principal;
use super::right::Right;
use super::session::Session;
use crate::error::Refusal;
use crate::schema::{boards, cards, columns_ as columns, files, members, objects, sessions, users};

/// A board as one of its members meets it.
#[derive(Clone, Debug)]
pub struct Access {
    pub board: Board,
    pub member: Member,
}

/// A thing on a board that a path names by its id.
#[derive(Clone, Debug)]
pub struct Found<T> {
    pub access: Access,
    pub thing: T,
}

/// A kind of thing on a board.
pub trait OnBoard: Sized + Send + Sync {
    /// Who the live session of this token belongs to; and the thing, if they may know of it. One query.
    fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> impl Future<Output = QueryResult<Option<(Principal, Option<Found<Self>>)>>> + Send;
}

/// How each kind is found: what is joined to it by `id`, and which of its columns is the board's id.
macro_rules! found {
    ($($thing:ident, by $id:ident: $($table:ident on $condition:expr),*; board $board_id:expr;)*) => { $(
        impl OnBoard for $thing {
            async fn find(
                conn: &mut AsyncPgConnection,
                token_hashes: &[Vec<u8>],
                $id: Uuid,
                now: DateTime<Utc>,
            ) -> QueryResult<Option<(Principal, Option<Found<Self>>)>> {
                let is_member = members::user_id.eq(users::id).and(members::board_id.eq($board_id));
                let is_live = boards::id.eq(members::board_id).and(boards::deleted_at.is_null());
                let row = sessions::table
                    .inner_join(users::table)
                    $(.left_join($table::table.on($condition)))*
                    .left_join(members::table.on(is_member))
                    .left_join(boards::table.on(is_live))
                    .filter(Session::is_live(token_hashes, now))
                    .select((
                        Principal::as_select(),
                        Option::<Board>::as_select(),
                        Option::<Member>::as_select(),
                        Option::<$thing>::as_select(),
                    ))
                    .first::<(Principal, Option<Board>, Option<Member>, Option<$thing>)>(conn)
                    .await
                    .optional()?;
                Ok(row.map(|(principal, board, member, thing)| {
                    let access = board.zip(member).map(|(board, member)| Access { board, member });
                    (principal, access.zip(thing).map(|(access, thing)| Found { access, thing }))
                }))
            }
        }
    )* };
}

found! {
    Column, by id:
        columns on columns::id.eq(id);
        board columns::board_id;
    Card, by id:
        cards on cards::id.eq(id).and(cards::deleted_at.is_null());
        board cards::board_id;
    File, by id:
        files on files::id.eq(id).and(files::deleted_at.is_null()),
        objects on objects::key.eq(files::object_key),
        cards on cards::id.eq(files::card_id).and(cards::deleted_at.is_null());
        board cards::board_id;
}

impl OnBoard for Board {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Principal, Option<Found<Self>>)>> {
        let is_member = members::user_id.eq(users::id).and(members::board_id.eq(id));
        let is_live = boards::id.eq(members::board_id).and(boards::deleted_at.is_null());
        let row = sessions::table
            .inner_join(users::table)
            .left_join(members::table.on(is_member))
            .left_join(boards::table.on(is_live))
            .filter(Session::is_live(token_hashes, now))
            .select((Principal::as_select(), Option::<Board>::as_select(), Option::<Member>::as_select()))
            .first::<(Principal, Option<Board>, Option<Member>)>(conn)
            .await
            .optional()?;
        Ok(row.map(|(principal, board, member)| {
            let found = board.zip(member).map(|(board, member)| {
                let thing = board.clone();
                Found { access: Access { board, member }, thing }
            });
            (principal, found)
        }))
    }
}

impl Access {
    /// Whether the member has this right now.
    ///
    /// # Errors
    /// Why not.
    pub fn weigh(&self, right: Right) -> Result<(), Refusal> {
        right.weigh(self.member.role, self.board.archived_at.is_some())
    }

    pub fn may(&self, right: Right) -> bool {
        self.weigh(right).is_ok()
    }
}
