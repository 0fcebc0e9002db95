//! A file on a card. Its content is an object in a store, and another object once it was replaced.

pub mod listing;

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::access::Access;
use super::board::Board;
use super::card::Card;
use super::event::{EventKind, NewEvent};
use super::object::{Object, REPLACED_KEPT};
use super::room::{Bound, Room};
use crate::config;
use crate::error::Refusal;
use crate::files::content_type;
use crate::jobs::{PreparePicture, RemoveUnusedObjects};
use crate::queue::NewJob;
use crate::schema::{cards, files};
use crate::storage::{Place, Stored};

/// The job's time is PostgreSQL's, the row's is this process': their clocks may differ by so much.
const JOB_MARGIN: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = files, check_for_backend(diesel::pg::Pg))]
pub struct File {
    pub id: Uuid,
    pub board_id: Uuid,
    pub card_id: Uuid,
    pub name: String,
    pub content_type: String,
    pub uploaded_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    #[diesel(embed)]
    pub object: Object,
}

/// A content that has arrived in a store, with a row of [`Object::begin`].
#[derive(Clone, Debug)]
pub struct Content {
    pub place: Place,
    pub stored: Stored,
    /// What the bytes say.
    pub content_type: &'static str,
}

/// Why a content did not become a file's.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// Others have taken the room meanwhile.
    #[error("there is no room left: {0:?}")]
    NoRoom(Bound),
    /// The board was archived, or the person's role lessened, while the content was on its way.
    #[error(transparent)]
    Denied(#[from] Refusal),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl File {
    /// Puts a file onto the card.
    ///
    /// # Errors
    /// [`AttachError`]; `NotFound` where the card was deleted or the upload given up meanwhile.
    pub async fn attach(
        conn: &mut AsyncPgConnection,
        card: &Card,
        by: Uuid,
        (name, content): (&str, &Content),
        limits: &config::Files,
        now: DateTime<Utc>,
    ) -> Result<(), AttachError> {
        conn.transaction(async |conn| {
            Board::touch(conn, card.board_id, now).await?;
            Access::under_lock(conn, card.board_id, by).await?.require_edit()?;
            let is_there = cards::table.find(card.id).filter(cards::deleted_at.is_null());
            is_there.select(cards::id).first::<Uuid>(conn).await?;
            let room = Room::taken_on_board(conn, card.board_id, limits, 0).await?;
            room.fits(content.stored.size).map_err(AttachError::NoRoom)?;
            Object::complete(conn, &content.place, &content.stored, now).await?;
            let id = Uuid::now_v7();
            diesel::insert_into(files::table)
                .values((
                    files::id.eq(id),
                    files::board_id.eq(card.board_id),
                    files::card_id.eq(card.id),
                    files::object_key.eq(&content.place.key),
                    files::name.eq(name),
                    files::content_type.eq(content.content_type),
                    files::uploaded_by.eq(by),
                    files::created_at.eq(now),
                ))
                .execute(conn)
                .await?;
            let kind = EventKind::FileAttached { name, title: card.title.as_str() };
            NewEvent::on_card(card, by, kind).record(conn, now).await?;
            Ok(prepare(conn, id, content).await?)
        })
        .await
    }

    /// # Errors
    /// `NotFound` where the file was deleted meanwhile.
    pub async fn rename(
        &self,
        conn: &mut AsyncPgConnection,
        (card, by): (&Card, Uuid),
        name: &str,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        if self.name == name {
            return Ok(());
        }
        conn.transaction(async |conn| {
            Board::touch(conn, self.board_id, now).await?;
            changed(diesel::update(self.live()).set(files::name.eq(name)).execute(conn).await?)?;
            let kind = EventKind::FileRenamed { from: self.name.as_str(), to: name };
            NewEvent::on_card(card, by, kind).record(conn, now).await
        })
        .await
    }

    /// Gives the file another content; its name and address stay.
    ///
    /// # Errors
    /// As [`File::attach`].
    pub async fn replace(
        &self,
        conn: &mut AsyncPgConnection,
        (card, by): (&Card, Uuid),
        content: &Content,
        limits: &config::Files,
        now: DateTime<Utc>,
    ) -> Result<(), AttachError> {
        conn.transaction(async |conn| {
            Board::touch(conn, self.board_id, now).await?;
            Access::under_lock(conn, self.board_id, by).await?.require_edit()?;
            let room = Room::taken_on_board(conn, self.board_id, limits, self.object.size).await?;
            room.fits(content.stored.size).map_err(AttachError::NoRoom)?;
            Object::complete(conn, &content.place, &content.stored, now).await?;
            let to = (
                files::object_key.eq(&content.place.key),
                files::content_type.eq(content.content_type),
                files::uploaded_by.eq(by),
            );
            // Another content than was read, where somebody else has replaced that one while this was on its way.
            let replaced: String = self.live().select(files::object_key).first(conn).await?;
            diesel::update(self.live()).set(to).execute(conn).await?;
            release(conn, &replaced, now).await?;
            prepare(conn, self.id, content).await?;
            let kind = EventKind::FileReplaced { name: self.name.as_str() };
            Ok(NewEvent::on_card(card, by, kind).record(conn, now).await?)
        })
        .await
    }

    /// Takes the file away from everybody. Row and content stay 30 days, for an operator to bring back.
    ///
    /// # Errors
    /// `NotFound` where the file was deleted meanwhile.
    pub async fn delete(
        &self,
        conn: &mut AsyncPgConnection,
        (card, by): (&Card, Uuid),
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        conn.transaction(async |conn| {
            Board::touch(conn, self.board_id, now).await?;
            changed(diesel::update(self.live()).set(files::deleted_at.eq(now)).execute(conn).await?)?;
            let kind = EventKind::FileDeleted { name: self.name.as_str(), title: card.title.as_str() };
            NewEvent::on_card(card, by, kind).record(conn, now).await
        })
        .await
    }

    /// Erases up to `most` files that were deleted before then; how many it were. Their contents are unused then.
    pub async fn erase_deleted(
        conn: &mut AsyncPgConnection,
        before: DateTime<Utc>,
        most: i64,
    ) -> QueryResult<usize> {
        let deleted = files::table.filter(files::deleted_at.lt(before));
        let ids: Vec<Uuid> = deleted.select(files::id).limit(most).load(conn).await?;
        diesel::delete(deleted.filter(files::id.eq_any(ids))).execute(conn).await
    }

    /// The name of the file that has this object as its content.
    pub async fn name_of_object(conn: &mut AsyncPgConnection, key: &str) -> QueryResult<Option<String>> {
        let of_object = files::table.filter(files::object_key.eq(key));
        of_object.select(files::name).first(conn).await.optional()
    }

    fn live(
        &self,
    ) -> diesel::dsl::Filter<diesel::dsl::Find<files::table, Uuid>, diesel::dsl::IsNull<files::deleted_at>>
    {
        files::table.find(self.id).filter(files::deleted_at.is_null())
    }
}

/// Has a picture prepared that has just come.
async fn prepare(conn: &mut AsyncPgConnection, file_id: Uuid, content: &Content) -> QueryResult<()> {
    if content_type::has_preview(content.content_type) {
        NewJob::new(&PreparePicture { file_id })?.enqueue(conn).await?;
    }
    Ok(())
}

/// Lets go of a content that another one has replaced: removed once nobody can be reading it any more. Each has a job of
/// its own, because each has its own time.
pub(super) async fn release(
    conn: &mut AsyncPgConnection,
    replaced: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    Object::mark_replaced(conn, replaced, now).await?;
    NewJob::new(&RemoveUnusedObjects::default())?.after(REPLACED_KEPT + JOB_MARGIN).enqueue(conn).await?;
    Ok(())
}

fn changed(rows: usize) -> QueryResult<()> {
    if rows == 0 { Err(diesel::result::Error::NotFound) } else { Ok(()) }
}
