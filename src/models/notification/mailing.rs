//! Mails that tell people what they have not read.
//!
//! What is in a mail is written into its row, in the transaction that takes it off what is still to be mailed, before it is sent.
//! So a mail that is sent again is the same one, and nothing is in two.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::settings::{Frequency, Settings, Urgent};
use super::windows;
use super::{Matter, Reason};
use crate::schema::notification_mails as mails;
use crate::tasks::{MailNotifications, Telling};
use crate::time_zone::{LocalTime, TimeZone};

/// Between two mails at once of one card.
const PAUSE: TimeDelta = TimeDelta::minutes(10);
/// How long after a mail at once should have gone it goes with the rest.
const LATE: TimeDelta = TimeDelta::minutes(30);
/// Lines of one mail; the inbox has the others.
const LINES_MOST: i64 = 200;
/// Characters of a comment that a mail repeats.
const EXCERPT_MOST: i32 = 1000;
/// How long a mail's row is kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Somebody for whom something waits.
#[derive(Clone, Debug, QueryableByName)]
struct Waiting {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    time_zone: Option<String>,
    #[diesel(sql_type = Text)]
    rest: Frequency,
    #[diesel(sql_type = SmallInt)]
    hour: i16,
    /// Since when, of the rest.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    rest_since: Option<DateTime<Utc>>,
    /// The same of dates.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    due_since: Option<DateTime<Utc>>,
}

impl Waiting {
    /// The mails whose time has come.
    fn mails(&self, now: DateTime<Utc>) -> Vec<MailNotifications> {
        let zone = self.time_zone.as_deref().and_then(TimeZone::parse).unwrap_or_default();
        let time = LocalTime { now, zone };
        let hour = u32::try_from(self.hour).unwrap_or_default();
        let settings = Settings { rest: self.rest, hour, ..Settings::default() };
        let rest = windows::last_of_rest(&settings, time)
            .filter(|end| self.rest_since.is_some_and(|since| since <= *end))
            .map(|window_at| Telling::Rest { window_at });
        let due = windows::last_of_dates(time)
            .filter(|_| self.due_since.is_some())
            .map(|window_at| Telling::Due { window_at });
        let user_id = self.user_id;
        [rest, due].into_iter().flatten().map(|telling| MailNotifications { user_id, telling }).collect()
    }
}

/// The mails to enqueue for up to `limit` people after a person, by id; and the last of those people, while there may be more.
pub async fn due(
    conn: &mut AsyncPgConnection,
    after: Uuid,
    limit: i64,
    now: DateTime<Utc>,
) -> QueryResult<(Vec<MailNotifications>, Option<Uuid>)> {
    let waiting: Vec<Waiting> = diesel::sql_query(
        "SELECT users.id AS user_id, users.time_zone, coalesce(settings.rest, $1) AS rest,
             coalesce(settings.hour, 8::smallint) AS hour,
             min(told.told_at) FILTER (WHERE told.mail_rest AND NOT told.mail_urgent OR told.mail_urgent
                 AND (coalesce(settings.urgent, $2) <> 'at_once' OR told.told_at < $3)) AS rest_since,
             min(told.told_at) FILTER (WHERE told.mail_due AND coalesce(settings.due, true)) AS due_since
         FROM notifications AS told
         JOIN users ON users.id = told.user_id
         LEFT JOIN notification_settings AS settings ON settings.user_id = told.user_id
         WHERE told.user_id > $4 AND told.read_at IS NULL AND (told.mail_urgent OR told.mail_rest OR told.mail_due)
             AND (told.snoozed_until IS NULL OR told.snoozed_until <= now())
             AND users.disabled_at IS NULL AND users.email_confirmed_at IS NOT NULL
         GROUP BY users.id, users.time_zone, settings.user_id, settings.rest, settings.hour
         ORDER BY users.id LIMIT $5",
    )
    .bind::<Text, _>(Frequency::default())
    .bind::<Text, _>(Urgent::default())
    .bind::<Timestamptz, _>(now - LATE)
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let full = i64::try_from(waiting.len()).is_ok_and(|count| count == limit);
    let last = waiting.last().map(|one| one.user_id).filter(|_| full);
    let mut due: Vec<MailNotifications> = waiting.iter().flat_map(|one| one.mails(now)).collect();
    let windows: Vec<(Uuid, String, DateTime<Utc>)> = mails::table
        .filter(mails::user_id.eq_any(due.iter().map(|mail| mail.user_id).collect::<Vec<_>>()))
        .filter(mails::card_id.is_null().and(mails::window_at.gt(now - TimeDelta::days(8))))
        .select((mails::user_id, mails::kind, mails::window_at))
        .load(conn)
        .await?;
    due.retain(|mail| {
        let (kind, window_at) = row_of(mail.telling, now);
        !windows.contains(&(mail.user_id, kind.to_owned(), window_at))
    });
    Ok((due, last))
}

/// What a mail's row says of it.
fn row_of(telling: Telling, now: DateTime<Utc>) -> (&'static str, DateTime<Utc>) {
    match telling {
        Telling::Card { .. } => ("at_once", now),
        Telling::Rest { window_at } => ("rest", window_at),
        Telling::Due { window_at } => ("due", window_at),
    }
}

/// A line as it was when the mail was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Item {
    id: Uuid,
    reason: Reason,
    event_id: Option<Uuid>,
    count: i32,
}

/// A mail, with what is in it.
#[derive(Clone, Debug)]
pub struct NotificationMail {
    /// That of the job that sends it.
    pub id: Uuid,
    pub user_id: Uuid,
    /// The card of which alone it tells, at once.
    pub card_id: Option<Uuid>,
    items: Vec<Item>,
    pub is_sent: bool,
}

/// What came of making a mail.
#[derive(Clone, Debug)]
pub enum Made {
    Mail(NotificationMail),
    /// There is nothing to tell, or another job has it.
    Nothing,
    /// The last one of this card was a short while ago.
    TooEarly(Duration),
}

/// What a mail tells of one card or board, as far as the person still has to read it and may see it.
#[derive(Clone, Debug, QueryableByName)]
pub struct MailedLine {
    #[diesel(embed)]
    pub matter: Matter,
    /// What was said, where the last that happened was a comment; its beginning.
    #[diesel(sql_type = Nullable<Text>)]
    pub said: Option<String>,
    #[diesel(sql_type = Bool)]
    pub is_cut: bool,
}

type Row = (Uuid, Uuid, Option<Uuid>, Value, Option<DateTime<Utc>>);

impl NotificationMail {
    /// The mail of a job: the one it has made before, or one of what is still to be mailed.
    pub async fn of_job(
        conn: &mut AsyncPgConnection,
        job_id: Uuid,
        wanted: &MailNotifications,
        now: DateTime<Utc>,
    ) -> QueryResult<Made> {
        conn.transaction(async |conn| {
            let made: Option<Row> = mails::table
                .find(job_id)
                .select((mails::id, mails::user_id, mails::card_id, mails::items, mails::sent_at))
                .first(conn)
                .await
                .optional()?;
            match made {
                Some((id, user_id, card_id, items, sent_at)) => {
                    let items = serde_json::from_value(items)
                        .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
                    Ok(Made::Mail(Self { id, user_id, card_id, items, is_sent: sent_at.is_some() }))
                }
                None => Self::make(conn, job_id, wanted, now).await,
            }
        })
        .await
    }

    async fn make(
        conn: &mut AsyncPgConnection,
        job_id: Uuid,
        wanted: &MailNotifications,
        now: DateTime<Utc>,
    ) -> QueryResult<Made> {
        let MailNotifications { user_id, telling } = *wanted;
        let settings = Settings::of_user(conn, user_id).await?;
        let card_id = match telling {
            Telling::Card { card_id } => Some(card_id),
            Telling::Rest { .. } | Telling::Due { .. } => None,
        };
        let is_wanted = match telling {
            Telling::Card { .. } => settings.urgent == Urgent::AtOnce,
            Telling::Rest { .. } => settings.rest != Frequency::Never,
            Telling::Due { .. } => settings.due,
        };
        if !is_wanted {
            return Ok(Made::Nothing);
        }
        if let Some(card_id) = card_id {
            let last: Option<DateTime<Utc>> = mails::table
                .filter(mails::user_id.eq(user_id).and(mails::card_id.eq(card_id)))
                .select(diesel::dsl::max(mails::window_at))
                .first(conn)
                .await?;
            let wait = last.map(|last| last + PAUSE - now).and_then(|wait| wait.to_std().ok());
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                return Ok(Made::TooEarly(wait));
            }
        }
        let (kind, window_at) = row_of(telling, now);
        let inserted = diesel::insert_into(mails::table)
            .values((
                mails::id.eq(job_id),
                mails::user_id.eq(user_id),
                mails::kind.eq(kind),
                mails::window_at.eq(window_at),
                mails::card_id.eq(card_id),
                mails::items.eq(Value::Array(Vec::new())),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        if inserted == 0 {
            return Ok(Made::Nothing);
        }
        let items = take(conn, wanted, &settings, now).await?;
        if items.is_empty() {
            // Nothing was told, so what comes until the window's end is told after all.
            diesel::delete(mails::table.find(job_id)).execute(conn).await?;
            return Ok(Made::Nothing);
        }
        let json = serde_json::to_value(&items)
            .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        diesel::update(mails::table.find(job_id)).set(mails::items.eq(json)).execute(conn).await?;
        Ok(Made::Mail(Self { id: job_id, user_id, card_id, items, is_sent: false }))
    }

    /// Its lines by board and card, without those that were read meanwhile or that the person may not see any more.
    pub async fn lines(&self, mut conn: &AsyncPgConnection) -> QueryResult<Vec<MailedLine>> {
        let ids: Vec<Uuid> = self.items.iter().map(|item| item.id).collect();
        let reasons: Vec<&str> = self.items.iter().map(|item| item.reason.word()).collect();
        let events: Vec<Option<Uuid>> = self.items.iter().map(|item| item.event_id).collect();
        let counts: Vec<i32> = self.items.iter().map(|item| item.count).collect();
        diesel::sql_query(
            "SELECT items.reason, told.board_id, boards.title AS board, told.card_id, cards.title AS card, items.count,
                 users.name AS who, events.kind, events.data - 'body_from' - 'body_to' AS data,
                 left(comments.body, $6) AS said, coalesce(char_length(comments.body) > $6, false) AS is_cut
             FROM unnest($2, $3, $4, $5) AS items (id, reason, event_id, count)
             JOIN shown_notifications($1) AS told ON told.id = items.id AND told.read_at IS NULL
             JOIN boards ON boards.id = told.board_id
             LEFT JOIN cards ON cards.id = told.card_id
             LEFT JOIN events ON events.id = items.event_id
             LEFT JOIN users ON users.id = events.user_id
             LEFT JOIN comments ON comments.deleted_at IS NULL AND comments.id =
                 CASE WHEN events.kind IN ('comment_created', 'comment_edited')
                     THEN (events.data->>'comment_id')::uuid END
             ORDER BY boards.title, boards.id, told.happened_at, told.id",
        )
        .bind::<SqlUuid, _>(self.user_id)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(reasons)
        .bind::<Array<Nullable<SqlUuid>>, _>(events)
        .bind::<Array<Integer>, _>(counts)
        .bind::<Integer, _>(EXCERPT_MOST)
        .load(&mut conn)
        .await
    }

    /// Says that the server has it.
    pub async fn set_sent(&self, conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        diesel::update(mails::table.find(self.id)).set(mails::sent_at.eq(now)).execute(conn).await?;
        Ok(())
    }

    /// Deletes up to `limit` of those that were sent long ago; returns how many.
    pub async fn forget_old(
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
        limit: i64,
    ) -> QueryResult<usize> {
        let old = mails::table.filter(mails::window_at.lt(now - KEPT));
        let ids: Vec<Uuid> = old.select(mails::id).limit(limit).load(conn).await?;
        diesel::delete(old.filter(mails::id.eq_any(ids))).execute(conn).await
    }
}

/// Takes what a mail is to tell off what is still to be mailed; what the person wants no mail of, or may not see, goes too.
async fn take(
    conn: &mut AsyncPgConnection,
    wanted: &MailNotifications,
    settings: &Settings,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Item>> {
    let (is_taken, without) = match wanted.telling {
        Telling::Card { .. } => ("mail_urgent AND card_id = $4", "mail_urgent = false, mail_rest = false"),
        Telling::Rest { .. } => (
            "(mail_rest AND NOT mail_urgent OR mail_urgent AND ($5 OR told_at < $6))",
            "mail_urgent = false, mail_rest = false",
        ),
        Telling::Due { .. } => ("mail_due", "mail_due = false"),
    };
    let card_id = match wanted.telling {
        Telling::Card { card_id } => Some(card_id),
        Telling::Rest { .. } | Telling::Due { .. } => None,
    };
    let muted: Vec<&str> = settings.muted.iter().map(|reason| reason.word()).collect();
    // Dates are told as dates, whatever else is on the line.
    let reason = match wanted.telling {
        Telling::Due { .. } => {
            "CASE WHEN told.reason IN ('due_tomorrow', 'overdue') THEN told.reason
            WHEN told.overdue_told IS NOT NULL THEN 'overdue' ELSE 'due_tomorrow' END"
        }
        Telling::Card { .. } | Telling::Rest { .. } => "told.reason",
    };
    let rows: Vec<Taken> = diesel::sql_query(format!(
        "WITH waiting AS (
             SELECT id FROM notifications
             WHERE user_id = $1 AND read_at IS NULL AND (mail_urgent OR mail_rest OR mail_due) AND {is_taken}
                 AND (snoozed_until IS NULL OR snoozed_until <= now())
             ORDER BY user_id, subject_id FOR UPDATE
         ), taken AS (
             UPDATE notifications SET {without} FROM waiting WHERE notifications.id = waiting.id
             RETURNING notifications.id
         )
         SELECT told.id, {reason} AS reason, told.event_id, told.count
         FROM taken JOIN shown_notifications($1) AS told ON told.id = taken.id
         WHERE NOT {reason} = ANY($2)
             AND NOT EXISTS (SELECT FROM muted_cards WHERE user_id = $1 AND card_id = told.card_id)
         ORDER BY told.happened_at DESC LIMIT $3"
    ))
    .bind::<SqlUuid, _>(wanted.user_id)
    .bind::<Array<Text>, _>(muted)
    .bind::<BigInt, _>(LINES_MOST)
    .bind::<Nullable<SqlUuid>, _>(card_id)
    .bind::<Bool, _>(settings.urgent == Urgent::WithRest)
    .bind::<Timestamptz, _>(now - LATE)
    .load(conn)
    .await?;
    let item = |row: Taken| Item { id: row.id, reason: row.reason, event_id: row.event_id, count: row.count };
    Ok(rows.into_iter().map(item).collect())
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    reason: Reason,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    event_id: Option<Uuid>,
    #[diesel(sql_type = Integer)]
    count: i32,
}
