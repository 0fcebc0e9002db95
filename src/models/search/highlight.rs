//! Where a text has what was searched for.

use std::ops::Range;

use serde::Serialize;

use super::fold;
use super::query::Part;

/// Characters of a text that are shown around what was found in it.
const SNIPPET: usize = 180;

/// Those of them that come before it.
const BEFORE: usize = 50;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    pub text: String,
    pub is_found: bool,
}

/// What was searched for, folded.
#[derive(Clone, Debug, Default)]
pub struct Highlighter {
    phrases: Vec<Phrase>,
}

#[derive(Clone, Debug)]
struct Phrase {
    words: Vec<String>,
    /// Whether the last one may go on.
    is_beginning: bool,
}

impl Highlighter {
    pub fn new(parts: &[Part]) -> Self {
        let phrase = |part: &Part| {
            let words: Vec<String> = fold::words(&part.text).into_iter().map(|word| word.text).collect();
            let last = words.last()?;
            let is_letter = last.len() == 1 && last.is_ascii();
            let is_beginning = !part.is_exact && !is_letter;
            Some(Phrase { words, is_beginning })
        };
        Self { phrases: parts.iter().filter_map(phrase).collect() }
    }

    /// The text in pieces, with what was found by itself.
    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        let piece = |range: Range<usize>, is_found| Piece { text: text[range].to_owned(), is_found };
        let (mut pieces, mut at) = (Vec::new(), 0);
        for range in self.found(text) {
            if range.start > at {
                pieces.push(piece(at..range.start, false));
            }
            at = range.end;
            pieces.push(piece(range, true));
        }
        if at < text.len() {
            pieces.push(piece(at..text.len(), false));
        }
        pieces
    }

    /// A line out of a text around the first that was found in it; none where nothing was.
    pub fn snippet(&self, text: &str) -> Option<Vec<Piece>> {
        let line = one_line(text);
        let first = self.found(&line).into_iter().next()?;
        let start = match line[..first.start].char_indices().rev().nth(BEFORE) {
            None => 0,
            // Where a word begins, if there is one on the way.
            Some((at, _)) => line[at..first.start].find(' ').map_or(at, |space| at + space + 1),
        };
        let end = match line[start..].char_indices().nth(SNIPPET) {
            None => line.len(),
            Some((length, _)) => {
                let end = start + length;
                let space = line[start..end].rfind(' ').map(|space| start + space);
                space.filter(|space| *space >= first.end).unwrap_or(end.max(first.end))
            }
        };
        let ellipsis = || Piece { text: "…".to_owned(), is_found: false };
        let before = (start > 0).then(ellipsis);
        let after = (end < line.len()).then(ellipsis);
        Some(before.into_iter().chain(self.pieces(&line[start..end])).chain(after).collect())
    }

    /// Where they are, in order, apart from each other.
    fn found(&self, text: &str) -> Vec<Range<usize>> {
        let words = fold::words(text);
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest = self.phrases.iter().filter_map(|phrase| phrase.matches(&words[at..])).max();
            match longest {
                Some(count) => {
                    let range = words[at].range.start..words[at + count - 1].range.end;
                    match found.last_mut().filter(|last| last.end == range.start) {
                        Some(last) => last.end = range.end,
                        None => found.push(range),
                    }
                    at += count;
                }
                None => at += 1,
            }
        }
        found
    }
}

impl Phrase {
    /// How many words it is of the first ones, if it is.
    fn matches(&self, words: &[fold::Word]) -> Option<usize> {
        let count = self.words.len();
        let (last, before) = self.words.split_last()?;
        let there = words.get(..count)?;
        let is_there = before.iter().zip(there).all(|(wanted, word)| *wanted == word.text);
        let ends = if self.is_beginning {
            there[count - 1].text.starts_with(last.as_str())
        } else {
            there[count - 1].text == *last
        };
        (is_there && ends).then_some(count)
    }
}

/// A text without its line breaks, and without those signs of Markdown that stand around words and at the beginnings of lines.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_start_matches(['#', '>', '-', '*', '+', ' ']));
    let lines: Vec<String> =
        lines.filter(|line| !line.is_empty()).map(|line| line.replace(['*', '`'], "")).collect();
    lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn highlighter(parts: &[(&str, bool)]) -> Highlighter {
        let part = |(text, is_exact): &(&str, bool)| Part { text: (*text).to_owned(), is_exact: *is_exact };
        Highlighter::new(&parts.iter().map(part).collect::<Vec<_>>())
    }

    fn marked(pieces: Vec<Piece>) -> String {
        pieces
            .into_iter()
            .map(|piece| if piece.is_found { format!("[{}]", piece.text) } else { piece.text })
            .collect()
    }

    #[test]
    fn a_word_is_marked_whole_where_it_begins_so_and_nowhere_else() {
        let by = highlighter(&[("dampf", false), ("cafe", true)]);
        assert_eq!(
            marked(by.pieces("Dampfschifffahrt im Café, Volldampf")),
            "[Dampfschifffahrt] im [Café], Volldampf"
        );
        assert_eq!(marked(by.pieces("Cafés")), "Cafés");
        assert_eq!(marked(highlighter(&[("c", false)]).pieces("C cat")), "[C] cat");
    }

    #[test]
    fn words_in_quotes_are_marked_together() {
        let by = highlighter(&[("the login", true)]);
        assert_eq!(marked(by.pieces("Fix the login, the other login")), "Fix [the login], the other login");
        assert_eq!(
            marked(highlighter(&[("v1.2", false)]).pieces("Release v1.2.3 v1.20")),
            "Release [v1.2].3 v1.20"
        );
        assert_eq!(marked(highlighter(&[("索機", false)]).pieces("検索機能")), "検[索機]能");
        assert_eq!(marked(highlighter(&[("検", false), ("索", false)]).pieces("検索機能")), "[検索]機能");
    }

    #[test]
    fn nothing_that_is_typed_is_markup() {
        let by = highlighter(&[("<b>", false)]);
        assert_eq!(marked(by.pieces("a <b> c")), "a <[b]> c");
        assert_eq!(marked(highlighter(&[("%", false)]).pieces("100%")), "100%");
    }

    #[test]
    fn a_snippet_is_a_line_around_the_first_that_was_found() {
        let by = highlighter(&[("needle", false)]);
        let text = format!("# Plan\n\n{} **needle** {}", "before ".repeat(40), "after ".repeat(80));
        let snippet = marked(by.snippet(&text).expect("found"));
        assert!(snippet.starts_with("…before ") && snippet.ends_with("after…"), "{snippet}");
        assert!(snippet.contains(" [needle] after"), "{snippet}");
        assert!(snippet.chars().count() < SNIPPET + 10, "{snippet}");
        assert_eq!(by.snippet("nothing"), None);
        assert_eq!(marked(by.snippet("- a `needle`\n- b").expect("found")), "a [needle] b");
        // A word without an end, and letters of several bytes.
        let long = format!("{}needle{}", "é".repeat(300), "é".repeat(300));
        assert_eq!(by.snippet(&long), None, "it does not begin so");
        assert!(by.snippet(&format!("needle{}", "é".repeat(3000))).is_some());
        assert!(by.snippet(&format!("{} needle {}", "日本語".repeat(300), "日本語".repeat(300))).is_some());
    }
}
