//! Finds the people whose time for a mail has come, and enqueues the mails.

use uuid::Uuid;

use crate::app::App;
use crate::models::notification::mailing;
use crate::queue::{Attempt, Failure, Job, enqueue_all};
use crate::tasks::{self, GatherMails};

/// People at once.
const PEOPLE: i64 = 500;

impl Job for GatherMails {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        let mut after = Some(Uuid::nil());
        while let Some(last) = after {
            let (due, next) = mailing::due(&mut conn, last, PEOPLE, app.clock.now()).await?;
            let mut jobs = Vec::new();
            for mail in due {
                jobs.extend(tasks::mails(&app.config, &mail)?.into_iter().map(|job| job.unique(mail.key())));
            }
            enqueue_all(&mut conn, jobs).await?;
            after = next;
        }
        Ok(())
    }
}
