//! Deletes the sessions whose time is over. They let nobody in as it is; this takes their rows away.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::HOUSEKEEPING;
use crate::app::App;
use crate::models::session::Session;
use crate::queue::{Attempt, Failure, Job, Priority};

const BATCH: i64 = 1000;

#[derive(Debug, Serialize, Deserialize)]
pub struct EndExpiredSessions {}

impl Job for EndExpiredSessions {
    type Context = App;
    const KIND: &'static str = "end_expired_sessions";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_secs(600);

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        while Session::erase_expired(&mut conn, app.clock.now(), BATCH).await? > 0 {}
        Ok(())
    }
}
