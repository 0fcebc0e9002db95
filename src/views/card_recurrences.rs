//! How a card comes back: as a sentence, and as a form.

use serde::Serialize;

use super::access::BoardView;
use super::choice::Choice;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::recurrence::rule::{ComesBack, Cycle, DayOfMonth, Rule, RuleText, Unit, WEEKDAYS, Which};
use crate::templates::View;

/// A rule, for a sentence.
#[derive(Clone, Debug, Serialize)]
pub struct RuleView {
    every: i16,
    unit: Unit,
    comes_back: ComesBack,
    /// Words of weekdays: one or more of a week, one of a month, none of others.
    weekdays: Vec<String>,
    /// Which of a month's weekdays of that name.
    which: Option<Which>,
    /// A month's day; none for the last one.
    day: Option<u32>,
    /// A year's day and month.
    day_and_month: Option<(u32, u32)>,
}

impl RuleView {
    pub fn new(rule: &Rule) -> Self {
        let RuleText { every, unit, days, comes_back, .. } = rule.clone().into();
        let view = Self {
            every,
            unit,
            comes_back,
            weekdays: Vec::new(),
            which: None,
            day: None,
            day_and_month: None,
        };
        let words = |days: &str| days.split_ascii_whitespace().map(str::to_owned).collect();
        match rule.cycle {
            Cycle::Days | Cycle::Months(DayOfMonth::Last) => view,
            Cycle::Weeks(_) => Self { weekdays: words(&days), ..view },
            Cycle::Months(DayOfMonth::Number(day)) => Self { day: Some(day), ..view },
            Cycle::Months(DayOfMonth::Weekday(which, _)) => {
                let weekday = days.split_once('-').map_or("", |(_, day)| day);
                Self { which: Some(which), weekdays: words(weekday), ..view }
            }
            Cycle::Years { month, day } => Self { day_and_month: Some((day, month)), ..view },
        }
    }
}

/// Something that can be chosen.
#[derive(Debug, Serialize)]
pub struct DayChoice {
    /// As the form's field `on` has it.
    word: String,
    is_chosen: bool,
}

/// A day of the month that can be chosen by its name.
#[derive(Debug, Serialize)]
pub struct WeekdayChoice {
    #[serde(flatten)]
    choice: DayChoice,
    which: Which,
    weekday: &'static str,
}

#[derive(Debug, Serialize)]
pub struct RecurrencePage {
    board: BoardView,
    card: Choice,
    /// None while the card does not come back.
    rule: Option<RuleView>,
    units: &'static [Unit],
    weekdays: Vec<DayChoice>,
    numbers: Vec<DayChoice>,
    last: DayChoice,
    of_month: Vec<WeekdayChoice>,
    /// The reader's, in which the card's times stay the same once it is saved.
    zone: &'static str,
    form: Form,
}

impl RecurrencePage {
    pub fn new(access: &Access, card: &Card, rule: Option<RuleView>, form: Form) -> Self {
        let chosen: Vec<String> = form.value("on").split_ascii_whitespace().map(str::to_owned).collect();
        let choice = |word: String| DayChoice { is_chosen: chosen.contains(&word), word };
        let of_month = Which::ALL.iter().flat_map(|which| {
            WEEKDAYS.iter().map(|(day, weekday)| WeekdayChoice {
                choice: choice(DayOfMonth::Weekday(*which, *day).word()),
                which: *which,
                weekday,
            })
        });
        Self {
            board: access.into(),
            card: card.into(),
            rule,
            units: Unit::ALL,
            weekdays: WEEKDAYS.iter().map(|(_, word)| choice((*word).to_owned())).collect(),
            numbers: (1..=30).map(|number| choice(DayOfMonth::Number(number).word())).collect(),
            last: choice(DayOfMonth::Last.word()),
            of_month: of_month.collect(),
            zone: access.time.zone.name(),
            form,
        }
    }
}

impl View for RecurrencePage {
    const PAGE: Option<&'static str> = Some("card_recurrences/edit.html");
    const PART: Option<&'static str> = Some("card_recurrences/_form.html");
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::time_zone::TimeZone;
    use crate::views::samples::{Samples, card, failed};

    impl Samples for RuleView {
        fn samples(_: &Access) -> Vec<Self> {
            let cycles = [
                Cycle::Days,
                Cycle::Weeks(WEEKDAYS[..2].iter().map(|(day, _)| *day).collect()),
                Cycle::Months(DayOfMonth::Number(30)),
                Cycle::Months(DayOfMonth::Last),
                Cycle::Months(DayOfMonth::Weekday(Which::Last, WEEKDAYS[4].0)),
                Cycle::Years { month: 2, day: 29 },
            ];
            let rule = |(every, cycle)| {
                let comes_back = if every == 1 { ComesBack::Done } else { ComesBack::Due };
                Self::new(&Rule { every, cycle, comes_back, zone: TimeZone::default() })
            };
            (1..).zip(cycles).map(rule).collect()
        }
    }

    impl Samples for RecurrencePage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |rule, form| Self::new(access, &card(None), rule, form);
            let text = |every: &str, unit: Unit, on: &str| {
                Form::filled([
                    ("every", every.to_owned()),
                    ("unit", unit.word().to_owned()),
                    ("on", on.to_owned()),
                    ("from", ComesBack::Due.word().to_owned()),
                ])
            };
            let mut pages = vec![
                page(None, failed(&["every", "unit", "on", "from"])),
                page(None, text("1", Unit::Week, "monday")),
                page(None, text("2", Unit::Month, "last-friday")),
            ];
            let rules = RuleView::samples(access).into_iter();
            pages.extend(rules.map(|rule| page(Some(rule), text("1", Unit::Month, "last"))));
            pages
        }
    }
}
