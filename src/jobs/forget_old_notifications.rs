//! Deletes what people were told of and have read long ago.

use crate::app::App;
use crate::models::notification;
use crate::models::notification::mailing::NotificationMail;
use crate::queue::{Attempt, Failure, Job};
use crate::replies;
use crate::tasks::ForgetOldNotifications;

/// Lines in one statement.
const LINES: i64 = 1000;

impl Job for ForgetOldNotifications {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        while notification::forget_old(&mut conn, app.clock.now(), LINES).await? > 0 {}
        replies::forget_old(&app, app.clock.now()).await?;
        while NotificationMail::forget_old(&mut conn, app.clock.now(), LINES).await? > 0 {}
        Ok(())
    }
}
