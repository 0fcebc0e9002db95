//! What is reached, and with which right.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderName, Method};
use axum::response::Response;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::changing::Changing;
use super::right::RightType;
use super::signed_in::{SignedIn, sign_in, token_hashes};
use crate::app::App;
use crate::error::{AppError, AppResult, Refusal};
use crate::forms::Posted;
use crate::models::access::{Access, Found, OnBoard, Reach};
use crate::models::change::{Act, Author, Change, ChangeError, Recorded};
use crate::models::filter::Filter;
use crate::models::member::Member;
use crate::pages;
use crate::pages::stream::Reading;
use crate::views::confirmations::{Confirmation, Question};
use crate::views::undos::UndoOffer;

/// By this header a script says which of the board's cards its page shows, so that parts which it asks for show no others.
const FILTER: HeaderName = HeaderName::from_static("xtablo-filter");

/// A request about a thing on one of the user's boards, with the right to what the handler does. The path's first
/// parameter is the thing's id.
///
/// 404 where the path names nothing of theirs, 403 where their role does not suffice, or to a form of somebody who was on the
/// board until lately. User, board, role and thing are found
/// in one query.
pub struct On<T, R> {
    signed_in: SignedIn,
    pub access: Access,
    pub thing: T,
    right: PhantomData<R>,
}

impl<T, R> Deref for On<T, R> {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

impl<T: OnBoard, R: RightType> FromRequestParts<App> for On<T, R> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let token = token_hashes(parts, app).ok_or_else(|| sign_in(parts))?;
        // An id that does not parse is not found; without a session the answer is the sign-in page all the same.
        let id = RawPathParams::from_request_parts(parts, app)
            .await
            .ok()
            .and_then(|params| Uuid::try_parse(params.iter().next()?.1).ok())
            .unwrap_or_default();
        let now = app.clock.now();
        let mut conn = app.db.conn().await?;
        let (principal, reach) = T::find(&mut conn, &token, id, now).await?.ok_or_else(|| sign_in(parts))?;
        let user_id = principal.id;
        let signed_in = SignedIn::arrive(parts, app, &mut conn, &token[0], principal, now).await?;
        let Found { mut access, thing } = match reach {
            Reach::Found(found) => found,
            // Somebody at work there, rather than an outsider who guesses.
            Reach::Hidden { board_id }
                if parts.method == Method::POST && Member::was_on(&mut conn, board_id, user_id).await? =>
            {
                return Err(Refusal::NoLongerMember.into());
            }
            Reach::Hidden { .. } | Reach::Nothing => return Err(AppError::NotFound),
        };
        access.weigh(R::RIGHT)?;
        if let Some(query) = parts.headers.get(FILTER).and_then(|query| query.to_str().ok()) {
            access.filter = Filter::parse(query, user_id);
        }
        drop(conn);
        let signed_in = signed_in.begin(parts).await?;
        Ok(Self { signed_in, access, thing, right: PhantomData })
    }
}

impl<T, R> On<T, R> {
    /// Says on the page that one line less of the inbox is unread.
    pub fn has_read(&mut self) {
        self.signed_in.has_read();
    }

    /// The answer offers to take back what was done.
    pub fn offer_undo(&self, recorded: Option<Recorded>) {
        if let Some(offer) = recorded.and_then(|recorded| UndoOffer::new(&self.principal.name, recorded)) {
            self.signed_in.is_done(offer);
        }
    }

    /// For pages that depend on who reads them.
    pub fn reading(&self) -> Reading<'_> {
        Reading { app: &self.app, access: &self.access, reader: self.principal.id }
    }

    /// After a change of a card: the card and its face for htmx; on to its page otherwise.
    ///
    /// # Errors
    /// The card is gone, or cannot be read.
    pub async fn answer_card(&self, conn: &AsyncPgConnection, card_id: Uuid) -> AppResult {
        let saved = pages::cards::saved(conn, self.reading(), card_id);
        self.answer(format!("/cards/{card_id}"), saved).await
    }
}

impl<T, R: RightType> On<T, R> {
    /// A connection for a change of the board, in its turn.
    ///
    /// # Errors
    /// Those of [`Changing::begin`].
    pub async fn conn_to_change(&self) -> Result<Changing<'_>, AppError> {
        Changing::begin(&self.app, self.access.board.id).await
    }

    /// Asks before something is destroyed: the page that does, until the person has said yes. A script asks by itself.
    ///
    /// # Errors
    /// The page cannot be rendered.
    pub fn ask(
        &self,
        posted: &Posted,
        question: Question,
        action: String,
        back: String,
    ) -> AppResult<Option<Response>> {
        if posted.is_confirmed() || self.is_htmx() {
            return Ok(None);
        }
        self.show(&Confirmation::new(&self.access, question, action, back)).map(Some)
    }

    /// Changes the board, as this user and with this right: see [`Change::run`]. The answer offers to take it back.
    ///
    /// # Errors
    /// The right has gone meanwhile, and those of `act`.
    pub async fn change<'a, F, V, E>(&self, conn: &'a mut AsyncPgConnection, act: F) -> Result<V, E>
    where
        for<'r, 'd> F:
            AsyncFn(&'r mut Change<'d>) -> Result<V, E> + Act<&'r mut Change<'d>, Result<V, E>, Fut: Send>,
        F: Send + Sync + 'a,
        V: Send + 'a,
        E: From<ChangeError> + From<diesel::result::Error> + std::error::Error + Send + 'static,
    {
        let author = Author::Member { id: self.principal.id, right: R::RIGHT };
        let now = self.app.clock.now();
        let (value, recorded) = Change::run_recorded(conn, self.access.board.id, author, now, act).await?;
        self.offer_undo(recorded);
        Ok(value)
    }
}
