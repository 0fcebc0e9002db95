//! What a request wants of a file it may know already: all of it, a part, or nothing (RFC 9110, sections 13 and 14).

use std::ops::Range;
use std::time::SystemTime;

use axum::http::{HeaderMap, HeaderName, header};

/// By what a content is recognized.
#[derive(Clone, Debug)]
pub struct Validators {
    /// With its quotes; a strong one.
    pub etag: String,
    pub modified: SystemTime,
}

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// These bytes: 206.
    Part(Range<u64>),
    /// 304
    NotModified,
    /// 412
    Failed,
    /// 416
    Unsatisfiable,
}

/// Weighs the headers in the order of RFC 9110, section 13.2.2. Total: what does not parse is as if it were not there.
pub fn weigh(headers: &HeaderMap, known: &Validators, size: u64) -> Wanted {
    let failed = match text(headers, header::IF_MATCH) {
        Some(tags) => !lists(&tags, &known.etag, true),
        None => {
            date(headers, header::IF_UNMODIFIED_SINCE).is_some_and(|since| seconds(known.modified) > since)
        }
    };
    if failed {
        return Wanted::Failed;
    }
    let is_known = match text(headers, header::IF_NONE_MATCH) {
        Some(tags) => lists(&tags, &known.etag, false),
        None => {
            date(headers, header::IF_MODIFIED_SINCE).is_some_and(|since| seconds(known.modified) <= since)
        }
    };
    if is_known {
        return Wanted::NotModified;
    }
    if !still_wants_part(headers, known) {
        return Wanted::Whole;
    }
    text(headers, header::RANGE).map_or(Wanted::Whole, |range| part(&range, size))
}

/// A range of a file of `size` bytes. One range alone; where several are asked for the whole is as good an answer, and
/// where it is no range of bytes too.
pub fn part(range: &str, size: u64) -> Wanted {
    let Some((unit, spec)) = range.split_once('=') else { return Wanted::Whole };
    let Some((first, last)) = spec.trim().split_once('-') else { return Wanted::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(length)) if first.is_empty() => size.saturating_sub(length)..size,
        _ => return Wanted::Whole,
    };
    if range.is_empty() { Wanted::Unsatisfiable } else { Wanted::Part(range) }
}

/// Digits and nothing else; more than fit are as good as infinite.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// A part belongs to what the browser has of the rest only if that has not changed.
fn still_wants_part(headers: &HeaderMap, known: &Validators) -> bool {
    match text(headers, header::IF_RANGE) {
        None => true,
        Some(tag) if tag.contains('"') => tag.trim() == known.etag,
        Some(_) => date(headers, header::IF_RANGE).is_some_and(|date| date == seconds(known.modified)),
    }
}

/// Whether a list of entity tags names this one; a weak tag does only where `strong` is not asked for.
fn lists(tags: &str, etag: &str, strong: bool) -> bool {
    tags.split(',').map(str::trim).any(|tag| {
        let opaque = tag.strip_prefix("W/");
        tag == "*" || (opaque.unwrap_or(tag) == etag && !(strong && opaque.is_some()))
    })
}

/// All lines of a header as one.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    httpdate::parse_http_date(text(headers, name)?.trim()).ok().map(seconds)
}

/// As exact as a date in a header is.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const ETAG: &str = "\"abc\"";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const THEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn wanted(pairs: &[(HeaderName, &str)]) -> Wanted {
        let headers =
            pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a value"))).collect();
        let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_900);
        weigh(&headers, &Validators { etag: ETAG.to_owned(), modified }, 100)
    }

    #[test]
    fn one_range_is_a_part_and_anything_else_the_whole() {
        for (range, expected) in [
            ("bytes=0-9", Wanted::Part(0..10)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=-10", Wanted::Part(90..100)),
            ("bytes=-200", Wanted::Part(0..100)),
            ("bytes=50-1000", Wanted::Part(50..100)),
            ("BYTES = 99-99", Wanted::Part(99..100)),
            ("bytes=0-99999999999999999999999", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Unsatisfiable),
            ("bytes=-0", Wanted::Unsatisfiable),
            ("bytes=9-0", Wanted::Whole),
            ("bytes=0-1,5-6", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("rows=0-1", Wanted::Whole),
        ] {
            assert_eq!(wanted(&[(header::RANGE, range)]), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        for known in [ETAG, "*", "\"x\", W/\"abc\""] {
            assert_eq!(wanted(&[(header::IF_NONE_MATCH, known)]), Wanted::NotModified, "{known}");
        }
        assert_eq!(wanted(&[(header::IF_NONE_MATCH, "\"x\"")]), Wanted::Whole);
        assert_eq!(wanted(&[(header::IF_MODIFIED_SINCE, THEN)]), Wanted::NotModified);
        assert_eq!(wanted(&[(header::IF_MODIFIED_SINCE, BEFORE)]), Wanted::Whole);
        let both = [(header::IF_NONE_MATCH, "\"x\""), (header::IF_MODIFIED_SINCE, THEN)];
        assert_eq!(wanted(&both), Wanted::Whole, "the tag decides");
    }

    #[test]
    fn a_part_of_something_else_is_not_sent() {
        let range = (header::RANGE, "bytes=0-9");
        for (condition, expected) in [
            (ETAG, Wanted::Part(0..10)),
            ("\"x\"", Wanted::Whole),
            ("W/\"abc\"", Wanted::Whole),
            (THEN, Wanted::Part(0..10)),
            (BEFORE, Wanted::Whole),
        ] {
            assert_eq!(wanted(&[range.clone(), (header::IF_RANGE, condition)]), expected, "{condition}");
        }
    }

    #[test]
    fn what_must_be_something_else_fails() {
        assert_eq!(wanted(&[(header::IF_MATCH, "\"x\"")]), Wanted::Failed);
        assert_eq!(wanted(&[(header::IF_MATCH, ETAG)]), Wanted::Whole);
        assert_eq!(wanted(&[(header::IF_UNMODIFIED_SINCE, BEFORE)]), Wanted::Failed);
        assert_eq!(wanted(&[(header::IF_UNMODIFIED_SINCE, "yesterday")]), Wanted::Whole);
    }

    proptest! {
        #[test]
        fn any_range_is_within_the_file(range in "(bytes)?=?[0-9,-]{0,30}|.*", size: u64) {
            if let Wanted::Part(part) = part(&range, size) {
                prop_assert!(part.start < part.end && part.end <= size);
            }
        }
    }
}
