//! A public link: a person who has it looks at the board without an account.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::card::Card;
use super::change::{Change, ChangeResult};
use super::event::Happened;
use super::file::File;
use crate::schema::{boards, cards, columns_ as columns, files, objects, public_links};

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = public_links, check_for_backend(diesel::pg::Pg))]
pub struct PublicLink {
    pub id: Uuid,
    pub board_id: Uuid,
    pub shows_comments: bool,
    /// None where the link alone suffices.
    pub password_hash: Option<String>,
    /// None for a link without an end.
    pub expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Revoked,
    Expired,
}

/// A kind of thing that is found on a board without anybody's membership. What is archived is not.
pub trait OnPublicBoard: Sized + Send {
    fn find_on(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        id: Uuid,
    ) -> impl Future<Output = QueryResult<Option<Self>>> + Send;
}

impl OnPublicBoard for Card {
    async fn find_on(conn: &mut AsyncPgConnection, board_id: Uuid, id: Uuid) -> QueryResult<Option<Self>> {
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .filter(cards::id.eq(id).and(cards::board_id.eq(board_id)))
            .filter(cards::deleted_at.is_null().and(cards::archived_at.is_null()))
            .filter(columns::archived_at.is_null())
            .select(Self::as_select())
            .first(conn)
            .await
            .optional()
    }
}

impl OnPublicBoard for File {
    async fn find_on(conn: &mut AsyncPgConnection, board_id: Uuid, id: Uuid) -> QueryResult<Option<Self>> {
        files::table
            .inner_join(objects::table)
            .inner_join(cards::table.inner_join(columns::table.on(columns::id.eq(cards::column_id))))
            .filter(files::id.eq(id).and(files::board_id.eq(board_id)).and(files::deleted_at.is_null()))
            .filter(cards::deleted_at.is_null().and(cards::archived_at.is_null()))
            .filter(columns::archived_at.is_null())
            .select(Self::as_select())
            .first(conn)
            .await
            .optional()
    }
}

#[derive(Clone, Debug)]
pub struct NewPublicLink {
    pub shows_comments: bool,
    pub password_hash: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl PublicLink {
    pub fn state(&self, now: DateTime<Utc>) -> State {
        match self {
            Self { revoked_at: Some(_), .. } => State::Revoked,
            Self { expires_at: Some(end), .. } if *end <= now => State::Expired,
            _ => State::Open,
        }
    }

    /// Gives the board its public link. One that is open keeps its address, and shows what is now chosen; one that
    /// has expired stays over, and there is another.
    pub async fn publish(change: &mut Change<'_>, new: NewPublicLink) -> ChangeResult<()> {
        let (board_id, at) = (change.board().id, change.at());
        let present = Self::unrevoked_of_board(change, board_id).await?;
        let chosen = (
            public_links::shows_comments.eq(new.shows_comments),
            public_links::password_hash.eq(&new.password_hash),
            public_links::expires_at.eq(new.expires_at),
        );
        let shows_comments = new.shows_comments;
        match present {
            Some(link) if link.state(at) == State::Open => {
                let is_same = link.shows_comments == shows_comments
                    && link.expires_at == new.expires_at
                    && link.password_hash.is_none()
                    && new.password_hash.is_none();
                if !is_same {
                    let row = diesel::update(public_links::table.find(link.id)).set(chosen);
                    row.execute(&mut change.conn()).await?;
                    change.record(Happened::PublicLinkChanged { link_id: link.id, shows_comments }).await?;
                }
            }
            expired => {
                if let Some(link) = expired {
                    Self::mark_revoked(change, link.id).await?;
                }
                let link_id = Uuid::now_v7();
                diesel::insert_into(public_links::table)
                    .values((
                        public_links::id.eq(link_id),
                        public_links::board_id.eq(board_id),
                        public_links::created_by.eq(change.author()),
                        public_links::created_at.eq(at),
                        chosen,
                    ))
                    .execute(&mut change.conn())
                    .await?;
                change.record(Happened::PublicLinkCreated { link_id, shows_comments }).await?;
            }
        }
        Ok(())
    }

    /// Nobody looks at the board without an account any more. Nothing happens where nobody does.
    pub async fn revoke(change: &mut Change<'_>) -> ChangeResult<()> {
        if let Some(link) = Self::unrevoked_of_board(change, change.board().id).await? {
            Self::mark_revoked(change, link.id).await?;
            change.record(Happened::PublicLinkRevoked { link_id: link.id }).await?;
        }
        Ok(())
    }

    /// The link, if its board is still there.
    pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<(Self, Board)>> {
        public_links::table
            .inner_join(boards::table)
            .filter(public_links::id.eq(id).and(boards::deleted_at.is_null()))
            .select((Self::as_select(), Board::as_select()))
            .first(conn)
            .await
            .optional()
    }

    /// The link by which a board is looked at.
    pub async fn open_of_board(
        conn: &AsyncPgConnection,
        board_id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<Self>> {
        let link = Self::unrevoked_of_board(conn, board_id).await?;
        Ok(link.filter(|link| link.state(now) == State::Open))
    }

    async fn unrevoked_of_board(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Option<Self>> {
        public_links::table
            .filter(public_links::board_id.eq(board_id).and(public_links::revoked_at.is_null()))
            .select(Self::as_select())
            .first(&mut conn)
            .await
            .optional()
    }

    async fn mark_revoked(change: &Change<'_>, id: Uuid) -> QueryResult<()> {
        let link = diesel::update(public_links::table.find(id));
        link.set(public_links::revoked_at.eq(change.at())).execute(&mut change.conn()).await?;
        Ok(())
    }
}
