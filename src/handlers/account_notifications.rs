//! `/account/notifications`: what mail a person wants.

use super::extract::SignedIn;
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::notification::Reason;
use crate::models::notification::settings::{self, Frequency, Settings, Urgent};
use crate::pages;
use crate::views::notification_settings::NotificationsPage;

/// `GET /account/notifications`
pub async fn show(user: SignedIn) -> AppResult {
    let mut conn = user.conn().await?;
    let account = user.user(&mut conn).await?;
    user.show(&pages::notification_settings::show(&conn, &user.app.config, &account).await?)
}

/// `POST /account/notifications`
pub async fn update(user: SignedIn, posted: Posted) -> AppResult {
    let mut form = posted.several("reasons").form(&["urgent", "rest", "hour", "due", "reasons", "unmute"]);
    let (urgent, rest) = (form.choice("urgent", Urgent::parse), form.choice("rest", Frequency::parse));
    let hour = form.optional_number("hour", 0, 23).unwrap_or(8);
    let wanted = form.choices("reasons", Reason::parse);
    let (due, unmutes) = (form.value("due") == "on", form.value("unmute") == "on");
    let mut conn = user.conn().await?;
    if !form.is_valid() {
        let account = user.user(&mut conn).await?;
        let page = pages::notification_settings::show(&conn, &user.app.config, &account).await?;
        return user.refuse(&NotificationsPage { form, ..page });
    }
    let muted = Reason::MAILED.into_iter().filter(|reason| !wanted.contains(reason)).collect();
    let settings = Settings { urgent, rest, hour: u32::try_from(hour).unwrap_or(8), due, muted };
    settings.save(&mut conn, user.principal.id).await?;
    if unmutes {
        settings::unmute_cards(&mut conn, user.principal.id).await?;
    }
    user.go_saying(Flash::NotificationsSaved, "/account/notifications")
}
