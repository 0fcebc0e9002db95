//! Any bytes are something, and what is shown in a browser is a picture, a PDF or text without control characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtablo::files::content_type::{TEXT, content_security_policy, may_show_inline, sniff};

fuzz_target!(|head: &[u8]| {
    let content_type = sniff(head);
    assert!(content_security_policy(content_type).starts_with("default-src 'none'"));
    if may_show_inline(content_type) && content_type == TEXT {
        assert!(!head.contains(&0));
        let start = head.trim_ascii_start();
        for markup in [&b"<html>"[..], b"<script>", b"<svg", b"<?xml"] {
            assert!(!start.get(..markup.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(markup)));
        }
    }
});
