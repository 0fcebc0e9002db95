//! `/invitations/accept/{token}`: what a person who is invited says to it.

use axum::extract::Path;
use axum::http::StatusCode;

use super::extract::invited::{self, Refused};
use super::extract::{SignedIn, Visit};
use crate::auth::cookies::Flash;
use crate::config::Registration;
use crate::error::{AppError, AppResult, SignIn};
use crate::forms::{FormError, Posted};
use crate::models::invitation::{Asked, State};
use crate::views::invitations::{InvitationOver, InvitationPage};

/// `GET /invitations/accept/{token}`
pub async fn show(visit: Visit, Path(token): Path<String>, user: Option<SignedIn>) -> AppResult {
    let asked = invited::find(&visit.app, &mut *visit.conn().await?, &token).await?;
    match invited::open(&visit.app, asked) {
        Ok(asked) => visit.show_uncached(StatusCode::OK, &page(&visit, asked, token, user.as_ref(), None)),
        Err(state) => over(&visit, state),
    }
}

/// `POST /invitations/accept/{token}`
pub async fn create(
    visit: Visit,
    Path(token): Path<String>,
    user: Option<SignedIn>,
    posted: Posted,
) -> AppResult {
    let app = &visit.app;
    let asked = match invited::open(app, invited::find(app, &mut *visit.conn().await?, &token).await?) {
        Ok(asked) => asked,
        Err(state) => return over(&visit, state),
    };
    let problem = match (posted.value("answer"), &user) {
        (Some("decline"), _) => {
            asked.invitation.decline(&mut *visit.conn().await?, app.clock.now()).await?;
            return visit.go_saying(Flash::InvitationDeclined, if user.is_some() { "/boards" } else { "/" });
        }
        (Some("accept"), None) => {
            return Err(AppError::SignIn(SignIn::ThenGoTo(format!("/invitations/accept/{token}"))));
        }
        (Some("accept"), Some(user)) => {
            match invited::accept(app, &asked.invitation, user.principal.id).await {
                Ok(()) => return visit.go(format!("/boards/{}", asked.board.id)),
                Err(Refused::Over(state)) => return over(&visit, Some(state)),
                Err(Refused::Full) => FormError::TooManyMembers,
                Err(Refused::Failed(error)) => return Err(error),
            }
        }
        _ => FormError::NotOneOf,
    };
    visit.show_uncached(
        StatusCode::UNPROCESSABLE_ENTITY,
        &page(&visit, asked, token, user.as_ref(), Some(problem)),
    )
}

fn page(
    visit: &Visit,
    asked: Asked,
    token: String,
    user: Option<&SignedIn>,
    problem: Option<FormError>,
) -> InvitationPage {
    let other = user.filter(|user| !asked.invitation.is_to(&user.principal.email));
    InvitationPage {
        board: asked.board.title,
        color: asked.board.color,
        by: asked.by.map(|(name, _)| name),
        role: asked.invitation.role,
        email: asked.invitation.email,
        is_signed_in: user.is_some(),
        signed_in_as: other.map(|user| user.principal.email.clone()),
        may_register: visit.app.config.registration != Registration::Closed,
        token,
        problem,
    }
}

fn over(visit: &Visit, state: Option<State>) -> AppResult {
    visit.show_uncached(StatusCode::GONE, &InvitationOver::new(state))
}
