//! `/columns/{column_id}/archive` and `/restore`

use super::extract::{Edit, On};
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::models::column::Column;
use crate::pages;

/// `POST /columns/{column_id}/archive`
pub async fn create(on: On<Column, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.archive(change).await).await?;
    // An archived column is not on the board, so the part has none.
    let nothing = pages::columns::changed_one(&conn, &on.access, on.thing.id);
    on.answer_saying(Flash::ColumnArchived, format!("/boards/{}", on.access.board.id), nothing).await
}

/// `POST /columns/{column_id}/restore`
pub async fn destroy(on: On<Column, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.restore(change).await).await?;
    let (board_id, column_id) = (on.access.board.id, on.thing.id);
    let column = pages::columns::changed_one(&conn, &on.access, column_id);
    on.answer(format!("/boards/{board_id}#column-{column_id}"), column).await
}
