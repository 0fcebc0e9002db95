//! `/cards/{card_id}/template` and `/untemplate`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::models::card::Card;

/// `POST /cards/{card_id}/template`
pub async fn create(on: On<Card, Edit>) -> AppResult {
    set(on, true).await
}

/// `POST /cards/{card_id}/untemplate`
pub async fn destroy(on: On<Card, Edit>) -> AppResult {
    set(on, false).await
}

async fn set(on: On<Card, Edit>, is_template: bool) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.set_template(change, is_template).await).await?;
    on.answer_card(&conn, on.thing.id).await
}
