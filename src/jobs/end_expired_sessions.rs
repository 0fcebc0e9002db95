//! Deletes the rows of expired sessions, which are refused already.

use crate::app::App;
use crate::models::session::Session;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::EndExpiredSessions;

const BATCH: i64 = 1000;

impl Job for EndExpiredSessions {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        while Session::erase_expired(&mut conn, app.clock.now(), BATCH).await? > 0 {}
        Ok(())
    }
}
