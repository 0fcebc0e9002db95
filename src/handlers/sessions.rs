//! `/login` and `/logout`: beginning and ending a session.

use axum::extract::Query;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::extract::{SignedIn, Visit, set_cookies};
use crate::auth::peer::ClientAddress;
use crate::auth::sign_in;
use crate::error::AppResult;
use crate::forms::{Form, FormError, KeptForm, Posted, local_path};
use crate::models::session::Session;
use crate::models::user::User;
use crate::pages;
use crate::security_log::SecurityEvent;
use crate::time_zone::TimeZone;

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /login`
pub async fn new(visit: Visit, user: Option<SignedIn>, Query(Next { next }): Query<Next>) -> AppResult {
    if user.is_some() {
        return visit.go(local_path(&next).unwrap_or("/"));
    }
    visit.show(&pages::sessions::sign_in(&visit.app.config, Form::blank(&["email", "password"]), &next, None))
}

/// `POST /login`
pub async fn create(visit: Visit, address: ClientAddress, headers: HeaderMap, posted: Posted) -> AppResult {
    let app = &visit.app;
    let kept = KeptForm::of(&posted);
    let mut form = posted.form(&["email", "password", "next", "time_zone"]);
    let next = form.value("next").to_owned();
    let (email, password) = (form.line("email", 254), form.password("password", 1));
    if visit.cookies.are_lost(&headers) {
        form.fail_whole(FormError::NeedsHttps);
    }
    if !form.is_valid() {
        return visit.refuse(&pages::sessions::sign_in(&app.config, form, &next, kept));
    }
    let found = User::find_by_email(&mut *visit.conn().await?, &email).await?;
    let devices = visit.cookies.devices(&headers, &app.config.session_secrets);
    let device = found.as_ref().and_then(|user| devices.number(user.id));
    let Some(attempt) = app.sign_in_throttle.begin(&email, address.0, device, app.clock.now()) else {
        visit.witness.note_of(SecurityEvent::Throttled, &email);
        form.fail_whole(FormError::TooManyAttempts);
        let page = pages::sessions::sign_in(&app.config, form, &next, kept);
        return visit.show_as(StatusCode::TOO_MANY_REQUESTS, &page);
    };
    let live = found.filter(|user| user.disabled_at.is_none());
    let right = app.passwords.verify(password, live.as_ref().map(|user| user.password_hash.as_str())).await?;
    let mut first = "/boards";
    let cookies = match live.filter(|_| right) {
        Some(user) => {
            let mut conn = visit.conn().await?;
            if let Some(zone) =
                TimeZone::parse(form.value("time_zone")).filter(|_| user.time_zone().is_none())
            {
                User::suggest_time_zone(&mut conn, user.id, zone).await?;
            }
            first = pages::work::first_page(&conn, user.id).await?;
            sign_in::begin(app, &mut conn, &user, address, &headers).await?
        }
        None => None,
    };
    let Some(cookies) = cookies else {
        visit.witness.note_of(SecurityEvent::SignInFailed, &email);
        form.fail_whole(FormError::WrongSignIn);
        return visit.refuse(&pages::sessions::sign_in(&app.config, form, &next, kept));
    };
    app.sign_in_throttle.succeeded(attempt);
    visit.witness.note_of(SecurityEvent::SignedIn, &email);
    let answer = match kept {
        Some(kept) => visit.show(&kept)?,
        None => visit.go(local_path(&next).unwrap_or(first))?,
    };
    Ok((set_cookies(cookies), answer).into_response())
}

/// `POST /logout`
pub async fn destroy(visit: Visit, user: Option<SignedIn>, headers: HeaderMap) -> AppResult {
    if let Some(token) = visit.cookies.session_token(&headers) {
        if user.is_some() {
            visit.witness.note(SecurityEvent::SessionEnded);
        }
        Session::end(&mut *visit.conn().await?, &token.hashes(&visit.app.config.session_secrets)).await?;
    }
    // What the browser kept of the pages, and drafts of what was typed, are for nobody who comes after.
    let forget = [(HeaderName::from_static("clear-site-data"), r#""cache", "storage""#)];
    Ok((set_cookies([visit.cookies.sign_out()]), forget, Redirect::to("/login")).into_response())
}
