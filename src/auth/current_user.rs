//! The signed-in user of a request.

use axum::extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams};
use axum::http::Method;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::cookies::{Cookies, Flash};
use crate::app::App;
use crate::error::{AppError, Reader};
use crate::models::access::Reach;
use crate::models::session::Session;
use crate::models::user::User;
use crate::telemetry;
use crate::templates::{Shell, ShellUser};

/// Extracting one sends everybody else to sign in.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    pub user: User,
    pub session: Session,
    flash: Option<&'static str>,
}

impl CurrentUser {
    pub fn id(&self) -> Uuid {
        self.user.id
    }

    /// The frame around this user's pages.
    pub fn shell(&self) -> Shell {
        Shell {
            user: Some(ShellUser {
                name: self.user.name.clone(),
                email: self.user.email.clone(),
                initials: User::initials(&self.user.name),
            }),
            theme: self.user.theme,
            flash: self.flash,
        }
    }
}

impl OptionalFromRequestParts<App> for CurrentUser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, AppError> {
        let Some(token) = token_hash(parts, app) else { return Ok(None) };
        let now = app.clock.now();
        let mut conn = app.db.conn().await?;
        match Session::find(&mut conn, &token, now).await? {
            Some((session, user)) => Self::arrive(parts, &mut conn, session, user, now).await.map(Some),
            None => Ok(None),
        }
    }
}

impl FromRequestParts<App> for CurrentUser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let found = <Self as OptionalFromRequestParts<App>>::from_request_parts(parts, app).await?;
        found.ok_or_else(|| sign_in(parts))
    }
}

impl CurrentUser {
    async fn arrive(
        parts: &Parts,
        conn: &mut AsyncPgConnection,
        session: Session,
        user: User,
        now: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        session.touch(conn, now).await?;
        telemetry::record_user(user.id);
        let arrived = Self { user, session, flash: Flash::read(parts) };
        if let Some(reader) = parts.extensions.get::<Reader>() {
            // What was said on a page that failed is said on the next one.
            reader.is(Shell { flash: None, ..arrived.shell() });
        }
        Ok(arrived)
    }
}

/// The signed-in user, and a thing on one of their boards that the path names: [`CurrentUser`] and the look-up
/// through their membership, in one query. The path's first parameter is the thing's id. 404 where the path names
/// nothing of theirs.
pub struct Reached<T> {
    pub user: CurrentUser,
    pub found: T,
}

impl<T: Reach> FromRequestParts<App> for Reached<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let token = token_hash(parts, app).ok_or_else(|| sign_in(parts))?;
        // An id that does not parse is nothing's; but who is not signed in is not told.
        let id = RawPathParams::from_request_parts(parts, app)
            .await
            .ok()
            .and_then(|params| Uuid::try_parse(params.iter().next()?.1).ok())
            .unwrap_or_default();
        let now = app.clock.now();
        let mut conn = app.db.conn().await?;
        let (session, user, found) =
            T::find(&mut conn, &token, id, now).await?.ok_or_else(|| sign_in(parts))?;
        let user = CurrentUser::arrive(parts, &mut conn, session, user, now).await?;
        Ok(Self { user, found: found.ok_or(AppError::NotFound)? })
    }
}

fn token_hash(parts: &Parts, app: &App) -> Option<[u8; 32]> {
    let token = Cookies::of(&app.config, &parts.headers).session_token(&parts.headers)?;
    Some(token.hash(&app.config.session_secret))
}

/// A form cannot be sent again after signing in; a page can be asked for again.
fn sign_in(parts: &Parts) -> AppError {
    AppError::SignIn { next: (parts.method == Method::GET).then(|| parts.uri.to_string()) }
}
