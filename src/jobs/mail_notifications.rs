//! Mails a person what they were told and have not read.

use super::delivery::deliver_with;
use crate::app::App;
use crate::auth::link::Link;
use crate::mail::Headers;
use crate::models::notification::mailing::{Made, NotificationMail};
use crate::models::notification::settings::Unwanted;
use crate::models::user::User;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::MailNotifications;
use crate::views::notification_mails::NotificationsMail;

impl Job for MailNotifications {
    type Context = App;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        let user = User::find(&mut conn, self.user_id).await?;
        let Some(user) = user.filter(|user| user.disabled_at.is_none() && user.email_confirmed_at.is_some())
        else {
            return Ok(());
        };
        let mail = match NotificationMail::of_job(&mut conn, attempt.job_id, &self, app.clock.now()).await? {
            Made::Mail(mail) if !mail.is_sent => mail,
            Made::Mail(_) | Made::Nothing => return Ok(()),
            Made::TooEarly(wait) => return Err(Failure::Snooze(wait)),
        };
        let lines = mail.lines(&conn).await?;
        if lines.is_empty() {
            return Ok(());
        }
        drop(conn);
        let unsubscribe = |unwanted: Unwanted| {
            let link = Link::to_unsubscribe(user.id, unwanted, app.config.session_secrets.current());
            let (origin, link) = (app.config.domain.origin(), link.to_text());
            format!("{origin}/unsubscribe/{link}.{}", unwanted.to_text())
        };
        let view = NotificationsMail::new(lines, &app.config.domain.origin(), unsubscribe);
        // A mail of one card is one of the card's thread, and stops for that card.
        let card = view.only_card();
        let headers = Headers {
            thread: card.map(|id| format!("{id}.{}", user.id)),
            unsubscribe: Some(unsubscribe(card.map_or(Unwanted::All, Unwanted::Card))),
        };
        let language = user.language().unwrap_or_default();
        deliver_with(&app, mail.id, &user.email, language, &headers, &view).await?;
        mail.set_sent(&mut *app.db.conn().await?, app.clock.now()).await?;
        Ok(())
    }
}
