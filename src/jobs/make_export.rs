//! Makes the ZIP that somebody wants to take along.

use std::time::{Duration, Instant};

use bytes::Bytes;
use diesel_async::AsyncConnection;
use uuid::Uuid;

use crate::app::App;
use crate::export::{self, Destination, ExportError, Manner, Wish};
use crate::models::export::{Export, ExportedBoard, Failure as Reason};
use crate::models::quota;
use crate::models::user::User;
use crate::queue::{Attempt, Failure, Job};
use crate::receiving::Pending;
use crate::storage::{StorageError, Upload};
use crate::tasks::MakeExport;

/// How often it is noted how far it has come.
const NOTED: Duration = Duration::from_secs(1);

impl Job for MakeExport {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        let Some(export) = Export::unmade(&*app.db.conn().await?, self.export_id).await? else {
            return Ok(());
        };
        // What the person may see by now.
        let boards = export.boards(&*app.db.conn().await?).await?;
        let user = User::find(&mut *app.db.conn().await?, export.user_id).await?;
        let user = user.filter(|user| user.disabled_at.is_none());
        let Some(user) = user.filter(|_| export.board_id.is_none() || !boards.is_empty()) else {
            export.forget(&*app.db.conn().await?).await?;
            return Ok(());
        };
        match Box::pin(make(&app, &export, &user, &boards)).await {
            Ok(()) | Err(ExportError::Unwanted) => Ok(()),
            Err(ExportError::NoRoom | ExportError::Storage(StorageError::Full(_))) => {
                Export::fail(&*app.db.conn().await?, export.id, Reason::NoRoom).await?;
                Ok(())
            }
            Err(error) => {
                if attempt.number >= attempt.most {
                    Export::fail(&*app.db.conn().await?, export.id, Reason::Broken).await?;
                }
                Err(error.into())
            }
        }
    }
}

async fn make(app: &App, export: &Export, user: &User, boards: &[ExportedBoard]) -> Result<(), ExportError> {
    let pending = Pending::begin(app).await.map_err(anyhow::Error::from)?;
    let mut conn = app.db.conn().await.map_err(anyhow::Error::from)?;
    // An attempt that died could not clean up after itself.
    let left = export.write_to(&mut conn, pending.place()).await.map_err(unwanted)?;
    drop(conn);
    if let Some((place, multipart_id)) = left {
        Pending::remove(app, place, multipart_id).await?;
    }
    let upload = app.storage.upload(pending.place()).await?;
    let mut store = Store { app, export_id: export.id, pending, upload, noted: None };
    let wish = match boards {
        [board] if export.board_id.is_some() => Wish::Board(board),
        boards => Wish::Account(user, boards),
    };
    let manner = Manner { language: export.language(), now: app.clock.now() };
    let written = Box::pin(export::write(app, wish, Some(user.id), manner, &mut store)).await?;
    let Store { pending, upload, .. } = store;
    let stored = upload.finish().await?;
    let mut conn = app.db.conn().await.map_err(anyhow::Error::from)?;
    let (place, now) = (pending.place(), app.clock.now());
    let completed = conn.transaction(async |conn| {
        if !quota::take_room(conn, stored.size, &app.config.files).await? {
            return Err(ExportError::NoRoom);
        }
        export.complete(conn, place, &stored, written.missing, now).await.map_err(unwanted)
    });
    completed.await?;
    pending.keep();
    Ok(())
}

fn unwanted(error: diesel::result::Error) -> ExportError {
    match error {
        diesel::result::Error::NotFound => ExportError::Unwanted,
        error => error.into(),
    }
}

/// Into the store of the files.
struct Store<'a> {
    app: &'a App,
    export_id: Uuid,
    pending: Pending,
    upload: Upload,
    noted: Option<Instant>,
}

impl Destination for Store<'_> {
    async fn write(&mut self, bytes: Bytes) -> Result<(), ExportError> {
        if let Some(id) = self.upload.write(bytes).await? {
            self.pending.note_parts(id).await.map_err(anyhow::Error::from)?;
        }
        Ok(())
    }

    async fn note(&mut self, done: usize, total: usize) -> Result<(), ExportError> {
        if self.noted.is_some_and(|noted| noted.elapsed() < NOTED) {
            return Ok(());
        }
        self.noted = Some(Instant::now());
        let conn = self.app.db.conn().await.map_err(anyhow::Error::from)?;
        let is_wanted = Export::note(&conn, self.export_id, done, total).await?;
        if is_wanted { Ok(()) } else { Err(ExportError::Unwanted) }
    }

    async fn expect(&mut self, bytes: u64) -> Result<(), ExportError> {
        let mut conn = self.app.db.conn().await.map_err(anyhow::Error::from)?;
        let bytes = self.upload.size() + bytes;
        let has_room = quota::has_room(&mut conn, bytes, &self.app.config.files).await?;
        if has_room { Ok(()) } else { Err(ExportError::NoRoom) }
    }
}
