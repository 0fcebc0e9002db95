//! What the jobs that send a mail have in common.

use uuid::Uuid;

use crate::app::App;
use crate::language::Language;
use crate::mail::{Headers, SendError};
use crate::queue::{Attempt, Failure};
use crate::templates::{MailView, Site};

/// Sends a mail. A server that refuses it is not asked again.
pub(super) async fn deliver<V: MailView>(
    app: &App,
    attempt: Attempt,
    to: &str,
    language: Language,
    view: &V,
) -> Result<(), Failure> {
    deliver_with(app, attempt.job_id, to, language, &Headers::default(), view).await
}

/// The same under a Message-ID of its own, with more headers.
pub(super) async fn deliver_with<V: MailView>(
    app: &App,
    id: Uuid,
    to: &str,
    language: Language,
    headers: &Headers,
    view: &V,
) -> Result<(), Failure> {
    let mail = app.templates.mail(&Site::new(&app.config.domain, language), view)?;
    app.mailer.send(id, to, headers, &mail).await.map_err(|error| match error {
        SendError::Permanent(reason) => Failure::Discard(reason),
        SendError::Transient(error) => Failure::Retry(error),
    })
}
