//! `/boards/{board_id}/files`: all files of a board.

use axum::extract::Query;
use serde::Deserialize;

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::file::listing::{Order, Search};
use crate::models::filter::words::Words;
use crate::pages;

#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    /// From 1.
    #[serde(default)]
    page: String,
}

/// `GET /boards/{board_id}/files`
pub async fn index(on: On<Board, Look>, Query(query): Query<SearchQuery>) -> AppResult {
    let search =
        Search { words: Words::parse(&query.q), order: Order::parse(&query.sort).unwrap_or_default() };
    let number = query.page.parse().unwrap_or(1);
    let mut conn = on.conn().await?;
    let view = pages::board_files::index(&mut conn, &on.access, search, number, on.app.clock.now()).await?;
    on.show(&view)
}
