//! Tells the address an account has that another one is asked for, while its owner can still do something.

use super::delivery::deliver;
use crate::app::App;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::TellOfNewEmail;
use crate::views::emails::NewEmailMail;

impl Job for TellOfNewEmail {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        deliver(&app, attempt, &self.email, self.language, &NewEmailMail { new_address: self.new_email })
            .await
    }
}
