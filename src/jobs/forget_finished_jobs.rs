//! Deletes finished jobs once nobody will ask for them any more.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::HOUSEKEEPING;
use crate::app::App;
use crate::queue::maintenance::{self, Retention};
use crate::queue::{Attempt, Failure, Job, Priority};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What was done is looked up for some days at most; what failed may wait for an operator to come back.
const RETENTION: Retention = Retention { completed: DAY.saturating_mul(3), others: DAY.saturating_mul(30) };

const BATCH: usize = 5000;

#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetFinishedJobs {}

impl Job for ForgetFinishedJobs {
    type Context = App;
    const KIND: &'static str = "forget_finished_jobs";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_secs(600);

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        while maintenance::forget(&mut conn, &RETENTION, BATCH).await? > 0 {}
        Ok(())
    }
}
