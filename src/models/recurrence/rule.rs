//! By which rule a card comes back, and the dates that follow from it: arithmetic, without a database.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

use crate::models::when::When;
use crate::text_enum::text_enum;
use crate::time_zone::{LocalTime, TimeZone};

/// The most units from one card to the next.
pub const EVERY_MOST: i32 = 99;

/// As [`When::parse`] takes dates.
const LAST_YEAR: i32 = 2999;

text_enum! {
    #[derive(Default)]
    Unit {
        Day = "day",
        #[default]
        Week = "week",
        Month = "month",
        Year = "year",
    }
}

text_enum! {
    /// What a card waits for before it comes back. From that its dates are counted.
    #[derive(Default)]
    ComesBack {
        /// That it is done.
        #[default]
        Done = "done",
        /// That its due date has come.
        Due = "due",
    }
}

text_enum! {
    /// Which of a month's days of one name.
    Which {
        First = "first",
        Second = "second",
        Third = "third",
        Fourth = "fourth",
        Last = "last",
    }
}

/// Days of the week in order, and their words.
pub const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "monday"),
    (Weekday::Tue, "tuesday"),
    (Weekday::Wed, "wednesday"),
    (Weekday::Thu, "thursday"),
    (Weekday::Fri, "friday"),
    (Weekday::Sat, "saturday"),
    (Weekday::Sun, "sunday"),
];

/// A day of each month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOfMonth {
    /// 1 to 30; the last day of a month that is shorter.
    Number(u32),
    Last,
    Weekday(Which, Weekday),
}

/// How often, and on which days of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cycle {
    Days,
    /// On one day at least, in order.
    Weeks(Vec<Weekday>),
    Months(DayOfMonth),
    /// On one day; on the last one of February where that has no 29th.
    Years {
        month: u32,
        day: u32,
    },
}

/// The days that a person has chosen of the units; none where that is left to the card's own dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    Days,
    Weeks(Vec<Weekday>),
    Months(Option<DayOfMonth>),
    Years,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RuleText", into = "RuleText")]
pub struct Rule {
    /// 1 to [`EVERY_MOST`].
    pub every: u32,
    pub cycle: Cycle,
    pub comes_back: ComesBack,
    /// In which the times of the card's dates stay the same.
    pub zone: TimeZone,
}

/// A rule in words, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleText {
    pub every: i16,
    pub unit: Unit,
    /// Nothing for days; weekdays with spaces between them; a word of [`DayOfMonth::parse`]; `MM-DD`.
    pub days: String,
    pub comes_back: ComesBack,
    pub time_zone: String,
}

/// The dates of a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    pub start: Option<When>,
    pub due: Option<When>,
}

/// The times of day that dates are to have: where clocks skip one it is later that day, and what it was before on the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    pub start: Option<NaiveTime>,
    pub due: Option<NaiveTime>,
}

impl Unit {
    /// A number of them from one day to another.
    fn between(self, first: NaiveDate, then: NaiveDate) -> i64 {
        match self {
            Self::Day => (then - first).num_days(),
            Self::Week => (monday(then) - monday(first)).num_days().div_euclid(7),
            Self::Month => i64::from(month_index(then) - month_index(first)),
            Self::Year => i64::from(then.year() - first.year()),
        }
    }
}

impl DayOfMonth {
    /// `1` to `31`, `last`, or a weekday such as `last-friday`. The 31st is the last one of every month.
    pub fn parse(word: &str) -> Option<Self> {
        if word == Which::Last.word() {
            return Some(Self::Last);
        }
        if let Some((which, day)) = word.split_once('-') {
            return Some(Self::Weekday(Which::parse(which)?, weekday(day)?));
        }
        match word.parse().ok()? {
            number @ 1..=30 => Some(Self::Number(number)),
            31 => Some(Self::Last),
            _ => None,
        }
    }

    pub fn word(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Last => Which::Last.word().to_owned(),
            Self::Weekday(which, day) => format!("{}-{}", which.word(), weekday_word(day)),
        }
    }

    /// That day of one month.
    fn of(self, first: NaiveDate) -> Option<NaiveDate> {
        let last = last_of_month(first)?;
        match self {
            Self::Number(number) => first.with_day(number.min(last.day())),
            Self::Last => Some(last),
            Self::Weekday(Which::Last, day) => {
                let back = last.weekday().days_since(day);
                last.checked_sub_days(Days::new(back.into()))
            }
            Self::Weekday(which, day) => {
                NaiveDate::from_weekday_of_month_opt(first.year(), first.month(), day, 1 + which as u8)
            }
        }
    }
}

impl Chosen {
    /// From the words of a form: weekdays for weeks, and for months one word of [`DayOfMonth::parse`]. Words that belong to
    /// another unit are passed over, for a form sends them all; none for those that belong to no unit, and for two days of a
    /// month.
    pub fn parse(unit: Unit, words: &str) -> Option<Self> {
        let (mut weekdays, mut of_month) = (Vec::new(), Vec::new());
        for word in words.split_ascii_whitespace() {
            match (weekday(word), DayOfMonth::parse(word)) {
                (Some(day), _) => weekdays.push(day),
                (None, Some(day)) => of_month.push(day),
                (None, None) => return None,
            }
        }
        weekdays.sort_unstable_by_key(Weekday::num_days_from_monday);
        weekdays.dedup();
        of_month.dedup();
        match unit {
            Unit::Day => Some(Self::Days),
            Unit::Week => Some(Self::Weeks(weekdays)),
            Unit::Month if of_month.len() > 1 => None,
            Unit::Month => Some(Self::Months(of_month.pop())),
            Unit::Year => Some(Self::Years),
        }
    }

    /// With what was left open taken from a day; `before` is what it was, which stays where it means that day.
    pub fn on(self, day: NaiveDate, before: Option<&Cycle>) -> Cycle {
        match (self, before) {
            (Self::Days, _) => Cycle::Days,
            (Self::Weeks(days), _) if days.is_empty() => Cycle::Weeks(vec![day.weekday()]),
            (Self::Weeks(days), _) => Cycle::Weeks(days),
            (Self::Months(Some(day)), _) => Cycle::Months(day),
            (Self::Months(None), _) if day.day() == 31 => Cycle::Months(DayOfMonth::Last),
            (Self::Months(None), _) => Cycle::Months(DayOfMonth::Number(day.day())),
            (Self::Years, Some(years @ Cycle::Years { month, day: number }))
                if of_year(day.year(), *month, *number) == Some(day) =>
            {
                years.clone()
            }
            (Self::Years, _) => Cycle::Years { month: day.month(), day: day.day() },
        }
    }
}

impl Cycle {
    pub fn unit(&self) -> Unit {
        match self {
            Self::Days => Unit::Day,
            Self::Weeks(_) => Unit::Week,
            Self::Months(_) => Unit::Month,
            Self::Years { .. } => Unit::Year,
        }
    }

    /// Its days in words.
    pub fn days(&self) -> String {
        match self {
            Self::Days => String::new(),
            Self::Weeks(days) => days.iter().copied().map(weekday_word).collect::<Vec<_>>().join(" "),
            Self::Months(day) => day.word(),
            Self::Years { month, day } => {
                let mut text = String::new();
                // Writing into a string does not fail.
                let _ = write!(text, "{month:02}-{day:02}");
                text
            }
        }
    }

    fn parse(unit: Unit, days: &str) -> Option<Self> {
        if unit == Unit::Year {
            let (month, day) = days.split_once('-')?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // A leap year has every day.
            return of_year(2000, month, day).map(|_| Self::Years { month, day });
        }
        match Chosen::parse(unit, days)? {
            Chosen::Days => Some(Self::Days),
            Chosen::Weeks(days) if days.is_empty() => None,
            Chosen::Weeks(days) => Some(Self::Weeks(days)),
            Chosen::Months(day) => day.map(Self::Months),
            Chosen::Years => None,
        }
    }

    /// The first of its days after `after` in the unit that is so many after the one of `first`.
    fn day_of(&self, first: NaiveDate, units: u32, after: NaiveDate) -> Option<NaiveDate> {
        let later = |day: &NaiveDate| *day > after;
        match self {
            Self::Days => first.checked_add_days(Days::new(units.into())).filter(later),
            Self::Weeks(days) => {
                let monday = monday(first).checked_add_days(Days::new(7 * u64::from(units)))?;
                let of_week = days
                    .iter()
                    .filter_map(|day| monday.checked_add_days(Days::new(day.num_days_from_monday().into())));
                of_week.into_iter().find(later)
            }
            Self::Months(day) => {
                day.of(first.with_day(1)?.checked_add_months(Months::new(units))?).filter(later)
            }
            Self::Years { month, day } => {
                of_year(first.year().checked_add_unsigned(units)?, *month, *day).filter(later)
            }
        }
    }
}

impl Rule {
    /// The first day by the rule after `after`, counted from `first`; none after the year 2999.
    pub fn next_day(&self, first: NaiveDate, after: NaiveDate) -> Option<NaiveDate> {
        let after = after.max(first);
        let passed = u32::try_from(self.cycle.unit().between(first, after)).ok()? / self.every.max(1);
        // Of the unit in which `after` lies something may be left; the next one is after it as a whole.
        let mut turns = (passed..=passed.checked_add(1)?).filter_map(|turn| turn.checked_mul(self.every));
        turns.find_map(|units| self.cycle.day_of(first, units, after)).filter(|day| day.year() <= LAST_YEAR)
    }

    /// The dates of the next card, and the times that they are to have. They are counted from when the card was done (`done_at`,
    /// where the rule goes by that), or from its own date if that is later; what passed while nobody made cards is left out, so
    /// they are after today. The days between start and due stay. A card without dates gets a due date.
    ///
    /// None where there is no date to count from, or the next one is after the year 2999.
    pub fn next(
        &self,
        dates: Dates,
        times: Times,
        done_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<(Dates, Times)> {
        let zone = self.zone;
        let own = dates.due.or(dates.start).map(|when| when.day(zone));
        let first = match self.comes_back {
            ComesBack::Due => dates.due?.day(zone),
            ComesBack::Done => {
                let done = LocalTime { now: done_at.unwrap_or(now), zone }.today();
                own.map_or(done, |own| own.max(done))
            }
        };
        let day = self.next_day(first, LocalTime { now, zone }.today())?;
        let times =
            Times { start: time(dates.start, times.start, zone), due: time(dates.due, times.due, zone) };
        let at = |day: NaiveDate, time: Option<NaiveTime>| match time {
            None => When::Day(day),
            Some(time) => When::Moment(zone.at(day.and_time(time))),
        };
        let (start, due) = match (dates.start, dates.due) {
            (None, _) => (None, Some(at(day, times.due))),
            (Some(_), None) => (Some(at(day, times.start)), None),
            (Some(start), Some(due)) => {
                let ahead = due.day(zone) - start.day(zone);
                let (start, due) = (at(day.checked_sub_signed(ahead)?, times.start), at(day, times.due));
                // An hour that clocks skip may put the start behind.
                (Some(if start.is_after(due, zone) { due } else { start }), Some(due))
            }
        };
        Some((Dates { start, due }, times))
    }
}

impl From<Rule> for RuleText {
    fn from(rule: Rule) -> Self {
        Self {
            every: i16::try_from(rule.every).unwrap_or(i16::MAX),
            unit: rule.cycle.unit(),
            days: rule.cycle.days(),
            comes_back: rule.comes_back,
            time_zone: rule.zone.name().to_owned(),
        }
    }
}

/// What was kept is no rule that this version knows.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no rule")]
pub struct UnknownRule(RuleText);

impl TryFrom<RuleText> for Rule {
    type Error = UnknownRule;

    fn try_from(text: RuleText) -> Result<Self, UnknownRule> {
        let every = u32::try_from(text.every).ok().filter(|every| *every > 0);
        let cycle = Cycle::parse(text.unit, &text.days);
        match (every, cycle, TimeZone::parse(&text.time_zone)) {
            (Some(every), Some(cycle), Some(zone)) => {
                Ok(Self { every, cycle, comes_back: text.comes_back, zone })
            }
            _ => Err(UnknownRule(text)),
        }
    }
}

/// The time that a date is to have: `kept`, as long as the date is what clocks make of that on its day.
fn time(when: Option<When>, kept: Option<NaiveTime>, zone: TimeZone) -> Option<NaiveTime> {
    let when = when?;
    let shown = when.time(zone)?;
    let is_it = |time: &NaiveTime| When::Moment(zone.at(when.day(zone).and_time(*time))) == when;
    Some(kept.filter(is_it).unwrap_or(shown))
}

fn weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(_, known)| *known == word).map(|(day, _)| *day)
}

fn weekday_word(day: Weekday) -> &'static str {
    WEEKDAYS[day.num_days_from_monday() as usize].1
}

fn monday(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).checked_first_day().unwrap_or(day)
}

fn month_index(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0().cast_signed()
}

fn last_of_month(first: NaiveDate) -> Option<NaiveDate> {
    first.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// A day of a year; the month's last where it has no such day.
fn of_year(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let last = last_of_month(NaiveDate::from_ymd_opt(year, month, 1)?)?;
    if (1..=31).contains(&day) { last.with_day(day.min(last.day())) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_else(|_| panic!("{text} is no day"))
    }

    fn rule(every: i16, unit: Unit, days: &str, comes_back: ComesBack, zone: &str) -> Rule {
        let (days, time_zone) = (days.to_owned(), zone.to_owned());
        Rule::try_from(RuleText { every, unit, days, comes_back, time_zone }).expect("a rule")
    }

    fn days_after(every: i16, unit: Unit, days: &str, first: &str, count: usize) -> Vec<String> {
        let rule = rule(every, unit, days, ComesBack::Due, "UTC");
        let following = std::iter::successors(Some(day(first)), |day| rule.next_day(*day, *day));
        following.skip(1).take(count).map(|day| day.to_string()).collect()
    }

    #[test]
    fn days_and_weeks_follow_one_another() {
        assert_eq!(days_after(10, Unit::Day, "", "2026-12-24", 2), ["2027-01-03", "2027-01-13"]);
        // The 14th is a Monday.
        assert_eq!(days_after(2, Unit::Week, "monday", "2026-12-14", 2), ["2026-12-28", "2027-01-11"]);
        assert_eq!(
            days_after(2, Unit::Week, "monday thursday", "2026-12-14", 3),
            ["2026-12-17", "2026-12-28", "2026-12-31"]
        );
        // A week begins on Monday: Sunday is still of this one.
        assert_eq!(days_after(2, Unit::Week, "sunday", "2026-12-14", 2), ["2026-12-20", "2027-01-03"]);
    }

    #[test]
    fn a_day_that_a_month_has_not_is_its_last_and_the_next_month_has_it_again() {
        assert_eq!(
            days_after(1, Unit::Month, "30", "2026-12-30", 4),
            ["2027-01-30", "2027-02-28", "2027-03-30", "2027-04-30"]
        );
        assert_eq!(
            days_after(1, Unit::Month, "last", "2028-01-31", 3),
            ["2028-02-29", "2028-03-31", "2028-04-30"]
        );
        assert_eq!(days_after(3, Unit::Month, "15", "2026-12-20", 2), ["2027-03-15", "2027-06-15"]);
        assert_eq!(DayOfMonth::parse("31"), Some(DayOfMonth::Last));
    }

    #[test]
    fn a_weekday_of_a_month_is_found_by_its_place() {
        assert_eq!(
            days_after(1, Unit::Month, "last-friday", "2026-12-25", 3),
            ["2027-01-29", "2027-02-26", "2027-03-26"]
        );
        assert_eq!(days_after(2, Unit::Month, "first-monday", "2026-12-07", 2), ["2027-02-01", "2027-04-05"]);
        assert_eq!(days_after(1, Unit::Month, "fourth-sunday", "2027-01-31", 1), ["2027-02-28"]);
    }

    #[test]
    fn the_29th_of_february_is_the_28th_but_in_leap_years() {
        assert_eq!(
            days_after(1, Unit::Year, "02-29", "2028-02-29", 4),
            ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
        );
        assert_eq!(days_after(99, Unit::Year, "12-24", "2026-12-24", 1), ["2125-12-24"]);
        // 2100 is no leap year.
        assert_eq!(days_after(4, Unit::Year, "02-29", "2096-02-29", 2), ["2100-02-28", "2104-02-29"]);
    }

    #[test]
    fn there_is_nothing_after_the_last_year() {
        assert_eq!(days_after(1, Unit::Day, "", "2999-12-31", 1), [""; 0]);
        assert_eq!(days_after(99, Unit::Year, "01-01", "2901-01-01", 1), [""; 0]);
        assert_eq!(days_after(98, Unit::Year, "01-01", "2901-01-01", 1), ["2999-01-01"]);
    }

    #[test]
    fn what_is_left_open_is_taken_from_a_day() {
        let on = |unit, words, from: &str| {
            let cycle = Chosen::parse(unit, words).expect("words").on(day(from), None);
            (cycle.days(), cycle.unit() == unit)
        };
        assert_eq!(on(Unit::Week, "", "2026-12-25"), ("friday".to_owned(), true));
        assert_eq!(
            on(Unit::Week, "sunday monday sunday last", "2026-12-25"),
            ("monday sunday".to_owned(), true)
        );
        assert_eq!(on(Unit::Month, "monday", "2026-12-25"), ("25".to_owned(), true));
        assert_eq!(on(Unit::Month, "", "2026-12-31"), ("last".to_owned(), true));
        assert_eq!(on(Unit::Month, "last-friday monday", "2026-12-31"), ("last-friday".to_owned(), true));
        assert_eq!(on(Unit::Year, "5", "2028-02-29"), ("02-29".to_owned(), true));
        assert_eq!(on(Unit::Day, "5 friday", "2028-02-29"), (String::new(), true));
        for (unit, bad) in [
            (Unit::Month, "1 2"),
            (Unit::Month, "32"),
            (Unit::Month, "0"),
            (Unit::Month, "fifth-friday"),
            (Unit::Week, "someday"),
            (Unit::Day, "x"),
        ] {
            assert_eq!(Chosen::parse(unit, bad), None, "{bad}");
        }
        // Saved again on the 28th, the 29th stays what was meant; another day is another one.
        let before = Cycle::Years { month: 2, day: 29 };
        assert_eq!(Chosen::Years.on(day("2029-02-28"), Some(&before)), before);
        assert_eq!(Chosen::Years.on(day("2029-02-27"), Some(&before)).days(), "02-27");
    }

    #[test]
    fn what_is_kept_reads_back_and_what_is_not_a_rule_does_not() {
        for (unit, days) in [
            (Unit::Day, ""),
            (Unit::Week, "monday sunday"),
            (Unit::Month, "30"),
            (Unit::Month, "last"),
            (Unit::Month, "second-tuesday"),
            (Unit::Year, "02-29"),
        ] {
            let rule = rule(7, unit, days, ComesBack::Done, "Europe/Berlin");
            let text = serde_json::to_value(&rule).expect("JSON");
            assert_eq!((&text["days"], &text["time_zone"]), (&days.into(), &"Europe/Berlin".into()));
            assert_eq!(serde_json::from_value::<Rule>(text).expect("a rule"), rule);
        }
        for (every, unit, days, zone) in [
            (0, Unit::Day, "", "UTC"),
            (1, Unit::Week, "", "UTC"),
            (1, Unit::Month, "", "UTC"),
            (1, Unit::Year, "13-01", "UTC"),
            (1, Unit::Year, "01-32", "UTC"),
            (1, Unit::Day, "", "Mars"),
        ] {
            let (days, time_zone) = (days.to_owned(), zone.to_owned());
            let text = RuleText { every, unit, days, comes_back: ComesBack::Due, time_zone };
            assert!(Rule::try_from(text.clone()).is_err(), "{text:?}");
        }
    }

    /// The dates that follow these, as clocks in the rule's zone say them.
    fn dates_after(
        rule: &Rule,
        start: &str,
        due: &str,
        done: Option<&str>,
        now: &str,
    ) -> Option<(String, String)> {
        let zone = rule.zone;
        let when = |text: &str| When::parse(text, zone);
        let at = |text: &str| When::parse(text, zone).expect("a date").begins(zone);
        let dates = Dates { start: when(start), due: when(due) };
        let (next, _) = rule.next(dates, Times::default(), done.map(at), at(now))?;
        let text = |when: Option<When>| match when {
            None => String::new(),
            Some(When::Day(day)) => day.to_string(),
            Some(When::Moment(at)) => zone.local(at).format("%Y-%m-%dT%H:%M").to_string(),
        };
        Some((text(next.start), text(next.due)))
    }

    fn pair(start: &str, due: &str) -> (String, String) {
        (start.to_owned(), due.to_owned())
    }

    #[test]
    fn start_and_due_move_on_together() {
        let weekly = rule(1, Unit::Week, "friday", ComesBack::Due, "Europe/Berlin");
        let next = |start, due| dates_after(&weekly, start, due, None, "2026-12-25");
        assert_eq!(next("2026-12-21", "2026-12-25"), Some(pair("2026-12-28", "2027-01-01")));
        assert_eq!(
            next("2026-12-24T22:30", "2026-12-25T08:00"),
            Some(pair("2026-12-31T22:30", "2027-01-01T08:00"))
        );
        assert_eq!(next("", "2026-12-25T08:00"), Some(pair("", "2027-01-01T08:00")));
        // Summer time comes: the clock says the same.
        assert_eq!(
            dates_after(&weekly, "", "2027-03-26T08:00", None, "2027-03-26"),
            Some(pair("", "2027-04-02T08:00"))
        );
        assert_eq!(next("2026-12-21", ""), None, "there is nothing that could be due");
    }

    #[test]
    fn what_was_missed_is_left_out() {
        let weekly = rule(1, Unit::Week, "friday", ComesBack::Due, "UTC");
        // 1 December 2026 is a Tuesday.
        assert_eq!(dates_after(&weekly, "", "2025-11-28", None, "2026-12-01"), Some(pair("", "2026-12-04")));
        // Due today is not after today.
        assert_eq!(dates_after(&weekly, "", "2025-11-28", None, "2026-12-04"), Some(pair("", "2026-12-11")));
        let yearly = rule(2, Unit::Year, "03-01", ComesBack::Due, "UTC");
        assert_eq!(dates_after(&yearly, "", "2023-03-01", None, "2026-12-01"), Some(pair("", "2027-03-01")));
        let when_done = rule(3, Unit::Day, "", ComesBack::Done, "UTC");
        assert_eq!(
            dates_after(&when_done, "", "2025-11-28", Some("2025-12-01"), "2026-12-01"),
            Some(pair("", "2026-12-02")),
            "the first of the days by three after today"
        );
    }

    #[test]
    fn what_is_done_is_counted_from_then_but_not_from_before_it_was_due() {
        let rule = |every, unit, days| rule(every, unit, days, ComesBack::Done, "America/New_York");
        let in_ten_days = rule(10, Unit::Day, "");
        let next = |rule: &Rule, start, due, done| dates_after(rule, start, due, Some(done), done);
        assert_eq!(next(&in_ten_days, "", "2026-12-01", "2026-12-04"), Some(pair("", "2026-12-14")));
        assert_eq!(next(&in_ten_days, "", "2026-12-01", "2026-11-04"), Some(pair("", "2026-12-11")));
        assert_eq!(next(&in_ten_days, "", "", "2026-12-04"), Some(pair("", "2026-12-14")));
        assert_eq!(
            next(&in_ten_days, "2026-12-01T09:00", "", "2026-12-04"),
            Some(pair("2026-12-14T09:00", ""))
        );
        let on_mondays = rule(2, Unit::Week, "monday");
        // Done on the Friday before: not the same Monday again.
        assert_eq!(next(&on_mondays, "", "2026-12-14", "2026-12-11"), Some(pair("", "2026-12-28")));
        // The day is the one of the zone: it is still the 3rd in New York.
        let zone = in_ten_days.zone;
        let done: DateTime<Utc> = "2026-12-04T03:00:00Z".parse().expect("a time");
        let (dates, _) =
            in_ten_days.next(Dates::default(), Times::default(), Some(done), done).expect("a date");
        assert_eq!(dates.due.map(|due| due.day(zone).to_string()).as_deref(), Some("2026-12-13"));
    }

    #[test]
    fn a_time_that_clocks_skip_is_later_on_that_day_alone() {
        let daily = rule(1, Unit::Day, "", ComesBack::Due, "Europe/Berlin");
        let zone = daily.zone;
        let mut dates = Dates { start: None, due: When::parse("2027-03-27T02:30", zone) };
        let mut times = Times::default();
        let mut said = Vec::new();
        for _ in 0..3 {
            let now = dates.due.expect("a date").begins(zone);
            (dates, times) = daily.next(dates, times, None, now).expect("dates");
            let due = dates.due.expect("a date");
            said.push(format!("{}T{}", due.day(zone), due.time(zone).expect("a time").format("%H:%M")));
        }
        assert_eq!(said, ["2027-03-28T03:30", "2027-03-29T02:30", "2027-03-30T02:30"]);
        // A time that somebody has chosen since counts.
        let kept = Times { due: NaiveTime::from_hms_opt(2, 30, 0), ..Times::default() };
        let changed = Dates { start: None, due: When::parse("2027-03-28T04:00", zone) };
        let (_, times) =
            daily.next(changed, kept, None, changed.due.expect("a date").begins(zone)).expect("dates");
        assert_eq!(times.due, NaiveTime::from_hms_opt(4, 0, 0));
        // Of an hour that comes twice it is the first.
        let due = When::parse("2027-10-30T02:30", zone);
        let now = due.expect("a date").begins(zone);
        let (next, _) = daily.next(Dates { start: None, due }, Times::default(), None, now).expect("dates");
        assert_eq!(next.due.map(|due| due.to_string()).as_deref(), Some("2027-10-31T00:30:00Z"));
        // The start is skipped to behind the due time, and waits there no longer than for that.
        let (start, due) = (When::parse("2027-03-27T02:45", zone), When::parse("2027-03-27T03:15", zone));
        let now = due.expect("a date").begins(zone);
        let (next, _) = daily.next(Dates { start, due }, Times::default(), None, now).expect("dates");
        assert_eq!(next.start, next.due);
    }

    /// Whether a rule means this day, told without any of the arithmetic above.
    fn means(rule: &Rule, first: NaiveDate, day: NaiveDate) -> bool {
        let every = i64::from(rule.every);
        let is_last = day.succ_opt().expect("a day").month() != day.month();
        match &rule.cycle {
            Cycle::Days => (day - first).num_days() % every == 0,
            Cycle::Weeks(days) => {
                let mut monday = first;
                while monday.weekday() != Weekday::Mon {
                    monday = monday.pred_opt().expect("a day");
                }
                days.contains(&day.weekday()) && (day - monday).num_days() / 7 % every == 0
            }
            Cycle::Months(of_month) => {
                let months = i64::from(day.year() - first.year()) * 12 + i64::from(day.month())
                    - i64::from(first.month());
                let is_it = match of_month {
                    DayOfMonth::Number(number) => day.day() == *number || is_last && day.day() < *number,
                    DayOfMonth::Last => is_last,
                    DayOfMonth::Weekday(which, weekday) => {
                        let in_a_week = day.checked_add_days(Days::new(7)).expect("a day");
                        day.weekday() == *weekday
                            && match which {
                                Which::Last => in_a_week.month() != day.month(),
                                which => (day.day() - 1) / 7 == *which as u32,
                            }
                    }
                };
                months % every == 0 && is_it
            }
            Cycle::Years { month, day: number } => {
                let is_it = day.day() == *number || is_last && day.day() < *number;
                i64::from(day.year() - first.year()) % every == 0 && day.month() == *month && is_it
            }
        }
    }

    fn any_cycle() -> impl Strategy<Value = Cycle> {
        let weekday = prop::sample::select(WEEKDAYS.map(|(day, _)| day).to_vec());
        let weeks = prop::collection::btree_set(0..7_usize, 1..=7)
            .prop_map(|days| Cycle::Weeks(days.into_iter().map(|day| WEEKDAYS[day].0).collect()));
        let of_month = prop_oneof![
            (1..=30_u32).prop_map(DayOfMonth::Number),
            Just(DayOfMonth::Last),
            (prop::sample::select(Which::ALL.to_vec()), weekday)
                .prop_map(|(which, day)| DayOfMonth::Weekday(which, day)),
        ];
        let years = (0..366_u64).prop_map(|days| {
            let day = day("2000-01-01").checked_add_days(Days::new(days)).expect("a day");
            Cycle::Years { month: day.month(), day: day.day() }
        });
        prop_oneof![Just(Cycle::Days), weeks, of_month.prop_map(Cycle::Months), years]
    }

    proptest! {
        #[test]
        fn the_next_day_is_the_first_later_one_that_the_rule_means(
            cycle in any_cycle(), every in 1..=9_u32, first in 0..40_000_u64, after in 0..2_000_u64,
        ) {
            let rule = Rule { every, cycle, comes_back: ComesBack::Due, zone: TimeZone::default() };
            let first = day("1990-01-01").checked_add_days(Days::new(first)).expect("a day");
            let after = first.checked_add_days(Days::new(after)).expect("a day");
            let next = rule.next_day(first, after).expect("a day");
            prop_assert!(next > after);
            let met = after.iter_days().skip(1).find(|day| means(&rule, first, *day));
            prop_assert_eq!(Some(next), met);
        }

        #[test]
        fn dates_move_on_and_stay_in_order(
            cycle in any_cycle(), every in 1..=99_u32, due in 0..500_000_i64, ahead in 0..20_000_i64, late in 0..800_000_i64,
            with_times in any::<bool>(), done in any::<bool>(),
        ) {
            let zone = TimeZone::parse("Europe/Berlin").expect("a zone");
            let comes_back = if done { ComesBack::Done } else { ComesBack::Due };
            let rule = Rule { every, cycle, comes_back, zone };
            // Minutes since some day.
            let moment = |minutes: i64| "2026-12-01T00:00:00Z".parse::<DateTime<Utc>>().expect("a time")
                + chrono::TimeDelta::minutes(minutes);
            let when = |minutes| match When::Moment(moment(minutes)) {
                moment if with_times => moment,
                moment => When::Day(moment.day(zone)),
            };
            let dates = Dates { start: Some(when(due - ahead)), due: Some(when(due)) };
            let now = moment(due + late);
            let (next, times) = rule.next(dates, Times::default(), Some(moment(due)), now).expect("dates");
            let (start, due) = (next.start.expect("a start"), next.due.expect("a date"));
            prop_assert!(due.is_after(dates.due.expect("a date"), zone) && !start.is_after(due, zone));
            prop_assert!(due.day(zone) > zone.local(now).date());
            prop_assert_eq!(due.time(zone).is_some(), with_times && times.due.is_some());
        }
    }
}
