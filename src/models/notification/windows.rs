//! When mails go: the ends of the windows in which they gather, as clocks where the person is say them.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use super::MORNING;
use super::settings::{Frequency, Settings};
use crate::time_zone::{LocalTime, TimeZone};

/// When the last window of the rest ended; none where nothing is mailed.
pub fn last_of_rest(settings: &Settings, time: LocalTime) -> Option<DateTime<Utc>> {
    let today = time.today();
    let hours: Vec<u32> = match settings.rest {
        Frequency::Never => return None,
        Frequency::Hourly => return Some(last_full_hour(time)),
        Frequency::FourHours => vec![0, 4, 8, 12, 16, 20],
        Frequency::Daily | Frequency::Weekly => vec![settings.hour],
    };
    let days = match settings.rest {
        Frequency::Weekly => {
            let monday = back(today, u64::from(today.weekday().num_days_from_monday()));
            [monday, back(monday, 7)]
        }
        _ => [today, back(today, 1)],
    };
    let ends = days.into_iter().flat_map(|day| {
        let times = hours.iter().filter_map(|hour| NaiveTime::from_hms_opt(*hour, 0, 0));
        times.map(move |at| time.zone.at(day.and_time(at))).collect::<Vec<_>>()
    });
    ends.filter(|end| *end <= time.now).max()
}

/// When it was eight there last.
pub fn last_of_dates(time: LocalTime) -> Option<DateTime<Utc>> {
    let days = [time.today(), back(time.today(), 1)];
    days.into_iter().map(|day| time.zone.at(day.and_time(MORNING))).find(|end| *end <= time.now)
}

/// Counted back from now, so that an hour that comes twice is two hours.
fn last_full_hour(time: LocalTime) -> DateTime<Utc> {
    let LocalTime { now, zone } = time;
    let into = |zone: TimeZone| {
        let local = zone.local(now);
        TimeDelta::seconds(i64::from(local.minute() * 60 + local.second()))
            + TimeDelta::nanoseconds(i64::from(local.nanosecond()))
    };
    now - into(zone)
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(now: &str, zone: &str) -> LocalTime {
        LocalTime { now: now.parse().expect("a moment"), zone: TimeZone::parse(zone).expect("a zone") }
    }

    fn last(rest: Frequency, hour: u32, now: &str, zone: &str) -> String {
        let settings = Settings { rest, hour, ..Settings::default() };
        let end = last_of_rest(&settings, time(now, zone)).expect("a window");
        end.format("%m-%dT%H:%M").to_string()
    }

    #[test]
    fn a_daily_mail_goes_at_the_hour_of_the_zone() {
        let daily = |now: &str, zone: &str| last(Frequency::Daily, 8, now, zone);
        assert_eq!(daily("2026-12-01T06:59:59Z", "Europe/Berlin"), "11-30T07:00");
        assert_eq!(daily("2026-12-01T07:00:00Z", "Europe/Berlin"), "12-01T07:00");
        assert_eq!(daily("2026-07-01T06:00:00Z", "Europe/Berlin"), "07-01T06:00");
        assert_eq!(daily("2026-12-01T02:30:00Z", "Asia/Kolkata"), "12-01T02:30");
        assert_eq!(daily("2026-12-01T02:29:00Z", "Asia/Kolkata"), "11-30T02:30");
        assert_eq!(daily("2026-12-01T02:15:00Z", "Asia/Kathmandu"), "12-01T02:15");
        // The other side of the date line.
        assert_eq!(daily("2026-12-01T18:00:00Z", "Pacific/Kiritimati"), "12-01T18:00");
    }

    #[test]
    fn an_hour_that_summer_time_skips_is_the_next_and_one_that_comes_twice_is_the_first() {
        let at_two = |now: &str| last(Frequency::Daily, 2, now, "Europe/Berlin");
        assert_eq!(at_two("2026-03-29T00:59:00Z"), "03-28T01:00");
        assert_eq!(at_two("2026-03-29T01:00:00Z"), "03-29T01:00");
        assert_eq!(at_two("2026-10-25T00:30:00Z"), "10-25T00:00");
        assert_eq!(at_two("2026-10-25T01:30:00Z"), "10-25T00:00");
        assert_eq!(at_two("2026-10-26T01:00:00Z"), "10-26T01:00");
    }

    #[test]
    fn an_hourly_mail_goes_on_the_hour_also_where_that_is_half_past_elsewhere() {
        let hourly = |now: &str, zone: &str| last(Frequency::Hourly, 8, now, zone);
        assert_eq!(hourly("2026-12-01T12:34:56Z", "Europe/Berlin"), "12-01T12:00");
        assert_eq!(hourly("2026-12-01T12:34:56Z", "Asia/Kolkata"), "12-01T12:30");
        assert_eq!(hourly("2026-12-01T12:29:56Z", "Asia/Kolkata"), "12-01T11:30");
        // Two o'clock comes twice: these are two windows.
        assert_eq!(hourly("2026-10-25T00:10:00Z", "Europe/Berlin"), "10-25T00:00");
        assert_eq!(hourly("2026-10-25T01:10:00Z", "Europe/Berlin"), "10-25T01:00");
    }

    #[test]
    fn every_four_hours_is_at_hours_of_the_zone() {
        let four = |now: &str, zone: &str| last(Frequency::FourHours, 8, now, zone);
        assert_eq!(four("2026-12-01T10:59:00Z", "Europe/Berlin"), "12-01T07:00");
        assert_eq!(four("2026-12-01T11:00:00Z", "Europe/Berlin"), "12-01T11:00");
        assert_eq!(four("2026-12-01T23:30:00Z", "Europe/Berlin"), "12-01T23:00");
        assert_eq!(four("2026-12-01T10:29:00Z", "Asia/Kolkata"), "12-01T06:30");
    }

    #[test]
    fn a_weekly_mail_goes_on_monday() {
        let weekly = |now: &str| last(Frequency::Weekly, 8, now, "Europe/Berlin");
        assert_eq!(weekly("2026-12-01T12:00:00Z"), "11-30T07:00");
        assert_eq!(weekly("2026-12-07T06:59:00Z"), "11-30T07:00");
        assert_eq!(weekly("2026-12-07T07:00:00Z"), "12-07T07:00");
        assert_eq!(weekly("2026-12-06T23:30:00Z"), "11-30T07:00");
    }

    #[test]
    fn never_has_no_windows() {
        let settings = Settings { rest: Frequency::Never, ..Settings::default() };
        assert_eq!(last_of_rest(&settings, time("2026-12-01T12:00:00Z", "UTC")), None);
    }

    proptest! {
        /// Windows end one after the other, and none is longer than it should be by more than what a zone's clock jumps.
        #[test]
        fn the_last_window_is_over_and_the_next_one_comes(
            seconds in 1_600_000_000_i64..2_000_000_000, step in 0_i64..200_000, at in 0..5_usize, zone in 0..6_usize,
        ) {
            let zones = ["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"];
            let settings = Settings { rest: Frequency::ALL[at], ..Settings::default() };
            let zone = TimeZone::parse(zones[zone]).expect("a zone");
            let end = |seconds: i64| {
                let now = DateTime::from_timestamp(seconds, 0).expect("a moment");
                (now, last_of_rest(&settings, LocalTime { now, zone }))
            };
            let ((now, first), (_, later)) = (end(seconds), end(seconds + step));
            let most = match settings.rest {
                Frequency::Never => return Ok(()),
                Frequency::Hourly => TimeDelta::hours(1),
                Frequency::FourHours => TimeDelta::hours(4),
                Frequency::Daily => TimeDelta::hours(24),
                Frequency::Weekly => TimeDelta::hours(24 * 7),
            };
            let (first, later) = (first.expect("a window"), later.expect("a window"));
            prop_assert!(first <= now && now - first < most + TimeDelta::hours(1) + TimeDelta::minutes(1));
            prop_assert!(later >= first);
        }
    }
}
