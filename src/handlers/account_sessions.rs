//! `/account/sessions`: where a user is signed in.

use super::extract::{Id, SignedIn};
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::models::session::Session;
use crate::views::account::{ListedSession, SessionsPage};

/// `GET /account/sessions`
pub async fn index(user: SignedIn) -> AppResult {
    let now = user.app.clock.now();
    let sessions = Session::of_user(&mut *user.conn().await?, user.principal.id, now).await?;
    let listed = |session| ListedSession::new(session, user.principal.session.id);
    user.show(&SessionsPage { sessions: sessions.into_iter().map(listed).collect() })
}

/// `POST /account/sessions/{id}/revoke`
pub async fn destroy(user: SignedIn, Id(id): Id) -> AppResult {
    Session::revoke(&mut *user.conn().await?, user.principal.id, id).await?;
    user.go_saying(Flash::SessionEnded, "/account/sessions")
}
