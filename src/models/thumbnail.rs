//! The small picture of a file. It is made anew from the file whenever that is wanted, so it lies beside the file's row
//! and not in a store: it comes and goes with the row.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::change::{Change, ChangeResult};
use super::cover::Cover;
use super::file::{self, Content, File};
use super::object::Object;
use crate::pictures::thumbnail::Thumbnail as Made;
use crate::schema::{boards, cards, files, objects, thumbnails};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = thumbnails, check_for_backend(diesel::pg::Pg))]
pub struct Thumbnail {
    pub content_type: Option<String>,
    pub bytes: Option<Vec<u8>>,
    pub made_at: DateTime<Utc>,
}

/// That a picture has been prepared, and how large its thumbnail is.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = thumbnails, check_for_backend(diesel::pg::Pg))]
pub struct Preview {
    pub file_id: Uuid,
    pub made_at: DateTime<Utc>,
    /// Pixels; none where the file cannot be decoded.
    pub width: Option<i32>,
    pub height: Option<i32>,
}

impl Thumbnail {
    /// A file's thumbnail, if it has one of its present content.
    pub async fn find(conn: &mut AsyncPgConnection, file: &File) -> QueryResult<Self> {
        thumbnails::table
            .find(file.id)
            .filter(thumbnails::object_key.eq(&file.object.key).and(thumbnails::bytes.is_not_null()))
            .select(Self::as_select())
            .first(conn)
            .await
    }
}

impl File {
    /// A file that has not been prepared yet; none where it has, or where it, its card or its board is deleted.
    pub async fn unprepared(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Self>> {
        let made = thumbnails::file_id.eq(files::id).and(thumbnails::object_key.eq(files::object_key));
        files::table
            .inner_join(objects::table)
            .inner_join(cards::table)
            .inner_join(boards::table)
            .left_join(thumbnails::table.on(made))
            .filter(files::id.eq(id).and(thumbnails::file_id.is_null()))
            .filter(
                files::deleted_at
                    .is_null()
                    .and(cards::deleted_at.is_null())
                    .and(boards::deleted_at.is_null()),
            )
            .select(Self::as_select())
            .first(conn)
            .await
            .optional()
    }

    /// Keeps what was made of the file's content: a thumbnail, and a content that tells nothing beside the picture.
    /// The first picture of a card becomes its cover. Nothing happens where the content is another one by now.
    pub async fn prepared(
        &self,
        change: &mut Change<'_>,
        thumbnail: Option<&Made>,
        cleaned: Option<&Content>,
    ) -> ChangeResult<()> {
        let (key, at) = (cleaned.map_or(&self.object.key, |content| &content.place.key), change.at());
        let same = files::table.find(self.id).filter(files::object_key.eq(&self.object.key));
        if same.select(files::id).first::<Uuid>(&mut change.conn()).await.optional()?.is_none() {
            return Ok(());
        }
        change.keep();
        if let Some(content) = cleaned {
            Object::complete(change, &content.place, &content.stored, at).await?;
            file::release(change, &self.object.key).await?;
        }
        diesel::update(files::table.find(self.id))
            .set(files::object_key.eq(key))
            .execute(&mut change.conn())
            .await?;
        let made = (
            thumbnails::object_key.eq(key),
            thumbnails::width.eq(thumbnail.and_then(|made| i32::try_from(made.width).ok())),
            thumbnails::height.eq(thumbnail.and_then(|made| i32::try_from(made.height).ok())),
            thumbnails::content_type.eq(thumbnail.map(|made| made.content_type)),
            thumbnails::bytes.eq(thumbnail.map(|made| &made.bytes)),
            thumbnails::made_at.eq(at),
        );
        diesel::insert_into(thumbnails::table)
            .values((thumbnails::file_id.eq(self.id), made))
            .on_conflict(thumbnails::file_id)
            .do_update()
            .set(made)
            .execute(&mut change.conn())
            .await?;
        if thumbnail.is_some() {
            Cover::set_first(change, self).await?;
        }
        Ok(())
    }
}
