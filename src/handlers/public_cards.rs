//! `GET /public/{token}/cards/{card_id}`: a card of a board that is looked at without an account.

use axum::extract::{Path, Query};
use serde::Deserialize;
use uuid::Uuid;

use super::extract::Public;
use crate::error::AppResult;
use crate::models::card::Card;
use crate::pages;
use crate::pages::public_boards::PublicReading;

#[derive(Deserialize)]
pub struct Mode {
    /// The comment that the wanted ones came before.
    before: Option<Uuid>,
}

/// `GET /public/{token}/cards/{card_id}`
pub async fn show(
    on: Public<Card>,
    Path((token, _)): Path<(String, String)>,
    Query(mode): Query<Mode>,
) -> AppResult {
    let conn = on.conn().await?;
    let reading = PublicReading { app: &on.app, link: &on.link, board: &on.board, token: &token };
    let page = pages::public_boards::card(&conn, reading, &on.thing, mode.before).await?;
    drop(conn);
    on.show(&page)
}
