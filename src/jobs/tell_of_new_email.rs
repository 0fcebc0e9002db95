//! Tells the address an account has that another one is asked for, while its owner can still do something.

use serde::{Deserialize, Serialize};

use super::MAIL;
use super::delivery::{self, deliver};
use crate::app::App;
use crate::queue::{Attempt, Backoff, Failure, Job};
use crate::views::emails::NewEmailMail;

#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfNewEmail {
    pub email: String,
    pub new_email: String,
}

impl Job for TellOfNewEmail {
    type Context = App;
    const KIND: &'static str = "tell_of_new_email";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = delivery::MAX_ATTEMPTS;
    const BACKOFF: Backoff = delivery::BACKOFF;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        deliver(&app, attempt, &self.email, &NewEmailMail { new_address: self.new_email }).await
    }
}
