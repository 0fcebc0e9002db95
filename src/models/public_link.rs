//! A public link: anybody who has it looks at the board, without an account.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::change::{Change, ChangeResult};
use super::event::Happened;
use crate::schema::{boards, public_links};

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = public_links, check_for_backend(diesel::pg::Pg))]
pub struct PublicLink {
    pub id: Uuid,
    pub board_id: Uuid,
    pub shows_comments: bool,
    pub password_hash: Option<String>,
    pub created_at: DateTime<Utc>,
    /// None for one that lasts until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug)]
pub struct NewPublicLink<'a> {
    /// None for one that lasts until it is revoked.
    pub days: Option<i32>,
    pub password_hash: Option<&'a str>,
    pub shows_comments: bool,
}

impl PublicLink {
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Makes the board's public link, in the place of the one that was there.
    pub async fn create(change: &mut Change<'_>, new: NewPublicLink<'_>) -> ChangeResult<()> {
        Self::revoke(change).await?;
        let (id, at) = (Uuid::now_v7(), change.at());
        diesel::insert_into(public_links::table)
            .values((
                public_links::id.eq(id),
                public_links::board_id.eq(change.board().id),
                public_links::shows_comments.eq(new.shows_comments),
                public_links::password_hash.eq(new.password_hash),
                public_links::created_by.eq(change.author()),
                public_links::created_at.eq(at),
                public_links::expires_at.eq(new.days.map(|days| at + TimeDelta::days(days.into()))),
            ))
            .execute(&mut change.conn())
            .await?;
        change.record(Happened::PublicLinkCreated { link_id: id }).await
    }

    /// Ends the board's public link. Nothing happens where there is none.
    pub async fn revoke(change: &mut Change<'_>) -> ChangeResult<()> {
        let of_board = public_links::board_id.eq(change.board().id).and(public_links::revoked_at.is_null());
        let revoked: Vec<Uuid> = diesel::update(public_links::table.filter(of_board))
            .set(public_links::revoked_at.eq(change.at()))
            .returning(public_links::id)
            .get_results(&mut change.conn())
            .await?;
        for link_id in revoked {
            change.record(Happened::PublicLinkRevoked { link_id }).await?;
        }
        Ok(())
    }

    /// The board's public link, if there is one.
    pub async fn of_board(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<Self>> {
        let link: Option<Self> = public_links::table
            .filter(public_links::board_id.eq(board_id).and(public_links::revoked_at.is_null()))
            .select(Self::as_select())
            .first(&mut conn)
            .await
            .optional()?;
        Ok(link.filter(|link| link.is_open(now)))
    }

    /// The link with its board, if both are there and it is open.
    pub async fn find_open(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<(Self, Board)>> {
        let found: Option<(Self, Board)> = public_links::table
            .inner_join(boards::table)
            .filter(public_links::id.eq(id).and(boards::deleted_at.is_null()))
            .select((Self::as_select(), Board::as_select()))
            .first(conn)
            .await
            .optional()?;
        Ok(found.filter(|(link, _)| link.is_open(now)))
    }
}
