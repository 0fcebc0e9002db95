//! Finds the cards that are to come back by now. Each is made by a job of its own, so that one which fails holds up no other.

use diesel::QueryResult;

use crate::app::App;
use crate::models::recurrence::Recurrence;
use crate::queue::{Attempt, Failure, Job, NewJob, enqueue_all};
use crate::tasks::{RepeatCard, RepeatDueCards};

impl Job for RepeatDueCards {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        let due = Recurrence::due(&conn, app.clock.now()).await?;
        let job = |card_id| Ok(NewJob::new(&RepeatCard { card_id })?.unique(card_id.to_string()));
        let jobs: QueryResult<Vec<NewJob>> = due.into_iter().map(job).collect();
        enqueue_all(&mut conn, jobs?).await?;
        Ok(())
    }
}
