//! `/boards/{board_id}/star` and `/unstar`: a user's own choice, whatever their role.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::member::Member;
use crate::pages;

/// `POST /boards/{board_id}/star`
pub async fn create(on: On<Board, Look>, headers: HeaderMap) -> AppResult {
    let now = on.app.clock.now();
    star(&on, &headers, Some(now)).await
}

/// `POST /boards/{board_id}/unstar`
pub async fn destroy(on: On<Board, Look>, headers: HeaderMap) -> AppResult {
    star(&on, &headers, None).await
}

async fn star(on: &On<Board, Look>, headers: &HeaderMap, since: Option<DateTime<Utc>>) -> AppResult {
    let mut conn = on.conn().await?;
    Member::star(&mut conn, on.thing.id, on.principal.id, since).await?;
    // The star stands on the board and in the list; the person stays where they are.
    let from_list = headers.get(header::REFERER).is_some_and(|from| from.as_bytes().ends_with(b"/boards"));
    let back = if from_list { "/boards".to_owned() } else { format!("/boards/{}", on.thing.id) };
    let list = pages::boards::index(&mut conn, &on.app, &on.principal, pages::boards::new_form());
    on.answer(back, list).await
}
