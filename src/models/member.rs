//! A user's role on a board, and whether the board is among their starred ones.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::role::Role;
use crate::schema::members;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = members, check_for_backend(diesel::pg::Pg))]
pub struct Member {
    pub role: Role,
    pub starred_at: Option<DateTime<Utc>>,
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
