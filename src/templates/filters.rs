//! What templates do with a time, and with a size.

use chrono::{DateTime, Utc};
use minijinja::{Environment, Error, ErrorKind};

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("ago", |time: &str| parse(time).map(|time| ago(time, Utc::now())));
    environment.add_filter("date", |time: &str| {
        parse(time).map(|time| time.format("%-d %b %Y, %H:%M UTC").to_string())
    });
    environment.add_filter("bytes", bytes);
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

/// A number of bytes, in the units of `MAX_UPLOAD_SIZE_MB`.
fn bytes(count: i64) -> String {
    let (mut rest, mut unit) = (count as f64, "bytes");
    for larger in ["KB", "MB", "GB"] {
        if rest >= 1024.0 {
            (rest, unit) = (rest / 1024.0, larger);
        }
    }
    if count == 1 {
        return "1 byte".to_owned();
    }
    let digits = if rest < 10.0 { format!("{rest:.1}") } else { format!("{rest:.0}") };
    format!("{} {unit}", digits.strip_suffix(".0").unwrap_or(&digits))
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

    #[test]
    fn a_size_is_told_in_the_unit_it_has_most_of() {
        for (count, said) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KB"),
            (1536, "1.5 KB"),
            (20_000, "20 KB"),
            (26_214_400, "25 MB"),
            (5_000_000_000, "4.7 GB"),
            (50_000_000_000_000, "46566 GB"),
        ] {
            assert_eq!(bytes(count), said);
        }
    }
}
