//! `/inbox`: what a person is told.
//!
//! A line that is not theirs, or not there any more, is none that they could read: the answer is their inbox as it is.

use axum::extract::{Path, Query};
use axum::http::HeaderValue;
use serde::Deserialize;
use uuid::Uuid;

use super::extract::SignedIn;
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::notification::{self, Filter, Reason};
use crate::pages::{self, inbox::Place};
use crate::time_zone::LocalTime;
use crate::views::inbox::InboxMark;

/// Which part of the inbox the page shows; what makes no sense is left out.
#[derive(Deserialize)]
pub struct Looked {
    reason: Option<String>,
    board: Option<String>,
    page: Option<String>,
}

impl Looked {
    fn place(&self) -> Place {
        Place {
            filter: Filter {
                reason: self.reason.as_deref().and_then(Reason::parse),
                board_id: self.board.as_deref().and_then(|id| Uuid::try_parse(id).ok()),
            },
            number: self.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1),
        }
    }
}

/// `GET /inbox`
pub async fn index(user: SignedIn, Query(looked): Query<Looked>) -> AppResult {
    user.show(&pages::inbox::index(&*user.conn().await?, user.principal.id, looked.place()).await?)
}

/// `GET /inbox/mark`: the mark of the top bar alone
pub async fn mark(user: SignedIn) -> AppResult {
    user.show(&InboxMark {})
}

/// `POST /inbox/read`: all of it
pub async fn read_all(user: SignedIn, Query(looked): Query<Looked>) -> AppResult {
    notification::read_all(&mut *user.conn().await?, user.principal.id, user.app.clock.now()).await?;
    answer(&user, looked.place()).await
}

/// `POST /inbox/{notification_id}/read`
pub async fn read(user: SignedIn, Path(id): Path<String>, Query(looked): Query<Looked>) -> AppResult {
    let now = user.app.clock.now();
    notification::set_read(&mut *user.conn().await?, user.principal.id, id_of(&id), Some(now)).await?;
    answer(&user, looked.place()).await
}

/// `POST /inbox/{notification_id}/unread`
pub async fn unread(user: SignedIn, Path(id): Path<String>, Query(looked): Query<Looked>) -> AppResult {
    notification::set_read(&mut *user.conn().await?, user.principal.id, id_of(&id), None).await?;
    answer(&user, looked.place()).await
}

/// `POST /inbox/{notification_id}/snooze`
pub async fn snooze(
    user: SignedIn,
    Path(id): Path<String>,
    Query(looked): Query<Looked>,
    posted: Posted,
) -> AppResult {
    let id = id_of(&id);
    let mut form = posted.form(&["until"]);
    let time = LocalTime { now: user.app.clock.now(), zone: user.principal.time_zone() };
    let Some(until) = notification::snoozed_until(form.value("until").trim(), time) else {
        form.fail("until", FormError::NotADayAhead);
        let page = pages::inbox::index(&*user.conn().await?, user.principal.id, looked.place()).await?;
        return user.refuse(&page.with_form(id, form));
    };
    notification::snooze(&mut *user.conn().await?, user.principal.id, id, until).await?;
    answer(&user, looked.place()).await
}

/// The inbox as it is then. The mark in the top bar asks for itself anew.
async fn answer(user: &SignedIn, place: Place) -> AppResult {
    let page = async { pages::inbox::index(&*user.conn().await?, user.principal.id, place).await };
    let mut response = user.answer(place.path(), page).await?;
    if user.is_htmx() {
        response.headers_mut().insert("hx-trigger", HeaderValue::from_static("xtablo:read"));
    }
    Ok(response)
}

/// What is no id is nothing's.
fn id_of(text: &str) -> Uuid {
    Uuid::try_parse(text).unwrap_or_default()
}
