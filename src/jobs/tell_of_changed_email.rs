//! Tells the address an account had that it has another one.

use super::delivery::deliver;
use crate::app::App;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::TellOfChangedEmail;
use crate::views::emails::EmailChangedMail;

impl Job for TellOfChangedEmail {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        deliver(&app, attempt, &self.old_email, self.language, &EmailChangedMail { new_address: self.email })
            .await
    }
}
