//! Removes from the stores what no file needs any more: [`crate::garbage`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::HOUSEKEEPING;
use crate::app::App;
use crate::garbage::{self, Plan};
use crate::queue::{Attempt, Failure, Job, Priority};

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RemoveUnusedObjects {
    /// Whether to list the stores as well, for objects that have no row: it costs a request per thousand objects, so
    /// only the nightly job does.
    #[serde(default)]
    pub list_stores: bool,
}

impl Job for RemoveUnusedObjects {
    type Context = App;
    const KIND: &'static str = "remove_unused_objects";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_secs(3600);

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
