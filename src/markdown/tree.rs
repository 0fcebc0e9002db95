//! What comes between a text's tree and its HTML. Depth and cells are bounded here, since browsers and sanitizers take time
//! by the depth, and a table of few letters can have very many cells. What is beyond is shown as it was typed.

use comrak::Arena;
use comrak::nodes::{Ast, AstNode, LineColumn, Node, NodeLink, NodeValue, Sourcepos};

use super::inline_html::{OpenTags, escape, pieces};
use super::references;

/// Levels of quotes, lists, emphasis and tags in each other.
const DEPTH_LIMIT: usize = 32;

/// Cells of one table, those that its short rows lack included.
const CELLS_LIMIT: usize = 5_000;

/// Where links may lead. Other addresses are shown as text.
pub const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// The level of a text's first headings: below the card's title.
const TOP_HEADING: u8 = 2;

/// Whether a table has more than [`CELLS_LIMIT`] cells. Counted before parsing, which fills up short rows with cells: a line of
/// dashes and bars is taken to begin a table that goes on to the next blank line.
pub fn has_oversized_table(source: &str) -> bool {
    let (mut columns, mut rows) = (0_usize, 0_usize);
    for line in source.lines() {
        let bars = line.bytes().filter(|byte| *byte == b'|').count();
        let is_delimiter =
            line.contains('-') && line.bytes().all(|byte| b"|-: \t>*+.)0123456789".contains(&byte));
        if is_delimiter && bars >= columns {
            (columns, rows) = (bars + 1, 1);
        } else if line.trim().is_empty() {
            (columns, rows) = (0, 0);
        } else if columns > 0 {
            rows += 1;
        }
        if columns * rows > CELLS_LIMIT {
            return true;
        }
    }
    false
}

/// Bounds the tree, and settles what of it becomes which HTML.
pub fn tame<'a>(arena: &'a Arena<'a>, root: Node<'a>, source: &str) {
    Taming { arena, lines: source.lines().collect() }.children(root, 0);
}

struct Taming<'a, 's> {
    arena: &'a Arena<'a>,
    lines: Vec<&'s str>,
}

impl<'a> Taming<'a, '_> {
    /// Goes through a node's children, which are at this depth.
    fn children(&self, parent: Node<'a>, depth: usize) {
        let mut open = OpenTags::default();
        let mut next = parent.first_child();
        while let Some(node) = next {
            next = node.next_sibling();
            self.node(node, depth + open.len(), &mut open);
        }
        let closing = open.close();
        if !closing.is_empty() {
            parent.append(self.raw(closing));
        }
    }

    fn node(&self, node: Node<'a>, depth: usize, open: &mut OpenTags) {
        if depth >= DEPTH_LIMIT && node.first_child().is_some() {
            self.replace_by_source(node);
            return;
        }
        let room = DEPTH_LIMIT.saturating_sub(depth - open.len());
        let mut ast = node.data_mut();
        let raw = match &mut ast.value {
            NodeValue::HtmlBlock(html) => Some(block_html(&html.literal, room, open)),
            NodeValue::HtmlInline(html) => {
                let mut raw = String::new();
                pieces(html).iter().for_each(|piece| open.write(piece, room, &mut raw));
                Some(raw)
            }
            NodeValue::Heading(heading) => {
                heading.level = (heading.level + TOP_HEADING - 1).min(6);
                None
            }
            NodeValue::Image(link) => {
                let link =
                    std::mem::replace(link, Box::new(NodeLink { url: String::new(), title: String::new() }));
                if node.first_child().is_none() {
                    node.append(self.text(link.url.clone()));
                }
                ast.value = NodeValue::Link(link);
                None
            }
            _ => None,
        };
        let raw = raw.or_else(|| match &ast.value {
            NodeValue::Text(text) if !is_in_link(node) => references::mark(text),
            NodeValue::Link(link) => references::mark_link(node, &link.url),
            _ => None,
        });
        if let Some(raw) = raw {
            ast.value = NodeValue::Raw(raw);
            drop(ast);
            while let Some(child) = node.first_child() {
                child.detach();
            }
            return;
        }
        let refused = match &ast.value {
            NodeValue::Link(link) if !may_lead_to(&link.url) => Some(link.url.clone()),
            _ => None,
        };
        drop(ast);
        self.children(node, depth + 1);
        if let Some(url) = refused {
            self.unwrap_link(node, &url);
        }
    }

    /// The link's text, and its address as text where that is another.
    fn unwrap_link(&self, link: Node<'a>, url: &str) {
        let shown: String = link.descendants().filter_map(text_of).collect();
        while let Some(child) = link.first_child() {
            link.insert_before(child);
        }
        if shown != url && !url.is_empty() {
            link.insert_before(self.text(format!(" ({url})")));
        }
        link.detach();
    }

    /// The node as it was typed.
    fn replace_by_source(&self, node: Node<'a>) {
        let is_block = node.data().value.block();
        let position = node.data().sourcepos;
        let typed = self
            .typed(position, is_block)
            .unwrap_or_else(|| node.descendants().filter_map(text_of).collect());
        while let Some(child) = node.first_child() {
            child.detach();
        }
        let mut html = String::new();
        escape(&typed, &mut html);
        // Rows and items stay what they are, with the text in them, for the sake of their siblings.
        let value = node.data().value.clone();
        match value {
            NodeValue::Item(_) | NodeValue::TaskItem(_) | NodeValue::TableRow(_) | NodeValue::TableCell => {
                node.append(self.raw(html));
            }
            _ if is_block => node.data_mut().value = NodeValue::Raw(format!("<p>{html}</p>\n")),
            _ => node.data_mut().value = NodeValue::Raw(html),
        }
    }

    /// The source between two places; `None` where they are not in it.
    fn typed(&self, Sourcepos { start, end }: Sourcepos, is_block: bool) -> Option<String> {
        let lines = self.lines.get(start.line.checked_sub(1)?..end.line)?;
        let (first, rest) = lines.split_first()?;
        let Some((last, between)) = rest.split_last() else {
            let end = if is_block { first.len() } else { end.column.min(first.len()) };
            return first.get(start.column.checked_sub(1)?..end).map(str::to_owned);
        };
        let mut typed = first.get(start.column.checked_sub(1)?..)?.to_owned();
        for line in between {
            typed = typed + "\n" + line;
        }
        let end = if is_block { last.len() } else { end.column.min(last.len()) };
        Some(typed + "\n" + last.get(..end)?)
    }

    fn text(&self, text: String) -> Node<'a> {
        self.leaf(NodeValue::Text(text.into()))
    }

    fn raw(&self, html: String) -> Node<'a> {
        self.leaf(NodeValue::Raw(html))
    }

    fn leaf(&self, value: NodeValue) -> Node<'a> {
        self.arena.alloc(AstNode::new(Ast::new(value, LineColumn { line: 1, column: 1 }).into()))
    }
}

/// A block of raw HTML, which goes on to the next blank line.
fn block_html(literal: &str, room: usize, open: &mut OpenTags) -> String {
    let mut html = String::new();
    let mut in_paragraph = false;
    for piece in pieces(literal.trim_end()) {
        use super::inline_html::Piece;
        let is_block =
            matches!(piece, Piece::Open("details" | "summary") | Piece::Close("details" | "summary"));
        let is_blank = matches!(piece, Piece::Text(text) if text.trim().is_empty());
        if is_blank && !in_paragraph {
            continue;
        }
        if in_paragraph && is_block {
            html.push_str("</p>");
            in_paragraph = false;
        } else if !in_paragraph && !is_block && !open.is_in("summary") {
            html.push_str("<p>");
            in_paragraph = true;
        }
        match piece {
            Piece::Text(text) => escape(text.trim_matches('\n'), &mut html),
            piece => open.write(&piece, room, &mut html),
        }
    }
    if in_paragraph {
        html.push_str("</p>");
    }
    html.push('\n');
    html
}

fn is_in_link(node: Node<'_>) -> bool {
    // The node itself is being changed.
    node.ancestors().skip(1).any(|above| matches!(above.data().value, NodeValue::Link(_)))
}

fn text_of(node: Node<'_>) -> Option<String> {
    match &node.data().value {
        NodeValue::Text(text) => Some(text.to_string()),
        NodeValue::Code(code) => Some(code.literal.clone()),
        NodeValue::SoftBreak | NodeValue::LineBreak => Some("\n".to_owned()),
        _ => None,
    }
}

/// Addresses of these schemes, and those without one, which lead to this site.
fn may_lead_to(url: &str) -> bool {
    match url.split_once(':') {
        Some((scheme, _))
            if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            SCHEMES.iter().any(|allowed| allowed.eq_ignore_ascii_case(scheme))
        }
        // A colon behind a slash or the like belongs to a path.
        Some((before, _)) => before.contains(['/', '?', '#']),
        None => true,
    }
}
