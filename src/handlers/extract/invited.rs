//! A person who follows the link of an invitation.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::Changing;
use crate::app::App;
use crate::auth::link::Link;
use crate::error::{AppError, AppResult};
use crate::models::change::{Author, Change};
use crate::models::invitation::{Asked, Invitation, InvitationError, State};
use crate::models::member::MemberError;

/// Why a person did not join.
pub enum Refused {
    Over(State),
    Full,
    Failed(AppError),
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

/// The person joins the board that they are invited to.
pub async fn accept(app: &App, invitation: &Invitation, user_id: Uuid) -> Result<(), Refused> {
    let mut conn = Changing::begin(app, invitation.board_id).await?;
    let author = Author::Joining { id: user_id };
    let act = async |change: &mut Change<'_>| invitation.accept(change, user_id).await;
    match Change::run(&mut conn, invitation.board_id, author, app.clock.now(), act).await {
        Ok(()) => Ok(()),
        Err(InvitationError::Over(state)) => Err(Refused::Over(state)),
        Err(InvitationError::Members(MemberError::TooMany)) => Err(Refused::Full),
        Err(InvitationError::Members(MemberError::Change(error)) | InvitationError::Change(error)) => {
            Err(AppError::from(error).into())
        }
        Err(_) => Err(AppError::NotFound.into()),
    }
}

/// The invitation that a link leads to; none where the link is not one of ours, or the board is gone.
pub async fn find(app: &App, conn: &mut AsyncPgConnection, token: &str) -> AppResult<Option<Asked>> {
    let id = Link::lead::<Invitation>(token, &app.config.session_secrets, app.clock.now());
    Ok(match id {
        Some(id) => Invitation::find(conn, id).await?,
        None => None,
    })
}

/// The invitation if it can still be answered.
pub fn open(app: &App, asked: Option<Asked>) -> Result<Asked, Option<State>> {
    let asked = asked.ok_or(None)?;
    match asked.invitation.state(app.clock.now()) {
        State::Open => Ok(asked),
        state => Err(Some(state)),
    }
}
