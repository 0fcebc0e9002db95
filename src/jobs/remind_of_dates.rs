//! Tells people of the dates of their cards that come or are past.

use crate::app::App;
use crate::models::notification::dates::Morning;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::RemindOfDates;

/// People and cards in one statement.
const LINES: i64 = 1000;

impl Job for RemindOfDates {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        for morning in Morning::all(&mut conn, app.clock.now()).await? {
            while morning.tell(&mut conn, LINES).await? > 0 {}
        }
        Ok(())
    }
}
