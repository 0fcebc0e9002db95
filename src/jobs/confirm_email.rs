//! Asks a person to confirm the address they gave: the account's, or the one it is to have.

use chrono::TimeDelta;

use super::delivery::deliver;
use crate::app::App;
use crate::auth::link::Link;
use crate::models::user::User;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::ConfirmEmail;
use crate::views::emails::ConfirmEmailMail;

/// How long the link is good for.
const LIFETIME: TimeDelta = TimeDelta::days(3);

impl Job for ConfirmEmail {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        let found = User::find(&mut *app.db.conn().await?, self.user_id).await?;
        let Some(user) = found.filter(|user| user.disabled_at.is_none()) else { return Ok(()) };
        // Confirmed or taken back meanwhile.
        let Some(address) = user.unconfirmed_email() else { return Ok(()) };
        let ends = app.clock.now() + LIFETIME;
        let language = user.language().unwrap_or(self.language);
        let link = Link::to_confirm(&user, address, app.config.session_secrets.current(), ends);
        let link = format!("{}/email/confirm/{}", app.config.domain.origin(), link.to_text());
        deliver(&app, attempt, address, language, &ConfirmEmailMail { address: address.to_owned(), link })
            .await
    }
}
