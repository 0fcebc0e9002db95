//! What a person is told: one line a card, with what happened last and how much since they read it.
//!
//! [`telling`] makes the lines of what happens on boards, [`dates`] of what the calendar says, and [`mailing`] mails what is not
//! read. Who may see a line is weighed by `shown_notifications` in the database, whenever it is shown, counted or mailed.

pub mod dates;
pub mod mailing;
pub mod settings;
pub mod telling;
pub mod windows;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::color::Color;
use super::event::Happened;
use crate::schema::notifications;
use crate::text_enum::text_enum;
use crate::time_zone::LocalTime;

text_enum! {
    /// Why a person is told, the most pressing first.
    Reason {
        Mentioned = "mentioned",
        Assigned = "assigned",
        Overdue = "overdue",
        DueTomorrow = "due_tomorrow",
        /// On a card that they watch.
        Comment = "comment",
        /// Of dates, column, or whether it is done, of a card that they watch.
        Change = "change",
        /// On a board that they watch.
        NewCard = "new_card",
        RoleChanged = "role_changed",
        Invitation = "invitation",
    }
}

impl Reason {
    /// Those of which these mails tell: an invitation has a mail of its own.
    pub const MAILED: [Self; 8] = [
        Self::Mentioned,
        Self::Assigned,
        Self::Overdue,
        Self::DueTomorrow,
        Self::Comment,
        Self::Change,
        Self::NewCard,
        Self::RoleChanged,
    ];

    /// The words of all.
    pub fn words() -> Vec<&'static str> {
        Self::ALL.iter().map(|reason| reason.word()).collect()
    }

    /// Whether it is worth a mail of its own.
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::Mentioned | Self::Assigned)
    }

    /// Whether the calendar says it.
    pub fn is_of_calendar(self) -> bool {
        matches!(self, Self::DueTomorrow | Self::Overdue)
    }
}

/// How long a line that was read is kept.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Which lines a person looks at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub reason: Option<Reason>,
    pub board_id: Option<Uuid>,
}

/// What a line is about, in the inbox and in a mail.
#[derive(Clone, Debug, QueryableByName)]
pub struct Matter {
    #[diesel(sql_type = Text)]
    pub reason: Reason,
    #[diesel(sql_type = SqlUuid)]
    pub board_id: Uuid,
    /// The board's title.
    #[diesel(sql_type = Text)]
    pub board: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub card_id: Option<Uuid>,
    /// The card's title.
    #[diesel(sql_type = Nullable<Text>)]
    pub card: Option<String>,
    /// How much has happened since it was read.
    #[diesel(sql_type = Integer)]
    pub count: i32,
    /// Who did it last; none where the calendar says it, or the account is gone.
    #[diesel(sql_type = Nullable<Text>)]
    pub who: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    data: Option<Value>,
}

impl Matter {
    /// What happened last; none where the calendar says it, and for what this version does not know.
    pub fn happened(&self) -> Option<Happened> {
        Happened::from_row(self.kind.as_deref()?, self.card_id, self.data.clone()?)
    }
}

/// A line, as the inbox shows it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Line {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(embed)]
    pub matter: Matter,
    #[diesel(sql_type = Text)]
    pub color: Color,
    #[diesel(sql_type = Timestamptz)]
    pub happened_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    pub is_read: bool,
}

impl Line {
    /// Those of a person, the last told first: up to `limit` after `offset` others.
    pub async fn of_user(
        mut conn: &AsyncPgConnection,
        user_id: Uuid,
        filter: Filter,
        offset: i64,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        diesel::sql_query(
            "SELECT told.id, told.reason, told.board_id, boards.title AS board, boards.color, told.card_id,
                 cards.title AS card, told.count, told.happened_at, told.read_at IS NOT NULL AS is_read,
                 users.name AS who, events.kind, events.data - 'body_from' - 'body_to' AS data
             FROM shown_notifications($1) AS told
             JOIN boards ON boards.id = told.board_id
             LEFT JOIN cards ON cards.id = told.card_id
             LEFT JOIN users ON users.id = told.actor_id
             LEFT JOIN events ON events.id = told.event_id
             WHERE told.reason = ANY($2) AND ($3 IS NULL OR told.board_id = $3)
             ORDER BY told.happened_at DESC, told.id
             OFFSET $4 LIMIT $5",
        )
        .bind::<SqlUuid, _>(user_id)
        .bind::<Array<Text>, _>(filter.reasons())
        .bind::<Nullable<SqlUuid>, _>(filter.board_id)
        .bind::<BigInt, _>(offset)
        .bind::<BigInt, _>(limit)
        .load(&mut conn)
        .await
    }

    /// How many a person has.
    pub async fn count(mut conn: &AsyncPgConnection, user_id: Uuid, filter: Filter) -> QueryResult<i64> {
        let count: Count = diesel::sql_query(
            "SELECT count(*) AS count FROM shown_notifications($1) AS told
             WHERE told.reason = ANY($2) AND ($3 IS NULL OR told.board_id = $3)",
        )
        .bind::<SqlUuid, _>(user_id)
        .bind::<Array<Text>, _>(filter.reasons())
        .bind::<Nullable<SqlUuid>, _>(filter.board_id)
        .get_result(&mut conn)
        .await?;
        Ok(count.count)
    }

    /// The boards that a person is told of, by title.
    pub async fn boards_of_user(
        mut conn: &AsyncPgConnection,
        user_id: Uuid,
    ) -> QueryResult<Vec<(Uuid, String)>> {
        let rows: Vec<BoardTitle> = diesel::sql_query(
            "SELECT id, title FROM boards
             WHERE id IN (SELECT board_id FROM shown_notifications($1)) ORDER BY title, id LIMIT 200",
        )
        .bind::<SqlUuid, _>(user_id)
        .load(&mut conn)
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
    }
}

impl Filter {
    fn reasons(self) -> Vec<&'static str> {
        self.reason.map_or_else(Reason::words, |reason| vec![reason.word()])
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct BoardTitle {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    title: String,
}

/// Those of these people who were told something unread after a time, and the last time that it was.
pub async fn told_since(
    mut conn: &AsyncPgConnection,
    user_ids: &[Uuid],
    since: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, Option<DateTime<Utc>>)>> {
    notifications::table
        .filter(notifications::user_id.eq_any(user_ids).and(notifications::read_at.is_null()))
        .filter(notifications::told_at.gt(since))
        .group_by(notifications::user_id)
        .select((notifications::user_id, diesel::dsl::max(notifications::told_at)))
        .load(&mut conn)
        .await
}

/// Says that a person has read a line, or has not. What is not theirs stays as it is.
pub async fn set_read(
    conn: &mut AsyncPgConnection,
    user_id: Uuid,
    id: Uuid,
    read_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    let own = notifications::table.find(id).filter(notifications::user_id.eq(user_id));
    diesel::update(own)
        .filter(notifications::read_at.is_null().eq(read_at.is_some()))
        .set(notifications::read_at.eq(read_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Says that a person has read all that is shown to them.
pub async fn read_all(conn: &mut AsyncPgConnection, user_id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    // Rows are taken in the order in which telling takes them, so that neither waits for the other in a circle.
    diesel::sql_query(
        "WITH unread AS (
             SELECT id FROM notifications
             WHERE user_id = $1 AND read_at IS NULL AND (snoozed_until IS NULL OR snoozed_until <= now())
             ORDER BY user_id, subject_id FOR UPDATE
         )
         UPDATE notifications SET read_at = $2 FROM unread WHERE notifications.id = unread.id",
    )
    .bind::<SqlUuid, _>(user_id)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Says that a person has read what they were told of a card; whether there was anything. What is put off stays so.
pub async fn read_card(
    mut conn: &AsyncPgConnection,
    user_id: Uuid,
    card_id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let of_card = notifications::user_id.eq(user_id).and(notifications::subject_id.eq(card_id));
    let is_shown = notifications::snoozed_until
        .is_null()
        .or(notifications::snoozed_until.le(diesel::dsl::now))
        .assume_not_null();
    let read = diesel::update(notifications::table.filter(of_card))
        .filter(notifications::read_at.is_null().and(is_shown))
        .set(notifications::read_at.eq(now))
        .execute(&mut conn)
        .await?;
    Ok(read > 0)
}

/// Puts a line of a person's off: until then it is as if it were not there, and afterwards it is unread.
pub async fn snooze(
    conn: &mut AsyncPgConnection,
    user_id: Uuid,
    id: Uuid,
    until: DateTime<Utc>,
) -> QueryResult<()> {
    let own = notifications::table.find(id).filter(notifications::user_id.eq(user_id));
    diesel::update(own)
        .set((notifications::snoozed_until.eq(until), notifications::read_at.eq(None::<DateTime<Utc>>)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes up to `limit` lines that were read long ago; returns how many.
pub async fn forget_old(conn: &mut AsyncPgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old = notifications::table.filter(notifications::read_at.lt(now - KEPT));
    let ids: Vec<Uuid> = old.select(notifications::id).limit(limit).load(conn).await?;
    diesel::delete(old.filter(notifications::id.eq_any(ids))).execute(conn).await
}

/// Until when a line is put off: `tomorrow`, `next_week` (the next Monday), or a day to come within a year; at eight there.
pub fn snoozed_until(word: &str, time: LocalTime) -> Option<DateTime<Utc>> {
    let today = time.today();
    let day = match word {
        "tomorrow" => today.checked_add_days(Days::new(1))?,
        "next_week" => {
            today.checked_add_days(Days::new(7 - u64::from(today.weekday().num_days_from_monday())))?
        }
        day => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
    };
    let is_ahead = day > today && day <= today.checked_add_days(Days::new(366))?;
    is_ahead.then(|| time.zone.at(day.and_time(MORNING)))
}

/// When people are told what the calendar says.
pub const MORNING: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("a time of every day");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_zone::TimeZone;

    #[test]
    fn a_line_is_put_off_until_a_morning_where_the_person_is() {
        let until = |word: &str, now: &str, zone: &str| {
            let zone = TimeZone::parse(zone).expect("a zone");
            let time = LocalTime { now: now.parse().expect("a moment"), zone };
            snoozed_until(word, time).map(|at| at.format("%Y-%m-%dT%H:%M").to_string())
        };
        let berlin = |word: &str, now: &str| until(word, now, "Europe/Berlin");
        assert_eq!(berlin("tomorrow", "2026-12-01T12:00:00Z").as_deref(), Some("2026-12-02T07:00"));
        // It is the next day there already.
        assert_eq!(berlin("tomorrow", "2026-12-01T23:30:00Z").as_deref(), Some("2026-12-03T07:00"));
        // A Tuesday, a Monday, and a Sunday.
        assert_eq!(berlin("next_week", "2026-12-01T12:00:00Z").as_deref(), Some("2026-12-07T07:00"));
        assert_eq!(berlin("next_week", "2026-12-07T12:00:00Z").as_deref(), Some("2026-12-14T07:00"));
        assert_eq!(berlin("next_week", "2026-12-06T12:00:00Z").as_deref(), Some("2026-12-07T07:00"));
        // Summer time begins in between.
        assert_eq!(berlin("tomorrow", "2027-03-27T12:00:00Z").as_deref(), Some("2027-03-28T06:00"));
        let kolkata = until("2026-12-24", "2026-12-01T12:00:00Z", "Asia/Kolkata");
        assert_eq!(kolkata.as_deref(), Some("2026-12-24T02:30"));
        for bad in ["", "today", "2026-12-01", "2026-11-30", "2028-12-24", "2026-02-30", "24.12.2026"] {
            assert_eq!(berlin(bad, "2026-12-01T12:00:00Z"), None, "{bad}");
        }
    }

    #[test]
    fn the_most_pressing_reason_is_the_first() {
        assert_eq!(Reason::words()[..3], ["mentioned", "assigned", "overdue"]);
        assert!(Reason::Mentioned < Reason::Invitation);
    }
}
