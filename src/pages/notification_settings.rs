//! What mail a person wants.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use crate::config::Config;
use crate::forms::Form;
use crate::models::notification::Reason;
use crate::models::notification::settings::{self, Frequency, Settings, Urgent};
use crate::models::user::User;
use crate::views::notification_settings::NotificationsPage;

pub async fn show(
    conn: &AsyncPgConnection,
    config: &Config,
    account: &User,
) -> QueryResult<NotificationsPage> {
    let settings = Settings::of_user(conn, account.id).await?;
    let muted_cards = settings::count_muted_cards(conn, account.id).await?;
    Ok(NotificationsPage {
        form: form(&settings),
        urgencies: Urgent::ALL,
        frequencies: Frequency::ALL,
        reasons: &Reason::MAILED,
        muted_cards,
        zone: account.time_zone().unwrap_or_default().name(),
        sends_mail: config.sends_mail(),
        email_confirmed: account.email_confirmed_at.is_some(),
    })
}

fn form(settings: &Settings) -> Form {
    let wanted = Reason::MAILED.iter().filter(|reason| !settings.muted.contains(reason));
    let wanted: Vec<&str> = wanted.map(|reason| reason.word()).collect();
    Form::filled([
        ("urgent", settings.urgent.word().to_owned()),
        ("rest", settings.rest.word().to_owned()),
        ("hour", settings.hour.to_string()),
        ("due", if settings.due { "on" } else { "" }.to_owned()),
        ("reasons", wanted.join(" ")),
        ("unmute", String::new()),
    ])
}
