//! Sends the link to a new password, if there is an account to send it for.
//!
//! Anybody can name an address, and the request enqueues this whatever the address is: only here is it looked
//! up. So the answer can tell nobody whether there is an account. The link is made here too: somebody who reads the queue
//! finds none.

use chrono::TimeDelta;

use super::delivery::deliver;
use crate::app::App;
use crate::auth::link::Link;
use crate::models::user::User;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::ResetPassword;
use crate::views::emails::ResetPasswordMail;

/// How long a link is good for, and how long after being asked it is still worth sending one.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

impl Job for ResetPassword {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        let now = app.clock.now();
        if now >= self.asked_at + LIFETIME {
            return Err(Failure::Discard("it was asked for more than an hour ago".to_owned()));
        }
        let found = User::find_by_email(&mut *app.db.conn().await?, &self.email).await?;
        let Some(user) = found.filter(|user| user.disabled_at.is_none()) else { return Ok(()) };
        let language = user.language().unwrap_or(self.language);
        let link = Link::to_reset(&user, app.config.session_secrets.current(), now + LIFETIME);
        let link = format!("{}/password/reset/{}", app.config.domain.origin(), link.to_text());
        deliver(
            &app,
            attempt,
            &user.email,
            language,
            &ResetPasswordMail { address: user.email.clone(), link },
        )
        .await
    }
}
