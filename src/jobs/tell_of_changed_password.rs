//! Tells a person that their password was changed: to the address the account had then.

use serde::{Deserialize, Serialize};

use super::MAIL;
use super::delivery::{self, deliver};
use crate::app::App;
use crate::queue::{Attempt, Backoff, Failure, Job};
use crate::views::emails::PasswordChangedMail;

#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfChangedPassword {
    pub email: String,
}

impl Job for TellOfChangedPassword {
    type Context = App;
    const KIND: &'static str = "tell_of_changed_password";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = delivery::MAX_ATTEMPTS;
    const BACKOFF: Backoff = delivery::BACKOFF;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        deliver(&app, attempt, &self.email, &PasswordChangedMail { address: self.email.clone() }).await
    }
}
