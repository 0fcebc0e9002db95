//! `/boards/{board_id}/table`: the board's cards as rows.

use axum::extract::RawQuery;

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::filter::Filter;
use crate::pages;

/// `GET /boards/{board_id}/table`: a page of the cards that the address asks for, with its columns and its order
pub async fn show(mut on: On<Board, Look>, RawQuery(query): RawQuery) -> AppResult {
    let query = query.unwrap_or_default();
    on.access.filter = Filter::parse(&query, on.principal.id);
    on.show(&Box::pin(pages::board_tables::show(&*on.conn().await?, &on.access, &query)).await?)
}
