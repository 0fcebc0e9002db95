//! Whatever the database holds for ranks: an error, or a rank between them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtablo::models::rank::between;

fuzz_target!(|ranks: (Option<&str>, Option<&str>)| {
    let (before, after) = ranks;
    if let Ok(rank) = between(before, after) {
        assert!(before.is_none_or(|before| before.to_ascii_lowercase() < rank));
        assert!(after.is_none_or(|after| rank < after.to_ascii_lowercase()));
    }
});
