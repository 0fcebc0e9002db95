//! What mail a person wants.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Reason;
use crate::schema::{muted_cards, notification_settings as settings, notifications};
use crate::text_enum::text_enum;

text_enum! {
    /// When mentions and assignments are mailed.
    #[derive(Default)]
    Urgent {
        #[default]
        AtOnce = "at_once",
        WithRest = "with_rest",
    }
}

text_enum! {
    /// When the rest is.
    #[derive(Default)]
    Frequency {
        Never = "never",
        Hourly = "hourly",
        FourHours = "four_hours",
        /// At an hour of the person's.
        #[default]
        Daily = "daily",
        /// On Mondays at that hour.
        Weekly = "weekly",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub urgent: Urgent,
    pub rest: Frequency,
    /// Of daily and weekly mails, in the person's zone.
    pub hour: u32,
    /// Whether dates are mailed.
    pub due: bool,
    /// Of what no mail tells.
    pub muted: Vec<Reason>,
}

/// What the usual is.
impl Default for Settings {
    fn default() -> Self {
        Self { urgent: Urgent::default(), rest: Frequency::default(), hour: 8, due: true, muted: Vec::new() }
    }
}

impl Settings {
    pub async fn of_user(mut conn: &AsyncPgConnection, user_id: Uuid) -> QueryResult<Self> {
        let row: Option<(Urgent, Frequency, i16, bool, String)> = settings::table
            .find(user_id)
            .select((
                settings::urgent,
                settings::rest,
                settings::hour,
                settings::due,
                settings::muted_reasons,
            ))
            .first(&mut conn)
            .await
            .optional()?;
        Ok(row.map_or_else(Self::default, |(urgent, rest, hour, due, muted)| Self {
            urgent,
            rest,
            hour: u32::try_from(hour).unwrap_or_default(),
            due,
            muted: muted.split(' ').filter_map(Reason::parse).collect(),
        }))
    }

    /// Keeps them. What waited while no mail was wanted is in none: it is in the inbox.
    pub async fn save(&self, conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<()> {
        let before = Self::of_user(conn, user_id).await?;
        let muted: Vec<&str> = self.muted.iter().map(|reason| reason.word()).collect();
        let values = (
            settings::urgent.eq(self.urgent),
            settings::rest.eq(self.rest),
            settings::hour.eq(i16::try_from(self.hour).unwrap_or_default()),
            settings::due.eq(self.due),
            settings::muted_reasons.eq(muted.join(" ")),
        );
        diesel::insert_into(settings::table)
            .values((settings::user_id.eq(user_id), values.clone()))
            .on_conflict(settings::user_id)
            .do_update()
            .set(values)
            .execute(conn)
            .await?;
        let own = notifications::table.filter(notifications::user_id.eq(user_id));
        if before.rest == Frequency::Never && self.rest != Frequency::Never {
            let waiting = own.filter(notifications::mail_rest.or(notifications::mail_urgent));
            diesel::update(waiting)
                .set((notifications::mail_rest.eq(false), notifications::mail_urgent.eq(false)))
                .execute(conn)
                .await?;
        }
        if !before.due && self.due {
            let waiting = own.filter(notifications::mail_due);
            diesel::update(waiting).set(notifications::mail_due.eq(false)).execute(conn).await?;
        }
        Ok(())
    }
}

text_enum! {
    /// How much of the mail a link in one takes off.
    Scope {
        Card = "card",
        Reason = "reason",
        All = "all",
    }
}

/// What a person wants no more mail of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwanted {
    Card(Uuid),
    Reason(Reason),
    All,
}

impl Unwanted {
    /// As a link names it.
    pub fn to_text(self) -> String {
        match self {
            Self::Card(id) => format!("card-{id}"),
            Self::Reason(reason) => format!("reason-{}", reason.word()),
            Self::All => "all".to_owned(),
        }
    }

    /// Reads that; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('-') {
            None if text == "all" => Some(Self::All),
            Some(("card", id)) => Uuid::try_parse(id).ok().map(Self::Card),
            Some(("reason", word)) => Reason::parse(word).map(Self::Reason),
            _ => None,
        }
    }

    pub fn scope(self) -> Scope {
        match self {
            Self::Card(_) => Scope::Card,
            Self::Reason(_) => Scope::Reason,
            Self::All => Scope::All,
        }
    }

    /// Sends a person no more of it. Doing it again changes nothing.
    pub async fn stop(self, conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<()> {
        let mut settings = Settings::of_user(conn, user_id).await?;
        match self {
            Self::Card(card_id) => {
                // A card that is gone sends nothing anyway.
                diesel::sql_query(
                    "INSERT INTO muted_cards (user_id, card_id) SELECT $1, id FROM cards WHERE id = $2
                     ON CONFLICT DO NOTHING",
                )
                .bind::<diesel::sql_types::Uuid, _>(user_id)
                .bind::<diesel::sql_types::Uuid, _>(card_id)
                .execute(conn)
                .await?;
                return Ok(());
            }
            Self::Reason(reason) if settings.muted.contains(&reason) => return Ok(()),
            Self::Reason(reason) => settings.muted.push(reason),
            Self::All => {
                settings.urgent = Urgent::WithRest;
                settings.rest = Frequency::Never;
                settings.due = false;
            }
        }
        settings.save(conn, user_id).await
    }
}

/// Of how many cards a person wants no mail.
pub async fn count_muted_cards(mut conn: &AsyncPgConnection, user_id: Uuid) -> QueryResult<i64> {
    muted_cards::table.filter(muted_cards::user_id.eq(user_id)).count().get_result(&mut conn).await
}

/// Sends a person mail of all cards again.
pub async fn unmute_cards(conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<()> {
    diesel::delete(muted_cards::table.filter(muted_cards::user_id.eq(user_id))).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unwanted_is_read_as_it_was_written() {
        let all = [Unwanted::Card(Uuid::now_v7()), Unwanted::Reason(Reason::NewCard), Unwanted::All];
        for unwanted in all {
            assert_eq!(Unwanted::parse(&unwanted.to_text()), Some(unwanted));
        }
        for bad in ["", "all-", "card", "card-1", "reason-", "reason-all", "board-1"] {
            assert_eq!(Unwanted::parse(bad), None, "{bad}");
        }
    }
}
