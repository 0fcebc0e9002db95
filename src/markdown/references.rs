//! People and cards that a text names: `@ada`, `#42`, and the pasted address of a card.
//!
//! Rendering marks them and knows nothing of them, so that one HTML serves every reader. [`resolve`] then puts in what each
//! reader may see.

use comrak::nodes::{Node, NodeValue};
use uuid::Uuid;

/// Around a reference, in the HTML. Private characters, which [`super::to_html`] takes out of the text first.
const BEGIN: char = '\u{E000}';
const END: char = '\u{E001}';

/// References of one text that are looked up. What is beyond stays as it was typed.
const MOST: usize = 200;

/// Something named in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference<'a> {
    /// A person by their handle, in small letters.
    Person(&'a str),
    /// A card of the same board by its number.
    Number(i32),
    /// A card by its address, escaped for HTML.
    Address { url: &'a str, card_id: Uuid },
}

/// What a text names, to look up at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub handles: Vec<String>,
    pub numbers: Vec<i32>,
    pub card_ids: Vec<Uuid>,
}

impl Named {
    /// What rendered texts name.
    pub fn of<'a>(htmls: impl IntoIterator<Item = &'a str>) -> Self {
        let mut named = Self::default();
        for reference in htmls.into_iter().flat_map(all).take(MOST) {
            match reference {
                Reference::Person(handle) => named.handles.push(handle.to_owned()),
                Reference::Number(number) => named.numbers.push(number),
                Reference::Address { card_id, .. } => named.card_ids.push(card_id),
            }
        }
        named
    }

    pub fn is_empty(&self) -> bool {
        self.handles.is_empty() && self.numbers.is_empty() && self.card_ids.is_empty()
    }
}

/// The text without the characters that mark references.
pub(super) fn without_marks(source: &str) -> String {
    source.chars().filter(|letter| ![BEGIN, END].contains(letter)).collect()
}

/// A text with its references marked, as HTML; none where it has none.
pub(super) fn mark(text: &str) -> Option<String> {
    let mut html = String::new();
    let (mut rest, mut before) = (text, None);
    let mut found = false;
    while let Some(letter) = rest.chars().next() {
        let reference = match letter {
            '@' if before.is_none_or(may_stand_before) => handle(&rest[1..]),
            '#' if before.is_none_or(may_stand_before) => number(&rest[1..]),
            _ => None,
        };
        let length = if let Some(name) = reference {
            found = true;
            html.push(BEGIN);
            html.push(letter);
            html.push_str(&name.to_ascii_lowercase());
            html.push(END);
            1 + name.len()
        } else {
            super::inline_html::escape(&rest[..letter.len_utf8()], &mut html);
            letter.len_utf8()
        };
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
    found.then_some(html)
}

/// The mark of a link that is nothing but the address of a card.
pub(super) fn mark_link(link: Node<'_>, url: &str) -> Option<String> {
    let is_bare = link.first_child().is_some_and(|child| {
        matches!(&child.data().value, NodeValue::Text(text) if text == url) && child.next_sibling().is_none()
    });
    if !is_bare || card_id(url).is_none() {
        return None;
    }
    let mut html = String::from(BEGIN);
    html.push('!');
    super::inline_html::escape(url, &mut html);
    html.push(END);
    Some(html)
}

fn may_stand_before(letter: char) -> bool {
    !letter.is_alphanumeric() && !"@#&/_.-".contains(letter)
}

/// The handle at the beginning of a text; a hyphen at its end belongs to the sentence.
fn handle(text: &str) -> Option<&str> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let name = text[..end.unwrap_or(text.len())].trim_end_matches('-');
    let after = text[name.len()..].chars().next();
    let ends = after.is_none_or(|letter| !letter.is_alphanumeric() && letter != '@');
    ((2..=30).contains(&name.len()) && ends).then_some(name)
}

fn number(text: &str) -> Option<&str> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let ends = text[end..].chars().next().is_none_or(|letter| !letter.is_alphanumeric());
    ((1..=9).contains(&end) && ends).then_some(&text[..end])
}

fn card_id(url: &str) -> Option<Uuid> {
    let (_, id) = url.rsplit_once("/cards/")?;
    Uuid::try_parse(id).ok()
}

fn all(html: &str) -> impl Iterator<Item = Reference<'_>> {
    html.split(BEGIN).skip(1).filter_map(|part| parse(part.split(END).next()?))
}

fn parse(mark: &str) -> Option<Reference<'_>> {
    if let Some(handle) = mark.strip_prefix('@') {
        return Some(Reference::Person(handle));
    }
    if let Some(number) = mark.strip_prefix('#') {
        return number.parse().ok().map(Reference::Number);
    }
    let url = mark.strip_prefix('!')?;
    Some(Reference::Address { url, card_id: card_id(url)? })
}

/// The HTML with the marks replaced: by what `write` makes of them, or by what was typed.
pub fn resolve(html: &str, mut write: impl FnMut(Reference<'_>) -> Option<String>) -> String {
    let mut resolved = String::with_capacity(html.len());
    let mut parts = html.split(BEGIN);
    resolved.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (mark, after) = part.split_once(END).unwrap_or((part, ""));
        match (parse(mark).and_then(&mut write), mark.strip_prefix('!')) {
            (Some(written), _) => resolved.push_str(&written),
            (None, Some(url)) => {
                let link = format!("<a href=\"{url}\" rel=\"noopener noreferrer nofollow\">{url}</a>");
                resolved.push_str(&link);
            }
            (None, None) => resolved.push_str(mark),
        }
        resolved.push_str(after);
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::to_html;

    fn plain(html: &str) -> String {
        resolve(html, |_| None)
    }

    #[test]
    fn people_and_cards_are_found_where_they_stand_as_words() {
        let html = to_html("Ask @Ada-2, see #42 (and #7). **@bob**: done- @cleo-");
        let named = Named::of([&*html]);
        assert_eq!(named.handles, ["ada-2", "bob", "cleo"]);
        assert_eq!(named.numbers, [42, 7]);
        for not in ["ada@example.com", "a#1", "#1a", "`@ada #1`", "[@ada](https://x.example)", "@a", "&#35;x"]
        {
            assert!(Named::of([&*to_html(not)]).is_empty(), "{not}");
        }
    }

    #[test]
    fn what_is_not_resolved_stays_as_it_was_typed() {
        assert_eq!(plain(&to_html("<b> & @ada, #42")), "<p>&lt;b&gt; &amp; @ada, #42</p>\n");
        let url = "https://x.example/cards/0190a6b0-0000-7000-8000-000000000000";
        let html = to_html(url);
        assert_eq!(Named::of([&*html]).card_ids.len(), 1);
        assert!(plain(&html).contains(&format!("<a href=\"{url}\"")), "{html}");
    }

    #[test]
    fn nobody_writes_a_mark_of_their_own() {
        let html = to_html("\u{E000}@ada\u{E001} \u{E000}!javascript:x/cards/\u{E001}");
        assert_eq!(Named::of([&*html]).handles, ["ada"]);
        assert_eq!(html.matches(BEGIN).count(), 1);
    }

    #[test]
    fn a_reference_becomes_what_the_reader_may_see() {
        let html = resolve(&to_html("@ada #1"), |reference| match reference {
            Reference::Person("ada") => Some("<b>Ada</b>".to_owned()),
            _ => None,
        });
        assert_eq!(html, "<p><b>Ada</b> #1</p>\n");
    }
}
