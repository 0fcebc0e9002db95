//! Prepares a picture to be looked at: makes its thumbnail, and takes out of the file what it tells beside the picture,
//! above all where it was taken.

use bytes::Bytes;

use crate::app::App;
use crate::models::change::{Author, Change, ChangeError};
use crate::models::file::{Content, File};
use crate::pictures::thumbnail::{self, Thumbnail};
use crate::pictures::{PictureError, decoder, metadata};
use crate::queue::{Attempt, Failure, Job};
use crate::receiving::Pending;
use crate::tasks::PreparePicture;

/// Bytes. A file that is larger is kept as it came, without a preview.
const PICTURE_MOST: usize = 64 * 1024 * 1024;

/// What came of a picture; each may be missing, for its own reason.
#[derive(Default)]
struct Prepared {
    thumbnail: Option<Thumbnail>,
    /// The file anew, where it told anything.
    cleaned: Option<Bytes>,
}

impl Job for PreparePicture {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        // Whether anybody still wants it is asked before anything is decoded.
        let Some(file) = File::unprepared(&mut *app.db.conn().await?, self.file_id).await? else {
            return Ok(());
        };
        let prepared = if usize::try_from(file.object.size).is_ok_and(|size| size <= PICTURE_MOST) {
            let picture = app.storage.read_whole(&file.object.place(), PICTURE_MOST).await?;
            prepare(&file, picture).await
        } else {
            Prepared::default()
        };
        let cleaned = match prepared.cleaned {
            Some(bytes) => Some(store(&app, &file, bytes).await?),
            None => None,
        };
        let mut conn = app.db.conn().await?;
        let content = cleaned.as_ref().map(|(content, _)| content);
        let thumbnail = prepared.thumbnail.as_ref();
        let prepared =
            Change::run(&mut conn, file.board_id, Author::System, app.clock.now(), async |change| {
                file.prepared(change, thumbnail, content).await
            });
        match prepared.await {
            // The board was deleted meanwhile, so the picture is not needed any more.
            Err(ChangeError::Query(diesel::result::Error::NotFound)) => return Ok(()),
            prepared => prepared?,
        }
        if let Some((_, pending)) = cleaned {
            pending.keep();
        }
        Ok(())
    }
}

async fn prepare(file: &File, picture: Bytes) -> Prepared {
    let content_type = file.content_type.clone();
    let (name, id) = (file.name.clone(), file.id);
    let worked = decoder::run(move || {
        let told = |refused: PictureError| tracing::info!(file_id = %id, name, "a picture is not prepared: {refused}");
        let cleaned = metadata::clean(&content_type, &picture).map_err(&told).ok();
        Prepared {
            thumbnail: thumbnail::make(&picture).map_err(&told).ok(),
            cleaned: cleaned.filter(|cleaned| *cleaned != picture),
        }
    });
    worked.await.unwrap_or_default()
}

async fn store(app: &App, file: &File, bytes: Bytes) -> Result<(Content, Pending), Failure> {
    let pending = Pending::begin(app).await?;
    let content_type = crate::files::content_type::sniff(&bytes);
    debug_assert_eq!(content_type, file.content_type);
    let stored = app.storage.put(pending.place(), bytes).await?;
    Ok((Content { place: pending.place().clone(), stored, content_type }, pending))
}
