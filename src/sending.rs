//! The way of a download: out of a store, whole or in part, or from the store itself. Who may have it is the handler's affair.

use std::ops::Range;
use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use headers::{HeaderMapExt, LastModified};

use crate::app::App;
use crate::conditional_requests::{self, Evaluation, Validators};
use crate::error::AppResult;
use crate::files::content_type;
use crate::files::disposition::Disposition;
use crate::files::name;
use crate::models::object::Object;
use crate::storage::{Bytestream, StorageError};

const ZIP: &str = "application/zip";

/// What is sent.
#[derive(Clone, Debug)]
pub struct Sent<'a> {
    pub object: &'a Object,
    /// Under which it is saved.
    pub name: String,
    pub content_type: &'a str,
    pub disposition: Disposition,
}

impl<'a> Sent<'a> {
    /// An archive of what is called so.
    pub fn zip(object: &'a Object, title: &str) -> Self {
        let name = name::clean(&format!(
            "{} {}.zip",
            title.replace(['/', '\\'], "-"),
            object.stored_at.date_naive()
        ));
        Self { object, name, content_type: ZIP, disposition: Disposition::Attachment }
    }
}

/// Answers a request for it.
///
/// # Errors
/// The store does not have it, or does not answer.
pub async fn send(app: &App, sent: &Sent<'_>, method: &Method, headers: &HeaderMap) -> AppResult {
    let known = Validators {
        etag: format!("\"{}\"", sent.object.sha256_hex()).parse().expect("quoted digits are a tag"),
        modified: sent.object.stored_at.into(),
    };
    let size = sent.object.size.unsigned_abs();
    let disposition = sent.disposition.header(&sent.name);
    let answer = match conditional_requests::evaluate(headers, &known, size) {
        Evaluation::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Evaluation::PreconditionFailed => return Ok(StatusCode::PRECONDITION_FAILED.into_response()),
        Evaluation::RangeNotSatisfiable => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
        _ if *method == Method::HEAD => empty(size),
        evaluation => match link(app, sent, &disposition).await? {
            Some(link) => return Ok(Redirect::temporary(&link).into_response()),
            None => content(app, sent.object, evaluation, size).await?,
        },
    };
    Ok(with_headers(answer, sent, &known, disposition))
}

/// Where the store itself gives out what is to be saved. What is shown comes through us: the policies of our pages let
/// nothing of another host into them.
async fn link(app: &App, sent: &Sent<'_>, disposition: &HeaderValue) -> Result<Option<String>, StorageError> {
    match sent.disposition {
        Disposition::Inline => Ok(None),
        Disposition::Attachment => {
            app.storage.link(&sent.object.place(), disposition, sent.content_type).await
        }
    }
}

async fn content(app: &App, object: &Object, evaluation: Evaluation, size: u64) -> AppResult {
    let Evaluation::Part(range) = evaluation else {
        let bytes = read(app, object, None).await?;
        return Ok(([(header::CONTENT_LENGTH, size)], Body::from_stream(bytes)).into_response());
    };
    let Range { start, end } = range;
    let bytes = read(app, object, Some(start..end)).await?;
    let headers = [
        (header::CONTENT_LENGTH, (end - start).to_string()),
        (header::CONTENT_RANGE, format!("bytes {start}-{}/{size}", end - 1)),
    ];
    Ok((StatusCode::PARTIAL_CONTENT, headers, Body::from_stream(bytes)).into_response())
}

/// Once more where the object has just been moved to another store.
async fn read(app: &App, object: &Object, range: Option<Range<u64>>) -> AppResult<Bytestream> {
    match app.storage.read(&object.place(), range.clone()).await {
        Err(StorageError::Missing) => {
            let now = Object::find(&mut *app.db.conn().await?, &object.key).await?;
            let place = now.ok_or(StorageError::Missing)?.place();
            Ok(app.storage.read(&place, range).await?)
        }
        read => Ok(read?),
    }
}

/// What a HEAD is told, which asks the store nothing.
fn empty(size: u64) -> Response {
    ([(header::CONTENT_LENGTH, size)], Body::empty()).into_response()
}

fn with_headers(
    mut response: Response,
    sent: &Sent<'_>,
    known: &Validators,
    disposition: HeaderValue,
) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Kept by this browser alone, and never used without asking: the right to see it can end.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let policy = content_type::content_security_policy(sent.content_type);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    if let Ok(content_type) = sent.content_type.parse() {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    headers.typed_insert(known.etag.clone());
    headers.typed_insert(LastModified::from(known.modified.max(SystemTime::UNIX_EPOCH)));
    response
}
