//! Dates of cards, as a reader's calendar and clock say them.

use serde::Serialize;

use crate::models::card::CardDates;
use crate::models::when::{Nearness, When};
use crate::time_zone::LocalTime;

/// A date with how near it is; the template says both.
#[derive(Clone, Debug, Serialize)]
pub struct DateView {
    /// `YYYY-MM-DD`
    day: String,
    /// `HH:MM`; none for a day.
    time: Option<String>,
    /// In ISO 8601, for machines.
    datetime: String,
    /// None where it does not matter: a beginning, or something done.
    nearness: Option<Nearness>,
}

impl DateView {
    /// When something is due; how near that is matters no more once it is done.
    pub fn due(due: When, done: bool, time: LocalTime) -> Self {
        Self::new(due, time, (!done).then(|| due.nearness(time)))
    }

    fn new(when: When, time: LocalTime, nearness: Option<Nearness>) -> Self {
        Self {
            day: when.day(time.zone).format("%Y-%m-%d").to_string(),
            time: when.time(time.zone).map(|time| time.format("%H:%M").to_string()),
            datetime: when.to_string(),
            nearness,
        }
    }
}

/// The dates of a card.
#[derive(Clone, Debug, Serialize)]
pub struct DatesView {
    start: Option<DateView>,
    due: Option<DateView>,
    done: bool,
    /// The zone that times are of.
    zone: &'static str,
}

impl DatesView {
    pub fn new(dates: &CardDates, time: LocalTime) -> Self {
        let done = dates.done_at.is_some();
        Self {
            start: dates.start().map(|start| DateView::new(start, time, None)),
            due: dates.due().map(|due| DateView::due(due, done, time)),
            done,
            zone: time.zone.name(),
        }
    }

    pub fn is_blank(&self) -> bool {
        self.start.is_none() && self.due.is_none() && !self.done
    }
}
