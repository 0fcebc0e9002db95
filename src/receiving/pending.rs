//! An object that is on its way into a store, and is removed again if it does not get there.

use diesel_async::AsyncConnection;

use super::ReceiveError;
use crate::app::App;
use crate::error::AppError;
use crate::models::object::{Object, Reserved};
use crate::models::quota::{self, Asked, Quota};
use crate::storage::Place;

/// Dropped without [`Pending::keep`], whatever came of the object is removed: by a task of its own, since who drops it
/// may be a request that was broken off. Where that does not work, or the process ends, [`crate::garbage`] does it.
pub struct Pending(Option<Parts>);

struct Parts {
    app: App,
    place: Place,
    multipart_id: Option<String>,
}

impl Pending {
    /// Chooses a place, and notes it before anything is there.
    ///
    /// # Errors
    /// The database is away.
    pub async fn begin(app: &App) -> Result<Self, AppError> {
        let place = app.storage.new_place();
        Object::begin(&mut *app.db.conn().await?, &place, None, app.clock.now()).await?;
        Ok(Self(Some(Parts { app: app.clone(), place, multipart_id: None })))
    }

    /// The same for an upload, of which `bytes` are expected: room is reserved for them. Without `bytes` it is all that one
    /// upload may take.
    ///
    /// # Errors
    /// There is no room, or the database is away.
    pub(super) async fn reserve(
        app: &App,
        asked: Asked<'_>,
        bytes: Option<u64>,
    ) -> Result<Self, ReceiveError> {
        let place = app.storage.new_place();
        let mut conn = app.db.conn().await.map_err(AppError::from)?;
        conn.transaction(async |conn| {
            let quota = Quota::left_to_take(conn, asked, &app.config.files).await?;
            let bytes = bytes.unwrap_or(quota.bytes).max(quota::LEAST);
            quota.fits(bytes).map_err(ReceiveError::OverQuota)?;
            let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
            let reserved = Reserved { board_id: asked.board_id, bytes };
            Object::begin(conn, &place, Some(reserved), app.clock.now()).await?;
            Ok::<_, ReceiveError>(())
        })
        .await?;
        Ok(Self(Some(Parts { app: app.clone(), place, multipart_id: None })))
    }

    /// Removes what an attempt that died has left on its way, if it is still there.
    ///
    /// # Errors
    /// The store or the database is away.
    pub async fn remove(app: &App, place: Place, multipart_id: Option<String>) -> anyhow::Result<()> {
        Parts { app: app.clone(), place, multipart_id }.remove().await
    }

    pub fn place(&self) -> &Place {
        &self.parts().place
    }

    /// Notes under which id the store keeps the object's parts.
    ///
    /// # Errors
    /// The database is away.
    pub async fn note_parts(&mut self, id: String) -> Result<(), AppError> {
        if let Some(parts) = &mut self.0 {
            let noted = Object::note_parts(&mut *parts.app.db.conn().await?, &parts.place, &id).await;
            parts.multipart_id = Some(id);
            noted?;
        }
        Ok(())
    }

    /// The object is a file's now.
    pub fn keep(mut self) {
        self.0 = None;
    }

    fn parts(&self) -> &Parts {
        self.0.as_ref().expect("only keeping and dropping take it, and both take all of it")
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // Without a runtime the process is ending.
        if let Some((parts, runtime)) = self.0.take().zip(tokio::runtime::Handle::try_current().ok()) {
            runtime.spawn(async move {
                if let Err(error) = parts.remove().await {
                    tracing::warn!(
                        key = parts.place.key,
                        "what is left of an upload stays for now: {error:#}"
                    );
                }
            });
        }
    }
}

impl Parts {
    async fn remove(&self) -> anyhow::Result<()> {
        let condemned =
            Object::condemn(&mut *self.app.db.conn().await?, &self.place, self.app.clock.now()).await?;
        // After a failed commit the outcome is unknown, so the object stays.
        if condemned {
            self.app.storage.remove(&self.place, self.multipart_id.as_deref()).await?;
            Object::forget(&mut *self.app.db.conn().await?, &self.place).await?;
        }
        Ok(())
    }
}
