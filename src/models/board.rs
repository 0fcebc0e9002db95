//! A board: columns with cards, shared by its members.

pub mod copying;
mod editing;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::color::Color;
use super::member::Member;
use super::role::Role;
use crate::schema::{boards, cards, columns_ as columns, members, users};

/// Characters.
pub const TITLE_MOST: usize = 120;
/// Boards that are open to everybody, in a list.
const OPEN_MOST: i64 = 100;
/// Boards to choose from, as many as a person can be on and some of those that everybody may change.
const EDITABLE_MOST: i64 = 2100;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = boards, check_for_backend(diesel::pg::Pg))]
pub struct Board {
    pub id: Uuid,
    pub title: String,
    pub color: Color,
    pub revision: i64,
    pub updated_at: DateTime<Utc>,
    /// What everybody with an account may do on it; none where only its members find it.
    pub open_role: Option<Role>,
    pub archived_at: Option<DateTime<Utc>>,
    /// Whether it is offered to begin other boards with.
    pub is_template: bool,
}

/// What a board is made with, or is to be.
#[derive(Clone, Copy, Debug)]
pub struct NewBoard<'a> {
    pub title: &'a str,
    pub color: Color,
}

/// A board in the list of a user's boards.
#[derive(Clone, Debug)]
pub struct ListedBoard {
    pub board: Board,
    /// None for a board that is open to everybody and not theirs.
    pub member: Option<Member>,
    /// The name of the first owner; none where all their accounts are gone.
    pub owner: Option<String>,
    /// Columns that are not archived.
    pub columns: i64,
    /// Cards that are not archived.
    pub cards: i64,
}

impl Board {
    /// A user's boards and those that are open to everybody, with their sizes, the last changed first. A fixed number of queries,
    /// however many boards; of the open ones at most a hundred.
    pub async fn of_user(conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<Vec<ListedBoard>> {
        let columns_of = || {
            columns::table
                .filter(columns::board_id.eq(boards::id).and(columns::archived_at.is_null()))
                .select(count_star())
                .single_value()
        };
        let own: Vec<(Self, Member, Option<i64>)> = members::table
            .inner_join(boards::table)
            .filter(members::user_id.eq(user_id).and(boards::deleted_at.is_null()))
            .order((boards::updated_at.desc(), boards::id.desc()))
            .select((Self::as_select(), Member::as_select(), columns_of()))
            .load(conn)
            .await?;
        let theirs = members::table.filter(members::user_id.eq(user_id)).select(members::board_id);
        let open: Vec<(Self, Option<i64>)> = boards::table
            .filter(boards::open_role.is_not_null())
            .filter(boards::deleted_at.is_null().and(boards::archived_at.is_null()))
            .filter(boards::id.ne_all(theirs))
            .order((boards::updated_at.desc(), boards::id.desc()))
            .limit(OPEN_MOST)
            .select((Self::as_select(), columns_of()))
            .load(conn)
            .await?;
        let own = own.into_iter().map(|(board, member, columns)| (board, Some(member), columns));
        let open = open.into_iter().map(|(board, columns)| (board, None, columns));
        let rows: Vec<(Self, Option<Member>, Option<i64>)> = own.chain(open).collect();
        let ids: Vec<Uuid> = rows.iter().map(|(board, ..)| board.id).collect();
        let sizes: HashMap<Uuid, i64> = cards::table
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
        // The last one of a board that is read is the first owner.
        let mut owners: HashMap<Uuid, String> = members::table
            .inner_join(users::table)
            .filter(members::board_id.eq_any(&ids).and(members::role.eq(Role::Owner)))
            .order((members::created_at.desc(), members::user_id))
            .select((members::board_id, users::name))
            .load::<(Uuid, String)>(conn)
            .await?
            .into_iter()
            .collect();
        let listed = |(board, member, columns): (Self, Option<Member>, Option<i64>)| ListedBoard {
            owner: owners.remove(&board.id),
            cards: sizes.get(&board.id).copied().unwrap_or(0),
            columns: columns.unwrap_or(0),
            board,
            member,
        };
        Ok(rows.into_iter().map(listed).collect())
    }

    /// The boards whose cards a user may change, by title: their own, and those that everybody may.
    pub async fn editable_by(mut conn: &AsyncPgConnection, user_id: Uuid) -> QueryResult<Vec<Self>> {
        let editing = members::role.eq_any([Role::Editor, Role::Owner]);
        let theirs =
            members::table.filter(members::user_id.eq(user_id).and(editing)).select(members::board_id);
        let may_edit =
            boards::id.eq_any(theirs).or(boards::open_role.is_not_distinct_from(Some(Role::Editor)));
        boards::table
            .filter(boards::deleted_at.is_null().and(boards::archived_at.is_null()))
            .filter(may_edit)
            .order((boards::title, boards::id))
            .limit(EDITABLE_MOST)
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// A board that other boards can begin with, where the user may see it.
    pub async fn template(
        mut conn: &AsyncPgConnection,
        user_id: Uuid,
        id: Uuid,
    ) -> QueryResult<Option<Self>> {
        let theirs = members::table.filter(members::user_id.eq(user_id)).select(members::board_id);
        boards::table
            .find(id)
            .filter(boards::is_template.and(boards::id.eq_any(theirs).or(boards::open_role.is_not_null())))
            .filter(boards::deleted_at.is_null().and(boards::archived_at.is_null()))
            .select(Self::as_select())
            .first(&mut conn)
            .await
            .optional()
    }

    /// The revisions of those of these boards that are not deleted.
    pub async fn revisions(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<HashMap<Uuid, i64>> {
        let live = boards::table.filter(boards::id.eq_any(ids).and(boards::deleted_at.is_null()));
        let revisions: Vec<(Uuid, i64)> = live.select((boards::id, boards::revision)).load(&mut conn).await?;
        Ok(revisions.into_iter().collect())
    }

    /// Raises the revision of all boards of a user whose name has changed: it is shown on them.
    pub(super) async fn raise_revisions(conn: &mut AsyncPgConnection, user_id: Uuid) -> QueryResult<()> {
        let of_user = members::table.filter(members::user_id.eq(user_id)).select(members::board_id);
        // In one order, so that two users of the same boards cannot wait for each other.
        let ids: Vec<Uuid> = boards::table
            .filter(boards::id.eq_any(of_user))
            .order(boards::id)
            .select(boards::id)
            .for_update()
            .load(conn)
            .await?;
        diesel::update(boards::table.filter(boards::id.eq_any(ids)))
            .set((
                boards::revision.eq(boards::revision + 1),
                boards::search_revision.eq(boards::search_revision + 1),
            ))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Erases up to `limit` boards that were deleted before `before`, with everything on them. Returns how many.
    pub async fn erase_deleted(
        conn: &mut AsyncPgConnection,
        before: DateTime<Utc>,
        limit: i64,
    ) -> QueryResult<usize> {
        let deleted = boards::table.filter(boards::deleted_at.lt(before));
        let ids: Vec<Uuid> = deleted.select(boards::id).limit(limit).load(conn).await?;
        diesel::delete(deleted.filter(boards::id.eq_any(ids))).execute(conn).await
    }
}
