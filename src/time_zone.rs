//! The zone in which a person reads times, and what its clocks say.

use chrono::{
    DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc,
};
use chrono_tz::Tz;

/// A zone of the IANA database. UTC where a person has chosen none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TimeZone(Tz);

impl TimeZone {
    /// The zone of an IANA name, such as Europe/Berlin.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The names of all zones, in order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// What a clock and a calendar there say.
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// When clocks there say so. An hour that summer time skips is the one after it; of an hour that comes twice it is the
    /// first.
    pub fn at(self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
            // Clocks go on by an hour, or by half of one; a whole day was skipped on some islands.
            LocalResult::None => {
                let mut before = (1..=48).map(|halves| local - TimeDelta::minutes(30 * halves));
                let last = before.find_map(|time| self.0.from_local_datetime(&time).latest());
                last.map_or(local.and_utc(), |before| before.to_utc() + (local - before.naive_local()))
            }
        }
    }

    /// When a day begins there.
    pub fn begins(self, day: NaiveDate) -> DateTime<Utc> {
        self.at(day.and_time(NaiveTime::MIN))
    }

    /// When a day ends there, and the next one begins.
    pub fn ends(self, day: NaiveDate) -> DateTime<Utc> {
        self.begins(day.checked_add_days(Days::new(1)).unwrap_or(day))
    }
}

/// What time it is for a person.
#[derive(Clone, Copy, Debug)]
pub struct LocalTime {
    pub now: DateTime<Utc>,
    pub zone: TimeZone,
}

impl LocalTime {
    /// For a person of whom nothing is known.
    pub fn utc(now: DateTime<Utc>) -> Self {
        Self { now, zone: TimeZone::default() }
    }

    pub fn today(self) -> NaiveDate {
        self.zone.local(self.now).date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, local: &str) -> String {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").expect("a time");
        TimeZone::parse(zone).expect("a zone").at(local).format("%Y-%m-%dT%H:%M").to_string()
    }

    #[test]
    fn an_hour_that_is_skipped_is_the_next_one_and_of_two_it_is_the_first() {
        assert_eq!(at("Europe/Berlin", "2026-07-01T12:00"), "2026-07-01T10:00");
        // At two clocks go on to three: half past two is half past three.
        assert_eq!(at("Europe/Berlin", "2026-03-29T02:30"), "2026-03-29T01:30");
        assert_eq!(at("Europe/Berlin", "2026-03-29T03:30"), "2026-03-29T01:30");
        assert_eq!(at("Europe/Berlin", "2026-10-25T02:30"), "2026-10-25T00:30");
        // Half an hour there.
        assert_eq!(at("Australia/Lord_Howe", "2026-10-04T02:15"), "2026-10-03T15:45");
        // Samoa had no 30 December 2011.
        assert_eq!(at("Pacific/Apia", "2011-12-30T12:00"), "2011-12-30T22:00");
    }

    #[test]
    fn a_day_is_as_long_as_it_is_there() {
        let hours = |zone: &str, day: (i32, u32, u32)| {
            let zone = TimeZone::parse(zone).expect("a zone");
            let day = NaiveDate::from_ymd_opt(day.0, day.1, day.2).expect("a day");
            (zone.ends(day) - zone.begins(day)).num_hours()
        };
        assert_eq!(hours("Europe/Berlin", (2026, 3, 29)), 23);
        assert_eq!(hours("Europe/Berlin", (2026, 10, 25)), 25);
        assert_eq!(hours("Asia/Kolkata", (2026, 10, 25)), 24);
        // Midnight is skipped there.
        assert_eq!(hours("America/Santiago", (2026, 9, 6)), 23);
    }

    #[test]
    fn names_are_those_of_the_database() {
        assert_eq!(TimeZone::parse("Europe/Berlin").map(TimeZone::name), Some("Europe/Berlin"));
        for bad in ["", "Berlin", "Europe/Berlin ", "UTC+1", "../etc"] {
            assert_eq!(TimeZone::parse(bad), None, "{bad}");
        }
        assert!(TimeZone::names().count() > 400);
    }
}
