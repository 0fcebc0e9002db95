//! Deletes finished jobs after the time that `xtablo jobs list` keeps them.

use std::time::Duration;

use crate::app::App;
use crate::queue::maintenance::{self, Retention};
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::ForgetFinishedJobs;

const DAY: Duration = Duration::from_hours(24);

/// What was done is looked up for some days at most; what failed may wait for an operator to come back.
const RETENTION: Retention = Retention { completed: DAY.saturating_mul(3), others: DAY.saturating_mul(30) };

const BATCH: usize = 5000;

impl Job for ForgetFinishedJobs {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        while maintenance::forget(&mut conn, &RETENTION, BATCH).await? > 0 {}
        Ok(())
    }
}
