//! The signed-in user of a request.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::Method;
use axum::http::request::Parts;
use uuid::Uuid;

use super::cookies::{Cookies, Flash};
use crate::app::App;
use crate::error::{AppError, Reader};
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
        let Some(token) = Cookies::of(&app.config, &parts.headers).session_token(&parts.headers) else {
            return Ok(None);
        };
        let now = app.clock.now();
        let mut conn = app.db.conn().await?;
        let Some((session, user)) =
            Session::find(&mut conn, &token.hash(&app.config.session_secret), now).await?
        else {
            return Ok(None);
        };
        session.touch(&mut conn, now).await?;
        telemetry::record_user(user.id);
        let found = Self { user, session, flash: Flash::read(parts) };
        if let Some(reader) = parts.extensions.get::<Reader>() {
            // What was said on a page that failed is said on the next one.
            reader.is(Shell { flash: None, ..found.shell() });
        }
        Ok(Some(found))
    }
}

impl FromRequestParts<App> for CurrentUser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let found = <Self as OptionalFromRequestParts<App>>::from_request_parts(parts, app).await?;
        found.ok_or_else(|| {
            // A form cannot be sent again after signing in; a page can be asked for again.
            let next = (parts.method == Method::GET).then(|| parts.uri.to_string());
            AppError::SignIn { next }
        })
    }
}
