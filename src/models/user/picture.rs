//! The picture that stands for a person. It is small, so it lies beside the account's row and not in a store.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::models::board::Board;
use crate::pictures::thumbnail::Thumbnail;
use crate::queue::NewJob;
use crate::schema::{user_pictures, users};
use crate::tasks::PreparePersonPicture;

/// A picture as it was uploaded.
#[derive(Clone, Debug, Queryable)]
pub struct Original {
    pub bytes: Vec<u8>,
    pub uploaded_at: DateTime<Utc>,
}

pub struct UserPicture;

impl UserPicture {
    /// Keeps a picture for the worker, which makes a small square of it; the one before is shown until then.
    pub async fn upload(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
        original: &[u8],
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let new = (
            user_pictures::original.eq(original),
            user_pictures::is_refused.eq(false),
            user_pictures::uploaded_at.eq(now),
        );
        conn.transaction(async |conn| {
            diesel::insert_into(user_pictures::table)
                .values((user_pictures::user_id.eq(user_id), new))
                .on_conflict(user_pictures::user_id)
                .do_update()
                .set(new)
                .execute(conn)
                .await?;
            NewJob::new(&PreparePersonPicture { user_id })?.enqueue(conn).await?;
            Ok(())
        })
        .await
    }

    /// What the worker has not looked at yet.
    pub async fn unprepared(conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<Option<Original>> {
        user_pictures::table
            .find(user_id)
            .filter(user_pictures::original.is_not_null())
            .select((user_pictures::original.assume_not_null(), user_pictures::uploaded_at))
            .first(conn)
            .await
            .optional()
    }

    /// Puts what was made of an upload in the place of the picture before; without it that one stays. Nothing happens where
    /// another one was uploaded, or all was removed meanwhile.
    pub async fn prepared(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
        original: &Original,
        made: Option<&Thumbnail>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let row =
            user_pictures::table.find(user_id).filter(user_pictures::uploaded_at.eq(original.uploaded_at));
        let done =
            (user_pictures::original.eq(None::<Vec<u8>>), user_pictures::is_refused.eq(made.is_none()));
        conn.transaction(async |conn| {
            if diesel::update(row).set(done).execute(conn).await? == 0 {
                return Ok(());
            }
            let Some(made) = made else { return Ok(()) };
            let picture = (
                user_pictures::content_type.eq(made.content_type),
                user_pictures::bytes.eq(made.bytes.as_slice()),
            );
            Board::raise_revisions(conn, user_id).await?;
            diesel::update(user_pictures::table.find(user_id)).set(picture).execute(conn).await?;
            Self::show_since(conn, user_id, Some(now), now).await
        })
        .await
    }

    /// Goes back to initials.
    pub async fn remove(conn: &mut AsyncPgConnection, user_id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
        conn.transaction(async |conn| {
            if diesel::delete(user_pictures::table.find(user_id)).execute(conn).await? > 0 {
                Board::raise_revisions(conn, user_id).await?;
                Self::show_since(conn, user_id, None, now).await?;
            }
            Ok(())
        })
        .await
    }

    /// Its content type and bytes.
    pub async fn find(conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<Option<(String, Vec<u8>)>> {
        let columns = (user_pictures::content_type.assume_not_null(), user_pictures::bytes.assume_not_null());
        user_pictures::table
            .find(user_id)
            .filter(user_pictures::bytes.is_not_null())
            .select(columns)
            .first(conn)
            .await
            .optional()
    }

    /// Whether one waits for the worker, and whether the worker could not read it.
    pub async fn state(conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<(bool, bool)> {
        let row = user_pictures::table
            .find(user_id)
            .select((user_pictures::original.is_not_null(), user_pictures::is_refused));
        Ok(row.first(conn).await.optional()?.unwrap_or_default())
    }

    /// Their own pages show it too, so those are other ones from now on.
    async fn show_since(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        diesel::update(users::table.find(user_id))
            .set((users::picture_at.eq(since), users::updated_at.eq(now)))
            .execute(conn)
            .await?;
        Ok(())
    }
}
