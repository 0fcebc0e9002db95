//! `/account/sessions`: where a user is signed in.

use super::extract::{Id, SignedIn};
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::models::session::Session;
use crate::pages;
use crate::security_log::SecurityEvent;

/// `GET /account/sessions`
pub async fn index(user: SignedIn) -> AppResult {
    let form = Form::blank(&["current_password"]);
    let page = pages::account::sessions(&user.app, &mut *user.conn().await?, &user.principal, form).await?;
    user.show(&page)
}

/// `POST /account/sessions/{id}/revoke`
pub async fn destroy(user: SignedIn, Id(id): Id, posted: Posted) -> AppResult {
    if let Err(form) = password(&user, posted).await? {
        return refuse(&user, form).await;
    }
    Session::revoke(&mut *user.conn().await?, user.principal.id, id).await?;
    user.witness.note(SecurityEvent::SessionEnded);
    user.go_saying(Flash::SessionEnded, "/account/sessions")
}

/// `POST /account/sessions/revoke`: ends all but the one at hand.
pub async fn destroy_others(user: SignedIn, posted: Posted) -> AppResult {
    if let Err(form) = password(&user, posted).await? {
        return refuse(&user, form).await;
    }
    let kept = Some(user.principal.session.id);
    Session::revoke_all(&mut *user.conn().await?, user.principal.id, kept).await?;
    user.witness.note(SecurityEvent::SessionEnded);
    user.go_saying(Flash::SessionsEnded, "/account/sessions")
}

/// Whoever sits down at an unlocked computer must not shut its owner out everywhere else.
async fn password(user: &SignedIn, posted: Posted) -> AppResult<Result<(), Form>> {
    let account = user.user(&mut *user.conn().await?).await?;
    let mut form = posted.form(&["current_password"]);
    let password = form.password("current_password", 1);
    user.check_password(&account, password, &mut form).await?;
    Ok(if form.is_valid() { Ok(()) } else { Err(form) })
}

async fn refuse(user: &SignedIn, form: Form) -> AppResult {
    let page = pages::account::sessions(&user.app, &mut *user.conn().await?, &user.principal, form).await?;
    user.refuse(&page)
}
