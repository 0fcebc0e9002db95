//! A board: columns with cards, shared by its members.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::color::Color;
use super::event::{EventKind, NewEvent};
use super::member::Member;
use super::role::Role;
use crate::schema::{boards, cards, columns_ as columns, members};

/// Characters.
pub const TITLE_MOST: usize = 120;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = boards, check_for_backend(diesel::pg::Pg))]
pub struct Board {
    pub id: Uuid,
    pub title: String,
    pub color: Color,
    pub revision: i64,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
}

/// A board in the list of a user's boards.
#[derive(Clone, Debug)]
pub struct ListedBoard {
    pub board: Board,
    pub member: Member,
    /// Columns that are not archived.
    pub columns: i64,
    /// Cards that are not archived.
    pub cards: i64,
}

impl Board {
    /// Makes a board that `owner` owns.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        owner: Uuid,
        title: &str,
        color: Color,
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        conn.transaction(async |conn| {
            let board: Self = diesel::insert_into(boards::table)
                .values((
                    boards::id.eq(Uuid::now_v7()),
                    boards::title.eq(title),
                    boards::color.eq(color),
                    boards::created_at.eq(now),
                    boards::updated_at.eq(now),
                ))
                .returning(Self::as_returning())
                .get_result(conn)
                .await?;
            Member::create(conn, board.id, owner, Role::Owner, now).await?;
            NewEvent::on_board(board.id, owner, EventKind::BoardCreated { title }).record(conn, now).await?;
            Ok(board)
        })
        .await
    }

    /// A user's boards with their sizes, the last changed first. Two queries, however many boards.
    pub async fn of_user(conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<Vec<ListedBoard>> {
        let rows: Vec<(Self, Member, Option<i64>)> = members::table
            .inner_join(boards::table)
            .filter(members::user_id.eq(user_id).and(boards::deleted_at.is_null()))
            .order((boards::updated_at.desc(), boards::id.desc()))
            .select((
                Self::as_select(),
                Member::as_select(),
                columns::table
                    .filter(columns::board_id.eq(boards::id).and(columns::archived_at.is_null()))
                    .select(count_star())
                    .single_value(),
            ))
            .load(conn)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|(board, ..)| board.id).collect();
        let sizes: std::collections::HashMap<Uuid, i64> = cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .filter(cards::board_id.eq_any(&ids))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .filter(columns::archived_at.is_null())
            .group_by(cards::board_id)
            .select((cards::board_id, count_star()))
            .load::<(Uuid, i64)>(conn)
            .await?
            .into_iter()
            .collect();
        let listed = |(board, member, columns): (Self, Member, Option<i64>)| ListedBoard {
            cards: sizes.get(&board.id).copied().unwrap_or(0),
            columns: columns.unwrap_or(0),
            board,
            member,
        };
        Ok(rows.into_iter().map(listed).collect())
    }

    /// Begins a change of anything on the board, inside the caller's transaction: raises the revision, and holds
    /// the board's row until the end. Changes of one board therefore come one after the other, each sees what
    /// the one before did, and no two can wait for each other.
    ///
    /// # Errors
    /// `NotFound` where the board was deleted meanwhile.
    pub async fn touch(conn: &mut AsyncPgConnection, board_id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
        let touched = diesel::update(boards::table.find(board_id))
            .filter(boards::deleted_at.is_null())
            .set((boards::revision.eq(boards::revision + 1), boards::updated_at.eq(at)))
            .execute(conn)
            .await?;
        if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    pub async fn update(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        (title, color): (&str, Color),
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        let changed = conn
            .transaction(async |conn| {
                Self::touch(conn, self.id, now).await?;
                // Compared with what is there now: somebody else may have saved since this was read.
                let before: Self = boards::table.find(self.id).select(Self::as_select()).first(conn).await?;
                if before.title == title && before.color == color {
                    return unchanged();
                }
                let board = diesel::update(boards::table.find(self.id))
                    .set((boards::title.eq(title), boards::color.eq(color)))
                    .returning(Self::as_returning())
                    .get_result(conn)
                    .await?;
                if before.title != title {
                    let kind = EventKind::BoardRenamed { from: before.title.as_str(), to: title };
                    NewEvent::on_board(self.id, by, kind).record(conn, now).await?;
                }
                if before.color != color {
                    NewEvent::on_board(self.id, by, EventKind::BoardRecolored { color: color.word() })
                        .record(conn, now)
                        .await?;
                }
                Ok(Some(board))
            })
            .await;
        match or_unchanged(changed)? {
            Some(board) => Ok(board),
            None => boards::table.find(self.id).select(Self::as_select()).first(conn).await,
        }
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
                Self::touch(conn, self.id, now).await?;
                let is_archived = boards::table.find(self.id).select(boards::archived_at.is_not_null());
                if is_archived.first::<bool>(conn).await? == since.is_some() {
                    return unchanged();
                }
                diesel::update(boards::table.find(self.id))
                    .set(boards::archived_at.eq(since))
                    .execute(conn)
                    .await?;
                let kind =
                    if since.is_some() { EventKind::BoardArchived {} } else { EventKind::BoardRestored {} };
                NewEvent::on_board(self.id, by, kind).record(conn, now).await.map(Some)
            })
            .await;
        or_unchanged(changed).map(drop)
    }

    /// Takes the board away from everybody. The row stays 30 days, for an operator to bring back.
    pub async fn delete(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        conn.transaction(async |conn| {
            Self::touch(conn, self.id, now).await?;
            diesel::update(boards::table.find(self.id)).set(boards::deleted_at.eq(now)).execute(conn).await?;
            NewEvent::on_board(self.id, by, EventKind::BoardDeleted {}).record(conn, now).await
        })
        .await
    }

    /// Erases up to `most` boards that were deleted before then, with all that hangs on them; how many it were.
    pub async fn erase_deleted(
        conn: &mut AsyncPgConnection,
        before: DateTime<Utc>,
        most: i64,
    ) -> QueryResult<usize> {
        let deleted = boards::table.filter(boards::deleted_at.lt(before));
        let ids: Vec<Uuid> = deleted.select(boards::id).limit(most).load(conn).await?;
        diesel::delete(deleted.filter(boards::id.eq_any(ids))).execute(conn).await
    }
}

/// Ends a change that has found nothing to change: its transaction is rolled back, the raised revision with it.
pub(super) fn unchanged<T>() -> QueryResult<Option<T>> {
    Err(Error::RollbackTransaction)
}

/// What a change gives; none where it was [`unchanged`].
pub(super) fn or_unchanged<T>(changed: QueryResult<Option<T>>) -> QueryResult<Option<T>> {
    match changed {
        Err(Error::RollbackTransaction) => Ok(None),
        changed => changed,
    }
}
