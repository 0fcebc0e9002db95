//! Any headers are weighed, and a part that they ask for lies within the file.
#![no_main]

use std::time::SystemTime;

use axum::http::{HeaderMap, HeaderValue, header};
use libfuzzer_sys::fuzz_target;
use xtablo::conditional_requests::{Evaluation, Validators, evaluate};

fuzz_target!(|input: (Vec<&[u8]>, u64)| {
    let (values, size) = input;
    let names = [
        header::RANGE,
        header::IF_RANGE,
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_MATCH,
        header::IF_UNMODIFIED_SINCE,
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in names.into_iter().cycle().zip(values) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let known = Validators { etag: "\"abc\"".parse().expect("a tag"), modified: SystemTime::UNIX_EPOCH };
    if let Evaluation::Part(part) = evaluate(&headers, &known, size) {
        assert!(part.start < part.end && part.end <= size);
    }
});
