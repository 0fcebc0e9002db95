//! `/account/sessions`: where a user is signed in.

use axum::extract::State;
use axum::http::HeaderMap;

use super::{Id, page, see_other_with};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::cookies::{Cookies, Flash};
use crate::error::AppResult;
use crate::models::session::Session;
use crate::views::account::{ListedSession, SessionsPage};

/// `GET /account/sessions`
pub async fn index(State(app): State<App>, user: CurrentUser) -> AppResult {
    let sessions = Session::of_user(&mut *app.db.conn().await?, user.id(), app.clock.now()).await?;
    let listed = |session| ListedSession::new(session, user.session.id);
    page(&app, &user, &SessionsPage { sessions: sessions.into_iter().map(listed).collect() })
}

/// `POST /account/sessions/{id}/revoke`
pub async fn destroy(State(app): State<App>, user: CurrentUser, Id(id): Id, headers: HeaderMap) -> AppResult {
    Session::revoke(&mut *app.db.conn().await?, user.id(), id).await?;
    see_other_with(Flash::SessionEnded, Cookies::of(&app.config, &headers), "/account/sessions")
}
