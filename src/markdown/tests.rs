use proptest::prelude::*;

use super::*;
use crate::models::card::BODY_MOST;

#[path = "../../benches/markdown/monotonous.rs"]
mod monotonous;

#[test]
fn markdown_becomes_markup() {
    for (source, part) in [
        ("**Bold**", "<strong>Bold</strong>"),
        ("~~gone~~", "<del>gone</del>"),
        ("- [x] done", "type=\"checkbox\""),
        ("- [x] done", "checked"),
        ("| a |\n|---|\n| b |", "<td>b</td>"),
        ("| a |\n|--:|\n| b |", "<td align=\"right\">b</td>"),
        ("https://example.com", "href=\"https://example.com\""),
        ("**中文（括号）**后面", "<strong>中文（括号）</strong>后面"),
        ("# Title", "<h2>Title</h2>"),
        ("###### Deep", "<h6>Deep</h6>"),
        ("one[^1]\n\n[^1]: note", "href=\"#text-fn-1\""),
        ("one[^1]\n\n[^1]: note", "<li id=\"text-fn-1\">"),
        ("one\ntwo", "one<br>"),
    ] {
        let html = to_html(source);
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn text_in_angle_brackets_is_shown_as_it_was_typed() {
    for (source, part) in [
        ("a List<String> of", "List&lt;String&gt; of"),
        ("<user>@<host>", "&lt;user&gt;@&lt;host&gt;"),
        ("<config>\n  <name>x</name>\n</config>", "&lt;name&gt;x&lt;/name&gt;"),
        ("<!-- note -->", "&lt;!-- note --&gt;"),
        ("<div class=x>y</div>", "&lt;div class=x&gt;y&lt;/div&gt;"),
    ] {
        let html = to_html(source);
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn a_few_tags_work_and_end_where_they_must() {
    for (source, whole) in [
        ("press <kbd>Ctrl</kbd>", "<p>press <kbd>Ctrl</kbd></p>\n"),
        ("H<sub>2</sub>O, x<sup>2</sup>", "<p>H<sub>2</sub>O, x<sup>2</sup></p>\n"),
        ("one<br>two<br/>three", "<p>one<br>two<br>three</p>\n"),
        ("<kbd>open", "<p><kbd>open</kbd></p>\n"),
        ("over</kbd>", "<p>over&lt;/kbd&gt;</p>\n"),
        ("<kbd onclick=x>a</kbd>", "<p>&lt;kbd onclick=x&gt;a&lt;/kbd&gt;</p>\n"),
        (
            "<details>\n<summary>More</summary>\n\n*text*\n\n</details>\n\nafter",
            "<details><summary>More</summary>\n<p><em>text</em></p>\n</details>\n<p>after</p>\n",
        ),
        ("> <details>\n\nafter", "<blockquote>\n<details>\n</details>\n</blockquote>\n<p>after</p>\n"),
    ] {
        assert_eq!(to_html(source), whole);
    }
}

#[test]
fn pictures_and_other_addresses_become_text_that_tells_them() {
    for (source, part) in [
        ("![A cat](https://example.com/cat.png)", ">A cat</a>"),
        ("![](https://example.com/cat.png)", ">https://example.com/cat.png</a>"),
        ("[call](tel:+491234)", "call (tel:+491234)"),
        ("<tel:+491234>", "<p>tel:+491234</p>"),
        ("[file](file:///etc/passwd)", "file (file:///etc/passwd)"),
        ("[x](javascript:alert(1))", "x (javascript:alert(1))"),
        ("[x](data:text/html,x)", "x (data:text/html,x)"),
        ("[card](/cards/1)", "href=\"/cards/1\""),
        ("[time](/a?at=10:00)", "href=\"/a?at=10:00\""),
    ] {
        let html = to_html(source);
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn nothing_that_runs_comes_through() {
    for source in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "<a href=\"data:text/html,x\">x</a>",
        "<input type=submit formaction=//evil.example name=title>",
        "<style>*{display:none}</style>",
        "<p onclick=alert(1) style=\"position:fixed\" id=main class=x>x</p>",
        "<svg><a xlink:href=\"javascript:alert(1)\">x</a></svg>",
        "<details open ontoggle=alert(1)>x",
    ] {
        let html = to_html(source);
        for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
            assert!(["p", "br", "a", "details"].contains(&name), "{tag} in {html} of {source}");
            for part in ["javascript", "data:", "onclick", "onerror", "ontoggle", "style=", "id=", "class="] {
                assert!(!tag.contains(part), "{part} in {html} of {source}");
            }
        }
    }
}

/// How deep elements stand in each other.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        if tag.starts_with('/') {
            depth -= 1;
        } else if !["br", "hr", "input"].iter().any(|void| tag.starts_with(void)) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

#[test]
fn no_text_becomes_deep_or_large() {
    // Two thousand characters: `cargo bench --bench markdown` takes all of it, and optimized.
    for text in monotonous::texts(BODY_MOST / 25) {
        let html = to_html(&text);
        let begin: String = text.chars().take(40).collect();
        assert!(html.len() <= 40_000, "{begin:?}: {} bytes", html.len());
        let depth = depth(&html);
        assert!(depth <= 40, "{begin:?}: {depth} levels");
    }
}

#[test]
fn what_is_too_deep_is_shown_as_it_was_typed() {
    let html = to_html(&(">".repeat(40) + " *deep*"));
    assert_eq!(html.matches("<blockquote>").count(), 32);
    assert!(html.contains("<p>&gt;&gt;&gt;&gt;&gt;&gt;&gt;&gt; *deep*</p>"), "{html}");
}

proptest! {
    #[test]
    fn any_text_gives_the_same_html_cleaned_once_or_twice(source in "\\PC{0,200}") {
        let html = to_html(&source);
        prop_assert_eq!(html.matches('<').count(), SANITIZER.clean(&html).to_string().matches('<').count());
    }
}
