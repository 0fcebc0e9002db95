//! Markdown to HTML that is safe to show: the one place where text that a person wrote becomes markup.
//!
//! CommonMark with tables, task lists, footnotes, strikethrough and bare links. Parsing gives a tree; `tree` bounds it and
//! decides about everything in it that HTML could be made to abuse; comrak writes the HTML; ammonia checks it once more.
//! [`renderer`] keeps that work off the async threads.

mod inline_html;
pub mod references;
pub mod renderer;
mod tasks;
mod tree;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use comrak::{Arena, Options, parse_document};

/// The HTML of a text, with its [`references`] marked. Takes up to 50 ms for 50,000 characters (`cargo bench --bench markdown`), so call it through
/// [`renderer::Renderer`].
pub fn to_html(source: &str) -> String {
    let source = &*references::without_marks(source);
    let options = options_for(source);
    let arena = Arena::new();
    let root = parse_document(&arena, source, options);
    tree::tame(&arena, root, source);
    let mut html = String::with_capacity(source.len() * 2);
    comrak::format_html(root, options, &mut html).expect("a String takes everything");
    SANITIZER.clean(&html).to_string()
}

fn options_for(source: &str) -> &'static Options<'static> {
    if tree::has_oversized_table(source) { &WITHOUT_TABLES } else { &OPTIONS }
}

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.cjk_friendly_emphasis = true;
    // People press Enter and mean a new line.
    options.render.hardbreaks = true;
    options.render.escape = true;
    options
});

static WITHOUT_TABLES: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = OPTIONS.clone();
    options.extension.table = false;
    options
});

/// Before ids in a text, so that none is an id of the page.
const ID_PREFIX: &str = "text-";

/// What may stay. No pictures: the page's policy would not load them from elsewhere, and a picture from elsewhere
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
            "details",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "input",
            "kbd",
            "li",
            "ol",
            "p",
            "pre",
            "section",
            "strong",
            "sub",
            "summary",
            "sup",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title", "id"])),
            ("ol", HashSet::from(["start"])),
            ("li", HashSet::from(["id"])),
            ("input", HashSet::from(["checked", "disabled"])),
        ]))
        .tag_attribute_values(HashMap::from([("td", alignments()), ("th", alignments())]))
        .allowed_classes(HashMap::from([("section", HashSet::from(["footnotes"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(tree::SCHEMES))
        .id_prefix(Some(ID_PREFIX))
        .attribute_filter(|tag, attribute, value| match value.strip_prefix('#') {
            Some(id) if (tag, attribute) == ("a", "href") => Some(Cow::Owned(format!("#{ID_PREFIX}{id}"))),
            _ => Some(value.into()),
        })
        // A list's boxes show and do nothing.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "aria-label", "✓")
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

fn alignments() -> HashMap<&'static str, HashSet<&'static str>> {
    HashMap::from([("align", HashSet::from(["left", "center", "right"]))])
}

#[cfg(test)]
mod tests;
