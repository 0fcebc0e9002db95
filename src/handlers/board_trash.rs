//! `/boards/{board_id}/trash`: what was deleted lately.

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::pages;

/// `GET /boards/{board_id}/trash`
pub async fn show(on: On<Board, Look>) -> AppResult {
    on.show(&pages::board_trash::show(&*on.conn().await?, &on.access).await?)
}
