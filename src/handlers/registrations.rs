//! `/register`: making an account for oneself.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};

use super::extract::{SignedIn, Visit, set_cookies};
use crate::auth::peer::ClientAddress;
use crate::auth::sign_in;
use crate::auth::{password, weak_password};
use crate::config::Registration;
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::models::user::{self, NewUser, SaveError, User};
use crate::security_log::SecurityEvent;
use crate::tasks::{self, ConfirmEmail};
use crate::views::sessions::{Register, RegistrationClosed};

/// `GET /register`
pub async fn new(visit: Visit, user: Option<SignedIn>) -> AppResult {
    if user.is_some() {
        return visit.go("/boards");
    }
    if visit.app.config.registration != Registration::Open {
        return closed(&visit);
    }
    visit.show(&Register { form: Form::blank(&["name", "email", "password"]) })
}

/// `POST /register`
pub async fn create(visit: Visit, address: ClientAddress, headers: HeaderMap, posted: Posted) -> AppResult {
    let app = &visit.app;
    if app.config.registration != Registration::Open {
        return closed(&visit);
    }
    let mut form = posted.form(&["name", "email", "password"]);
    let (name, email) = (form.line("name", user::NAME_MOST), form.email("email"));
    let password = form.password("password", password::LEAST);
    weak_password::refuse(&mut form, "password", &password, &[&name, &email], &app.config);
    if visit.cookies.are_lost(&headers) {
        form.fail_whole(FormError::NeedsHttps);
    }
    if !form.is_valid() {
        return visit.refuse(&Register { form });
    }
    // Here a taken address shows, so asking is throttled as guessing a password is.
    if !app.registration_throttle.allows(&email, address.0) {
        visit.witness.note_of(SecurityEvent::Throttled, &email);
        form.fail_whole(FormError::TooManyAttempts);
        return visit.show_as(StatusCode::TOO_MANY_REQUESTS, &Register { form });
    }
    let hash = app.passwords.hash(password).await?;
    let mut conn = visit.conn().await?;
    let mails =
        |user_id| tasks::mails(&app.config, &ConfirmEmail { user_id, language: visit.shell.language });
    match User::register(
        &mut conn,
        NewUser { name: &name, email: &email, password_hash: &hash },
        mails,
        app.clock.now(),
    )
    .await
    {
        Ok(user) => {
            visit.witness.note_of(SecurityEvent::SignedIn, &email);
            let cookies = sign_in::begin(app, &mut conn, &user, address, &headers).await?;
            Ok((cookies.map(set_cookies), Redirect::to("/boards")).into_response())
        }
        Err(SaveError::EmailTaken) => {
            form.fail("email", FormError::EmailTaken);
            visit.refuse(&Register { form })
        }
        Err(SaveError::Query(error)) => Err(error.into()),
    }
}

fn closed(visit: &Visit) -> AppResult {
    let invite_only = visit.app.config.registration == Registration::Invite;
    visit.show_as(StatusCode::FORBIDDEN, &RegistrationClosed { invite_only })
}
