//! A board that is looked at without an account, by its public link.

use std::ops::Deref;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::visit::Visit;
use crate::app::App;
use crate::auth::link::Link;
use crate::error::{AppError, AppResult};
use crate::models::board::Board;
use crate::models::public_link::{OnPublicBoard, PublicLink, State};

/// Where a public link leads.
pub enum Reached {
    Board(PublicLink, Board),
    /// The link has a password that the browser has not been given.
    Locked(PublicLink, Board),
    /// It leads nowhere any more; without a state it never did.
    Over(Option<State>),
}

impl Reached {
    pub async fn by(visit: &Visit, headers: &HeaderMap, token: &str) -> AppResult<Self> {
        let (secrets, now) = (&visit.app.config.session_secrets, visit.app.clock.now());
        let Some(id) = Link::lead::<PublicLink>(token, secrets, now) else {
            return Ok(Self::Over(None));
        };
        let Some((link, board)) = PublicLink::find(&mut *visit.conn().await?, id).await? else {
            return Ok(Self::Over(None));
        };
        let is_unlocked = || {
            let given = visit.cookies.unlocked(headers);
            given.iter().any(|unlocking| unlocking.unlocks(&link, secrets, now))
        };
        Ok(match link.state(now) {
            State::Open if link.password_hash.is_none() || is_unlocked() => Self::Board(link, board),
            State::Open => Self::Locked(link, board),
            over => Self::Over(Some(over)),
        })
    }
}

/// A request about a thing on a board that is reached by its public link: the path's first parameter is the link's token, the
/// second the thing's id.
///
/// A link that is locked or over leads to the board's own page, which says so.
pub struct Public<T> {
    visit: Visit,
    pub link: PublicLink,
    pub board: Board,
    pub thing: T,
}

impl<T> Deref for Public<T> {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl<T: OnPublicBoard> FromRequestParts<App> for Public<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Self::find(parts, app).await.map_err(IntoResponse::into_response)?
    }
}

impl<T: OnPublicBoard> Public<T> {
    async fn find(parts: &mut Parts, app: &App) -> Result<Result<Self, Response>, AppError> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| AppError::NotFound)?;
        let mut params = params.iter().map(|(_, value)| value);
        let token = params.next().unwrap_or_default();
        let id = params.next().and_then(|id| Uuid::try_parse(id).ok()).ok_or(AppError::NotFound)?;
        let Reached::Board(link, board) = Reached::by(&visit, &parts.headers, token).await? else {
            return Ok(Err(Redirect::to(&format!("/public/{token}")).into_response()));
        };
        let thing = T::find_on(&mut *visit.conn().await?, board.id, id).await?.ok_or(AppError::NotFound)?;
        Ok(Ok(Self { visit, link, board, thing }))
    }
}
