//! `/register`: making an account for oneself.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};

use super::{see_other, sessions, set_cookies};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::password;
use crate::auth::peer::ClientAddress;
use crate::config::Registration;
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::jobs::{self, ConfirmEmail};
use crate::models::user::{self, SaveError, User};
use crate::templates::Shell;
use crate::views::sessions::{Register, RegistrationClosed};

/// `GET /register`
pub async fn new(State(app): State<App>, user: Option<CurrentUser>) -> AppResult {
    if user.is_some() {
        return see_other("/boards");
    }
    if app.config.registration != Registration::Open {
        return closed(&app);
    }
    register_page(&app, Form::blank(&["name", "email", "password"]))
}

/// `POST /register`
pub async fn create(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    posted: Posted,
) -> AppResult {
    if app.config.registration != Registration::Open {
        return closed(&app);
    }
    let mut form = posted.form(&["name", "email", "password"]);
    let (name, email) = (form.line("name", user::NAME_MOST), form.email("email"));
    let password = form.password("password", password::LEAST);
    if !form.is_valid() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &app, form);
    }
    // Here a taken address shows, so asking is throttled as guessing a password is.
    if !app.throttle.allows(&email, address.0) {
        form.fail_whole("Too many attempts. Please wait a minute and try again.");
        return refuse(StatusCode::TOO_MANY_REQUESTS, &app, form);
    }
    let hash = app.passwords.hash(password).await?;
    let mut conn = app.db.conn().await?;
    let mails = |user_id| jobs::mails(&app.config, &ConfirmEmail { user_id });
    match User::register(&mut conn, (&name, &email, &hash), mails, app.clock.now()).await {
        Ok(user) => {
            let cookie = sessions::begin(&app, &mut conn, &user, address, &headers).await?;
            Ok((cookie.map(|cookie| set_cookies([cookie])), Redirect::to("/boards")).into_response())
        }
        Err(SaveError::EmailTaken) => {
            form.fail("email", "There is an account with this address already.");
            refuse(StatusCode::UNPROCESSABLE_ENTITY, &app, form)
        }
        Err(SaveError::Query(error)) => Err(error.into()),
    }
}

fn register_page(app: &App, form: Form) -> AppResult {
    Ok(app.templates.page(&Shell::anonymous(), &Register { form })?.into_response())
}

fn refuse(status: StatusCode, app: &App, form: Form) -> AppResult {
    Ok((status, register_page(app, form)?).into_response())
}

fn closed(app: &App) -> AppResult {
    let page = RegistrationClosed { invite_only: app.config.registration == Registration::Invite };
    Ok((StatusCode::FORBIDDEN, app.templates.page(&Shell::anonymous(), &page)?).into_response())
}
