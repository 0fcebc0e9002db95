//! A column of a board.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::{Board, or_unchanged, unchanged};
use super::event::{EventKind, NewEvent};
use super::rank::{self, RankedTable};
use crate::schema::columns_ as columns;

/// Characters.
pub const TITLE_MOST: usize = 120;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = columns, check_for_backend(diesel::pg::Pg))]
pub struct Column {
    pub id: Uuid,
    pub board_id: Uuid,
    pub title: String,
    pub rank: String,
    pub wip_limit: Option<i32>,
    pub archived_at: Option<DateTime<Utc>>,
}

/// Why a column did not go where it was sent.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is no such column on this board.
    #[error("no such column")]
    Unknown,
    /// The column it was to follow has been archived meanwhile.
    #[error("the column to follow is gone")]
    Gone,
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Column {
    /// Adds a column at the board's end.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        by: Uuid,
        title: &str,
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        conn.transaction(async |conn| {
            Board::touch(conn, board_id, now).await?;
            let siblings = Sibling::all(conn, board_id).await?;
            let last = siblings.last().map(|sibling| sibling.rank.as_str());
            let column = diesel::insert_into(columns::table)
                .values((
                    columns::id.eq(Uuid::now_v7()),
                    columns::board_id.eq(board_id),
                    columns::title.eq(title),
                    columns::rank.eq(rank::between(last, None)?),
                    columns::created_at.eq(now),
                ))
                .returning(Self::as_returning())
                .get_result(conn)
                .await?;
            NewEvent::on_board(board_id, by, EventKind::ColumnCreated { title }).record(conn, now).await?;
            Ok(column)
        })
        .await
    }

    /// A board's columns in order, without the archived ones.
    pub async fn of_board(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        columns::table
            .filter(columns::board_id.eq(board_id).and(columns::archived_at.is_null()))
            .order(columns::rank)
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// A board's archived columns, the last archived first.
    pub async fn archived_of_board(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        columns::table
            .filter(columns::board_id.eq(board_id).and(columns::archived_at.is_not_null()))
            .order((columns::archived_at.desc(), columns::id.desc()))
            .select(Self::as_select())
            .load(conn)
            .await
    }

    pub async fn update(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        (title, wip_limit): (&str, Option<i32>),
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        let changed = conn
            .transaction(async |conn| {
                Board::touch(conn, self.board_id, now).await?;
                let before: Self = columns::table.find(self.id).select(Self::as_select()).first(conn).await?;
                if before.title == title && before.wip_limit == wip_limit {
                    return unchanged();
                }
                let column = diesel::update(columns::table.find(self.id))
                    .set((columns::title.eq(title), columns::wip_limit.eq(wip_limit)))
                    .returning(Self::as_returning())
                    .get_result(conn)
                    .await?;
                if before.title != title {
                    let kind = EventKind::ColumnRenamed { from: before.title.as_str(), to: title };
                    NewEvent::on_board(self.board_id, by, kind).record(conn, now).await?;
                }
                if before.wip_limit != wip_limit {
                    let kind = EventKind::ColumnLimited { title, wip_limit };
                    NewEvent::on_board(self.board_id, by, kind).record(conn, now).await?;
                }
                Ok(Some(column))
            })
            .await;
        match or_unchanged(changed)? {
            Some(column) => Ok(column),
            None => columns::table.find(self.id).select(Self::as_select()).first(conn).await,
        }
    }

    /// Puts the column after another one, or first. One row is written, but for the rare move after which the
    /// ranks are spread anew.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_after(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        after: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<(), MoveError> {
        conn.transaction(async |conn| {
            Board::touch(conn, self.board_id, now).await?;
            let mut siblings = Sibling::all(conn, self.board_id).await?;
            siblings.retain(|sibling| sibling.id != self.id);
            let index = match after {
                None => 0,
                // After itself means: where it is.
                Some(id) if id == self.id => return Ok(()),
                Some(id) => {
                    let found =
                        siblings.iter().position(|sibling| sibling.id == id).ok_or(MoveError::Unknown)?;
                    if siblings[found].archived_at.is_some() {
                        return Err(MoveError::Gone);
                    }
                    found + 1
                }
            };
            let rank_at = |index: usize| siblings.get(index).map(|sibling| sibling.rank.as_str());
            let rank = rank::between(index.checked_sub(1).and_then(rank_at), rank_at(index))
                .map_err(diesel::result::Error::from)?;
            diesel::update(columns::table.find(self.id)).set(columns::rank.eq(&rank)).execute(conn).await?;
            if rank.len() > rank::LONGEST {
                let mut ids: Vec<Uuid> = siblings.iter().map(|sibling| sibling.id).collect();
                ids.insert(index, self.id);
                rank::respread(conn, RankedTable::Columns, &ids).await?;
            }
            let kind = EventKind::ColumnMoved { title: self.title.as_str() };
            NewEvent::on_board(self.board_id, by, kind).record(conn, now).await?;
            Ok(())
        })
        .await
    }

    pub async fn archive(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        self.set_archived(conn, by, Some(now), now).await
    }

    pub async fn restore(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        self.set_archived(conn, by, None, now).await
    }

    async fn set_archived(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let changed = conn
            .transaction(async |conn| {
                Board::touch(conn, self.board_id, now).await?;
                let is_archived = columns::table.find(self.id).select(columns::archived_at.is_not_null());
                if is_archived.first::<bool>(conn).await? == since.is_some() {
                    return unchanged();
                }
                diesel::update(columns::table.find(self.id))
                    .set(columns::archived_at.eq(since))
                    .execute(conn)
                    .await?;
                let title = self.title.as_str();
                let kind = if since.is_some() {
                    EventKind::ColumnArchived { title }
                } else {
                    EventKind::ColumnRestored { title }
                };
                NewEvent::on_board(self.board_id, by, kind).record(conn, now).await.map(Some)
            })
            .await;
        or_unchanged(changed).map(drop)
    }
}

/// A column as its neighbours see it.
#[derive(Queryable)]
struct Sibling {
    id: Uuid,
    rank: String,
    archived_at: Option<DateTime<Utc>>,
}

impl Sibling {
    /// All of a board's columns in order, archived ones too: their ranks are taken as well.
    async fn all(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        columns::table
            .filter(columns::board_id.eq(board_id))
            .order(columns::rank)
            .select((columns::id, columns::rank, columns::archived_at))
            .load(conn)
            .await
    }
}
