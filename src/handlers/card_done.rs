//! `/cards/{card_id}/done` and `/undone`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::models::card::Card;

/// `POST /cards/{card_id}/done`
pub async fn create(on: On<Card, Edit>) -> AppResult {
    set(on, true).await
}

/// `POST /cards/{card_id}/undone`
pub async fn destroy(on: On<Card, Edit>) -> AppResult {
    set(on, false).await
}

async fn set(on: On<Card, Edit>, done: bool) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.set_done(change, done).await).await?;
    on.answer_card(&conn, on.thing.id).await
}
