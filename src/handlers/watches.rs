//! `/cards/{card_id}/watch` and `/boards/{board_id}/watch`: who is told of what happens. A viewer who watches since before they
//! were one can stop.

use super::extract::{Comment, Look, On};
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::watch;
use crate::pages;

/// `POST /cards/{card_id}/watch`
pub async fn create(on: On<Card, Comment>) -> AppResult {
    let conn = on.conn().await?;
    watch::watch_card(&conn, on.thing.id, &[on.principal.id], on.app.clock.now()).await?;
    drop(conn);
    answer(&on).await
}

/// `POST /cards/{card_id}/unwatch`
pub async fn destroy(on: On<Card, Look>) -> AppResult {
    watch::unwatch_card(&mut *on.conn().await?, on.thing.id, on.principal.id).await?;
    answer(&on).await
}

/// `POST /boards/{board_id}/watch`
pub async fn create_of_board(on: On<Board, Comment>) -> AppResult {
    let now = on.app.clock.now();
    watch::watch_board(&mut *on.conn().await?, on.thing.id, on.principal.id, now).await?;
    on.go_saying(Flash::BoardWatched, format!("/boards/{}/members", on.thing.id))
}

/// `POST /boards/{board_id}/unwatch`
pub async fn destroy_of_board(on: On<Board, Look>) -> AppResult {
    watch::unwatch_board(&mut *on.conn().await?, on.thing.id, on.principal.id).await?;
    on.go_saying(Flash::BoardUnwatched, format!("/boards/{}/members", on.thing.id))
}

async fn answer<R>(on: &On<Card, R>) -> AppResult {
    let conn = on.conn().await?;
    on.answer(format!("/cards/{}", on.thing.id), pages::cards::show(&conn, on.reading(), on.thing.id, None))
        .await
}
