//! Who is on a board, with which role: members.

mod changing;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::filter::words::Words;
use super::role::{Role, member_role};
use crate::schema::{boards, former_members, members, users};

pub use changing::{Joining, MemberError};

/// What a person is on a board.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = members, check_for_backend(diesel::pg::Pg))]
pub struct Member {
    pub role: Role,
    pub starred_at: Option<DateTime<Utc>>,
}

/// A person with an account, as far as others see them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    pub handle: String,
    /// When the picture was made that stands for them; none where their initials do.
    pub picture_at: Option<DateTime<Utc>>,
}

/// A member in the list of a board's.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = members, check_for_backend(diesel::pg::Pg))]
pub struct ListedMember {
    #[diesel(embed)]
    pub person: Person,
    #[diesel(select_expression = users::email)]
    pub email: String,
    #[diesel(select_expression = users::disabled_at)]
    pub disabled_at: Option<DateTime<Utc>>,
    pub role: Role,
    #[diesel(column_name = created_at)]
    pub since: DateTime<Utc>,
}

impl Member {
    pub async fn create(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        user_id: Uuid,
        role: Role,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        diesel::insert_into(members::table)
            .values((
                members::board_id.eq(board_id),
                members::user_id.eq(user_id),
                members::role.eq(role),
                members::created_at.eq(now),
            ))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// A board's members, owners first.
    pub async fn of_board(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<ListedMember>> {
        let mut all: Vec<ListedMember> = members::table
            .inner_join(users::table)
            .filter(members::board_id.eq(board_id))
            .order((members::created_at, members::user_id))
            .select(ListedMember::as_select())
            .load(&mut conn)
            .await?;
        all.sort_by_key(|member| std::cmp::Reverse(member.role));
        Ok(all)
    }

    /// Those of these people who may look at the board.
    pub async fn who_may_look(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        user_ids: &[Uuid],
    ) -> QueryResult<HashSet<Uuid>> {
        let role = member_role(board_id, users::id.nullable());
        let allowed: Vec<Uuid> = users::table
            .filter(users::id.eq_any(user_ids).and(users::disabled_at.is_null()).and(role.is_not_null()))
            .select(users::id)
            .load(&mut conn)
            .await?;
        Ok(allowed.into_iter().collect())
    }

    /// Whether the person was on the board until they left or were removed.
    pub async fn was_on(conn: &mut AsyncPgConnection, board_id: Uuid, user_id: Uuid) -> QueryResult<bool> {
        diesel::select(exists(former_members::table.find((board_id, user_id)))).get_result(conn).await
    }

    /// A board's members whose name or handle begins with the text or holds it, those it begins first; up to `limit`.
    pub async fn search(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        words: &Words,
        limit: i64,
    ) -> QueryResult<Vec<Person>> {
        let begins = words.beginning();
        let is_first = users::handle.ilike(begins.clone()).or(users::name.ilike(begins));
        members::table
            .inner_join(users::table)
            .filter(members::board_id.eq(board_id).and(users::disabled_at.is_null()))
            .filter(users::name.ilike(words.pattern()).or(users::handle.ilike(words.pattern())))
            .order((is_first.desc(), users::name, users::id))
            .limit(limit)
            .select(Person::as_select())
            .load(conn)
            .await
    }

    /// The boards of which nobody but this person is an owner who can sign in: their titles.
    pub async fn owned_alone(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
    ) -> QueryResult<Vec<(Uuid, String)>> {
        let (mine, theirs) = diesel::alias!(members as mine, members as theirs);
        let others = theirs
            .inner_join(users::table.on(users::id.eq(theirs.field(members::user_id))))
            .filter(theirs.field(members::board_id).eq(mine.field(members::board_id)))
            .filter(theirs.field(members::role).eq(Role::Owner).and(users::id.ne(user_id)))
            .filter(users::disabled_at.is_null());
        mine.inner_join(boards::table.on(boards::id.eq(mine.field(members::board_id))))
            .filter(mine.field(members::user_id).eq(user_id).and(mine.field(members::role).eq(Role::Owner)))
            .filter(boards::deleted_at.is_null().and(diesel::dsl::not(exists(others))))
            .order(boards::title)
            .select((boards::id, boards::title))
            .load(conn)
            .await
    }

    /// Puts the board among this user's starred ones, or takes it out.
    pub async fn star(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        user_id: Uuid,
        since: Option<DateTime<Utc>>,
    ) -> QueryResult<()> {
        diesel::update(members::table.find((board_id, user_id)))
            .set(members::starred_at.eq(since))
            .execute(conn)
            .await?;
        Ok(())
    }
}
