//! Dates as the fields of a form have them.

use crate::models::when::When;
use crate::time_zone::TimeZone;

/// The day and the time of a date, each for a field of its own.
pub fn date_fields(when: Option<When>, zone: TimeZone) -> (String, String) {
    let day = when.map(|when| when.day(zone).to_string()).unwrap_or_default();
    let time = when.and_then(|when| when.time(zone)).map(|time| time.format("%H:%M").to_string());
    (day, time.unwrap_or_default())
}
