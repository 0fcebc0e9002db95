//! Removes from the stores what no file needs any more: [`crate::garbage`].

use crate::app::App;
use crate::garbage::{self, Plan};
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::RemoveUnusedObjects;

impl Job for RemoveUnusedObjects {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        let plan = Plan { list_stores: self.list_stores, ..Plan::at(app.clock.now()) };
        let removed = garbage::collect(&mut conn, &app.storage, plan, |_| {}).await?;
        if removed > 0 {
            tracing::info!(removed, "unused objects are removed");
        }
        Ok(())
    }
}
