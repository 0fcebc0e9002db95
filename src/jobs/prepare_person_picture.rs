//! Makes a small square of the picture that a person uploaded of themselves.

use bytes::Bytes;

use crate::app::App;
use crate::models::user::picture::UserPicture;
use crate::pictures::decoder;
use crate::pictures::thumbnail;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::PreparePersonPicture;

impl Job for PreparePersonPicture {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let Some(original) = UserPicture::unprepared(&mut *app.db.conn().await?, self.user_id).await? else {
            return Ok(());
        };
        let picture = Bytes::from(original.bytes.clone());
        let made = decoder::run(move || thumbnail::make_square(&picture, thumbnail::PERSON_SIDE)).await;
        let made = match made {
            Some(Ok(made)) => Some(made),
            Some(Err(refused)) => {
                tracing::info!(user_id = %self.user_id, "a person's picture is not prepared: {refused}");
                None
            }
            None => None,
        };
        let conn = &mut *app.db.conn().await?;
        UserPicture::prepared(conn, self.user_id, &original, made.as_ref(), app.clock.now()).await?;
        Ok(())
    }
}
