//! Tells the address an account had that it has another one.

use serde::{Deserialize, Serialize};

use super::MAIL;
use super::delivery::{self, deliver};
use crate::app::App;
use crate::queue::{Attempt, Backoff, Failure, Job};
use crate::views::emails::EmailChangedMail;

#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfChangedEmail {
    pub old_email: String,
    pub email: String,
}

impl Job for TellOfChangedEmail {
    type Context = App;
    const KIND: &'static str = "tell_of_changed_email";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = delivery::MAX_ATTEMPTS;
    const BACKOFF: Backoff = delivery::BACKOFF;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        deliver(&app, attempt, &self.old_email, &EmailChangedMail { new_address: self.email }).await
    }
}
