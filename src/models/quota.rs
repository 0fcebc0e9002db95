//! How much more may be uploaded, and what bounds it.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::object::Object;
use crate::config;
use crate::schema::{cards, files, objects};

/// What limits an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// `MAX_UPLOAD_SIZE_MB`
    Upload,
    /// `BOARD_QUOTA_MB`
    Board,
    /// `STORAGE_QUOTA_MB`
    Storage,
}

/// How many bytes may still be uploaded, and what limits them.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    pub bytes: u64,
    pub limit: Limit,
}

/// Uploads are counted one after the other: under this advisory lock.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtext('xtablo storage quota'))";

impl Quota {
    /// What is left for an upload to this board; with `freed` bytes of it that the upload takes the place of.
    pub async fn on_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        limits: &config::Files,
        freed: i64,
    ) -> QueryResult<Self> {
        let mut left = Self { bytes: limits.upload_most, limit: Limit::Upload };
        if let Some(quota) = limits.board_quota {
            let used = (of_board(conn, board_id).await? - freed).max(0);
            left = left.within(quota, used, Limit::Board);
        }
        if let Some(quota) = limits.storage_quota {
            left = left.within(quota, Object::total(conn, None).await?, Limit::Storage);
        }
        Ok(left)
    }

    /// The same inside a transaction that has begun a change of the board and takes the quota: nobody else does
    /// until its end.
    pub async fn reserve_on_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        limits: &config::Files,
        freed: i64,
    ) -> QueryResult<Self> {
        if limits.storage_quota.is_some() {
            diesel::sql_query(LOCK).execute(conn).await?;
        }
        Self::on_board(conn, board_id, limits, freed).await
    }

    /// # Errors
    /// What bounds the quota, where this is more.
    pub fn fits(self, bytes: u64) -> Result<(), Limit> {
        if bytes > self.bytes { Err(self.limit) } else { Ok(()) }
    }

    fn within(self, quota: u64, used: i64, limit: Limit) -> Self {
        let left = quota.saturating_sub(used.unsigned_abs());
        if left < self.bytes { Self { bytes: left, limit } } else { self }
    }
}

async fn of_board(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<i64> {
    files::table
        .inner_join(objects::table)
        .inner_join(cards::table)
        .filter(files::board_id.eq(board_id))
        .filter(files::deleted_at.is_null().and(cards::deleted_at.is_null()))
        .select(Object::sum_of_sizes())
        .first(conn)
        .await
}
