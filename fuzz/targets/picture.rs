//! Any bytes are cleaned or refused, and what was cleaned once stays as it is.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use xtablo::files::content_type::sniff;
use xtablo::pictures::{metadata, thumbnail};

fuzz_target!(|picture: &[u8]| {
    let picture = Bytes::copy_from_slice(picture);
    let content_type = sniff(&picture);
    if let Ok(cleaned) = metadata::clean(content_type, &picture) {
        assert_eq!(metadata::clean(content_type, &cleaned).expect("cleaned before"), cleaned);
    }
    if let Ok(thumbnail) = thumbnail::make(&picture) {
        assert!(thumbnail.width.max(thumbnail.height) <= thumbnail::SIDE_MOST);
    }
});
