//! `/join/{token}`: joining a board by a link.

use axum::extract::Path;
use axum::http::StatusCode;

use super::extract::{Changing, SignedIn, Visit};
use crate::app::App;
use crate::auth::link::Link;
use crate::config::Registration;
use crate::error::{AppError, AppResult, SignIn};
use crate::forms::FormError;
use crate::models::board::Board;
use crate::models::change::{Author, Change};
use crate::models::join_link::{JoinLink, JoinLinkError, State};
use crate::models::member::MemberError;
use crate::views::invitations::{JoinOver, JoinPage};

/// `GET /join/{token}`
pub async fn show(visit: Visit, Path(token): Path<String>, user: Option<SignedIn>) -> AppResult {
    match find(&visit.app, &token).await? {
        Ok((link, board)) => {
            let page = page(&visit, &link, board, token, user.is_some(), None);
            visit.show_uncached(StatusCode::OK, &page)
        }
        Err(state) => over(&visit, state),
    }
}

/// `POST /join/{token}`
pub async fn create(visit: Visit, Path(token): Path<String>, user: Option<SignedIn>) -> AppResult {
    let app = &visit.app;
    let (link, board) = match find(app, &token).await? {
        Ok(found) => found,
        Err(state) => return over(&visit, state),
    };
    let Some(user) = user else {
        return Err(AppError::SignIn(SignIn::ThenGoTo(format!("/join/{token}"))));
    };
    let user_id = user.principal.id;
    let mut conn = Changing::begin(app, board.id).await?;
    let act = async |change: &mut Change<'_>| link.join(change, user_id).await;
    let joined =
        Change::run(&mut conn, board.id, Author::Joining { id: user_id }, app.clock.now(), act).await;
    drop(conn);
    match joined {
        Ok(()) => visit.go(format!("/boards/{}", board.id)),
        Err(JoinLinkError::Over(state)) => over(&visit, Some(state)),
        Err(JoinLinkError::Members(MemberError::TooMany)) => {
            let page = page(&visit, &link, board, token, true, Some(FormError::TooManyMembers));
            visit.show_uncached(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(JoinLinkError::Members(MemberError::Change(error)) | JoinLinkError::Change(error)) => {
            Err(error.into())
        }
        Err(_) => Err(AppError::NotFound),
    }
}

/// The link and its board if people can still join by it.
async fn find(app: &App, token: &str) -> AppResult<Result<(JoinLink, Board), Option<State>>> {
    let now = app.clock.now();
    let Some(id) = Link::lead::<JoinLink>(token, &app.config.session_secrets, now) else {
        return Ok(Err(None));
    };
    let Some((link, board)) = JoinLink::find(&mut *app.db.conn().await?, id).await? else {
        return Ok(Err(None));
    };
    Ok(match link.state(now) {
        State::Open => Ok((link, board)),
        state => Err(Some(state)),
    })
}

fn page(
    visit: &Visit,
    link: &JoinLink,
    board: Board,
    token: String,
    is_signed_in: bool,
    problem: Option<FormError>,
) -> JoinPage {
    JoinPage {
        board: board.title,
        color: board.color,
        role: link.role,
        is_signed_in,
        may_register: visit.app.config.registration == Registration::Open,
        token,
        problem,
    }
}

fn over(visit: &Visit, state: Option<State>) -> AppResult {
    visit.show_uncached(StatusCode::GONE, &JoinOver::new(state))
}
