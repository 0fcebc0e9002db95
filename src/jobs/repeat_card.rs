//! Makes the next card of one that comes back, if it is time.

use crate::app::App;
use crate::models::card::Card;
use crate::models::change::{Author, Change, ChangeError};
use crate::models::recurrence::Recurrence;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::RepeatCard;

impl Job for RepeatCard {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let (mut conn, now) = (app.db.conn().await?, app.clock.now());
        let Some((board_id, comes_at)) = Recurrence::waiting(&conn, self.card_id).await? else {
            return Ok(());
        };
        if let Ok(early) = (comes_at - now).to_std()
            && !early.is_zero()
        {
            return Err(Failure::Snooze(early));
        }
        let limits = &app.config.files;
        let made = Change::run(&mut conn, board_id, Author::System, now, async |change| {
            Card::recur(change, self.card_id, limits).await
        });
        match made.await {
            // The board was deleted meanwhile.
            Err(ChangeError::Query(diesel::result::Error::NotFound)) => Ok(()),
            made => Ok(made?),
        }
    }
}
