//! `GET /files/{file_id}/{name}`: a file's bytes. The name is for people; the file is found by its id alone.

use std::ops::Range;
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::extract::{Look, On};
use crate::app::App;
use crate::error::AppResult;
use crate::files::conditions::{self, Validators, Wanted};
use crate::files::content_type;
use crate::files::disposition::Disposition;
use crate::models::file::File;
use crate::models::object::Object;
use crate::storage::{Bytestream, StorageError};

#[derive(Deserialize)]
pub struct Mode {
    download: Option<String>,
}

/// `GET /files/{file_id}/{name}`, with `?download=1` always to be saved
pub async fn show(
    on: On<File, Look>,
    Query(mode): Query<Mode>,
    method: Method,
    headers: HeaderMap,
) -> AppResult {
    let (app, file) = (&on.app, &on.thing);
    let known = Validators {
        etag: format!("\"{}\"", file.object.sha256_hex()),
        modified: file.object.stored_at.into(),
    };
    let size = file.object.size.unsigned_abs();
    let kind = disposition(file, mode.download.is_some());
    let disposition = kind.header(&file.name);
    let answer = match conditions::weigh(&headers, &known, size) {
        Wanted::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Wanted::Failed => return Ok(StatusCode::PRECONDITION_FAILED.into_response()),
        Wanted::Unsatisfiable => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
        _ if method == Method::HEAD => empty(size),
        wanted => match link(app, file, kind, &disposition).await? {
            Some(link) => return Ok(Redirect::temporary(&link).into_response()),
            None => content(app, file, wanted, size).await?,
        },
    };
    Ok(with_headers(answer, file, &known, disposition))
}

/// Where the store itself gives out what is to be saved. What is shown comes through us: the policies of our pages let
/// nothing of another host into them.
async fn link(
    app: &App,
    file: &File,
    kind: Disposition,
    disposition: &HeaderValue,
) -> Result<Option<String>, StorageError> {
    match kind {
        Disposition::Inline => Ok(None),
        Disposition::Attachment => {
            app.storage.link(&file.object.place(), disposition, &file.content_type).await
        }
    }
}

async fn content(app: &App, file: &File, wanted: Wanted, size: u64) -> AppResult {
    let Wanted::Part(range) = wanted else {
        let bytes = read(app, file, None).await?;
        return Ok(([(header::CONTENT_LENGTH, size)], Body::from_stream(bytes)).into_response());
    };
    let Range { start, end } = range;
    let bytes = read(app, file, Some(start..end)).await?;
    let headers = [
        (header::CONTENT_LENGTH, (end - start).to_string()),
        (header::CONTENT_RANGE, format!("bytes {start}-{}/{size}", end - 1)),
    ];
    Ok((StatusCode::PARTIAL_CONTENT, headers, Body::from_stream(bytes)).into_response())
}

/// Once more where the object has just been moved to another store.
async fn read(app: &App, file: &File, range: Option<Range<u64>>) -> AppResult<Bytestream> {
    match app.storage.read(&file.object.place(), range.clone()).await {
        Err(StorageError::Missing) => {
            let now = Object::find(&mut *app.db.conn().await?, &file.object.key).await?;
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

/// What a browser could run is never shown by it, only saved.
fn disposition(file: &File, download: bool) -> Disposition {
    let may_show = content_type::may_show_inline(&file.content_type) && !download;
    if may_show { Disposition::Inline } else { Disposition::Attachment }
}

fn with_headers(
    mut response: Response,
    file: &File,
    known: &Validators,
    disposition: HeaderValue,
) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Kept by this browser alone, and never used without asking: who may see it can change.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let policy = content_type::content_security_policy(&file.content_type);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    let modified = httpdate::fmt_http_date(known.modified.max(SystemTime::UNIX_EPOCH));
    for (name, value) in [
        (header::CONTENT_TYPE, file.content_type.as_str()),
        (header::ETAG, known.etag.as_str()),
        (header::LAST_MODIFIED, modified.as_str()),
    ] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    response
}
