//! Removes the exports whose time is over. Their contents go a little later, once no download of them can be running.

use crate::app::App;
use crate::models::export::Export;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::ForgetOldExports;

const BATCH: i64 = 500;

impl Job for ForgetOldExports {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        while Export::erase_expired(&mut conn, app.clock.now(), BATCH).await? > 0 {}
        Ok(())
    }
}
