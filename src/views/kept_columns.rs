//! Boards' columns as HTML, kept while nothing changes them: they are the same for all readers with the same rights, language and
//! time zone, and most of what a board's page costs. After a change the columns that it touched are rendered, and no others.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::boards::HeadMembers;
use super::choice::Choice;
use crate::error::AppResult;
use crate::language::Language;
use crate::models::column::Column;
use crate::time_zone::TimeZone;

/// Bytes of HTML that are kept: some hundred boards, or a few large ones.
const KEPT: u64 = 32 << 20;

/// What the columns of a board look different for, besides what is on them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    pub board_id: Uuid,
    pub can_edit: bool,
    pub language: Language,
    pub zone: TimeZone,
}

/// How new they have to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub revision: i64,
    /// What marks of blocked cards depend on besides the board itself; none where any will do.
    pub blockers: Option<Option<String>>,
    pub now: DateTime<Utc>,
}

#[derive(Debug)]
pub struct RenderedColumn {
    pub id: Uuid,
    /// What is its own, without its cards.
    pub column: Column,
    pub html: Value,
    /// Another one for other HTML.
    pub tag: String,
    /// Until when it looks like this: dates look different as time goes by.
    pub valid_until: DateTime<Utc>,
}

impl RenderedColumn {
    pub fn new(column: Column, html: String, valid_until: DateTime<Utc>) -> Self {
        Self { id: column.id, column, tag: tag(&html), html: Value::from_safe_string(html), valid_until }
    }

    /// The face of a card in it, and a tag of that.
    pub fn face(&self, card_id: Uuid) -> Option<(&str, String)> {
        let (_, face) = self.faces().find(|(id, _)| *id == card_id)?;
        Some((face, tag(face)))
    }

    /// The faces of its cards, in order. Where one begins and ends is what `cards/_card.html` says.
    pub fn faces(&self) -> impl Iterator<Item = (Uuid, &str)> {
        let mut rest = self.html.as_str().unwrap_or_default();
        std::iter::from_fn(move || {
            let face = &rest[rest.find(FACE)?..];
            let (face, after) = face.split_at(face.find(FACE_END)? + FACE_END.len());
            rest = after;
            let id = face.get(FACE.len()..FACE.len() + uuid::fmt::Hyphenated::LENGTH)?;
            Some((id.parse().ok()?, face))
        })
    }

    /// The column for a page on which it takes its place by itself, beside what else it was answered with.
    pub fn beside(&self) -> Value {
        let html = self.html.as_str().unwrap_or_default();
        Value::from_safe_string(html.replacen("<section", "<section hx-swap-oob=\"morph\"", 1))
    }
}

const FACE: &str = "<li id=\"card-";
const FACE_END: &str = "</li>";

#[derive(Debug)]
pub struct RenderedColumns {
    pub revision: i64,
    pub blockers: Option<String>,
    /// In order.
    pub columns: Vec<Arc<RenderedColumn>>,
    /// Those of the board's head, who come with the same queries.
    pub members: HeadMembers,
    /// What new cards can begin with.
    pub templates: Vec<Choice>,
    /// Whether columns say what their cards come to.
    pub has_sums: bool,
}

impl RenderedColumns {
    /// The faces of these columns' cards.
    pub fn faces(&self, ids: &[Uuid]) -> HashMap<Uuid, &str> {
        let columns = ids.iter().filter_map(|id| self.column(*id));
        columns.flat_map(|column| column.faces()).collect()
    }

    pub fn column(&self, id: Uuid) -> Option<&Arc<RenderedColumn>> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// Until when all of them look like this, if anything does end it.
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.columns.iter().map(|column| column.valid_until).min()
    }

    fn is(&self, wanted: &Wanted) -> bool {
        self.revision >= wanted.revision
            && wanted.blockers.as_ref().is_none_or(|blockers| *blockers == self.blockers)
            && self.valid_until().is_none_or(|until| wanted.now < until)
    }

    fn bytes(&self) -> u64 {
        self.columns.iter().map(|column| column.html.as_str().map_or(0, str::len) as u64 + 256).sum()
    }
}

pub struct KeptColumns(Cache<Variant, Kept, Bytes>);

/// The columns that were rendered last, with their weight as it was when they were put there.
#[derive(Clone)]
struct Kept {
    columns: Arc<Mutex<Option<Arc<RenderedColumns>>>>,
    bytes: u64,
}

impl Default for KeptColumns {
    fn default() -> Self {
        Self(Cache::with_weighter(256, KEPT, Bytes))
    }
}

impl KeptColumns {
    /// The columns as they are wanted, or newer. Where they are not kept, `render` is given what is and makes them of it;
    /// readers who want the same at once wait for one rendering.
    ///
    /// # Errors
    /// Those of rendering them.
    pub async fn get(
        &self,
        variant: Variant,
        wanted: &Wanted,
        render: impl AsyncFnOnce(Option<Arc<RenderedColumns>>) -> AppResult<RenderedColumns>,
    ) -> AppResult<Arc<RenderedColumns>> {
        let empty = || Ok::<_, std::convert::Infallible>(Kept { columns: Arc::default(), bytes: 0 });
        let Ok(kept) = self.0.get_or_insert_with(&variant, empty);
        let mut columns = kept.columns.lock().await;
        if let Some(known) = columns.as_ref().filter(|known| known.is(wanted)) {
            return Ok(Arc::clone(known));
        }
        let rendered = Arc::new(render(columns.clone()).await?);
        *columns = Some(Arc::clone(&rendered));
        let again = Kept { columns: Arc::clone(&kept.columns), bytes: rendered.bytes() };
        self.0.insert(variant, again);
        Ok(rendered)
    }
}

/// Short, and another one for another text.
fn tag(html: &str) -> String {
    hex::encode(&Sha256::digest(html.as_bytes())[..8])
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Variant, Kept> for Bytes {
    fn weight(&self, _: &Variant, kept: &Kept) -> u64 {
        // The people and the keys beside it.
        kept.bytes + 1024
    }
}
