//! `/boards/{board_id}/template` and `/untemplate`

use super::extract::{Manage, On};
use crate::error::AppResult;
use crate::models::board::Board;

/// `POST /boards/{board_id}/template`
pub async fn create(on: On<Board, Manage>) -> AppResult {
    set(on, true).await
}

/// `POST /boards/{board_id}/untemplate`
pub async fn destroy(on: On<Board, Manage>) -> AppResult {
    set(on, false).await
}

async fn set(on: On<Board, Manage>, is_template: bool) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Board::set_template(change, is_template).await).await?;
    on.go(format!("/boards/{}/edit", on.thing.id))
}
