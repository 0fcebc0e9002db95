//! `/boards/{board_id}/cards.csv`: a board's cards as a table.

use axum::http::header;
use axum::response::IntoResponse;

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::export::csv;
use crate::files::disposition::Disposition;
use crate::files::name;
use crate::models::board::Board;

/// `GET /boards/{board_id}/cards.csv`
pub async fn show(on: On<Board, Look>) -> AppResult {
    let body = csv::body(&on.app, on.thing.id, on.shell.language).await?;
    let name = name::clean(&format!("{}.csv", on.thing.title.replace(['/', '\\'], "-")));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".parse().expect("ASCII")),
        (header::CONTENT_DISPOSITION, Disposition::Attachment.header(&name)),
        (header::CACHE_CONTROL, "private, no-store".parse().expect("ASCII")),
    ];
    Ok((headers, body).into_response())
}
