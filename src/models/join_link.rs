//! A join link: whoever has it joins the board.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use super::member::{Joining, Member, MemberError};
use super::role::Role;
use crate::schema::{boards, join_links, members};

/// Open ones of a board; the message of [`JoinLinkError::TooMany`] says it.
const OF_BOARD_MOST: i64 = 20;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = join_links, check_for_backend(diesel::pg::Pg))]
pub struct JoinLink {
    pub id: Uuid,
    pub board_id: Uuid,
    pub role: Role,
    pub uses: i32,
    /// None for any number of people.
    pub uses_most: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Used,
    Revoked,
    Expired,
}

#[derive(Clone, Copy, Debug)]
pub struct NewJoinLink {
    pub role: Role,
    pub days: i32,
    /// None for any number of people.
    pub uses_most: Option<i32>,
}

/// Why nobody joined, or no link was made.
#[derive(Debug, thiserror::Error)]
pub enum JoinLinkError {
    #[error("the board has as many links as it can have")]
    TooMany,
    /// It is used up, revoked or expired.
    #[error("not open any more")]
    Over(State),
    #[error(transparent)]
    Members(#[from] MemberError),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for JoinLinkError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

impl JoinLink {
    pub fn state(&self, now: DateTime<Utc>) -> State {
        match self {
            Self { revoked_at: Some(_), .. } => State::Revoked,
            _ if self.expires_at <= now => State::Expired,
            Self { uses_most: Some(most), uses, .. } if uses >= most => State::Used,
            _ => State::Open,
        }
    }

    pub async fn create(change: &mut Change<'_>, new: NewJoinLink) -> Result<Self, JoinLinkError> {
        let (board_id, at) = (change.board().id, change.at());
        if Self::open_of_board(change, board_id, at).await?.len() as i64 >= OF_BOARD_MOST {
            return Err(JoinLinkError::TooMany);
        }
        let link: Self = diesel::insert_into(join_links::table)
            .values((
                join_links::id.eq(Uuid::now_v7()),
                join_links::board_id.eq(board_id),
                join_links::role.eq(new.role),
                join_links::uses_most.eq(new.uses_most),
                join_links::created_by.eq(change.author()),
                join_links::created_at.eq(at),
                join_links::expires_at.eq(at + TimeDelta::days(new.days.into())),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        change.record(Happened::JoinLinkCreated { link_id: link.id, role: link.role }).await?;
        Ok(link)
    }

    /// Nobody joins by it any more. Nothing happens where it was revoked already.
    pub async fn revoke(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let revoked = diesel::update(join_links::table.find(self.id))
            .filter(join_links::revoked_at.is_null())
            .set(join_links::revoked_at.eq(change.at()))
            .execute(&mut change.conn())
            .await?;
        if revoked > 0 {
            change.record(Happened::JoinLinkRevoked { link_id: self.id, role: self.role }).await?;
        }
        Ok(())
    }

    /// The person joins the board. It counts as no use where they are a member.
    ///
    /// # Errors
    /// [`JoinLinkError::Over`], and those of [`Member::join`].
    pub async fn join(&self, change: &mut Change<'_>, user_id: Uuid) -> Result<(), JoinLinkError> {
        let member = members::table.find((change.board().id, user_id));
        let is_member: bool =
            diesel::select(diesel::dsl::exists(member)).get_result(&mut change.conn()).await?;
        if is_member {
            return Ok(());
        }
        let link: Self =
            join_links::table.find(self.id).select(Self::as_select()).first(&mut change.conn()).await?;
        match link.state(change.at()) {
            State::Open => {}
            over => return Err(JoinLinkError::Over(over)),
        }
        diesel::update(join_links::table.find(self.id))
            .set(join_links::uses.eq(join_links::uses + 1))
            .execute(&mut change.conn())
            .await?;
        Member::join(change, user_id, link.role, Joining::ByLink).await?;
        Ok(())
    }

    /// A board's links by which people can still join, the newest first.
    pub async fn open_of_board(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<Self>> {
        let has_uses =
            join_links::uses_most.is_null().or(join_links::uses.nullable().lt(join_links::uses_most));
        join_links::table
            .filter(join_links::board_id.eq(board_id).and(join_links::revoked_at.is_null()))
            .filter(join_links::expires_at.gt(now))
            .filter(has_uses.assume_not_null())
            .order(join_links::id.desc())
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// The link, if its board is still there.
    pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<(Self, Board)>> {
        join_links::table
            .inner_join(boards::table)
            .filter(join_links::id.eq(id).and(boards::deleted_at.is_null()))
            .select((Self::as_select(), Board::as_select()))
            .first(conn)
            .await
            .optional()
    }
}
