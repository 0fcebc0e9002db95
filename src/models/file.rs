//! A file on a card. Its content is an object in a store, and another object once it was replaced.

pub mod listing;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::Card;
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use super::object::Object;
use super::quota::{self, Asked, Limit, Quota};
use super::trash::erasable;
use crate::config;
use crate::error::Refusal;
use crate::files::content_type;
use crate::queue::NewJob;
use crate::schema::{files, objects};
use crate::storage::{Place, Stored};
use crate::tasks::PreparePicture;

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
    /// Other uploads have used up the quota meanwhile.
    #[error("over the quota: {0:?}")]
    OverQuota(Limit),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for AttachError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// A file that is to go onto a card.
#[derive(Clone, Copy, Debug)]
pub struct NewFile<'a> {
    pub name: &'a str,
    pub content: &'a Content,
}

/// Files of one card; the message of [`Refusal::TooManyFiles`] says it.
const OF_CARD_MOST: i64 = 500;

erasable!(File in files);

impl File {
    /// Puts a file onto the card.
    ///
    /// # Errors
    /// [`AttachError`]; `NotFound` where the card was deleted or the upload given up meanwhile.
    pub async fn attach(
        change: &mut Change<'_>,
        card_id: Uuid,
        new: NewFile<'_>,
        limits: &config::Files,
    ) -> Result<(), AttachError> {
        let NewFile { name, content } = new;
        let title = Card::title(change, card_id).await?;
        let of_card = files::table.filter(files::card_id.eq(card_id).and(files::deleted_at.is_null()));
        let count: i64 = of_card.count().get_result(change).await?;
        if count >= OF_CARD_MOST {
            return Err(ChangeError::Refused(Refusal::TooManyFiles).into());
        }
        count_against_quota(change, content, limits, 0).await?;
        let id = Uuid::now_v7();
        diesel::insert_into(files::table)
            .values((
                files::id.eq(id),
                files::board_id.eq(change.board().id),
                files::card_id.eq(card_id),
                files::object_key.eq(&content.place.key),
                files::name.eq(name),
                files::content_type.eq(content.content_type),
                files::uploaded_by.eq(change.author()),
                files::created_at.eq(change.at()),
            ))
            .execute(&mut change.conn())
            .await?;
        prepare(change, id, content).await?;
        let (file_id, name) = (Some(id), name.to_owned());
        Ok(change.record(Happened::FileAttached { card_id, file_id, name, title }).await?)
    }

    /// Gives the file another name. Nothing happens where it is called so already.
    ///
    /// # Errors
    /// `NotFound` where the file was deleted meanwhile.
    pub async fn rename(&self, change: &mut Change<'_>, name: &str) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        if before.name == name {
            return Ok(());
        }
        diesel::update(files::table.find(self.id))
            .set(files::name.eq(name))
            .execute(&mut change.conn())
            .await?;
        let (card_id, file_id) = (self.card_id, Some(self.id));
        let (from, to) = (before.name, name.to_owned());
        change.record(Happened::FileRenamed { card_id, file_id, from, to }).await
    }

    /// Gives the file another content; its name and address stay.
    ///
    /// # Errors
    /// As [`File::attach`].
    pub async fn replace(
        &self,
        change: &mut Change<'_>,
        content: &Content,
        limits: &config::Files,
    ) -> Result<(), AttachError> {
        // Perhaps not the content that was read when the upload began: another one may have replaced that.
        let before = self.as_it_is(change).await?;
        count_against_quota(change, content, limits, before.object.size).await?;
        let to = (
            files::object_key.eq(&content.place.key),
            files::content_type.eq(content.content_type),
            files::uploaded_by.eq(change.author()),
        );
        diesel::update(files::table.find(self.id)).set(to).execute(&mut change.conn()).await?;
        release(change, &before.object.key).await?;
        prepare(change, self.id, content).await?;
        let happened = Happened::FileReplaced {
            card_id: self.card_id,
            file_id: Some(self.id),
            name: before.name,
            from_object: Some(before.object.key),
            to_object: Some(content.place.key.clone()),
        };
        Ok(change.record(happened).await?)
    }

    /// Takes the file away from everybody. Row and content stay 30 days, for an operator to bring back.
    ///
    /// # Errors
    /// `NotFound` where the file was deleted meanwhile.
    pub async fn delete(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        let title = Card::title(change, self.card_id).await?;
        let to = files::deleted_at.eq(change.at());
        diesel::update(files::table.find(self.id)).set(to).execute(&mut change.conn()).await?;
        let (card_id, file_id) = (self.card_id, Some(self.id));
        change.record(Happened::FileDeleted { card_id, file_id, name: before.name, title }).await
    }

    /// Brings a deleted file back; gives its card. Nothing happens where it is there.
    ///
    /// # Errors
    /// [`Refusal::TooManyFiles`]; `NotFound` where its card is deleted.
    pub async fn undelete(change: &mut Change<'_>, id: Uuid) -> ChangeResult<Uuid> {
        let on_board = files::table.find(id).filter(files::board_id.eq(change.board().id));
        let (card_id, name, is_deleted): (Uuid, String, bool) = on_board
            .select((files::card_id, files::name, files::deleted_at.is_not_null()))
            .first(&mut change.conn())
            .await?;
        let title = Card::title(change, card_id).await?;
        if is_deleted {
            let of_card = files::table.filter(files::card_id.eq(card_id).and(files::deleted_at.is_null()));
            let count: i64 = of_card.count().get_result(change).await?;
            if count >= OF_CARD_MOST {
                return Err(Refusal::TooManyFiles.into());
            }
            let to = files::deleted_at.eq(None::<DateTime<Utc>>);
            diesel::update(files::table.find(id)).set(to).execute(&mut change.conn()).await?;
            change.record(Happened::FileUndeleted { card_id, file_id: id, name, title }).await?;
        }
        Ok(card_id)
    }

    /// The name of the file that has this object as its content.
    pub async fn name_of_object(conn: &mut AsyncPgConnection, key: &str) -> QueryResult<Option<String>> {
        let of_object = files::table.filter(files::object_key.eq(key));
        of_object.select(files::name).first(conn).await.optional()
    }

    async fn as_it_is(&self, change: &Change<'_>) -> QueryResult<Self> {
        Self::find(change, self.id).await
    }

    /// One of the board's files as it is under the board's lock.
    pub(super) async fn find(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        files::table
            .inner_join(objects::table)
            .filter(files::id.eq(id).and(files::board_id.eq(change.board().id)))
            .filter(files::deleted_at.is_null())
            .select(Self::as_select())
            .first(&mut change.conn())
            .await
    }
}

/// Counts a content that has arrived against the quota, in the place of `freed` bytes of the board's.
async fn count_against_quota(
    change: &mut Change<'_>,
    content: &Content,
    limits: &config::Files,
    freed: i64,
) -> Result<(), AttachError> {
    let asked = Asked { board_id: change.board().id, freed, object: Some(&content.place.key) };
    let quota = Quota::left_to_take(change, asked, limits).await?;
    quota.fits(content.stored.size.max(quota::LEAST)).map_err(AttachError::OverQuota)?;
    let at = change.at();
    Ok(Object::complete(change, &content.place, &content.stored, at).await?)
}

/// Has a picture prepared that has just arrived.
async fn prepare(change: &mut Change<'_>, file_id: Uuid, content: &Content) -> QueryResult<()> {
    if content_type::has_preview(content.content_type) {
        NewJob::new(&PreparePicture { file_id })?.enqueue(change).await?;
    }
    Ok(())
}

/// Lets go of a content that another one has replaced.
pub(super) async fn release(change: &mut Change<'_>, replaced: &str) -> QueryResult<()> {
    let at = change.at();
    Object::release(change, &[replaced.to_owned()], at).await
}
