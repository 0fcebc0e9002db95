//! `/boards/{board_id}/filter`: what the board's cards can be filtered by.

use axum::extract::RawQuery;

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::filter::Filter;
use crate::pages;

/// `GET /boards/{board_id}/filter`: the form, which leads to the board, with what its own address asks for
pub async fn show(on: On<Board, Look>, RawQuery(query): RawQuery) -> AppResult {
    let filter = Filter::parse(&query.unwrap_or_default(), on.principal.id);
    on.show(&pages::board_filters::show(&*on.conn().await?, &on.access, &filter).await?)
}
