//! What programs may do in a person's name: each has a token, which is a session with bounds.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::right::Right;
use super::session::Session;
use crate::schema::{api_tokens, sessions};
use crate::text_enum::text_enum;

/// Characters.
pub const NAME_MOST: usize = 60;
/// Tokens of one person.
pub const OF_USER_MOST: i64 = 50;
/// Boards that a token can be bound to.
pub const BOARDS_MOST: usize = 100;
/// Days until a token ends.
pub const DAYS_MOST: i32 = 365;

text_enum! {
    /// What a token may do. Each may do what the one before may: `scope >= Scope::Write`.
    Scope {
        /// Look.
        Read = "read",
        /// Comment and change.
        Write = "write",
        /// What owners alone may.
        Manage = "manage",
    }
}

impl Scope {
    /// What a right on a board takes.
    pub fn of(right: Right) -> Self {
        match right {
            Right::Look => Self::Read,
            Right::Comment | Right::Edit => Self::Write,
            Right::Manage => Self::Manage,
        }
    }
}

/// A token in the list of its owner's.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_tokens, check_for_backend(diesel::pg::Pg))]
pub struct ApiToken {
    #[diesel(column_name = session_id)]
    pub id: Uuid,
    pub name: String,
    pub hint: String,
    pub scope: Scope,
    pub board_ids: Vec<Uuid>,
    #[diesel(embed)]
    pub session: Session,
    #[diesel(select_expression = sessions::expires_at)]
    pub expires_at: DateTime<Utc>,
}

/// A token that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewApiToken<'a> {
    pub name: &'a str,
    pub hint: &'a str,
    pub scope: Scope,
    /// None for all boards of its owner.
    pub board_ids: &'a [Uuid],
    pub expires_at: DateTime<Utc>,
}

/// What a program may do.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_tokens, check_for_backend(diesel::pg::Pg))]
pub struct Grant {
    pub scope: Scope,
    board_ids: Vec<Uuid>,
}

impl Grant {
    pub fn reaches(&self, board_id: Uuid) -> bool {
        self.board_ids.is_empty() || self.board_ids.contains(&board_id)
    }

    /// Whether it reaches boards that are to be made.
    pub fn reaches_all(&self) -> bool {
        self.board_ids.is_empty()
    }
}

impl ApiToken {
    /// Makes a token; false where the person has as many as a person can have.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
        new: NewApiToken<'_>,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> QueryResult<bool> {
        conn.transaction(async |conn| {
            let of_user = sessions::table.filter(sessions::user_id.eq(user_id).and(sessions::is_token));
            let count: i64 = of_user.filter(sessions::expires_at.gt(now)).count().get_result(conn).await?;
            if count >= OF_USER_MOST {
                return Ok(false);
            }
            let id = Uuid::now_v7();
            diesel::insert_into(sessions::table)
                .values((
                    sessions::id.eq(id),
                    sessions::user_id.eq(user_id),
                    sessions::token_hash.eq(token_hash),
                    sessions::user_agent.eq(""),
                    sessions::is_token.eq(true),
                    sessions::created_at.eq(now),
                    sessions::last_seen_at.eq(now),
                    sessions::expires_at.eq(new.expires_at),
                ))
                .execute(conn)
                .await?;
            diesel::insert_into(api_tokens::table)
                .values((
                    api_tokens::session_id.eq(id),
                    api_tokens::name.eq(new.name),
                    api_tokens::hint.eq(new.hint),
                    api_tokens::scope.eq(new.scope),
                    api_tokens::board_ids.eq(new.board_ids),
                ))
                .execute(conn)
                .await?;
            Ok(true)
        })
        .await
    }

    /// A person's tokens that have not ended, the newest first.
    pub async fn of_user(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<Self>> {
        api_tokens::table
            .inner_join(sessions::table)
            .filter(sessions::user_id.eq(user_id).and(sessions::expires_at.gt(now)))
            .order(sessions::id.desc())
            .select(Self::as_select())
            .load(conn)
            .await
    }

    /// Ends one of this person's tokens.
    ///
    /// # Errors
    /// `NotFound` where they have no such token.
    pub async fn revoke(conn: &mut AsyncPgConnection, user_id: Uuid, id: Uuid) -> QueryResult<()> {
        let own = sessions::table.find(id).filter(sessions::user_id.eq(user_id).and(sessions::is_token));
        match diesel::delete(own).execute(conn).await? {
            0 => Err(diesel::result::Error::NotFound),
            _ => Ok(()),
        }
    }

    /// What the session of a token may do.
    pub async fn grant(conn: &mut AsyncPgConnection, session_id: Uuid) -> QueryResult<Option<Grant>> {
        api_tokens::table.find(session_id).select(Grant::as_select()).first(conn).await.optional()
    }
}
