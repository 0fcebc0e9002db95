//! An object that is on its way into a store, and is removed again if it does not get there.

use crate::app::App;
use crate::error::AppError;
use crate::models::object::Object;
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
        Object::begin(&mut *app.db.conn().await?, &place, app.clock.now()).await?;
        Ok(Self(Some(Parts { app: app.clone(), place, multipart_id: None })))
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
