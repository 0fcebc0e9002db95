//! What the jobs that send a mail have in common.

use std::time::Duration;

use diesel::QueryResult;

use super::MAIL;
use crate::app::App;
use crate::config::Config;
use crate::mail::SendError;
use crate::queue::{Attempt, Backoff, Failure, Job, NewJob};
use crate::templates::{MailView, Site};

/// Servers that put a stranger off (greylisting) want some minutes.
pub(super) const BACKOFF: Backoff =
    Backoff { first: Duration::from_secs(15), most: Duration::from_secs(3600) };
/// With that backoff for about a day.
pub(super) const MAX_ATTEMPTS: i32 = 30;

/// The job as something to enqueue; none where no mail goes anywhere.
///
/// # Errors
/// A job that serde cannot write as JSON.
pub fn mails<J: Job>(config: &Config, job: &J) -> QueryResult<Vec<NewJob>> {
    debug_assert_eq!(J::QUEUE, MAIL);
    if config.sends_mail() { Ok(vec![NewJob::new(job)?]) } else { Ok(Vec::new()) }
}

/// Sends a mail. A server that refuses it is not asked again.
pub(super) async fn deliver<V: MailView>(
    app: &App,
    attempt: Attempt,
    to: &str,
    view: &V,
) -> Result<(), Failure> {
    let mail = app.templates.mail(&Site::new(&app.config.domain), view)?;
    app.mailer.send(attempt.job_id, to, &mail).await.map_err(|error| match error {
        SendError::Permanent(reason) => Failure::Discard(reason),
        SendError::Transient(error) => Failure::Retry(error),
    })
}
