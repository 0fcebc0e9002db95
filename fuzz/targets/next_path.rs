//! A path to go on to never leaves the site.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtablo::forms::local_path;

fuzz_target!(|next: &str| {
    if let Some(path) = local_path(next) {
        assert!(path.starts_with('/') && !path.starts_with("//"));
        assert!(!path.contains(['\\', '\n', '\r', '\t', '\0']));
    }
});
