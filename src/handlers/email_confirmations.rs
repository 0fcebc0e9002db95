//! `/email/confirm`: the proof that mail reaches a person, by a link and, so that programs which scan mail give none,
//! a button behind it.

use axum::extract::Path;
use axum::http::StatusCode;

use super::extract::{SignedIn, Visit};
use crate::app::App;
use crate::auth::cookies::Flash;
use crate::auth::link::Link;
use crate::error::AppResult;
use crate::models::user::{SaveError, User};
use crate::queue::enqueue_all;
use crate::security_log::SecurityEvent;
use crate::tasks::{self, ConfirmEmail, TellOfChangedEmail};
use crate::views::email_confirmations::{ConfirmAddress, ConfirmationOver};

/// `POST /account/email/confirm`: sends the mail again.
pub async fn create(user: SignedIn) -> AppResult {
    let mut conn = user.conn().await?;
    let account = user.user(&mut conn).await?;
    // Pressed too often: the mail is on its way already, so the answer is the same.
    if account.unconfirmed_email().is_none() || !user.app.mail_throttle.allows(&account.email, None) {
        return user.go("/account");
    }
    let mails =
        tasks::mails(&user.app.config, &ConfirmEmail { user_id: account.id, language: user.shell.language })?;
    enqueue_all(&mut conn, mails).await?;
    user.go_saying(Flash::ConfirmationSent, "/account")
}

/// `POST /account/email/keep`: takes back the wish for another address.
pub async fn destroy(user: SignedIn) -> AppResult {
    User::keep_email(&mut *user.conn().await?, user.principal.id).await?;
    user.go_saying(Flash::EmailKept, "/account")
}

/// `GET /email/confirm/{token}`
pub async fn edit(visit: Visit, Path(token): Path<String>) -> AppResult {
    match find(&visit.app, &token).await? {
        Some((_, address)) => {
            visit.show_uncached(StatusCode::OK, &ConfirmAddress { address, token, taken: false })
        }
        None => over(&visit),
    }
}

/// `POST /email/confirm/{token}`
pub async fn update(visit: Visit, Path(token): Path<String>) -> AppResult {
    let app = &visit.app;
    let Some((user, address)) = find(app, &token).await? else { return over(&visit) };
    let language = user.language().unwrap_or(visit.shell.language);
    let told = TellOfChangedEmail { old_email: user.email.clone(), email: address.clone(), language };
    let mails = tasks::mails(&app.config, &told)?;
    let mut conn = visit.conn().await?;
    match user.confirm_email(&mut conn, &address, mails, app.clock.now()).await {
        // Without a session they go on from there to sign in.
        Ok(true) => {
            visit.witness.note_of(SecurityEvent::EmailChanged, &address);
            visit.go_saying(Flash::EmailConfirmed, "/account")
        }
        Ok(false) => over(&visit),
        Err(SaveError::EmailTaken) => {
            let view = ConfirmAddress { address, token, taken: true };
            visit.show_uncached(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(SaveError::Query(error)) => Err(error.into()),
    }
}

/// The account that the link is for, and which of its addresses it confirms.
async fn find(app: &App, token: &str) -> AppResult<Option<(User, String)>> {
    let Some(link) = Link::parse(token) else { return Ok(None) };
    let Some(user) = User::find(&mut *app.db.conn().await?, link.subject).await? else { return Ok(None) };
    let address = link.confirms(&user, &app.config.session_secrets, app.clock.now()).map(str::to_owned);
    Ok(address.map(|address| (user, address)))
}

fn over(visit: &Visit) -> AppResult {
    visit.show_uncached(StatusCode::GONE, &ConfirmationOver {})
}
