//! The page of a board that needs no server, piece by piece.

use std::collections::{HashMap, HashSet};

use minijinja::HtmlEscape;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::known::Known;
use super::spool::Spool;
use super::{ExportError, Manner};
use crate::app::App;
use crate::markdown::references::{Reference, resolve};
use crate::models::board_file::reading::CardKey;
use crate::models::board_file::{BoardEntry, CardEntry, ColumnEntry, CommentEntry, FieldEntry, LabelEntry};
use crate::templates::Shell;
use crate::views::exports::{BoardPiece, CardPiece, ItemPiece};

/// The style's name, beside the page.
pub(super) const STYLE_NAME: &str = "style.css";

/// What a path keeps in an address.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// The style of the pages in an archive.
pub(super) fn style() -> String {
    [include_str!("../../static/css/board-colors.css"), include_str!("board.css")].concat()
}

pub(super) struct Page<'a> {
    app: &'a App,
    shell: Shell,
    spool: Spool,
    /// The board's cards, and their numbers.
    numbers: HashMap<Uuid, i32>,
    taken: HashSet<i32>,
    /// Where the board's files lie.
    paths: HashMap<Uuid, String>,
    /// Cards of the column at hand that are archived, and whether they have begun.
    archived: usize,
    in_archive: bool,
    has_comments: bool,
}

impl<'a> Page<'a> {
    pub async fn begin(
        app: &'a App,
        manner: Manner,
        board: &BoardEntry,
        numbers: HashMap<Uuid, i32>,
        paths: HashMap<Uuid, String>,
    ) -> Result<Self, ExportError> {
        let mut page = Self {
            app,
            shell: Shell::anonymous(manner.language),
            spool: Spool::new().await?,
            taken: numbers.values().copied().collect(),
            numbers,
            paths,
            archived: 0,
            in_archive: false,
            has_comments: false,
        };
        let (title, color) = (board.title.clone(), board.color);
        page.push(&BoardPiece::Begin { title, color, at: manner.now }).await?;
        Ok(page)
    }

    pub async fn begin_column(&mut self, column: &ColumnEntry, keys: &[CardKey]) -> Result<(), ExportError> {
        self.archived = keys.iter().filter(|key| key.is_archived).count();
        self.in_archive = false;
        let count = keys.len() - self.archived;
        let (title, archived) = (column.title.clone(), column.archived_at.is_some());
        self.push(&BoardPiece::ColumnBegins { title, count, archived }).await
    }

    pub async fn begin_card(
        &mut self,
        card: &CardEntry,
        labels: &[LabelEntry],
        fields: &[FieldEntry],
        known: &Known,
    ) -> Result<(), ExportError> {
        if card.archived_at.is_some() && !self.in_archive {
            self.in_archive = true;
            self.push(&BoardPiece::ArchiveBegins { count: self.archived }).await?;
        }
        let body = self.html(&card.body, known).await?;
        let mut items = HashMap::new();
        for list in &card.checklists {
            let mut of_list = Vec::new();
            for item in &list.items {
                let html = self.app.markdown.render_line(&item.text).await?;
                let person = item.user_id.and_then(|id| known.names.get(&id)).cloned();
                of_list.push(ItemPiece::new(item, self.resolved(&html, known), person));
            }
            items.insert(list.id, of_list);
        }
        let url = |path: &str| utf8_percent_encode(path, IN_PATH).to_string();
        let anchor = anchor(card.number, card.id);
        let piece = CardPiece::new(card, anchor, body, labels, fields, items, &known.names, url);
        self.has_comments = false;
        self.push(&BoardPiece::CardBegins(Box::new(piece))).await
    }

    pub async fn comment(&mut self, comment: &CommentEntry, known: &Known) -> Result<(), ExportError> {
        let author = comment.user_id.and_then(|id| known.names.get(&id)).cloned();
        let html = minijinja::Value::from_safe_string(self.html(&comment.body, known).await?);
        let (at, edited) = (comment.created_at, comment.edited_at.is_some());
        let is_first = !std::mem::replace(&mut self.has_comments, true);
        self.push(&BoardPiece::Comment { author, at, edited, html, is_first }).await
    }

    pub async fn end_card(&mut self) -> Result<(), ExportError> {
        self.push(&BoardPiece::CardEnds { has_comments: self.has_comments }).await
    }

    pub async fn end_column(&mut self) -> Result<(), ExportError> {
        self.push(&BoardPiece::ColumnEnds { in_archive: self.in_archive }).await
    }

    pub async fn finish(mut self) -> Result<Spool, ExportError> {
        self.push(&BoardPiece::End {}).await?;
        Ok(self.spool)
    }

    async fn push(&mut self, piece: &BoardPiece) -> Result<(), ExportError> {
        let html = self.app.templates.part(&self.shell, piece)?;
        Ok(self.spool.push(html.as_bytes()).await?)
    }

    async fn html(&self, text: &str, known: &Known) -> Result<String, ExportError> {
        let html = self.app.markdown.render(text).await?;
        Ok(self.resolved(&html, known))
    }

    /// With what it names: people by name, the board's cards and files where they are in the archive.
    fn resolved(&self, html: &str, known: &Known) -> String {
        let card = |number: i32| format!("<a href=\"#card-{number}\">#{number}</a>");
        let html = resolve(html, |reference| match reference {
            Reference::Person(handle) => known
                .by_handle
                .get(handle)
                .map(|name| format!("<span class=\"mention\" dir=\"auto\">{}</span>", HtmlEscape(name))),
            Reference::Number(number) => self.taken.contains(&number).then(|| card(number)),
            Reference::Address { card_id, .. } => self.numbers.get(&card_id).copied().map(card),
        });
        self.with_files(&html)
    }

    fn with_files(&self, html: &str) -> String {
        const BEGIN: &str = "=\"/files/";
        let mut parts = html.split(BEGIN);
        let mut linked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let id = part.get(..36).and_then(|id| Uuid::try_parse(id).ok());
            match (id.and_then(|id| self.paths.get(&id)), part.split_once('"')) {
                (Some(path), Some((_, rest))) => {
                    linked.push_str(&format!("=\"{}\"{rest}", utf8_percent_encode(path, IN_PATH)));
                }
                _ => linked.push_str(&format!("{BEGIN}{part}")),
            }
        }
        linked
    }
}

/// Where a card is on the page.
fn anchor(number: Option<i32>, id: Uuid) -> String {
    number.map_or_else(|| format!("card-{id}"), |number| format!("card-{number}"))
}
