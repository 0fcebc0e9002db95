//! Tells a person that their password was changed: to the address the account had then.

use super::delivery::deliver;
use crate::app::App;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::TellOfChangedPassword;
use crate::views::emails::PasswordChangedMail;

impl Job for TellOfChangedPassword {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        deliver(
            &app,
            attempt,
            &self.email,
            self.language,
            &PasswordChangedMail { address: self.email.clone() },
        )
        .await
    }
}
