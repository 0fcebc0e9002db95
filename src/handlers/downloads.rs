//! `GET /files/{file_id}/content/{name}`: a file's bytes. The name is for people; the file is found by its id alone.

use std::ops::Range;
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use headers::{HeaderMapExt, LastModified};
use serde::Deserialize;

use super::extract::{Look, On, Public};
use crate::app::App;
use crate::conditional_requests::{self, Evaluation, Validators};
use crate::error::AppResult;
use crate::files::content_type;
use crate::files::disposition::Disposition;
use crate::files::name;
use crate::models::file::File;
use crate::models::object::Object;
use crate::storage::{Bytestream, StorageError};

#[derive(Deserialize)]
pub struct Mode {
    download: Option<String>,
}

/// `GET /files/{file_id}/content/{name}`, with `?download=1` always to be saved
pub async fn show(
    on: On<File, Look>,
    Query(mode): Query<Mode>,
    method: Method,
    headers: HeaderMap,
) -> AppResult {
    answer(&on.app, &on.thing, &mode, &method, &headers).await
}

/// `GET /public/{token}/files/{file_id}/content/{name}`
pub async fn show_public(
    on: Public<File>,
    Query(mode): Query<Mode>,
    method: Method,
    headers: HeaderMap,
) -> AppResult {
    answer(&on.app, &on.thing, &mode, &method, &headers).await
}

async fn answer(app: &App, file: &File, mode: &Mode, method: &Method, headers: &HeaderMap) -> AppResult {
    let known = Validators {
        etag: format!("\"{}\"", file.object.sha256_hex()).parse().expect("quoted digits are a tag"),
        modified: file.object.stored_at.into(),
    };
    let size = file.object.size.unsigned_abs();
    let kind = disposition(file, mode.download.is_some());
    let disposition = kind.header(&file.name);
    let answer = match conditional_requests::evaluate(headers, &known, size) {
        Evaluation::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Evaluation::PreconditionFailed => return Ok(StatusCode::PRECONDITION_FAILED.into_response()),
        Evaluation::RangeNotSatisfiable => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
        _ if *method == Method::HEAD => empty(size),
        evaluation => match link(app, file, kind, &disposition).await? {
            Some(link) => return Ok(Redirect::temporary(&link).into_response()),
            None => content(app, file, evaluation, size).await?,
        },
    };
    Ok(with_headers(answer, file, &known, disposition))
}

/// `GET /files/{file_id}/{name}`: where the bytes were before they had a folder of their own.
pub async fn moved(on: On<File, Look>, uri: Uri) -> AppResult {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("/files/{}/content/{}{query}", on.thing.id, name::in_url(&on.thing.name));
    Ok(Redirect::permanent(&path).into_response())
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

async fn content(app: &App, file: &File, evaluation: Evaluation, size: u64) -> AppResult {
    let Evaluation::Part(range) = evaluation else {
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
    // Kept by this browser alone, and never used without asking: the right to see it can end.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let policy = content_type::content_security_policy(&file.content_type);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    if let Ok(content_type) = file.content_type.parse() {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    headers.typed_insert(known.etag.clone());
    headers.typed_insert(LastModified::from(known.modified.max(SystemTime::UNIX_EPOCH)));
    response
}
