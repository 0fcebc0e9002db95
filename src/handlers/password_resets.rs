//! `/password/reset`: setting a new password after forgetting the old one.
//!
//! Asking takes the same steps and gets the same answer for every address: what is enqueued looks it up. The page
//! behind the link changes nothing when it is only looked at, as programs do that scan mail.

use axum::extract::Path;
use axum::http::StatusCode;

use super::extract::Visit;
use crate::app::App;
use crate::auth::cookies::Flash;
use crate::auth::link::Link;
use crate::auth::peer::ClientAddress;
use crate::auth::{password, weak_password};
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::models::user::User;
use crate::queue::enqueue_all;
use crate::security_log::SecurityEvent;
use crate::tasks::{self, ResetPassword, TellOfChangedPassword};
use crate::views::password_resets::{AskForReset, ChoosePassword, ResetAsked, ResetOver};

/// `GET /password/reset`
pub async fn new(visit: Visit) -> AppResult {
    visit.show(&asking(&visit.app, Form::blank(&["email"])))
}

/// `POST /password/reset`
pub async fn create(visit: Visit, address: ClientAddress, posted: Posted) -> AppResult {
    let app = &visit.app;
    if !app.config.sends_mail() {
        return new(visit).await;
    }
    let mut form = posted.form(&["email"]);
    let email = form.email("email");
    if !form.is_valid() {
        return visit.refuse(&asking(app, form));
    }
    if !app.mail_throttle.allows(&email, address.0) {
        visit.witness.note_of(SecurityEvent::Throttled, &email);
        form.fail_whole(FormError::TooManyMails);
        return visit.show_as(StatusCode::TOO_MANY_REQUESTS, &asking(app, form));
    }
    let mails = tasks::mails(
        &app.config,
        &ResetPassword { email, asked_at: app.clock.now(), language: visit.shell.language },
    )?;
    enqueue_all(&mut *visit.conn().await?, mails).await?;
    visit.go("/password/reset/sent")
}

/// `GET /password/reset/sent`
pub async fn sent(visit: Visit) -> AppResult {
    visit.show(&ResetAsked {})
}

/// `GET /password/reset/{token}`
pub async fn edit(visit: Visit, Path(token): Path<String>) -> AppResult {
    let Some(user) = find(&visit.app, &token).await? else { return over(&visit) };
    let form = Form::blank(&["password"]);
    visit.show_uncached(StatusCode::OK, &ChoosePassword { form, email: user.email, token })
}

/// `POST /password/reset/{token}`
pub async fn update(visit: Visit, Path(token): Path<String>, posted: Posted) -> AppResult {
    let app = &visit.app;
    let Some(user) = find(app, &token).await? else { return over(&visit) };
    let mut form = posted.form(&["password"]);
    let wanted = form.password("password", password::LEAST);
    weak_password::refuse(&mut form, "password", &wanted, &[&user.name, &user.email], &app.config);
    if !form.is_valid() {
        let view = ChoosePassword { form, email: user.email, token };
        return visit.show_uncached(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let hash = app.passwords.hash(wanted).await?;
    let mails = tasks::mails(
        &app.config,
        &TellOfChangedPassword {
            language: user.language().unwrap_or(visit.shell.language),
            email: user.email.clone(),
        },
    )?;
    let mut conn = visit.conn().await?;
    if !user.reset_password(&mut conn, &hash, mails, app.clock.now()).await? {
        return over(&visit);
    }
    visit.witness.note_of(SecurityEvent::PasswordChanged, &user.email);
    visit.go_saying(Flash::PasswordReset, "/login")
}

/// The account whose password can be chosen through the link.
async fn find(app: &App, token: &str) -> AppResult<Option<User>> {
    let Some(link) = Link::parse(token) else { return Ok(None) };
    let user = User::find(&mut *app.db.conn().await?, link.subject).await?;
    Ok(user.filter(|user| link.resets(user, &app.config.session_secrets, app.clock.now())))
}

fn asking(app: &App, form: Form) -> AskForReset {
    AskForReset { form, sends_mail: app.config.sends_mail() }
}

fn over(visit: &Visit) -> AppResult {
    visit.show_uncached(StatusCode::GONE, &ResetOver {})
}
