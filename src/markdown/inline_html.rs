//! The few HTML tags that people write in Markdown and mean. Every other tag is shown as it was typed.

/// With no attributes: `<kbd>`, `</kbd>`, `<br>`, `<br/>`.
const TAGS: [&str; 6] = ["br", "details", "kbd", "sub", "summary", "sup"];

/// A piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Break,
    Open(&'static str),
    Close(&'static str),
}

/// Cuts raw HTML at the tags that work.
pub fn pieces(html: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest, mut searched) = (Vec::new(), html, 0);
    while let Some(start) = rest[searched..].find('<').map(|at| at + searched) {
        match tag(&rest[start..]) {
            Some((piece, length)) => {
                if start > 0 {
                    pieces.push(Piece::Text(&rest[..start]));
                }
                pieces.push(piece);
                rest = &rest[start + length..];
                searched = 0;
            }
            None => searched = start + 1,
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The tag that the text begins with, and its length.
fn tag(html: &str) -> Option<(Piece<'static>, usize)> {
    // Looked for no further than the longest tag, `</details>`: there may be as many `<` as characters.
    let name_end = html.bytes().take(12).position(|byte| byte == b'>')?;
    let inner = html.get(1..name_end)?;
    let (closes, name) = inner.strip_prefix('/').map_or((false, inner), |name| (true, name));
    let name = name.trim_end_matches('/').trim_end();
    let name = TAGS.iter().find(|tag| tag.eq_ignore_ascii_case(name))?;
    let piece = match (*name, closes) {
        ("br", _) => Piece::Break,
        (name, true) => Piece::Close(name),
        (name, false) => Piece::Open(name),
    };
    Some((piece, name_end + 1))
}

/// The tags that are open in one container, so that each is closed in it.
#[derive(Default)]
pub struct OpenTags(Vec<&'static str>);

impl OpenTags {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this tag is the innermost one.
    pub fn is_in(&self, name: &str) -> bool {
        self.0.last() == Some(&name)
    }

    /// HTML for a piece: a tag that is allowed here, or the text as it was typed. No more than `room` are open at once.
    pub fn write(&mut self, piece: &Piece<'_>, room: usize, html: &mut String) {
        match piece {
            Piece::Text(text) => escape(text, html),
            Piece::Break => html.push_str("<br>"),
            Piece::Open(name) if self.0.len() < room => {
                self.0.push(name);
                *html += &format!("<{name}>");
            }
            Piece::Open(name) => escape(&format!("<{name}>"), html),
            Piece::Close(name) if self.0.last() == Some(name) => {
                self.0.pop();
                *html += &format!("</{name}>");
            }
            Piece::Close(name) => escape(&format!("</{name}>"), html),
        }
    }

    /// Closes what is still open.
    pub fn close(&mut self) -> String {
        let tags: Vec<String> = self.0.drain(..).rev().map(|name| format!("</{name}>")).collect();
        tags.concat()
    }
}

/// Text as HTML that shows it, line by line.
pub fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("<br>\n"),
            letter => html.push(letter),
        }
    }
}
