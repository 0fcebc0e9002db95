//! `/boards/{board_id}/star` and `/unstar`: a user's own choice, whatever their role.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};

use super::boards::list_partial;
use super::{Htmx, see_other};
use crate::app::App;
use crate::auth::Reached;
use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::member::Member;

/// `POST /boards/{board_id}/star`
pub async fn create(
    state: State<App>,
    reached: Reached<Access>,
    htmx: Htmx,
    headers: HeaderMap,
) -> AppResult {
    let now = state.clock.now();
    star(state, reached, htmx, headers, Some(now)).await
}

/// `POST /boards/{board_id}/unstar`
pub async fn destroy(
    state: State<App>,
    reached: Reached<Access>,
    htmx: Htmx,
    headers: HeaderMap,
) -> AppResult {
    star(state, reached, htmx, headers, None).await
}

async fn star(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    htmx: Htmx,
    headers: HeaderMap,
    since: Option<DateTime<Utc>>,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    Member::star(&mut conn, access.board.id, user.id(), since).await?;
    if htmx.0 {
        return list_partial(&app, &mut conn, &user).await;
    }
    // The star stands on the board and in the list; the person stays where they are.
    let from_list = headers.get(header::REFERER).is_some_and(|from| from.as_bytes().ends_with(b"/boards"));
    if from_list { see_other("/boards") } else { see_other(format!("/boards/{}", access.board.id)) }
}
