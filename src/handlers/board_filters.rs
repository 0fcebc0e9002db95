//! `/boards/{board_id}/filter`: what the board's cards can be filtered by.

use axum::extract::RawQuery;

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::pages;

/// `GET /boards/{board_id}/filter`: the form, which leads to the board, with what its own address asks for
pub async fn show(on: On<Board, Look>, RawQuery(query): RawQuery) -> AppResult {
    let query = query.unwrap_or_default();
    on.show(&pages::board_filters::show(&*on.conn().await?, &on.access, &query, on.principal.id).await?)
}
