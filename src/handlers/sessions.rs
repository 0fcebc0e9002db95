//! `/login` and `/logout`: beginning and ending a session.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use diesel_async::AsyncPgConnection;
use serde::Deserialize;

use super::{see_other, set_cookies};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::cookies::{Cookies, Said};
use crate::auth::peer::ClientAddress;
use crate::auth::token::Token;
use crate::config::Registration;
use crate::error::AppResult;
use crate::forms::{Form, Posted, local_path};
use crate::models::session::Session;
use crate::models::user::User;
use crate::templates::Shell;
use crate::views::sessions::SignIn;

/// Characters of a User-Agent that are kept.
const USER_AGENT_MOST: usize = 300;

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /login`
pub async fn new(
    State(app): State<App>,
    user: Option<CurrentUser>,
    Said(flash): Said,
    Query(Next { next }): Query<Next>,
) -> AppResult {
    if user.is_some() {
        return see_other(local_path(&next).unwrap_or("/boards"));
    }
    sign_in_page(&app, &Shell { flash, ..Shell::anonymous() }, Form::blank(&["email", "password"]), &next)
}

/// `POST /login`
pub async fn create(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    posted: Posted,
) -> AppResult {
    let mut form = posted.form(&["email", "password", "next"]);
    let next = form.value("next").to_owned();
    let (email, password) = (form.line("email", 254), form.password("password", 1));
    if !form.is_valid() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &app, form, &next);
    }
    if !app.throttle.allows(&email, address.0) {
        form.fail_whole("Too many attempts. Please wait a minute and try again.");
        return refuse(StatusCode::TOO_MANY_REQUESTS, &app, form, &next);
    }
    let found = User::find_by_email(&mut *app.db.conn().await?, &email).await?;
    let live = found.filter(|user| user.disabled_at.is_none());
    let right = app.passwords.verify(password, live.as_ref().map(|user| user.password_hash.as_str())).await?;
    let cookie = match live.filter(|_| right) {
        Some(user) => begin(&app, &mut *app.db.conn().await?, &user, address, &headers).await?,
        None => None,
    };
    let Some(cookie) = cookie else {
        form.fail_whole("E-mail address and password do not belong together.");
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &app, form, &next);
    };
    Ok((set_cookies([cookie]), Redirect::to(local_path(&next).unwrap_or("/boards"))).into_response())
}

/// `POST /logout`
pub async fn destroy(State(app): State<App>, headers: HeaderMap) -> AppResult {
    let cookies = Cookies::of(&app.config, &headers);
    if let Some(token) = cookies.session_token(&headers) {
        Session::end(&mut *app.db.conn().await?, &token.hash(&app.config.session_secret)).await?;
    }
    Ok((set_cookies([cookies.sign_out()]), Redirect::to("/login")).into_response())
}

/// Begins a session, in place of the one this browser has, and gives its cookie; none where the user's password has
/// been changed since it was asked for.
pub(super) async fn begin(
    app: &App,
    conn: &mut AsyncPgConnection,
    user: &User,
    ClientAddress(address): ClientAddress,
    headers: &HeaderMap,
) -> AppResult<Option<String>> {
    let cookies = Cookies::of(&app.config, headers);
    if let Some(old) = cookies.session_token(headers) {
        Session::end(conn, &old.hash(&app.config.session_secret)).await?;
    }
    let token = Token::random();
    let hash = token.hash(&app.config.session_secret);
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let user_agent: String = user_agent.chars().take(USER_AGENT_MOST).collect();
    let address = address.map(|address| address.to_string());
    let began = Session::create(conn, user, &hash, &user_agent, address, app.clock.now()).await?;
    Ok(began.then(|| cookies.sign_in(&token)))
}

fn refuse(status: StatusCode, app: &App, form: Form, next: &str) -> AppResult {
    Ok((status, sign_in_page(app, &Shell::anonymous(), form, next)?).into_response())
}

fn sign_in_page(app: &App, shell: &Shell, form: Form, next: &str) -> AppResult {
    let page = SignIn {
        form,
        next: local_path(next).unwrap_or_default().to_owned(),
        registration_open: app.config.registration == Registration::Open,
    };
    Ok(app.templates.page(shell, &page)?.into_response())
}
