//! A board's history, page by page.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::event::Event;
use crate::views::events::{EventView, EventsPage};

/// Events per page.
const PAGE: usize = 50;

/// The newest events; those before the event `before` where that is given.
pub async fn index(
    conn: &mut AsyncPgConnection,
    access: &Access,
    reader: Uuid,
    before: Option<Uuid>,
) -> AppResult<EventsPage> {
    // One more than is shown tells whether there are older ones.
    let mut deeds = Event::of_board(conn, access.board.id, before, PAGE as i64 + 1).await?;
    let more = deeds.len() > PAGE;
    deeds.truncate(PAGE);
    let older = deeds
        .last()
        .filter(|_| more)
        .map(|last| format!("/boards/{}/events?before={}", access.board.id, last.first.id));
    let events = deeds.into_iter().map(|deed| EventView::of_deed(deed, access, reader)).collect();
    Ok(EventsPage { board: access.into(), events, older })
}
