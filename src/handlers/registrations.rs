//! `/register`: making an account for oneself.

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::extract::invited;
use super::extract::{SignedIn, Visit, set_cookies};
use crate::auth::peer::ClientAddress;
use crate::auth::sign_in;
use crate::auth::{password, weak_password};
use crate::config::Registration;
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted, local_path};
use crate::models::invitation::Asked;
use crate::models::user::{self, NewUser, SaveError, User};
use crate::security_log::SecurityEvent;
use crate::tasks::{self, ConfirmEmail};
use crate::time_zone::TimeZone;
use crate::views::sessions::{Register, RegistrationClosed};

/// What leads to the page for a new account.
#[derive(Deserialize)]
pub struct From {
    /// The token of an invitation.
    #[serde(default)]
    invitation: String,
    /// The path to go on to.
    #[serde(default)]
    next: String,
}

/// `GET /register`
pub async fn new(visit: Visit, user: Option<SignedIn>, Query(from): Query<From>) -> AppResult {
    if user.is_some() {
        return visit.go(local_path(&from.next).unwrap_or("/boards"));
    }
    let invited = invited_by(&visit, &from.invitation).await?;
    if !may_register(&visit, invited.as_ref()) {
        return closed(&visit);
    }
    let email = invited.map(|asked| asked.invitation.email).unwrap_or_default();
    let form = Form::filled([
        ("name", String::new()),
        ("email", email),
        ("password", String::new()),
        ("invitation", from.invitation),
        ("next", from.next),
    ]);
    visit.show(&Register { form })
}

/// `POST /register`
///
/// With an invitation to the same address the account begins confirmed, for its link came there by mail.
pub async fn create(visit: Visit, address: ClientAddress, headers: HeaderMap, posted: Posted) -> AppResult {
    let app = &visit.app;
    let mut form = posted.form(&["name", "email", "password", "invitation", "next", "time_zone"]);
    let invited = invited_by(&visit, form.value("invitation")).await?;
    if !may_register(&visit, invited.as_ref()) {
        return closed(&visit);
    }
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
    let confirmed = invited.as_ref().is_some_and(|asked| asked.invitation.is_to(&email));
    let mails = |user_id| {
        if confirmed {
            Ok(Vec::new())
        } else {
            tasks::mails(&app.config, &ConfirmEmail { user_id, language: visit.shell.language })
        }
    };
    match User::register(
        &mut conn,
        NewUser { name: &name, email: &email, password_hash: &hash, confirmed },
        mails,
        app.clock.now(),
    )
    .await
    {
        Ok(user) => {
            if let Some(zone) = TimeZone::parse(form.value("time_zone")) {
                User::suggest_time_zone(&mut conn, user.id, zone).await?;
            }
            visit.witness.note_of(SecurityEvent::SignedIn, &email);
            let cookies = sign_in::begin(app, &mut conn, &user, address, &headers).await?;
            drop(conn);
            let path = match invited {
                Some(asked) => match invited::accept(app, &asked.invitation, user.id).await {
                    Ok(()) => format!("/boards/{}", asked.board.id),
                    // The page says why not.
                    Err(_) => format!("/invitations/accept/{}", form.value("invitation")),
                },
                None => local_path(form.value("next")).unwrap_or("/boards").to_owned(),
            };
            Ok((cookies.map(set_cookies), Redirect::to(&path)).into_response())
        }
        Err(SaveError::EmailTaken) => {
            form.fail("email", FormError::EmailTaken);
            visit.refuse(&Register { form })
        }
        Err(SaveError::Query(error)) => Err(error.into()),
    }
}

/// The open invitation that a person follows.
async fn invited_by(visit: &Visit, token: &str) -> AppResult<Option<Asked>> {
    let asked = invited::find(&visit.app, &mut *visit.conn().await?, token).await?;
    Ok(invited::open(&visit.app, asked).ok())
}

fn may_register(visit: &Visit, invited: Option<&Asked>) -> bool {
    match visit.app.config.registration {
        Registration::Open => true,
        Registration::Invite => invited.is_some(),
        Registration::Closed => false,
    }
}

fn closed(visit: &Visit) -> AppResult {
    let invite_only = visit.app.config.registration == Registration::Invite;
    visit.show_as(StatusCode::FORBIDDEN, &RegistrationClosed { invite_only })
}
