//! `/boards/{board_id}/export`: a board to take along.

use axum::http::{HeaderMap, Method};

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::export::{Export, NewExport};
use crate::pages;
use crate::sending::{self, Sent};

/// `GET /boards/{board_id}/export`
pub async fn show(on: On<Board, Look>) -> AppResult {
    let mut conn = on.conn().await?;
    on.show(&pages::exports::show(&on.app, &mut conn, on.principal.id, Some(&on.access)).await?)
}

/// `POST /boards/{board_id}/export`: begins one, if none is under way
pub async fn create(on: On<Board, Look>) -> AppResult {
    let mut conn = on.conn().await?;
    let board_id = Some(on.thing.id);
    let new = NewExport { user_id: on.principal.id, board_id, language: on.shell.language };
    Export::begin(&mut conn, new, on.app.clock.now()).await?;
    let page = pages::exports::show(&on.app, &mut conn, on.principal.id, Some(&on.access));
    on.answer(format!("/boards/{}/export", on.thing.id), page).await
}

/// `GET /boards/{board_id}/export/zip`: what was made, or where it is made
pub async fn download(on: On<Board, Look>, method: Method, headers: HeaderMap) -> AppResult {
    let (now, board_id) = (on.app.clock.now(), Some(on.thing.id));
    let mut conn = on.conn().await?;
    let export = Export::of(&conn, on.principal.id, board_id, now).await?;
    let object = match &export {
        Some(export) => export.object(&mut conn).await?,
        None => None,
    };
    drop(conn);
    match object {
        Some(object) => sending::send(&on.app, &Sent::zip(&object, &on.thing.title), &method, &headers).await,
        None => on.go(format!("/boards/{}/export", on.thing.id)),
    }
}
