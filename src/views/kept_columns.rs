//! Boards' columns as HTML, kept while nothing changes them: they are the same for all readers with the same rights, language and
//! time zone, and most of what a board's page costs.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use uuid::Uuid;

use super::boards::HeadMembers;
use crate::error::AppResult;
use crate::language::Language;
use crate::time_zone::TimeZone;

/// Bytes of HTML that are kept: some hundred boards, or a few large ones.
const KEPT: u64 = 32 << 20;

/// What the columns look different for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    pub board_id: Uuid,
    pub revision: i64,
    pub can_edit: bool,
    pub language: Language,
    pub zone: TimeZone,
    /// What marks of blocked cards depend on besides the board itself.
    pub blockers: Option<String>,
}

#[derive(Clone, Debug)]
pub struct RenderedColumns {
    pub html: Value,
    /// Whether there is any column.
    pub are_some: bool,
    /// Those of the board's head, who come with the same queries.
    pub members: HeadMembers,
    /// Until when they look like this: dates look different as time goes by.
    pub valid_until: DateTime<Utc>,
}

pub struct KeptColumns(Cache<Version, Arc<RenderedColumns>, Bytes>);

impl Default for KeptColumns {
    fn default() -> Self {
        Self(Cache::with_weighter(256, KEPT, Bytes))
    }
}

impl KeptColumns {
    /// The columns of a version, rendered where they are not kept. Readers who want the same at once wait for one rendering.
    ///
    /// # Errors
    /// Those of rendering them.
    pub async fn get(
        &self,
        version: Version,
        now: DateTime<Utc>,
        render: impl Future<Output = AppResult<RenderedColumns>>,
    ) -> AppResult<Arc<RenderedColumns>> {
        self.0.remove_if(&version, |kept| kept.valid_until <= now);
        self.0.get_or_insert_async(&version, async { render.await.map(Arc::new) }).await
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Version, Arc<RenderedColumns>> for Bytes {
    fn weight(&self, _: &Version, kept: &Arc<RenderedColumns>) -> u64 {
        // The people and the keys beside it.
        kept.html.as_str().map_or(0, str::len) as u64 + 1024
    }
}
