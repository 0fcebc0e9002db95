//! A column of a board.

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::change::{Change, ChangeResult};
use super::event::Happened;
use super::order::{Destination, MoveError, Place, Sibling};
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

/// What a member can set on a column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSettings<'a> {
    pub title: &'a str,
    /// Cards; none for any number of them.
    pub wip_limit: Option<i32>,
}

impl Column {
    /// Adds a column at the board's end.
    pub async fn create(change: &mut Change<'_>, title: &str) -> ChangeResult<Self> {
        let board_id = change.board().id;
        let last: Option<String> = columns::table
            .filter(columns::board_id.eq(board_id))
            .select(max(columns::rank))
            .first(&mut change.conn())
            .await?;
        let column: Self = diesel::insert_into(columns::table)
            .values((
                columns::id.eq(Uuid::now_v7()),
                columns::board_id.eq(board_id),
                columns::title.eq(title),
                columns::rank.eq(rank::between(last.as_deref(), None)?),
                columns::created_at.eq(change.at()),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        let (column_id, title) = (Some(column.id), column.title.clone());
        change.record(Happened::ColumnCreated { column_id, title }).await?;
        Ok(column)
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

    /// A column, archived or not.
    pub async fn find(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Self> {
        columns::table.find(id).select(Self::as_select()).first(&mut conn).await
    }

    /// Those of these columns that are on the board.
    pub async fn find_all(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<Self>> {
        columns::table
            .filter(columns::id.eq_any(ids).and(columns::archived_at.is_null()))
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// This column, or where it is archived the nearest one that is on the board; none where all are archived.
    pub(super) async fn or_nearest(&self, change: &Change<'_>) -> QueryResult<Option<Self>> {
        if self.archived_at.is_none() {
            return Ok(Some(self.clone()));
        }
        let mut on_board = Self::of_board(change, self.board_id).await?;
        let after = on_board.iter().position(|one| one.rank > self.rank);
        let nearest = after.or(on_board.len().checked_sub(1));
        Ok(nearest.map(|index| on_board.swap_remove(index)))
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

    /// Gives the column another title or limit.
    pub async fn update(&self, change: &mut Change<'_>, new: ColumnSettings<'_>) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        if before.title == new.title && before.wip_limit == new.wip_limit {
            return Ok(());
        }
        diesel::update(columns::table.find(self.id))
            .set((columns::title.eq(new.title), columns::wip_limit.eq(new.wip_limit)))
            .execute(&mut change.conn())
            .await?;
        let (column_id, title) = (Some(self.id), new.title.to_owned());
        if before.title != title {
            let (from, to) = (before.title, title.clone());
            change.record(Happened::ColumnRenamed { column_id, from, to }).await?;
        }
        if before.wip_limit != new.wip_limit {
            let (from, to) = (before.wip_limit, new.wip_limit);
            change.record(Happened::ColumnLimited { column_id, title, from, to }).await?;
        }
        Ok(())
    }

    /// Puts the column somewhere else. One row is written, but for the rare move after which the
    /// ranks are spread anew. Nothing is written where the column is there already.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_to(&self, change: &mut Change<'_>, to: Destination<'_>) -> Result<(), MoveError> {
        let siblings = self.siblings(change).await?;
        let Some(place) = Place::find(siblings, self.id, to)? else { return Ok(()) };
        let title: String = diesel::update(columns::table.find(self.id))
            .set(columns::rank.eq(&place.to_rank))
            .returning(columns::title)
            .get_result(&mut change.conn())
            .await?;
        place.shorten(change, RankedTable::Columns).await?;
        let (from_rank, to_rank) = (Some(place.from_rank), Some(place.to_rank));
        change.record(Happened::ColumnMoved { column_id: Some(self.id), title, from_rank, to_rank }).await?;
        Ok(())
    }

    /// Takes the column off the board, with its cards. Nothing happens where it is off already.
    pub async fn archive(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        if before.archived_at.is_some() {
            return Ok(());
        }
        self.set_archived(change, Some(change.at())).await?;
        let (column_id, title) = (Some(self.id), before.title);
        change.record(Happened::ColumnArchived { column_id, title }).await
    }

    /// Puts the column back where it was. Nothing happens where it is on the board.
    pub async fn restore(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        if before.archived_at.is_none() {
            return Ok(());
        }
        self.set_archived(change, None).await?;
        let (column_id, title) = (Some(self.id), before.title);
        change.record(Happened::ColumnRestored { column_id, title }).await
    }

    async fn set_archived(&self, change: &Change<'_>, since: Option<DateTime<Utc>>) -> QueryResult<()> {
        let column = diesel::update(columns::table.find(self.id));
        column.set(columns::archived_at.eq(since)).execute(&mut change.conn()).await?;
        Ok(())
    }

    /// The column as it is under the board's lock.
    async fn as_it_is(&self, change: &Change<'_>) -> QueryResult<Self> {
        columns::table
            .find(self.id)
            .filter(columns::board_id.eq(change.board().id))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await
    }

    /// All of the board's columns in order, archived ones too.
    async fn siblings(&self, change: &Change<'_>) -> QueryResult<Vec<Sibling>> {
        columns::table
            .filter(columns::board_id.eq(self.board_id))
            .order(columns::rank)
            .select((columns::id, columns::rank, columns::archived_at.is_not_null()))
            .load(&mut change.conn())
            .await
    }
}
