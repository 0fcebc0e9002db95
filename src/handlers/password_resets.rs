//! `/password/reset`: a new password for who has forgotten the old one.
//!
//! Asking takes the same steps and gets the same answer for every address: what is enqueued looks it up. The page
//! behind the link changes nothing when it is only looked at, as programs do that scan mail.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{see_other, see_other_with};
use crate::app::App;
use crate::auth::cookies::{Cookies, Flash};
use crate::auth::link::Link;
use crate::auth::password;
use crate::auth::peer::ClientAddress;
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::jobs::{self, ResetPassword, TellOfChangedPassword};
use crate::models::user::User;
use crate::queue::enqueue_all;
use crate::templates::{Shell, View};
use crate::views::password_resets::{AskForReset, ChoosePassword, ResetAsked, ResetOver};

/// `GET /password/reset`
pub async fn new(State(app): State<App>) -> AppResult {
    public(&app, StatusCode::OK, &asking(&app, Form::blank(&["email"])))
}

/// `POST /password/reset`
pub async fn create(State(app): State<App>, address: ClientAddress, posted: Posted) -> AppResult {
    if !app.config.sends_mail() {
        return new(State(app)).await;
    }
    let mut form = posted.form(&["email"]);
    let email = form.email("email");
    if !form.is_valid() {
        return public(&app, StatusCode::UNPROCESSABLE_ENTITY, &asking(&app, form));
    }
    if !app.mail_throttle.allows(&email, address.0) {
        form.fail_whole("Too many attempts. Please wait some minutes and try again.");
        return public(&app, StatusCode::TOO_MANY_REQUESTS, &asking(&app, form));
    }
    let mails = jobs::mails(&app.config, &ResetPassword { email, asked_at: app.clock.now() })?;
    enqueue_all(&mut *app.db.conn().await?, mails).await?;
    see_other("/password/reset/sent")
}

/// `GET /password/reset/sent`
pub async fn sent(State(app): State<App>) -> AppResult {
    public(&app, StatusCode::OK, &ResetAsked {})
}

/// `GET /password/reset/{token}`
pub async fn edit(State(app): State<App>, Path(token): Path<String>) -> AppResult {
    let Some(user) = find(&app, &token).await? else { return over(&app) };
    choosing(&app, StatusCode::OK, user.email, token, Form::blank(&["password"]))
}

/// `POST /password/reset/{token}`
pub async fn update(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> AppResult {
    let Some(user) = find(&app, &token).await? else { return over(&app) };
    let mut form = posted.form(&["password"]);
    let wanted = form.password("password", password::LEAST);
    if !form.is_valid() {
        return choosing(&app, StatusCode::UNPROCESSABLE_ENTITY, user.email, token, form);
    }
    let hash = app.passwords.hash(wanted).await?;
    let mails = jobs::mails(&app.config, &TellOfChangedPassword { email: user.email.clone() })?;
    let mut conn = app.db.conn().await?;
    if !user.reset_password(&mut conn, &hash, mails, app.clock.now()).await? {
        return over(&app);
    }
    see_other_with(Flash::PasswordReset, Cookies::of(&app.config, &headers), "/login")
}

/// The account whose password the link lets one choose.
async fn find(app: &App, token: &str) -> AppResult<Option<User>> {
    let Some(link) = Link::parse(token) else { return Ok(None) };
    let user = User::find(&mut *app.db.conn().await?, link.user_id).await?;
    Ok(user.filter(|user| link.resets(user, &app.config.session_secret, app.clock.now())))
}

fn asking(app: &App, form: Form) -> AskForReset {
    AskForReset { form, sends_mail: app.config.sends_mail() }
}

fn choosing(app: &App, status: StatusCode, email: String, token: String, form: Form) -> AppResult {
    public(app, status, &ChoosePassword { form, email, token }).map(unkept)
}

fn over(app: &App) -> AppResult {
    public(app, StatusCode::GONE, &ResetOver {}).map(unkept)
}

/// A page of a link: no cache keeps it. Its address goes to no other site by the policy of all pages; a stricter one
/// would take the Origin off the form, by which it is known to be ours.
pub(super) fn unkept(response: Response) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], response).into_response()
}

/// A page for everybody.
pub(super) fn public(app: &App, status: StatusCode, view: &impl View) -> AppResult {
    Ok((status, app.templates.page(&Shell::anonymous(), view)?).into_response())
}
