//! One file a resource, one function a route: extract, authorize by look-up, one model call, render.

pub mod account;
pub mod account_password;
pub mod account_sessions;
pub mod board_archives;
pub mod board_events;
pub mod board_files;
pub mod board_stars;
pub mod boards;
pub mod card_archives;
pub mod card_moves;
pub mod cards;
pub mod column_archives;
pub mod column_moves;
pub mod columns;
pub mod downloads;
pub mod email_confirmations;
pub mod file_covers;
pub mod file_replacements;
pub mod files;
pub mod health;
pub mod home;
pub mod outbox;
pub mod password_resets;
pub mod registrations;
pub mod sessions;
pub mod thumbnails;

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect};
use uuid::Uuid;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::cookies::{Cookies, Flash};
use crate::error::{AppError, AppResult};
use crate::templates::View;

/// The id in a path. One that does not parse is one that nothing has: 404.
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let Path(id) =
            Path::<Uuid>::from_request_parts(parts, state).await.map_err(|_| AppError::NotFound)?;
        Ok(Self(id))
    }
}

/// Whether htmx asks, and so wants the part of the page that changed.
#[derive(Clone, Copy)]
pub struct Htmx(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for Htmx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.contains_key("hx-request")))
    }
}

/// A page of a signed-in user's.
fn page(app: &App, user: &CurrentUser, view: &impl View) -> AppResult {
    Ok(app.templates.page(&user.shell(), view)?.into_response())
}

/// A page whose form has errors.
fn page_with_errors(app: &App, user: &CurrentUser, view: &impl View) -> AppResult {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, user, view)?).into_response())
}

/// A part of a page.
fn partial(app: &App, view: &impl View) -> AppResult {
    Ok(Html(app.templates.partial(view)?).into_response())
}

/// A part of a page whose form has errors.
fn partial_with_errors(app: &App, view: &impl View) -> AppResult {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, partial(app, view)?).into_response())
}

/// On to another page, after a form.
fn see_other(path: impl AsRef<str>) -> AppResult {
    Ok(Redirect::to(path.as_ref()).into_response())
}

/// On to another page, which says something once.
fn see_other_with(flash: Flash, cookies: Cookies, path: &str) -> AppResult {
    Ok((set_cookies([flash.cookie(cookies)]), Redirect::to(path)).into_response())
}

fn set_cookies<const N: usize>(cookies: [String; N]) -> AppendHeaders<[(HeaderName, HeaderValue); N]> {
    let value =
        |cookie: String| HeaderValue::from_str(&cookie).expect("cookies here are ASCII words and base64");
    AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, value(cookie))))
}
