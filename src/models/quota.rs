//! How much more may be uploaded, and what bounds it.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::change::Change;
use crate::config;
use crate::schema::{cards, files, objects};

/// Bytes that a file counts for at least, since an empty one takes room too.
pub const LEAST: u64 = 4096;

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

/// An upload that a quota is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub board_id: Uuid,
    /// Bytes of the board's that it takes the place of.
    pub freed: i64,
    /// Its object, where that is under way already and so has room reserved.
    pub object: Option<&'a str>,
}

impl Quota {
    /// What is left for this upload.
    pub async fn left(
        conn: &mut AsyncPgConnection,
        asked: Asked<'_>,
        limits: &config::Files,
    ) -> QueryResult<Self> {
        let mut left = Self { bytes: limits.upload_most, limit: Limit::Upload };
        if let Some(quota) = limits.board_quota {
            let used = of_board(conn, asked.board_id).await? - asked.freed;
            let under_way = under_way(conn, asked, Some(asked.board_id)).await?;
            left = left.within(quota, used.max(0) + under_way, Limit::Board);
        }
        if let Some(quota) = limits.storage_quota {
            let used = of_site(conn).await? + under_way(conn, asked, None).await?;
            left = left.within(quota, used, Limit::Storage);
        }
        Ok(left)
    }

    /// The same in a transaction that takes of the quota: nobody else does until its end.
    pub async fn left_to_take(
        conn: &mut AsyncPgConnection,
        asked: Asked<'_>,
        limits: &config::Files,
    ) -> QueryResult<Self> {
        if limits.storage_quota.is_some() || limits.board_quota.is_some() {
            diesel::sql_query(LOCK).execute(conn).await?;
        }
        Self::left(conn, asked, limits).await
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

/// Whether files of these cards, which lie in the stores already, have room on a board as well. The instance's own quota is not
/// asked: nothing more is stored.
///
/// # Errors
/// Inside: what bounds them.
pub(super) async fn fits_copies(
    conn: &mut AsyncPgConnection,
    board_id: Uuid,
    card_ids: &[Uuid],
    limits: &config::Files,
) -> QueryResult<Result<(), Limit>> {
    let Some(quota) = limits.board_quota else { return Ok(Ok(())) };
    let asked = Asked { board_id, freed: 0, object: None };
    let used = of_board(conn, board_id).await? + under_way(conn, asked, Some(board_id)).await?;
    let more: i64 = files::table
        .inner_join(objects::table)
        .filter(files::card_id.eq_any(card_ids).and(files::deleted_at.is_null()))
        .select(charged())
        .first(conn)
        .await?;
    let fits = more == 0 || used.unsigned_abs() + more.unsigned_abs() <= quota;
    Ok(if fits { Ok(()) } else { Err(Limit::Board) })
}

/// The same in the transaction that puts them onto the change's board: nobody else takes of the quota until its end.
pub(super) async fn take_for_copies(
    change: &mut Change<'_>,
    card_ids: &[Uuid],
    limits: &config::Files,
) -> QueryResult<Result<(), Limit>> {
    if limits.board_quota.is_some() {
        diesel::sql_query(LOCK).execute(change).await?;
    }
    let board_id = change.board().id;
    fits_copies(change, board_id, card_ids, limits).await
}

/// Whether the instance has room for so many bytes more that count on no board.
pub async fn has_room(conn: &mut AsyncPgConnection, bytes: u64, limits: &config::Files) -> QueryResult<bool> {
    let Some(quota) = limits.storage_quota else { return Ok(true) };
    let asked = Asked { board_id: Uuid::nil(), freed: 0, object: None };
    let used = of_site(conn).await? + under_way(conn, asked, None).await?;
    Ok(used.unsigned_abs() + bytes <= quota)
}

/// The same in a transaction that takes them: nobody else takes of the quota until its end.
pub async fn take_room(
    conn: &mut AsyncPgConnection,
    bytes: u64,
    limits: &config::Files,
) -> QueryResult<bool> {
    if limits.storage_quota.is_some() {
        diesel::sql_query(LOCK).execute(conn).await?;
    }
    has_room(conn, bytes, limits).await
}

async fn of_board(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<i64> {
    files::table
        .inner_join(objects::table)
        .inner_join(cards::table)
        .filter(files::board_id.eq(board_id))
        .filter(files::deleted_at.is_null().and(cards::deleted_at.is_null()))
        .select(charged())
        .first(conn)
        .await
}

async fn of_site(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    objects::table.filter(objects::stored_at.is_not_null()).select(charged()).first(conn).await
}

/// What other uploads have reserved, on one board or everywhere.
async fn under_way(
    conn: &mut AsyncPgConnection,
    asked: Asked<'_>,
    board_id: Option<Uuid>,
) -> QueryResult<i64> {
    let mut others = objects::table
        .filter(objects::stored_at.is_null().and(objects::condemned_at.is_null()))
        .filter(objects::key.ne(asked.object.unwrap_or_default()))
        .into_boxed();
    if let Some(board_id) = board_id {
        others = others.filter(objects::reserved_on.eq(board_id));
    }
    others.select(sql::<BigInt>("coalesce(sum(objects.reserved), 0)::bigint")).first(conn).await
}

/// PostgreSQL adds up to a numeric; no sum of files is that large. The number is [`LEAST`].
fn charged() -> SqlLiteral<BigInt> {
    sql("coalesce(sum(greatest(objects.size, 4096)), 0)::bigint")
}
