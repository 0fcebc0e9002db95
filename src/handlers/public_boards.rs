//! `/public/{token}`: a board looked at without an account.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use chrono::TimeDelta;

use super::extract::{Reached, Visit, set_cookies};
use crate::auth::link::Link;
use crate::auth::peer::ClientAddress;
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::models::board::Board;
use crate::models::card_link::CardLink;
use crate::models::public_link::{PublicLink, State};
use crate::pages;
use crate::security_log::SecurityEvent;
use crate::views::public_boards::{PublicLinkOver, PublicPassword};

/// How long a browser need not be told the password again.
const UNLOCKED: TimeDelta = TimeDelta::days(30);

/// `GET /public/{token}`
pub async fn show(visit: Visit, Path(token): Path<String>, headers: HeaderMap) -> AppResult {
    match Reached::by(&visit, &headers, &token).await? {
        Reached::Board(link, board) => {
            let blockers = CardLink::version_of_blockers(&*visit.conn().await?, board.id).await?;
            let version = version(&visit, &link, &board, blockers.as_deref().unwrap_or_default());
            let view = async {
                let conn = visit.conn().await?;
                let view =
                    pages::public_boards::show(&conn, &link, board, &token, visit.app.clock.now()).await?;
                let until = view.valid_until;
                Ok((view, until))
            };
            visit.show_unless_known(&headers, &version, view).await
        }
        Reached::Locked(..) => {
            visit.show_uncached(StatusCode::OK, &PublicPassword { token, form: Form::blank(&["password"]) })
        }
        Reached::Over(state) => over(&visit, state),
    }
}

/// `POST /public/{token}`: the password
pub async fn unlock(
    visit: Visit,
    Path(token): Path<String>,
    address: ClientAddress,
    headers: HeaderMap,
    posted: Posted,
) -> AppResult {
    let (link, hash) = match Reached::by(&visit, &headers, &token).await? {
        Reached::Board(link, _) | Reached::Locked(link, _) => match link.password_hash.clone() {
            Some(hash) => (link, hash),
            None => return visit.go(format!("/public/{token}")),
        },
        Reached::Over(state) => return over(&visit, state),
    };
    let app = &visit.app;
    let mut form = posted.form(&["password"]);
    let password = form.password("password", 1);
    if !form.is_valid() {
        return visit.show_uncached(StatusCode::UNPROCESSABLE_ENTITY, &PublicPassword { token, form });
    }
    // Guesses count as those at an account do.
    let attempt = app.sign_in_throttle.begin(&link.id.to_string(), address.0, None, app.clock.now());
    let Some(attempt) = attempt else {
        visit.witness.note(SecurityEvent::Throttled);
        form.fail_whole(FormError::TooManyAttempts);
        return visit.show_uncached(StatusCode::TOO_MANY_REQUESTS, &PublicPassword { token, form });
    };
    if !app.passwords.verify(password, Some(&hash)).await? {
        visit.witness.note(SecurityEvent::PasswordWrong);
        form.fail("password", FormError::WrongBoardPassword);
        return visit.show_uncached(StatusCode::UNPROCESSABLE_ENTITY, &PublicPassword { token, form });
    }
    app.sign_in_throttle.succeeded(attempt);
    let secret = app.config.session_secrets.current();
    let unlocking = Link::to_unlock(&link, secret, app.clock.now() + UNLOCKED);
    let cookie = set_cookies([visit.cookies.unlock(&headers, &unlocking)]);
    Ok((cookie, visit.go(format!("/public/{token}"))?).into_response())
}

fn over(visit: &Visit, state: Option<State>) -> AppResult {
    visit.show_uncached(StatusCode::GONE, &PublicLinkOver::new(state))
}

/// Whatever changes the page changes one of these; who reads it does not.
fn version(visit: &Visit, link: &PublicLink, board: &Board, blockers: &str) -> String {
    format!(
        "{}-{blockers}-{}-{}-{}",
        board.revision,
        u8::from(link.shows_comments),
        visit.shell.language.word(),
        visit.app.templates.fingerprint(),
    )
}
