//! `GET /files/{file_id}/content/{name}`: a file's bytes. The name is for people; the file is found by its id alone.

use axum::extract::Query;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::extract::{Look, On, Public};
use crate::error::AppResult;
use crate::files::content_type;
use crate::files::disposition::Disposition;
use crate::files::name;
use crate::models::file::File;
use crate::sending::{self, Sent};

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
    sending::send(&on.app, &sent(&on.thing, &mode), &method, &headers).await
}

/// `GET /public/{token}/files/{file_id}/content/{name}`
pub async fn show_public(
    on: Public<File>,
    Query(mode): Query<Mode>,
    method: Method,
    headers: HeaderMap,
) -> AppResult {
    sending::send(&on.app, &sent(&on.thing, &mode), &method, &headers).await
}

/// `GET /files/{file_id}/{name}`: where the bytes were before they had a folder of their own.
pub async fn moved(on: On<File, Look>, uri: Uri) -> AppResult {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("/files/{}/content/{}{query}", on.thing.id, name::in_url(&on.thing.name));
    Ok(Redirect::permanent(&path).into_response())
}

fn sent<'a>(file: &'a File, mode: &Mode) -> Sent<'a> {
    // What a browser could run is never shown by it, only saved.
    let may_show = content_type::may_show_inline(&file.content_type) && mode.download.is_none();
    let disposition = if may_show { Disposition::Inline } else { Disposition::Attachment };
    Sent { object: &file.object, name: file.name.clone(), content_type: &file.content_type, disposition }
}
