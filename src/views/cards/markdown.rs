//! Markdown to HTML that is safe to show: the one place where text of a person's becomes markup.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use comrak::Options;

/// CommonMark with tables, strikethrough, task lists and bare links, then sanitized.
pub fn to_html(source: &str) -> String {
    SANITIZER.clean(&comrak::markdown_to_html(source, &OPTIONS)).to_string()
}

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    // People press Enter and mean a new line.
    options.render.hardbreaks = true;
    options
});

/// What may stay. No images: the page's policy would not load them from elsewhere, and a picture from elsewhere
/// tells its host about the card's readers.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::new();
    builder
        .tags(HashSet::from([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "input",
            "li",
            "ol",
            "p",
            "pre",
            "strong",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
            ("input", HashSet::from(["checked", "disabled"])),
        ]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // A list's boxes show and do nothing; any other input a person wrote becomes one too.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "aria-label", "✓")
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markdown_becomes_markup() {
        let html = to_html(
            "**Bold** ~~gone~~\n\n- [x] done\n- [ ] open\n\n| a |\n|---|\n| b |\n\nhttps://example.com",
        );
        for part in [
            "<strong>Bold</strong>",
            "<del>gone</del>",
            "type=\"checkbox\"",
            "checked",
            "<td>b</td>",
            "href=\"https://example.com\"",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn nothing_that_runs_comes_through() {
        for source in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "<a href=\"data:text/html,x\">x</a>",
            "<input type=submit formaction=//evil.example name=title>",
            "<style>*{display:none}</style>",
            "<p onclick=alert(1) style=\"position:fixed\" id=main class=x>x</p>",
            "<svg><a xlink:href=\"javascript:alert(1)\">x</a></svg>",
        ] {
            let html = to_html(source);
            for part in [
                "<script",
                "<img",
                "<style",
                "<svg",
                "javascript:",
                "data:",
                "onclick",
                "onerror",
                "formaction",
                "submit",
                "style=",
                "id=",
                "class=",
            ] {
                assert!(!html.contains(part), "{part} in {html} of {source}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_the_same_html_cleaned_once_or_twice(source in "\\PC{0,200}") {
            let html = to_html(&source);
            prop_assert_eq!(SANITIZER.clean(&html).to_string(), html);
        }
    }
}
