//! `/boards/{board_id}/stream`

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::Query;
use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Look, On};
use crate::error::{AppResult, Busy};
use crate::models::board::Board;
use crate::models::changed::Changed;
use crate::pages;
use crate::realtime::{Listener, Subscription, Told};
use crate::views::live;

/// Between two comments that tell the page, and what is on the way, that the stream is there.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// What the page says of itself. What does not parse is as if it were not there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Page {
    /// The revision that it shows.
    since: String,
    /// The card that is open on it.
    card: String,
    /// Whether nobody looks at it.
    away: String,
}

/// `GET /boards/{board_id}/stream`: what changes on the board, and who is there, as it happens
///
/// Events: `changed`, `here`, `inbox` and `bye`; see [`live`]. It ends with a `bye`, or without one when the process is killed.
pub async fn show(on: On<Board, Look>, Query(page): Query<Page>) -> AppResult {
    let (board_id, revision) = (on.access.board.id, on.access.board.revision);
    let is_shown = page.away.is_empty() && !on.principal.presence_off;
    let listener = Listener {
        user_id: on.principal.id,
        session_id: on.principal.session.id,
        shown: if is_shown { Some(pages::faces::shown(&on.app, &on.principal)?) } else { None },
        card_id: Uuid::try_parse(&page.card).ok(),
    };
    // From here on nothing that happens is missed.
    let subscription =
        Subscription::begin(&on.app.hub, board_id, revision, listener).ok_or(Busy::Requests)?;
    let missed = match page.since.parse() {
        Ok(since) if since < revision => {
            let changed = Changed::since(&*on.conn().await?, board_id, since, revision).await?;
            Some(Told::Changed { revision, changed })
        }
        _ => None,
    };
    // The head of an answer alone is not sent on by every proxy.
    let first = [Event::default().comment("live")].into_iter().chain(missed.map(event));
    let events = stream::iter(first).chain(stream::unfold(subscription, next)).map(Ok::<_, Infallible>);
    let alive = KeepAlive::new().interval(KEEP_ALIVE);
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    // nginx would gather it.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response.headers_mut().extend([unbuffered]);
    Ok(response)
}

async fn next(mut subscription: Subscription) -> Option<(Event, Subscription)> {
    let told = subscription.next().await?;
    Some((event(told), subscription))
}

fn event(told: Told) -> Event {
    let (name, data) = match told {
        Told::Changed { revision, changed } => ("changed", live::changed(revision, &changed)),
        Told::Here(here) => ("here", live::here(&here)),
        Told::Inbox => ("inbox", live::inbox()),
        Told::Bye(bye) => ("bye", live::bye(bye)),
    };
    Event::default().event(name).data(data.to_string())
}
