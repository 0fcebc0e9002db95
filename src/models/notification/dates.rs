//! Telling people of the dates of their cards: that a card is due tomorrow, and that it is overdue. Those are told whom the card is
//! for, and those who watch it; in the morning of their own zone.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{MORNING, Reason};
use crate::schema::users;
use crate::time_zone::{LocalTime, TimeZone};

/// Days after which nobody is told any more that a date is past: the first time that this runs is no flood.
const OVERDUE_DAYS: u64 = 7;

/// What is asked about people of one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Morning {
    /// The names by which people have chosen it.
    zones: Vec<String>,
    /// Whether people without a zone are meant, too.
    is_usual: bool,
    today: NaiveDate,
    /// When it was eight there.
    begins: DateTime<Utc>,
    /// When tomorrow begins there, and ends.
    tomorrow: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
}

impl Morning {
    /// Of each zone in which people live and where it is eight or later.
    pub async fn all(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<Vec<Self>> {
        let zones: Vec<Option<String>> = users::table
            .filter(users::disabled_at.is_null())
            .select(users::time_zone)
            .distinct()
            .load(conn)
            .await?;
        Ok(Self::of_zones(zones, now))
    }

    fn of_zones(names: Vec<Option<String>>, now: DateTime<Utc>) -> Vec<Self> {
        let mut zones: BTreeMap<&'static str, Vec<Option<String>>> = BTreeMap::new();
        for name in names {
            let zone = name.as_deref().and_then(TimeZone::parse).unwrap_or_default();
            zones.entry(zone.name()).or_default().push(name);
        }
        let mornings = zones.into_iter().filter_map(|(zone, names)| {
            let time = LocalTime { now, zone: TimeZone::parse(zone)? };
            Self::at(time, names)
        });
        mornings.collect()
    }

    fn at(time: LocalTime, names: Vec<Option<String>>) -> Option<Self> {
        let LocalTime { now, zone } = time;
        let today = time.today();
        let begins = zone.at(today.and_time(MORNING));
        if now < begins {
            return None;
        }
        let tomorrow = today.checked_add_days(Days::new(1))?;
        Some(Self {
            is_usual: names.contains(&None),
            zones: names.into_iter().flatten().collect(),
            today,
            begins,
            tomorrow: (zone.begins(tomorrow), zone.ends(tomorrow)),
            now,
        })
    }

    /// Tells up to `limit` people and cards of them; how many were told. Nobody is told twice of one date.
    pub async fn tell(&self, conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<usize> {
        let oldest = self.today.checked_sub_days(Days::new(OVERDUE_DAYS)).unwrap_or(self.today);
        let tomorrow = self.today.checked_add_days(Days::new(1)).unwrap_or(self.today);
        diesel::sql_query(TELL)
            .bind::<Array<Text>, _>(&self.zones)
            .bind::<Bool, _>(self.is_usual)
            .bind::<Date, _>(self.today)
            .bind::<Date, _>(tomorrow)
            .bind::<Date, _>(oldest)
            .bind::<Timestamptz, _>(self.tomorrow.0)
            .bind::<Timestamptz, _>(self.tomorrow.1)
            .bind::<Timestamptz, _>(self.now)
            .bind::<Timestamptz, _>(
                self.now - TimeDelta::days(i64::try_from(OVERDUE_DAYS).unwrap_or_default()),
            )
            .bind::<BigInt, _>(limit)
            .bind::<Array<Text>, _>(Reason::words())
            .bind::<Timestamptz, _>(self.begins)
            .execute(conn)
            .await
    }
}

/// In this order: the cards whose date is near, what is to be said of each, to whom, and who has not been told it yet.
const TELL: &str = "
    WITH near AS (
        SELECT id, board_id, column_id, due_on, due_at FROM cards
        WHERE due_on BETWEEN $5 AND $4 AND done_at IS NULL
            AND archived_at IS NULL AND deleted_at IS NULL AND NOT is_template
        UNION ALL
        SELECT id, board_id, column_id, due_on, due_at FROM cards
        WHERE due_at >= $9 AND due_at < $7 AND done_at IS NULL
            AND archived_at IS NULL AND deleted_at IS NULL AND NOT is_template
    ), dated AS (
        SELECT near.id AS card_id, near.board_id, boards.open_role,
            coalesce(near.due_on::text, extract(epoch FROM near.due_at)::bigint::text) AS due,
            CASE WHEN near.due_on = $4 OR near.due_at >= $6 THEN 'due_tomorrow'
                WHEN near.due_on < $3 OR near.due_at <= $12 THEN 'overdue' END AS reason
        FROM near
        JOIN columns ON columns.id = near.column_id AND columns.archived_at IS NULL
        JOIN boards ON boards.id = near.board_id AND boards.archived_at IS NULL AND boards.deleted_at IS NULL
    ), concerned AS (
        SELECT dated.*, assignees.user_id FROM dated JOIN assignees ON assignees.card_id = dated.card_id
        WHERE dated.reason IS NOT NULL
        UNION
        SELECT dated.*, card_watches.user_id FROM dated JOIN card_watches ON card_watches.card_id = dated.card_id
        WHERE dated.reason IS NOT NULL
    ), lines AS (
        SELECT concerned.*
        FROM concerned
        JOIN users ON users.id = concerned.user_id AND users.disabled_at IS NULL
            AND (users.time_zone = ANY($1) OR $2 AND users.time_zone IS NULL)
        LEFT JOIN members ON members.board_id = concerned.board_id AND members.user_id = concerned.user_id
        LEFT JOIN notifications ON notifications.user_id = concerned.user_id
            AND notifications.subject_id = concerned.card_id
        WHERE (members.user_id IS NOT NULL OR concerned.open_role IS NOT NULL)
            AND concerned.due IS DISTINCT FROM
                CASE concerned.reason WHEN 'overdue' THEN notifications.overdue_told ELSE notifications.due_told END
        ORDER BY concerned.user_id, concerned.card_id
        LIMIT $10
    )
    INSERT INTO notifications AS before
        (user_id, board_id, card_id, reason, happened_at, told_at, mail_due, due_told, overdue_told)
    SELECT user_id, board_id, card_id, reason, $8, $8, true,
        CASE reason WHEN 'due_tomorrow' THEN due END, CASE reason WHEN 'overdue' THEN due END
    FROM lines
    ON CONFLICT (user_id, subject_id) DO UPDATE SET
        reason = CASE WHEN before.read_at IS NULL
                AND array_position($11, before.reason) < array_position($11, excluded.reason)
            THEN before.reason ELSE excluded.reason END,
        event_id = CASE WHEN before.read_at IS NULL
                AND array_position($11, before.reason) < array_position($11, excluded.reason)
            THEN before.event_id END,
        actor_id = CASE WHEN before.read_at IS NULL
                AND array_position($11, before.reason) < array_position($11, excluded.reason)
            THEN before.actor_id END,
        happened_at = excluded.happened_at,
        told_at = excluded.told_at,
        count = CASE WHEN before.read_at IS NULL THEN before.count ELSE 0 END + 1,
        read_at = NULL,
        mail_urgent = before.read_at IS NULL AND before.mail_urgent,
        mail_rest = before.read_at IS NULL AND before.mail_rest,
        mail_due = true,
        due_told = coalesce(excluded.due_told, before.due_told),
        overdue_told = coalesce(excluded.overdue_told, before.overdue_told)
    -- Another worker may have told it since this statement began.
    WHERE excluded.due_told IS NOT NULL AND before.due_told IS DISTINCT FROM excluded.due_told
        OR excluded.overdue_told IS NOT NULL AND before.overdue_told IS DISTINCT FROM excluded.overdue_told";

#[cfg(test)]
mod tests {
    use super::*;

    fn mornings(zones: &[&str], now: &str) -> Vec<(Vec<String>, String, String)> {
        let zones = zones.iter().map(|zone| (!zone.is_empty()).then(|| (*zone).to_owned())).collect();
        let all = Morning::of_zones(zones, now.parse().expect("a moment"));
        let told =
            |one: Morning| (one.zones, one.today.to_string(), one.tomorrow.0.format("%dT%H:%M").to_string());
        all.into_iter().map(told).collect()
    }

    #[test]
    fn people_are_told_from_eight_on_where_they_are() {
        let one =
            |zone: &str, now: &str| mornings(&[zone], now).pop().map(|(_, today, begins)| (today, begins));
        let is = |today: &str, begins: &str| Some((today.to_owned(), begins.to_owned()));
        assert_eq!(one("Europe/Berlin", "2026-12-01T06:59:00Z"), None);
        assert_eq!(one("Europe/Berlin", "2026-12-01T07:00:00Z"), is("2026-12-01", "01T23:00"));
        assert_eq!(one("Asia/Kolkata", "2026-12-01T02:29:00Z"), None);
        assert_eq!(one("Asia/Kolkata", "2026-12-01T02:30:00Z"), is("2026-12-01", "01T18:30"));
        // It is half past eight there on the day before.
        assert_eq!(one("America/St_Johns", "2026-12-02T00:00:00Z"), is("2026-12-01", "02T03:30"));
        // Summer time ends on that day: tomorrow is an hour later.
        assert_eq!(one("Europe/Berlin", "2026-10-24T06:00:00Z"), is("2026-10-24", "24T22:00"));
        assert_eq!(one("Europe/Berlin", "2026-10-25T07:00:00Z"), is("2026-10-25", "25T23:00"));
    }

    #[test]
    fn a_zone_that_nobody_knows_any_more_is_utc() {
        let all = mornings(&["", "Mars/Olympus"], "2026-12-01T08:00:00Z");
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].0, ["Mars/Olympus"]);
        assert_eq!(mornings(&[""], "2026-12-01T07:59:00Z"), []);
    }
}
