//! Mails a person what they were told and have not read.

use super::delivery::deliver_with;
use crate::app::App;
use crate::auth::link::Link;
use crate::auth::reply_token;
use crate::mail::Headers;
use crate::models::notification::mailing::{Made, NotificationMail};
use crate::models::notification::settings::Unwanted;
use crate::models::reply_address::ReplyAddress;
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
        let only_card = match lines.as_slice() {
            [line] => line.matter.card_id,
            _ => None,
        };
        let reply_to = match (&app.config.mail_in, only_card) {
            (Some(mail_in), Some(card_id)) => {
                let id = ReplyAddress::of(&mut conn, user.id, card_id).await?.id;
                Some(mail_in.address(&reply_token::sign(id, app.config.session_secrets.current())))
            }
            _ => None,
        };
        drop(conn);
        let unsubscribe = |unwanted: Unwanted| {
            let link = Link::to_unsubscribe(user.id, unwanted, app.config.session_secrets.current());
            let (origin, link) = (app.config.domain.origin(), link.to_text());
            format!("{origin}/unsubscribe/{link}.{}", unwanted.to_text())
        };
        let origin = app.config.domain.origin();
        let view = NotificationsMail::new(lines, &origin, unsubscribe).with_replies(reply_to.is_some());
        let headers = Headers {
            // A mail of one card is one of the card's thread, and stops for that card.
            thread: only_card.map(|id| format!("{id}.{}", user.id)),
            reply_to,
            unsubscribe: Some(unsubscribe(only_card.map_or(Unwanted::All, Unwanted::Card))),
        };
        let language = user.language().unwrap_or_default();
        deliver_with(&app, mail.id, &user.email, language, &headers, &view).await?;
        mail.set_sent(&mut *app.db.conn().await?, app.clock.now()).await?;
        Ok(())
    }
}
