//! What templates do with a time.

use chrono::{DateTime, Utc};
use minijinja::{Environment, Error, ErrorKind};

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("ago", |time: &str| parse(time).map(|time| ago(time, Utc::now())));
    environment.add_filter("date", |time: &str| {
        parse(time).map(|time| time.format("%-d %b %Y, %H:%M UTC").to_string())
    });
}

fn parse(time: &str) -> Result<DateTime<Utc>, Error> {
    time.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("{time:?} is not a time")))
}

/// How long ago, in the largest unit that is not zero.
fn ago(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - time).num_seconds();
    let (count, unit) = match seconds {
        ..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400..2_592_000 => (seconds / 86_400, "day"),
        2_592_000..31_536_000 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_its_largest_unit() {
        let now = Utc::now();
        for (seconds, said) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7199, "1 hour ago"),
            (172_800, "2 days ago"),
            (5_184_000, "2 months ago"),
            (63_072_000, "2 years ago"),
        ] {
            assert_eq!(ago(now - chrono::TimeDelta::seconds(seconds), now), said);
        }
    }
}
