//! `/email/confirm`: the proof that mail reaches a person, by a link and, so that programs which scan mail give none,
//! a button behind it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use super::password_resets::{public, unkept};
use super::{see_other, see_other_with};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::cookies::{Cookies, Flash};
use crate::auth::link::Link;
use crate::error::AppResult;
use crate::jobs::{self, ConfirmEmail, TellOfChangedEmail};
use crate::models::user::{SaveError, User};
use crate::queue::enqueue_all;
use crate::views::email_confirmations::{ConfirmAddress, ConfirmationOver};

/// `POST /account/email/confirm`: sends the mail again.
pub async fn create(State(app): State<App>, user: CurrentUser, headers: HeaderMap) -> AppResult {
    // Whoever presses it often has the mail several times already.
    if user.user.unconfirmed_email().is_none() || !app.mail_throttle.allows(&user.user.email, None) {
        return see_other("/account");
    }
    let mails = jobs::mails(&app.config, &ConfirmEmail { user_id: user.id() })?;
    enqueue_all(&mut *app.db.conn().await?, mails).await?;
    see_other_with(Flash::ConfirmationSent, Cookies::of(&app.config, &headers), "/account")
}

/// `POST /account/email/keep`: takes back the wish for another address.
pub async fn destroy(State(app): State<App>, user: CurrentUser, headers: HeaderMap) -> AppResult {
    User::keep_email(&mut *app.db.conn().await?, user.id()).await?;
    see_other_with(Flash::EmailKept, Cookies::of(&app.config, &headers), "/account")
}

/// `GET /email/confirm/{token}`
pub async fn edit(State(app): State<App>, Path(token): Path<String>) -> AppResult {
    match find(&app, &token).await? {
        Some((_, address)) => confirming(&app, StatusCode::OK, address, token, false),
        None => over(&app),
    }
}

/// `POST /email/confirm/{token}`
pub async fn update(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> AppResult {
    let Some((user, address)) = find(&app, &token).await? else { return over(&app) };
    let told = TellOfChangedEmail { old_email: user.email.clone(), email: address.clone() };
    let mails = jobs::mails(&app.config, &told)?;
    let mut conn = app.db.conn().await?;
    match user.confirm_email(&mut conn, &address, mails, app.clock.now()).await {
        // Whoever is not signed in goes on from there to sign in.
        Ok(true) => see_other_with(Flash::EmailConfirmed, Cookies::of(&app.config, &headers), "/account"),
        Ok(false) => over(&app),
        Err(SaveError::EmailTaken) => {
            confirming(&app, StatusCode::UNPROCESSABLE_ENTITY, address, token, true)
        }
        Err(SaveError::Query(error)) => Err(error.into()),
    }
}

/// The account that the link is for, and which of its addresses it confirms.
async fn find(app: &App, token: &str) -> AppResult<Option<(User, String)>> {
    let Some(link) = Link::parse(token) else { return Ok(None) };
    let Some(user) = User::find(&mut *app.db.conn().await?, link.user_id).await? else { return Ok(None) };
    let address = link.confirms(&user, &app.config.session_secret, app.clock.now()).map(str::to_owned);
    Ok(address.map(|address| (user, address)))
}

fn confirming(app: &App, status: StatusCode, address: String, token: String, taken: bool) -> AppResult {
    public(app, status, &ConfirmAddress { address, token, taken }).map(unkept)
}

fn over(app: &App) -> AppResult {
    public(app, StatusCode::GONE, &ConfirmationOver {}).map(unkept)
}
