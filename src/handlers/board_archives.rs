//! `/boards/{board_id}/archive` and `/restore`: what a board has archived, and the board itself.

use axum::extract::Query;
use serde::Deserialize;

use super::extract::{Look, Manage, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::pages;

#[derive(Deserialize)]
pub struct PageQuery {
    /// From 1.
    #[serde(default)]
    page: String,
}

/// `GET /boards/{board_id}/archive`
pub async fn show(on: On<Board, Look>, Query(query): Query<PageQuery>) -> AppResult {
    let number = query.page.parse().unwrap_or(1);
    let view = pages::boards::archive(&mut *on.conn().await?, &on.access, number).await?;
    on.show(&view)
}

/// `POST /boards/{board_id}/archive`
pub async fn create(on: On<Board, Manage>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Board::archive(change).await).await?;
    let list = pages::boards::index(&mut conn, &on.app, &on.principal, pages::boards::new_form());
    on.answer("/boards", list).await
}

/// `POST /boards/{board_id}/restore`
pub async fn destroy(on: On<Board, Manage>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Board::restore(change).await).await?;
    let list = pages::boards::index(&mut conn, &on.app, &on.principal, pages::boards::new_form());
    on.answer(format!("/boards/{}", on.thing.id), list).await
}
