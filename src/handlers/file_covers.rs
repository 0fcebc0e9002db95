//! `/files/{file_id}/cover` and `/uncover`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::models::cover::Cover;
use crate::models::file::File;
use crate::pages;

/// `POST /files/{file_id}/cover`
pub async fn create(on: On<File, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Cover::set(change, &on.thing).await).await?;
    let card_id = on.thing.card_id;
    let files = pages::files::changed(&conn, &on.access, card_id, on.app.clock.now());
    on.answer(format!("/cards/{card_id}#files"), files).await
}

/// `POST /files/{file_id}/uncover`
pub async fn destroy(on: On<File, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Cover::remove(change, &on.thing).await).await?;
    let card_id = on.thing.card_id;
    let files = pages::files::changed(&conn, &on.access, card_id, on.app.clock.now());
    on.answer(format!("/cards/{card_id}#files"), files).await
}
