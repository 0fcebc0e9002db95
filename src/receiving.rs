//! The way of an upload: out of a request, piece by piece, into a store. Nothing of it is ever whole in memory, and no
//! connection to the database is held while it comes. Whose file it becomes is the handler's affair.

mod linger;
mod pending;

use std::time::Duration;

use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

pub use linger::linger;
pub use pending::Pending;

use crate::app::App;
use crate::config;
use crate::error::AppError;
use crate::files::{content_type, name};
use crate::forms::{Form, FormError};
use crate::models::change::ChangeError;
use crate::models::file::{AttachError, Content};
use crate::models::quota::{Asked, Limit, Quota};
use crate::storage::StorageError;

/// An upload that takes longer is broken off.
pub const LONGEST: Duration = Duration::from_hours(12);

/// Files of one request.
const FILES_MOST: usize = 50;

/// How long nothing may come.
const SILENCE_MOST: Duration = Duration::from_secs(30);

/// What a form adds to its files: boundaries, names, other fields. Bytes.
pub const ENVELOPE_MOST: u64 = 64 * 1024;

/// Why an upload was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    #[error("over the quota: {0:?}")]
    OverQuota(Limit),
    #[error("more files than a request may bring")]
    TooMany,
    #[error("no file was sent")]
    NoFile,
    #[error("nothing came any more")]
    Silent,
    #[error("it took too long")]
    Late,
    #[error("the request broke off or is not a form: {0}")]
    Broken(String),
    #[error(transparent)]
    Store(#[from] StorageError),
    #[error("{0}")]
    App(#[from] AppError),
}

impl ReceiveError {
    /// The answer's status, and the upload's form that says what is wrong.
    ///
    /// # Errors
    /// What has nothing to do with the upload.
    pub fn into_form(self, limits: &config::Files) -> Result<(StatusCode, Form), AppError> {
        let (status, problem) = self.explain(limits)?;
        let mut form = Form::blank(&["file"]);
        form.fail_whole(problem);
        Ok((status, form))
    }

    fn explain(self, limits: &config::Files) -> Result<(StatusCode, FormError), AppError> {
        let mb = |bytes: u64| bytes / (1024 * 1024);
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(match self {
            Self::OverQuota(Limit::Upload) => {
                (StatusCode::PAYLOAD_TOO_LARGE, FormError::UploadTooLarge { mb: mb(limits.upload_most) })
            }
            Self::OverQuota(Limit::Board) => (unprocessable, FormError::over_board_quota(limits)),
            Self::OverQuota(Limit::Storage) => (unprocessable, FormError::StorageFull),
            Self::TooMany => (unprocessable, FormError::TooManyFiles),
            Self::NoFile => (unprocessable, FormError::NoFile),
            Self::Silent => (StatusCode::REQUEST_TIMEOUT, FormError::UploadStopped),
            Self::Late => {
                (StatusCode::REQUEST_TIMEOUT, FormError::UploadLate { hours: LONGEST.as_secs() / 3600 })
            }
            Self::Broken(why) => {
                tracing::info!("an upload broke off: {why}");
                (StatusCode::BAD_REQUEST, FormError::UploadBroken)
            }
            Self::Store(error) => {
                tracing::error!("an upload was not stored: {error}");
                match error {
                    StorageError::Full(_) => (StatusCode::INSUFFICIENT_STORAGE, FormError::DiskFull),
                    _ => (StatusCode::SERVICE_UNAVAILABLE, FormError::StoreUnavailable),
                }
            }
            Self::App(error) => return Err(error),
        })
    }
}

/// The files of a form's field `file`, one after the other.
pub struct Incoming<'a> {
    app: &'a App,
    form: Multipart,
    quota: Quota,
    asked: Asked<'a>,
    /// Files that may still come.
    left: usize,
    /// Bytes of files that are still to come, as far as the request says.
    declared: Option<u64>,
    until: Instant,
}

/// A file that has arrived whole. Dropped without [`Received::keep`], its object is removed again.
pub struct Received {
    pub name: String,
    pub content: Content,
    pending: Pending,
}

impl<'a> Incoming<'a> {
    /// Looks at how much is declared, before anything is read. `freed` bytes of the board's are those that the upload
    /// takes the place of.
    ///
    /// # Errors
    /// It is too much, or no form with files.
    pub async fn open(
        app: &'a App,
        request: Request,
        board_id: Uuid,
        freed: i64,
    ) -> Result<Self, ReceiveError> {
        let mut conn = app.db.conn().await.map_err(AppError::from)?;
        let asked = Asked { board_id, freed, object: None };
        let quota = Quota::left(&mut conn, asked, &app.config.files).await.map_err(AppError::from)?;
        drop(conn);
        let declared = declared_length(request.headers()).map(|length| length.saturating_sub(ENVELOPE_MOST));
        quota.fits(declared.unwrap_or(0)).map_err(ReceiveError::OverQuota)?;
        let until = Instant::now() + LONGEST;
        Ok(Self {
            app,
            form: Multipart::from_request(request, app).await?,
            quota,
            asked,
            left: FILES_MOST,
            declared,
            until,
        })
    }

    /// The next file, once it has arrived.
    ///
    /// # Errors
    /// It is too large, breaks off, takes too long, or the store does not take it. Nothing is kept of it then.
    pub async fn next(&mut self) -> Result<Option<Received>, ReceiveError> {
        timeout_at(self.until, self.next_file()).await.map_err(|_| ReceiveError::Late)?
    }

    async fn next_file(&mut self) -> Result<Option<Received>, ReceiveError> {
        loop {
            let Some(mut field) = in_time(self.form.next_field()).await? else { return Ok(None) };
            if field.name() != Some("file") {
                continue;
            }
            let given = field.file_name().unwrap_or_default().to_owned();
            let first = in_time(field.chunk()).await?;
            // What a browser sends for a field in which no file was chosen.
            if given.is_empty() && first.as_ref().is_none_or(Bytes::is_empty) {
                continue;
            }
            self.left = self.left.checked_sub(1).ok_or(ReceiveError::TooMany)?;
            let pending = Pending::reserve(self.app, self.asked, self.declared).await?;
            let received = receive(self.app, pending, field, first, &given, self.quota).await?;
            let size = received.content.stored.size;
            self.quota.bytes -= size;
            self.declared = self.declared.map(|declared| declared.saturating_sub(size));
            return Ok(Some(received));
        }
    }
}

impl Received {
    /// The file has a row that points to its object.
    pub fn keep(self) {
        self.pending.keep();
    }
}

async fn receive(
    app: &App,
    mut pending: Pending,
    mut field: Field<'_>,
    first: Option<Bytes>,
    given: &str,
    quota: Quota,
) -> Result<Received, ReceiveError> {
    let mut upload = app.storage.upload(pending.place()).await?;
    let (mut head, mut next) = (Vec::new(), first);
    while let Some(bytes) = next {
        quota.fits(upload.size() + bytes.len() as u64).map_err(ReceiveError::OverQuota)?;
        head.extend_from_slice(&bytes[..bytes.len().min(content_type::HEAD - head.len())]);
        if let Some(id) = upload.write(bytes).await? {
            pending.note_parts(id).await?;
        }
        next = in_time(field.chunk()).await?;
    }
    let stored = upload.finish().await?;
    let content =
        Content { place: pending.place().clone(), stored, content_type: content_type::sniff(&head) };
    Ok(Received { name: name::clean(given), content, pending })
}

async fn in_time<T>(asked: impl Future<Output = Result<T, MultipartError>>) -> Result<T, ReceiveError> {
    Ok(timeout(SILENCE_MOST, asked).await.map_err(|_| ReceiveError::Silent)??)
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl From<MultipartError> for ReceiveError {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::OverQuota(Limit::Upload),
            _ => Self::Broken(error.body_text()),
        }
    }
}

impl From<MultipartRejection> for ReceiveError {
    fn from(rejection: MultipartRejection) -> Self {
        Self::Broken(rejection.body_text())
    }
}

impl From<ChangeError> for ReceiveError {
    fn from(error: ChangeError) -> Self {
        Self::App(error.into())
    }
}

impl From<diesel::result::Error> for ReceiveError {
    fn from(error: diesel::result::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<AttachError> for ReceiveError {
    fn from(error: AttachError) -> Self {
        match error {
            AttachError::OverQuota(limit) => Self::OverQuota(limit),
            AttachError::Change(error) => Self::App(error.into()),
        }
    }
}
