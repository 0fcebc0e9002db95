//! Who asks.

use std::ops::Deref;
use std::sync::PoisonError;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{Method, header};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::bearer::{self, Bearer};
use super::visit::{Visit, is_htmx};
use crate::app::App;
use crate::auth::cookies::Cookies;
use crate::auth::peer::ClientAddress;
use crate::error::{AppError, AppResult, SignIn};
use crate::forms::{Form, FormError};
use crate::handlers::error_pages::Reader;
use crate::models::api_token::Grant;
use crate::models::principal::Principal;
use crate::models::right::Right;
use crate::models::session::Session;
use crate::models::user::User;
use crate::security_log::SecurityEvent;
use crate::telemetry;
use crate::templates::{Shell, ShellUser};
use crate::turns::Turn;
use crate::views::people::picture_path;
use crate::views::undos::UndoOffer;

/// A request of a signed-in user's. Other people are sent to sign in.
pub struct SignedIn {
    visit: Visit,
    pub principal: Principal,
    /// What the program may do that asks in their name; none for a browser.
    pub grant: Option<Grant>,
    /// One of those that the person may have at once.
    _turn: Option<Turn>,
}

impl Deref for SignedIn {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, AppError> {
        let Some(token) = token_hashes(parts, app) else { return Ok(None) };
        let now = app.clock.now();
        let mut conn = app.db.conn().await?;
        match Principal::find(&mut conn, &token, now).await? {
            Some(principal) => {
                let arrived = Self::arrive(parts, app, &mut conn, &token[0], principal, now).await?;
                drop(conn);
                let right = if parts.method.is_safe() { Right::Look } else { Right::Edit };
                arrived.grant.as_ref().map_or(Ok(()), |grant| bearer::weigh(grant, right))?;
                arrived.begin(parts).await.map(Some)
            }
            None => Ok(None),
        }
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let found = <Self as OptionalFromRequestParts<App>>::from_request_parts(parts, app).await?;
        found.ok_or_else(|| sign_in(parts))
    }
}

impl SignedIn {
    pub(super) async fn arrive(
        parts: &mut Parts,
        app: &App,
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        principal: Principal,
        now: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        let session = &principal.session;
        if parts.extensions.get::<Bearer>().is_some() {
            let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, app).await;
            let address = address.map(|address| address.to_string());
            session.touch_token(conn, token_hash, address, now).await?;
        } else {
            session.touch(conn, token_hash, now).await?;
        }
        let grant = bearer::grant(parts, conn, &principal).await?;
        telemetry::record_user(principal.id);
        let Ok(mut visit) = Visit::from_request_parts(parts, app).await;
        visit.witness.is_of(&principal.email);
        visit.shell.theme = principal.theme;
        visit.shell.language = principal.language().unwrap_or(visit.shell.language);
        visit.shell.user = Some(ShellUser {
            name: principal.name.clone(),
            email: principal.email.clone(),
            initials: User::initials(&principal.name),
            picture: picture_path(principal.id, principal.picture_at),
            label_names: principal.label_names,
            keys_off: principal.keys_off,
            unread: principal.unread,
            id: principal.id,
        });
        if let Some(reader) = parts.extensions.get::<Reader>() {
            // What was said on a page that failed is said on the next one.
            reader.is(Shell { flash: None, undo: None, ..visit.shell.clone() });
        }
        Ok(Self { visit, principal, grant, _turn: None })
    }

    /// Says on the page that one line less of the inbox is unread.
    pub(super) fn has_read(&mut self) {
        if let Some(user) = &mut self.visit.shell.user {
            user.unread = (user.unread - 1).max(0);
        }
    }

    /// Notes what the answer offers to take back.
    pub(super) fn is_done(&self, offer: UndoOffer) {
        self.visit.done.lock().unwrap_or_else(PoisonError::into_inner).push(offer);
    }

    /// Waits for the person's turn; without a connection, so that others wait for none.
    pub(super) async fn begin(self, parts: &Parts) -> Result<Self, AppError> {
        let turn = self.app.budgets.begin(self.principal.id, &parts.method, &parts.headers).await?;
        Ok(Self { _turn: Some(turn), ..self })
    }

    /// For a change that comes long after the request began, inside its transaction: the session may have ended since.
    ///
    /// # Errors
    /// It has.
    pub async fn still(&self, conn: &AsyncPgConnection) -> Result<(), AppError> {
        let lives = Session::lives(conn, self.principal.session.id, self.app.clock.now()).await?;
        if lives {
            Ok(())
        } else {
            Err(AppError::SignIn(if self.is_htmx() { SignIn::Beside } else { SignIn::Anew }))
        }
    }

    /// Asks for the account's password once more, for what a stranger at an unlocked computer must not do. What is wrong with
    /// it is the form's error.
    pub async fn check_password(&self, account: &User, password: String, form: &mut Form) -> AppResult<()> {
        if form.is_valid() && !self.app.account_throttle.allows(&account.email, None) {
            self.witness.note(SecurityEvent::Throttled);
            form.fail_whole(FormError::TooManyAttempts);
        }
        if form.is_valid() && !self.app.passwords.verify(password, Some(&account.password_hash)).await? {
            self.witness.note(SecurityEvent::PasswordWrong);
            form.fail("current_password", FormError::WrongPassword);
        }
        Ok(())
    }

    /// The whole account, for its own pages.
    pub async fn user(&self, conn: &mut AsyncPgConnection) -> Result<User, AppError> {
        User::find(conn, self.principal.id).await?.ok_or(AppError::NotFound)
    }
}

/// What the database may hold of the session's token; the first is what it is to hold.
pub(super) fn token_hashes(parts: &Parts, app: &App) -> Option<Vec<Vec<u8>>> {
    if let Some(Bearer(token)) = parts.extensions.get() {
        return token.as_ref().map(|token| token.hashes(&app.config.session_secrets));
    }
    let token = Cookies::of(&app.config, &parts.headers).session_token(&parts.headers)?;
    Some(token.hashes(&app.config.session_secrets))
}

/// The page is asked for again after signing in, and a form sent again. Files cannot be: the browser would send all of them
/// once more to learn that it has to sign in.
pub(super) fn sign_in(parts: &Parts) -> AppError {
    let path = || parts.uri.to_string();
    let kind = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    let is_program = parts.extensions.get::<Bearer>().is_some();
    AppError::SignIn(if is_program || is_htmx(&parts.headers) {
        SignIn::Beside
    } else if parts.method == Method::GET {
        SignIn::ThenGoTo(path())
    } else if kind.starts_with(b"application/x-www-form-urlencoded") {
        SignIn::ThenPostTo(path())
    } else {
        SignIn::Anew
    })
}
