//! What a file is: told from its first bytes, never believed from who sent it; and what of that a browser may show.

/// Bytes. How much of a file's beginning [`sniff`] wants.
pub const HEAD: usize = 8192;

/// The type of unknown content.
pub const UNKNOWN: &str = "application/octet-stream";

/// What is shown as the text it is, whatever it is the source of.
pub const TEXT: &str = "text/plain; charset=utf-8";

const PDF: &str = "application/pdf";
const SVG: &str = "image/svg+xml";

/// The pictures that every browser shows and none executes.
const SHOWN_PICTURES: [&str; 5] = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"];

/// The pictures that are made smaller here.
const PREVIEWED: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// The content type of a file that begins with these bytes: the first [`HEAD`] of them, or all there are.
pub fn sniff(head: &[u8]) -> &'static str {
    let known = infer::get(head).map(|kind| kind.mime_type());
    if known == Some(PDF) {
        return PDF;
    }
    let Some(text) = as_text(head) else { return known.unwrap_or(UNKNOWN) };
    // Some signatures are two letters long, and words begin with them: of a text only markup is believed.
    let start = text.trim_start_matches('\u{feff}').trim_start().get(..4).unwrap_or_default();
    match known {
        _ if start.eq_ignore_ascii_case("<svg") => SVG,
        Some("text/xml") if text.contains("<svg") => SVG,
        Some(markup @ ("text/html" | "text/xml")) => markup,
        _ => TEXT,
    }
}

/// Whether a browser may show it on the site's own origin: it executes nothing of it. All else is saved.
pub fn may_show_inline(content_type: &str) -> bool {
    SHOWN_PICTURES.contains(&content_type) || [PDF, TEXT].contains(&content_type)
}

/// Whether a preview is made of it.
pub fn has_preview(content_type: &str) -> bool {
    PREVIEWED.contains(&content_type)
}

/// The policy for an answer that is a file: whatever a browser takes it for, it loads and runs nothing, and belongs
/// to no origin. Our own pages may frame it.
pub fn content_security_policy(content_type: &str) -> &'static str {
    match content_type {
        // The browsers' own viewers of PDF, which are walled off by themselves, do not start in a sandbox.
        PDF => {
            "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        }
        _ => {
            "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
        }
    }
}

/// The bytes as UTF-8 without control characters; the last character may be cut in two.
fn as_text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_text = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    text.chars().all(is_text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_bytes_say_what_it_is() {
        for (head, content_type) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0\x80", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", "image/avif"),
            (b"%PDF-1.7\n1 0 obj\n", PDF),
            (b"PK\x03\x04\x14\0\0\0", "application/zip"),
            (b"\0\x01\x02\x03", UNKNOWN),
            (b"", TEXT),
            (b"Hello", TEXT),
            ("Grüße, 世界\n".as_bytes(), TEXT),
            (b"BMW is a car, MZ a motorbike, and this a text", TEXT),
            (b"#!/bin/sh\necho", TEXT),
            (b"{\"a\": 1}", TEXT),
            (b"alert(1)", TEXT),
            (b" <!DOCTYPE html><html>", "text/html"),
            (b"<script >alert(1)</script>", "text/html"),
            (b"<?xml version=\"1.0\"?><a/>", "text/xml"),
            (b"<?xml version=\"1.0\"?>\n<svg onload=\"x\"/>", SVG),
            (b"\xef\xbb\xbf\n<SVG onload=\"x\">", SVG),
        ] {
            assert_eq!(sniff(head), content_type, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_character_cut_in_two_is_still_text() {
        let text = "ü".repeat(HEAD);
        assert_eq!(sniff(&text.as_bytes()[..HEAD - 1]), TEXT);
        assert_eq!(sniff(b"latin-1: \xfc and more"), UNKNOWN);
    }

    #[test]
    fn what_executes_is_never_shown() {
        for content_type in [
            "text/html",
            "text/xml",
            SVG,
            "application/xhtml+xml",
            "text/javascript",
            UNKNOWN,
            "text/plain",
            "",
            "IMAGE/PNG",
        ] {
            assert!(!may_show_inline(content_type), "{content_type}");
        }
        for content_type in SHOWN_PICTURES.into_iter().chain([PDF, TEXT]) {
            assert!(may_show_inline(content_type), "{content_type}");
        }
    }

    #[test]
    fn every_policy_lets_nothing_run() {
        for content_type in [PDF, TEXT, "image/png", "text/html"] {
            let policy = content_security_policy(content_type);
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        }
        assert!(content_security_policy("text/html").ends_with("; sandbox"));
    }

    proptest! {
        #[test]
        fn markup_is_told_whatever_stands_around_it(
            before in "[ \t\r\n]{0,20}",
            tag in "(?i)(<!doctype html>|<html>|<script>|<iframe |<body>|<svg>|<svg/onload=x>|<\\?xml version)",
            after in any::<String>(),
        ) {
            let content_type = sniff(format!("{before}{tag}{after}").as_bytes());
            prop_assert!(!content_type.starts_with("image/p") && content_type != PDF);
        }

        #[test]
        fn any_bytes_are_something(head in any::<Vec<u8>>()) {
            prop_assert!(sniff(&head).contains('/'));
        }
    }
}
