//! When something begins or is due: on a day, which is that day everywhere, or at a moment.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time_zone::{LocalTime, TimeZone};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Day(NaiveDate),
    Moment(DateTime<Utc>),
}

/// How near a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Nearness {
    Later,
    /// It comes, or its day begins, within 24 hours.
    Soon,
    /// It is past, or its day is.
    Overdue,
}

/// What is soon.
const SOON: TimeDelta = TimeDelta::hours(24);

impl When {
    /// `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM` as clocks in `zone` say; none for anything else, and outside the years 1900 to
    /// 2999.
    pub fn parse(text: &str, zone: TimeZone) -> Option<Self> {
        let when = match text.split_once('T') {
            None => Self::Day(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?),
            Some((day, time)) => {
                let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
                let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
                Self::Moment(zone.at(NaiveDateTime::new(day, time)))
            }
        };
        (1900..=2999).contains(&when.day(zone).year()).then_some(when)
    }

    /// From the two columns of a table, of which one has it at most.
    pub fn of_columns(on: Option<NaiveDate>, at: Option<DateTime<Utc>>) -> Option<Self> {
        on.map(Self::Day).or(at.map(Self::Moment))
    }

    /// For the two columns of a table.
    pub fn columns(when: Option<Self>) -> (Option<NaiveDate>, Option<DateTime<Utc>>) {
        match when {
            None => (None, None),
            Some(Self::Day(day)) => (Some(day), None),
            Some(Self::Moment(at)) => (None, Some(at)),
        }
    }

    /// The day, as a calendar in `zone` has it.
    pub fn day(self, zone: TimeZone) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Moment(at) => zone.local(at).date(),
        }
    }

    /// The time, as clocks in `zone` say it; none for a day.
    pub fn time(self, zone: TimeZone) -> Option<NaiveTime> {
        match self {
            Self::Day(_) => None,
            Self::Moment(at) => Some(zone.local(at).time()),
        }
    }

    pub fn begins(self, zone: TimeZone) -> DateTime<Utc> {
        match self {
            Self::Day(day) => zone.begins(day),
            Self::Moment(at) => at,
        }
    }

    pub fn ends(self, zone: TimeZone) -> DateTime<Utc> {
        match self {
            Self::Day(day) => zone.ends(day),
            Self::Moment(at) => at,
        }
    }

    /// Whether nothing of it comes before all of `other` is past.
    pub fn is_after(self, other: Self, zone: TimeZone) -> bool {
        match other {
            Self::Day(day) => self.begins(zone) >= zone.ends(day),
            Self::Moment(at) => self.begins(zone) > at,
        }
    }

    /// How near it is for a person.
    pub fn nearness(self, time: LocalTime) -> Nearness {
        let LocalTime { now, zone } = time;
        match () {
            () if self.ends(zone) <= now => Nearness::Overdue,
            () if self.begins(zone) - now <= SOON => Nearness::Soon,
            () => Nearness::Later,
        }
    }

    /// When it is next that it becomes soon or past; none where it is past.
    pub fn next_change(self, time: LocalTime) -> Option<DateTime<Utc>> {
        [self.begins(time.zone) - SOON, self.ends(time.zone)].into_iter().find(|change| *change > time.now)
    }
}

/// In ISO 8601: a day, or a moment in UTC.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Moment(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        }
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = text.parse().map(Self::Day).ok();
        let when = day.or_else(|| text.parse().map(Self::Moment).ok());
        when.ok_or_else(|| serde::de::Error::custom(format!("{text:?} is neither a day nor a moment")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).expect("a zone")
    }

    #[test]
    fn a_day_or_a_moment_is_read_and_nothing_else() {
        let berlin = zone("Europe/Berlin");
        let day = NaiveDate::from_ymd_opt(2026, 12, 24).expect("a day");
        assert_eq!(When::parse("2026-12-24", berlin), Some(When::Day(day)));
        let moment = When::parse("2026-12-24T18:30", berlin).expect("a moment");
        assert_eq!(moment.to_string(), "2026-12-24T17:30:00Z");
        assert_eq!((moment.day(berlin), moment.time(berlin)), (day, NaiveTime::from_hms_opt(18, 30, 0)));
        for bad in [
            "",
            "2026-02-29",
            "2026-13-01",
            "24.12.2026",
            "2026-12-24T",
            "2026-12-24T24:00",
            "2026-12-24 18:30",
            "1899-12-31",
            "3000-01-01",
            "tomorrow",
            "2026-12-24T18:30:00Z",
        ] {
            assert_eq!(When::parse(bad, berlin), None, "{bad}");
        }
        for good in ["1900-01-01", "2999-12-31", "2028-02-29"] {
            assert!(When::parse(good, berlin).is_some(), "{good}");
        }
    }

    #[test]
    fn a_day_is_past_when_it_has_ended_where_the_reader_is() {
        let due = When::parse("2026-12-24", TimeZone::default()).expect("a day");
        let near = |at: &str, name: &str| {
            due.nearness(LocalTime { now: at.parse().expect("a moment"), zone: zone(name) })
        };
        assert_eq!(near("2026-12-22T22:59:00Z", "Europe/Berlin"), Nearness::Later);
        assert_eq!(near("2026-12-22T23:00:00Z", "Europe/Berlin"), Nearness::Soon);
        assert_eq!(near("2026-12-24T22:59:00Z", "Europe/Berlin"), Nearness::Soon);
        assert_eq!(near("2026-12-24T23:00:00Z", "Europe/Berlin"), Nearness::Overdue);
        // The same day is not over yet elsewhere.
        assert_eq!(near("2026-12-24T23:00:00Z", "America/New_York"), Nearness::Soon);
        assert_eq!(near("2026-12-24T12:00:00Z", "Pacific/Kiritimati"), Nearness::Overdue);
    }

    #[test]
    fn it_says_when_it_will_look_different() {
        let due = When::parse("2026-12-24T12:00", TimeZone::default()).expect("a moment");
        let next = |now: &str| {
            let time = LocalTime::utc(now.parse().expect("a moment"));
            due.next_change(time).map(|at| When::Moment(at).to_string())
        };
        assert_eq!(next("2026-12-01T00:00:00Z").as_deref(), Some("2026-12-23T12:00:00Z"));
        assert_eq!(next("2026-12-23T12:00:00Z").as_deref(), Some("2026-12-24T12:00:00Z"));
        assert_eq!(next("2026-12-24T12:00:00Z"), None);
    }

    #[test]
    fn it_is_kept_in_iso_8601() {
        for text in ["\"2026-12-24\"", "\"2026-12-24T17:30:00Z\""] {
            let when: When = serde_json::from_str(text).expect("a date");
            assert_eq!(serde_json::to_string(&when).expect("text"), text);
        }
        assert!(serde_json::from_str::<When>("\"soon\"").is_err());
    }
}
