//! `/boards/{board_id}/events`: a board's history.

use axum::extract::{Query, State};
use serde::Deserialize;
use uuid::Uuid;

use super::page;
use crate::app::App;
use crate::auth::Reached;
use crate::error::{AppError, AppResult};
use crate::models::access::Access;
use crate::models::event::Event;
use crate::views::events::EventsPage;

/// Events a page.
const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct Range {
    /// The last event of the page before.
    before: Option<String>,
}

/// `GET /boards/{board_id}/events`
pub async fn index(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    Query(range): Query<Range>,
) -> AppResult {
    let before = match range.before.as_deref().map(Uuid::try_parse) {
        Some(Err(_)) => return Err(AppError::NotFound),
        Some(Ok(event)) => Some(event),
        None => None,
    };
    let mut conn = app.db.conn().await?;
    // One more than is shown tells whether there are older ones.
    let mut events = Event::of_board(&mut conn, access.board.id, before, PAGE as i64 + 1).await?;
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    let older = events
        .last()
        .filter(|_| more)
        .map(|last| format!("/boards/{}/events?before={}", access.board.id, last.id));
    let events = events.into_iter().map(Into::into).collect();
    page(&app, &user, &EventsPage { board: (&access).into(), events, older })
}
