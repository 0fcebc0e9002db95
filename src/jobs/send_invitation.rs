//! Asks a person by mail to join a board.

use super::delivery::deliver;
use crate::app::App;
use crate::auth::link::Link;
use crate::models::invitation::{Invitation, State};
use crate::models::user::User;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::SendInvitation;
use crate::views::emails::InvitationMail;

impl Job for SendInvitation {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        let Some(asked) = Invitation::find(&mut conn, self.invitation_id).await? else { return Ok(()) };
        // Revoked or answered meanwhile.
        if asked.invitation.state(app.clock.now()) != State::Open {
            return Ok(());
        }
        let address = asked.invitation.email.clone();
        let account = User::find_by_email(&mut conn, &address).await?;
        drop(conn);
        let language = account.and_then(|user| user.language()).unwrap_or(self.language);
        let token = Link::to(&asked.invitation, app.config.session_secrets.current()).to_text();
        let link = format!("{}/invitations/accept/{token}", app.config.domain.origin());
        let mail = InvitationMail { by: asked.by.map(|(_, email)| email), address: address.clone(), link };
        deliver(&app, attempt, &address, language, &mail).await
    }
}
