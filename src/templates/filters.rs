//! What templates do with a time, with a size, and with a number that people have typed.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use fluent_bundle::{FluentArgs, FluentValue};
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use crate::locales::Messages;

pub(super) fn add(environment: &mut Environment<'static>, messages: &Arc<Messages>) {
    let says = Arc::clone(messages);
    environment.add_filter("ago", move |time: &str| {
        let (unit, count) = ago(parse(time)?, Utc::now());
        say(&says, &format!("ago-{unit}"), [("n", count.into())])
    });
    let says = Arc::clone(messages);
    environment.add_filter("date", move |time: &str| {
        let time = parse(time)?;
        let args = [
            ("day", time.day().into()),
            ("month", time.month().into()),
            ("year", time.year().into()),
            ("time", time.format("%H:%M").to_string().into()),
        ];
        say(&says, "date-time", args)
    });
    let days =
        Days { messages: Arc::clone(messages), known: (0..12 * 31).map(|_| OnceLock::new()).collect() };
    environment.add_filter("day", move |day: &str| days.say(day));
    let says = Arc::clone(messages);
    environment.add_filter("decimal", move |digits: &str| says.decimal(digits));
    let says = Arc::clone(messages);
    environment.add_filter("typed_decimal", move |digits: &str| says.typed_decimal(digits));
    let says = Arc::clone(messages);
    environment.add_filter("bytes", move |count: i64| {
        let (unit, count) = size(count);
        say(&says, &format!("size-{unit}"), [("n", count.into())])
    });
}

/// Days in words. A page of cards asks for the same ones again and again, so those of this year are made once.
struct Days {
    messages: Arc<Messages>,
    known: Vec<OnceLock<Value>>,
}

impl Days {
    /// `YYYY-MM-DD`; with the year where it is another than this.
    fn say(&self, day: &str) -> Result<Value, Error> {
        let day: NaiveDate = day
            .parse()
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("{day:?} is not a day")))?;
        let args = [("day", day.day().into()), ("month", day.month().into()), ("year", day.year().into())];
        if day.year() != Utc::now().year() {
            return say(&self.messages, "day-year", args).map(Value::from);
        }
        let known = &self.known[(day.month0() * 31 + day.day0()) as usize];
        if let Some(words) = known.get() {
            return Ok(words.clone());
        }
        let words = Value::from(say(&self.messages, "day", args)?);
        Ok(known.get_or_init(|| words).clone())
    }
}

fn say<const N: usize>(
    messages: &Messages,
    id: &str,
    args: [(&'static str, FluentValue<'static>); N],
) -> Result<String, Error> {
    let args: FluentArgs<'static> = args.into_iter().collect();
    messages.text(id, &args).map_err(|error| Error::new(ErrorKind::InvalidOperation, format!("{error:#}")))
}

fn parse(time: &str) -> Result<DateTime<Utc>, Error> {
    time.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("{time:?} is not a time")))
}

/// How long ago, in the largest unit that is not zero.
fn ago(time: DateTime<Utc>, now: DateTime<Utc>) -> (&'static str, i64) {
    let seconds = (now - time).num_seconds();
    match seconds {
        ..60 => ("now", 0),
        60..3600 => ("minutes", seconds / 60),
        3600..86_400 => ("hours", seconds / 3600),
        86_400..2_592_000 => ("days", seconds / 86_400),
        2_592_000..31_536_000 => ("months", seconds / 2_592_000),
        _ => ("years", seconds / 31_536_000),
    }
}

/// A number of bytes, in the units of `MAX_UPLOAD_SIZE_MB`: one digit after the point below ten.
fn size(count: i64) -> (&'static str, f64) {
    let (mut rest, mut unit) = (count as f64, "bytes");
    for larger in ["kb", "mb", "gb"] {
        if rest >= 1024.0 {
            (rest, unit) = (rest / 1024.0, larger);
        }
    }
    let rounded = if rest < 10.0 { (rest * 10.0).round() / 10.0 } else { rest.round() };
    (unit, rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_its_largest_unit() {
        let now = Utc::now();
        for (seconds, told) in [
            (-5, ("now", 0)),
            (59, ("now", 0)),
            (60, ("minutes", 1)),
            (7199, ("hours", 1)),
            (172_800, ("days", 2)),
            (5_184_000, ("months", 2)),
            (63_072_000, ("years", 2)),
        ] {
            assert_eq!(ago(now - chrono::TimeDelta::seconds(seconds), now), told);
        }
    }

    #[test]
    fn a_size_is_told_in_the_unit_it_has_most_of() {
        for (count, told) in [
            (0, ("bytes", 0.0)),
            (1, ("bytes", 1.0)),
            (1023, ("bytes", 1023.0)),
            (1024, ("kb", 1.0)),
            (1536, ("kb", 1.5)),
            (20_000, ("kb", 20.0)),
            (26_214_400, ("mb", 25.0)),
            (5_000_000_000, ("gb", 4.7)),
            (50_000_000_000_000, ("gb", 46566.0)),
        ] {
            let (unit, rounded) = size(count);
            assert!(unit == told.0 && (rounded - told.1).abs() < 1e-9, "{count}: {rounded} {unit}");
        }
    }
}
