//! `/cards/{card_id}/archive` and `/restore`

use super::extract::{Edit, On};
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::models::card::{Card, Restored};
use crate::pages;

/// `POST /cards/{card_id}/archive`
pub async fn create(on: On<Card, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.archive(change).await).await?;
    let (board_id, column_id) = (on.access.board.id, on.thing.column_id);
    let ids = pages::columns::around(&conn, &on.access, column_id, on.thing.id).await?;
    drop(conn);
    let path = format!("/boards/{board_id}#column-{column_id}");
    on.answer_columns(Some(Flash::CardArchived), path, &ids).await
}

/// `POST /cards/{card_id}/restore`
pub async fn destroy(on: On<Card, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    let restored = on.change(&mut conn, async |change| on.thing.restore(change).await).await?;
    let path = format!("/boards/{}#card-{}", on.access.board.id, on.thing.id);
    match restored {
        Restored::WithColumn => on.go_saying(Flash::CardRestoredWithColumn, path),
        Restored::Card => {
            let (column_id, id) = (on.thing.column_id, on.thing.id);
            let ids = pages::columns::around(&conn, &on.access, column_id, id).await?;
            drop(conn);
            on.answer_columns(None, path, &ids).await
        }
    }
}
