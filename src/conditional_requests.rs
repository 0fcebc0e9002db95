//! What a request wants of something it may know already: all of it, a part, or nothing (RFC 9110, sections 13 and 14).

use std::ops::{Bound, Range};
use std::time::SystemTime;

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use headers::{
    ETag, HeaderMapExt, IfMatch, IfModifiedSince, IfNoneMatch, IfRange, IfUnmodifiedSince, LastModified,
};

/// By what a content is recognized.
#[derive(Clone, Debug)]
pub struct Validators {
    /// A strong one.
    pub etag: ETag,
    pub modified: SystemTime,
}

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluation {
    Whole,
    /// These bytes: 206.
    Part(Range<u64>),
    /// 304
    NotModified,
    /// 412
    PreconditionFailed,
    /// 416
    RangeNotSatisfiable,
}

/// Evaluates the headers in the order of RFC 9110, section 13.2.2. Total: what does not parse is as if it were not there.
pub fn evaluate(headers: &HeaderMap, known: &Validators, size: u64) -> Evaluation {
    let holds = match headers.typed_get::<IfMatch>() {
        Some(tags) => tags.precondition_passes(&known.etag),
        None => headers
            .typed_get::<IfUnmodifiedSince>()
            .is_none_or(|since| since.precondition_passes(known.modified)),
    };
    if !holds {
        return Evaluation::PreconditionFailed;
    }
    let is_known = match headers.typed_get::<IfNoneMatch>() {
        Some(tags) => !tags.precondition_passes(&known.etag),
        None => {
            headers.typed_get::<IfModifiedSince>().is_some_and(|since| !since.is_modified(known.modified))
        }
    };
    if is_known {
        return Evaluation::NotModified;
    }
    // A part belongs to what the browser has of the rest only if that has not changed.
    let modified = LastModified::from(known.modified);
    let has_changed = headers.contains_key("if-range")
        && headers
            .typed_get::<IfRange>()
            .is_none_or(|rest| rest.is_modified(Some(&known.etag), Some(&modified)));
    match headers.typed_get::<headers::Range>() {
        Some(range) if !has_changed => part(&range, size),
        _ => Evaluation::Whole,
    }
}

/// Whether the request knows this version already: 304.
pub fn knows(headers: &HeaderMap, etag: &ETag) -> bool {
    headers.typed_get::<IfNoneMatch>().is_some_and(|tags| !tags.precondition_passes(etag))
}

/// A weak tag of a page that is true until a time, as long as `version` stays the same.
pub fn tag_until(version: &str, until: DateTime<Utc>) -> Option<ETag> {
    format!("W/\"{version}-{}\"", until.timestamp()).parse().ok()
}

/// The tag by which a request knows this version already, if what it knows is still true: 304.
pub fn known_until(headers: &HeaderMap, version: &str, now: DateTime<Utc>) -> Option<ETag> {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_true = |tag: &&str| {
        let inner =
            tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let parts = inner.and_then(|tag| tag.rsplit_once('-'));
        parts.is_some_and(|(known, until)| {
            known == version && until.parse().is_ok_and(|until: i64| now.timestamp() < until)
        })
    };
    tags.flat_map(|tags| tags.split(',')).map(str::trim).find(is_true)?.parse().ok()
}

/// A range of a file of `size` bytes. One range alone: where several are asked for, the whole is as good an answer.
fn part(range: &headers::Range, size: u64) -> Evaluation {
    let mut ranges = range.satisfiable_ranges(size);
    let (Some((Bound::Included(first), last)), None) = (ranges.next(), ranges.next()) else {
        return Evaluation::Whole;
    };
    let end = match last {
        Bound::Included(last) if last < first => return Evaluation::Whole,
        Bound::Included(last) => last.saturating_add(1).min(size),
        _ => size,
    };
    if first < end { Evaluation::Part(first..end) } else { Evaluation::RangeNotSatisfiable }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::{HeaderName, header};
    use proptest::prelude::*;

    use super::*;

    const ETAG: &str = "\"abc\"";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const THEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn evaluated(pairs: &[(HeaderName, &str)]) -> Evaluation {
        let headers =
            pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a value"))).collect();
        let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_900);
        evaluate(&headers, &Validators { etag: ETAG.parse().expect("a tag"), modified }, 100)
    }

    #[test]
    fn one_range_is_a_part_and_anything_else_the_whole() {
        for (range, expected) in [
            ("bytes=0-9", Evaluation::Part(0..10)),
            ("bytes=90-", Evaluation::Part(90..100)),
            ("bytes=-10", Evaluation::Part(90..100)),
            ("bytes=-200", Evaluation::Whole),
            ("bytes=50-1000", Evaluation::Part(50..100)),
            ("bytes=99-99", Evaluation::Part(99..100)),
            ("bytes=0-99999999999999999999999", Evaluation::Whole),
            ("bytes=100-", Evaluation::RangeNotSatisfiable),
            ("bytes=-0", Evaluation::RangeNotSatisfiable),
            ("bytes=9-0", Evaluation::Whole),
            ("bytes=0-1,5-6", Evaluation::Whole),
            ("bytes=", Evaluation::Whole),
            ("bytes=-", Evaluation::Whole),
            ("rows=0-1", Evaluation::Whole),
        ] {
            assert_eq!(evaluated(&[(header::RANGE, range)]), expected, "{range}");
        }
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        for known in [ETAG, "*", "\"x\", W/\"abc\""] {
            assert_eq!(evaluated(&[(header::IF_NONE_MATCH, known)]), Evaluation::NotModified, "{known}");
        }
        assert_eq!(evaluated(&[(header::IF_NONE_MATCH, "\"x\"")]), Evaluation::Whole);
        assert_eq!(evaluated(&[(header::IF_MODIFIED_SINCE, THEN)]), Evaluation::NotModified);
        assert_eq!(evaluated(&[(header::IF_MODIFIED_SINCE, BEFORE)]), Evaluation::Whole);
        let both = [(header::IF_NONE_MATCH, "\"x\""), (header::IF_MODIFIED_SINCE, THEN)];
        assert_eq!(evaluated(&both), Evaluation::Whole, "the tag decides");
    }

    #[test]
    fn a_part_of_something_else_is_not_sent() {
        let range = (header::RANGE, "bytes=0-9");
        for (condition, expected) in [
            (ETAG, Evaluation::Part(0..10)),
            ("\"x\"", Evaluation::Whole),
            ("W/\"abc\"", Evaluation::Whole),
            (THEN, Evaluation::Part(0..10)),
            (BEFORE, Evaluation::Whole),
        ] {
            assert_eq!(evaluated(&[range.clone(), (header::IF_RANGE, condition)]), expected, "{condition}");
        }
    }

    #[test]
    fn what_must_be_something_else_fails() {
        assert_eq!(evaluated(&[(header::IF_MATCH, "\"x\"")]), Evaluation::PreconditionFailed);
        assert_eq!(evaluated(&[(header::IF_MATCH, ETAG)]), Evaluation::Whole);
        assert_eq!(evaluated(&[(header::IF_UNMODIFIED_SINCE, BEFORE)]), Evaluation::PreconditionFailed);
        assert_eq!(evaluated(&[(header::IF_UNMODIFIED_SINCE, "yesterday")]), Evaluation::Whole);
    }

    proptest! {
        #[test]
        fn any_range_is_within_the_file(range in "(bytes)?=?[0-9,-]{0,30}|.*", size: u64) {
            let mut headers = HeaderMap::new();
            if let Ok(range) = range.parse() {
                headers.insert(header::RANGE, range);
            }
            let known = Validators { etag: ETAG.parse().expect("a tag"), modified: SystemTime::UNIX_EPOCH };
            if let Evaluation::Part(part) = evaluate(&headers, &known, size) {
                prop_assert!(part.start < part.end && part.end <= size);
            }
        }
    }
}
