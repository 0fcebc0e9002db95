//! The one way to anything on a board: through the user's membership, or through what the board lets everybody do.
//!
//! Every look-up weighs both, so an outsider meets the same `NotFound` as somebody who asks for an id that
//! does not exist. What a role may not do, a member is told.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::card::Card;
use super::card_link::{self, CardLink};
use super::checklist::Checklist;
use super::checklist::item::ChecklistItem;
use super::column::Column;
use super::comment::Comment;
use super::event::EventKey;
use super::field::Field;
use super::file::File;
use super::filter::Filter;
use super::invitation::Invitation;
use super::join_link::JoinLink;
use super::label::Label;
use super::member::Member;
use super::principal::Principal;
use super::right::Right;
use super::session::Session;
use super::trash::{
    DeletedBoard, DeletedCard, DeletedChecklist, DeletedField, DeletedFile, DeletedItem, DeletedLabel,
};
use crate::error::Refusal;
use crate::schema::{
    boards, card_links, cards, checklist_items as items, checklists, columns_ as columns, comments, events,
    fields, files, invitations, join_links, labels, members, objects, sessions, users,
};
use crate::time_zone::LocalTime;

/// A board as a person meets it who may see it.
#[derive(Clone, Debug)]
pub struct Access {
    pub board: Board,
    /// The membership; on a board that is open to everybody, with the higher of the two roles.
    pub member: Member,
    /// Whether the person is a member themselves.
    pub is_member: bool,
    /// What time it is for them.
    pub time: LocalTime,
    /// Which of the board's cards the page shows them from which they ask.
    pub filter: Filter,
}

/// A thing on a board that a path names by its id.
#[derive(Clone, Debug)]
pub struct Found<T> {
    pub access: Access,
    pub thing: T,
}

/// What a person reaches by an id.
#[derive(Clone, Debug)]
pub enum Reach<T> {
    Found(Found<T>),
    /// Something is there, on this board, of which they may not know.
    Hidden {
        board_id: Uuid,
    },
    Nothing,
}

impl<T> Reach<T> {
    fn of(
        board: Option<Board>,
        member: Option<Member>,
        time: LocalTime,
        thing: impl FnOnce(&Board) -> Option<T>,
    ) -> Self {
        let Some((board, thing)) = board.and_then(|board| thing(&board).map(|thing| (board, thing))) else {
            return Self::Nothing;
        };
        let board_id = board.id;
        match Access::of(board, member, time) {
            Some(access) => Self::Found(Found { access, thing }),
            None => Self::Hidden { board_id },
        }
    }

    /// How much may be done with it, to compare.
    fn right(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Hidden { .. } => 1,
            Self::Found(found) if !found.access.may(Right::Edit) => 2,
            Self::Found(_) => 3,
        }
    }
}

/// A kind of thing on a board.
pub trait OnBoard: Sized + Send + Sync {
    /// Who the live session of this token belongs to; and the thing, if they may know of it. One query.
    fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> impl Future<Output = QueryResult<Option<(Principal, Reach<Self>)>>> + Send;
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
            ) -> QueryResult<Option<(Principal, Reach<Self>)>> {
                let is_member = members::user_id.eq(users::id).and(members::board_id.eq($board_id));
                let is_live = boards::id.nullable().eq($board_id.nullable()).and(boards::deleted_at.is_null());
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
                    let time = LocalTime { now, zone: principal.time_zone() };
                    (principal, Reach::of(board, member, time, |_| thing))
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
    Checklist, by id:
        checklists on checklists::id.eq(id).and(checklists::deleted_at.is_null()),
        cards on cards::id.eq(checklists::card_id).and(cards::deleted_at.is_null());
        board cards::board_id;
    ChecklistItem, by id:
        items on items::id.eq(id).and(items::deleted_at.is_null()),
        checklists on checklists::id.eq(items::checklist_id).and(checklists::deleted_at.is_null()),
        cards on cards::id.eq(checklists::card_id).and(cards::deleted_at.is_null());
        board cards::board_id;
    DeletedCard, by id:
        cards on cards::id.eq(id);
        board cards::board_id;
    DeletedFile, by id:
        files on files::id.eq(id),
        cards on cards::id.eq(files::card_id).and(cards::deleted_at.is_null());
        board cards::board_id;
    DeletedLabel, by id:
        labels on labels::id.eq(id);
        board labels::board_id;
    DeletedChecklist, by id:
        checklists on checklists::id.eq(id),
        cards on cards::id.eq(checklists::card_id).and(cards::deleted_at.is_null());
        board cards::board_id;
    DeletedItem, by id:
        items on items::id.eq(id),
        checklists on checklists::id.eq(items::checklist_id).and(checklists::deleted_at.is_null()),
        cards on cards::id.eq(checklists::card_id).and(cards::deleted_at.is_null());
        board cards::board_id;
    Label, by id:
        labels on labels::id.eq(id).and(labels::deleted_at.is_null());
        board labels::board_id;
    Field, by id:
        fields on fields::id.eq(id).and(fields::deleted_at.is_null());
        board fields::board_id;
    DeletedField, by id:
        fields on fields::id.eq(id);
        board fields::board_id;
    Invitation, by id:
        invitations on invitations::id.eq(id);
        board invitations::board_id;
    JoinLink, by id:
        join_links on join_links::id.eq(id);
        board join_links::board_id;
    EventKey, by id:
        events on events::id.eq(id);
        board events::board_id;
    Comment, by id:
        comments on comments::id.eq(id);
        board comments::board_id;
    File, by id:
        files on files::id.eq(id).and(files::deleted_at.is_null()),
        objects on objects::key.eq(files::object_key),
        cards on cards::id.eq(files::card_id).and(cards::deleted_at.is_null());
        board cards::board_id;
}

/// A board whose page is asked for, with all that decides whether it has changed.
#[derive(Clone, Debug)]
pub struct ShownBoard {
    /// See [`CardLink::version_of_blockers`].
    pub blockers: Option<String>,
}

impl OnBoard for ShownBoard {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Principal, Reach<Self>)>> {
        let is_member = members::user_id.eq(users::id).and(members::board_id.eq(id));
        let is_live = boards::id.eq(id).and(boards::deleted_at.is_null());
        let row = sessions::table
            .inner_join(users::table)
            .left_join(members::table.on(is_member))
            .left_join(boards::table.on(is_live))
            .filter(Session::is_live(token_hashes, now))
            .select((
                Principal::as_select(),
                Option::<Board>::as_select(),
                Option::<Member>::as_select(),
                card_link::version_of_blockers(boards::id.nullable()),
            ))
            .first::<(Principal, Option<Board>, Option<Member>, Option<String>)>(conn)
            .await
            .optional()?;
        Ok(row.map(|(principal, board, member, blockers)| {
            let time = LocalTime { now, zone: principal.time_zone() };
            (principal, Reach::of(board, member, time, |_| Some(Self { blockers })))
        }))
    }
}

/// A link is on the boards of both of its cards: it is reached through the one on which the person may do more.
impl OnBoard for CardLink {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Principal, Reach<Self>)>> {
        let is_end = boards::id.eq(card_links::from_board_id).or(boards::id.eq(card_links::to_board_id));
        let is_member = members::user_id.eq(users::id).and(members::board_id.eq(boards::id));
        type Row = (Principal, Option<Board>, Option<Member>, Option<CardLink>);
        let rows: Vec<Row> = sessions::table
            .inner_join(users::table)
            .left_join(card_links::table.on(card_links::id.eq(id)))
            .left_join(boards::table.on(is_end.and(boards::deleted_at.is_null())))
            .left_join(members::table.on(is_member))
            .filter(Session::is_live(token_hashes, now))
            .order(boards::id)
            .select((
                Principal::as_select(),
                Option::<Board>::as_select(),
                Option::<Member>::as_select(),
                Option::<Self>::as_select(),
            ))
            .load(conn)
            .await?;
        let ends = rows.into_iter().map(|(principal, board, member, link)| {
            let time = LocalTime { now, zone: principal.time_zone() };
            (principal, Reach::of(board, member, time, |_| link))
        });
        Ok(ends.reduce(|one, other| if other.1.right() > one.1.right() { other } else { one }))
    }
}

impl OnBoard for Board {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Principal, Reach<Self>)>> {
        let is_member = members::user_id.eq(users::id).and(members::board_id.eq(id));
        let is_live = boards::id.eq(id).and(boards::deleted_at.is_null());
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
            let time = LocalTime { now, zone: principal.time_zone() };
            (principal, Reach::of(board, member, time, |board| Some(board.clone())))
        }))
    }
}

impl OnBoard for DeletedBoard {
    async fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Principal, Reach<Self>)>> {
        let is_member = members::user_id.eq(users::id).and(members::board_id.eq(id));
        let row = sessions::table
            .inner_join(users::table)
            .left_join(members::table.on(is_member))
            .left_join(boards::table.on(boards::id.eq(id)))
            .filter(Session::is_live(token_hashes, now))
            .select((
                Principal::as_select(),
                Option::<Board>::as_select(),
                Option::<Member>::as_select(),
                Option::<Self>::as_select(),
            ))
            .first::<(Principal, Option<Board>, Option<Member>, Option<Self>)>(conn)
            .await
            .optional()?;
        Ok(row.map(|(principal, board, member, thing)| {
            let time = LocalTime { now, zone: principal.time_zone() };
            (principal, Reach::of(board, member, time, |_| thing))
        }))
    }
}

impl Access {
    /// None for a person who may not know of the board.
    fn of(board: Board, member: Option<Member>, time: LocalTime) -> Option<Self> {
        let is_member = member.is_some();
        let role = member.as_ref().map(|member| member.role).max(board.open_role)?;
        let starred_at = member.and_then(|member| member.starred_at);
        let member = Member { role, starred_at };
        Some(Self { board, member, is_member, time, filter: Filter::default() })
    }

    /// The same after a change, by which the person may have another role; none where they may not know of the board any more.
    pub async fn anew(&self, conn: &AsyncPgConnection, user_id: Uuid) -> QueryResult<Option<Self>> {
        let access = self.of_board(conn, self.board.id, user_id).await?;
        Ok(access.map(|access| Self { filter: self.filter.clone(), ..access }))
    }

    /// The same person on this board; none where they may not know of it.
    pub async fn of_board(
        &self,
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        user_id: Uuid,
    ) -> QueryResult<Option<Self>> {
        let is_member = members::board_id.eq(boards::id).and(members::user_id.eq(user_id));
        let row: Option<(Board, Option<Member>)> = boards::table
            .left_join(members::table.on(is_member))
            .filter(boards::id.eq(board_id).and(boards::deleted_at.is_null()))
            .select((Board::as_select(), Option::<Member>::as_select()))
            .first(&mut conn)
            .await
            .optional()?;
        Ok(row.and_then(|(board, member)| Self::of(board, member, self.time)))
    }

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
