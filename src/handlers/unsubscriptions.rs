//! `/unsubscribe/{token}`: stopping mails by a link in one, signed in or not. Looking at it changes nothing, since programs that scan
//! mail do; posting to it does, whatever is posted (RFC 8058).

use axum::extract::Path;
use axum::http::StatusCode;
use uuid::Uuid;

use super::extract::Visit;
use crate::app::App;
use crate::auth::link::Link;
use crate::error::AppResult;
use crate::models::notification::settings::Unwanted;
use crate::models::user::User;
use crate::views::unsubscriptions::{UnsubscribeOver, UnsubscribePage};

/// `GET /unsubscribe/{token}`
pub async fn show(visit: Visit, Path(token): Path<String>) -> AppResult {
    match read(&visit.app, &token) {
        Some((_, unwanted)) => {
            visit.show_uncached(StatusCode::OK, &UnsubscribePage::new(unwanted, Some(token)))
        }
        None => over(&visit),
    }
}

/// `POST /unsubscribe/{token}`
pub async fn create(visit: Visit, Path(token): Path<String>) -> AppResult {
    let Some((user_id, unwanted)) = read(&visit.app, &token) else { return over(&visit) };
    let mut conn = visit.conn().await?;
    if User::find(&mut conn, user_id).await?.is_none() {
        drop(conn);
        return over(&visit);
    }
    unwanted.stop(&mut conn, user_id).await?;
    drop(conn);
    visit.show_uncached(StatusCode::OK, &UnsubscribePage::new(unwanted, None))
}

/// Whose link it is, and what it stops.
fn read(app: &App, token: &str) -> Option<(Uuid, Unwanted)> {
    let (link, unwanted) = token.split_once('.')?;
    let (link, unwanted) = (Link::parse(link)?, Unwanted::parse(unwanted)?);
    let is_genuine = link.unsubscribes(unwanted, &app.config.session_secrets, app.clock.now());
    is_genuine.then_some((link.subject, unwanted))
}

fn over(visit: &Visit) -> AppResult {
    visit.show_uncached(StatusCode::GONE, &UnsubscribeOver {})
}
