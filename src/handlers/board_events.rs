//! `/boards/{board_id}/events`: a board's history.

use axum::extract::Query;
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Look, On};
use crate::error::{AppError, AppResult};
use crate::models::board::Board;
use crate::pages;

#[derive(Deserialize)]
pub struct Range {
    /// The last event of the page before.
    before: Option<String>,
}

/// `GET /boards/{board_id}/events`
pub async fn index(on: On<Board, Look>, Query(range): Query<Range>) -> AppResult {
    let before = range.before.as_deref().map(Uuid::try_parse).transpose().map_err(|_| AppError::NotFound)?;
    let view =
        pages::board_events::index(&mut *on.conn().await?, &on.access, on.principal.id, before).await?;
    on.show(&view)
}
