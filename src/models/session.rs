//! A signed-in browser, or a program with a token ([`super::api_token`]). The token is known here by its hash alone.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{And, EqAny, Gt, IsNull, exists};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::user::User;
use crate::schema::{sessions, users};

/// A session that is not used for so long ends.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);

/// A session that is used ends after this all the same.
const LIFETIME_MOST: TimeDelta = TimeDelta::days(365);

/// A user's sessions; with one more the one that was used longest ago ends.
pub const SESSIONS_MOST: i64 = 100;

/// How stale `last_seen_at` may get: a write every few minutes instead of one a request.
const TOUCH_AFTER: TimeDelta = TimeDelta::minutes(10);

/// The same for a program's.
const TOKEN_TOUCH_AFTER: TimeDelta = TimeDelta::minutes(1);

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct Session {
    pub id: Uuid,
    pub user_id: Uuid,
    pub user_agent: String,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// A session as each request uses it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct SessionUse {
    pub id: Uuid,
    token_hash: Vec<u8>,
    created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

type IsLive<'a> = And<
    And<EqAny<sessions::token_hash, &'a [Vec<u8>]>, Gt<sessions::expires_at, DateTime<Utc>>>,
    IsNull<users::disabled_at>,
>;

impl Session {
    /// Begins a session for a user as they were read when they proved who they are. Whether it did: none begins with
    /// a password that has been changed since, because the change has ended all sessions there were.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        user: &User,
        token_hash: &[u8],
        user_agent: &str,
        address: Option<String>,
        now: DateTime<Utc>,
    ) -> QueryResult<bool> {
        let as_read = users::table
            .find(user.id)
            .filter(users::password_hash.eq(&user.password_hash).and(users::disabled_at.is_null()));
        conn.transaction(async |conn| {
            // Waits for a change of the password that is under way, and makes the next one wait for this session.
            let unchanged = as_read.select(users::id).for_share().first::<Uuid>(conn).await.optional()?;
            if unchanged.is_none() {
                return Ok(false);
            }
            diesel::insert_into(sessions::table)
                .values((
                    sessions::id.eq(Uuid::now_v7()),
                    sessions::user_id.eq(user.id),
                    sessions::token_hash.eq(token_hash),
                    sessions::user_agent.eq(user_agent),
                    sessions::address.eq(address),
                    sessions::created_at.eq(now),
                    sessions::last_seen_at.eq(now),
                    sessions::expires_at.eq(now + LIFETIME),
                ))
                .execute(conn)
                .await?;
            let past_the_most = sessions::table
                .filter(sessions::user_id.eq(user.id).and(sessions::is_token.eq(false)))
                .order((sessions::last_seen_at.desc(), sessions::id.desc()))
                .offset(SESSIONS_MOST)
                .select(sessions::id);
            let past_the_most: Vec<Uuid> = past_the_most.load(conn).await?;
            diesel::delete(sessions::table.filter(sessions::id.eq_any(past_the_most))).execute(conn).await?;
            Ok(true)
        })
        .await
    }

    /// Picks the session of this token out of sessions with their users, if it has not ended and its user is not
    /// disabled. Every look-up of a session is made with this.
    pub(super) fn is_live(token_hashes: &[Vec<u8>], now: DateTime<Utc>) -> IsLive<'_> {
        sessions::token_hash
            .eq_any(token_hashes)
            .and(sessions::expires_at.gt(now))
            .and(users::disabled_at.is_null())
    }

    /// Whether the session has not ended.
    pub async fn lives(mut conn: &AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
        let live = sessions::table.find(id).filter(sessions::expires_at.gt(now));
        diesel::select(exists(live)).get_result(&mut conn).await
    }

    /// Those of these sessions that have not ended, of users who are not disabled.
    pub async fn live_among(
        mut conn: &AsyncPgConnection,
        ids: &[Uuid],
        now: DateTime<Utc>,
    ) -> QueryResult<HashSet<Uuid>> {
        let live: Vec<Uuid> = sessions::table
            .inner_join(users::table)
            .filter(sessions::id.eq_any(ids).and(sessions::expires_at.gt(now)))
            .filter(users::disabled_at.is_null())
            .select(sessions::id)
            .load(&mut conn)
            .await?;
        Ok(live.into_iter().collect())
    }

    /// A user's live sessions in browsers, the last used first.
    pub async fn of_user(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<Self>> {
        sessions::table
            .filter(sessions::user_id.eq(user_id).and(sessions::expires_at.gt(now)))
            .filter(sessions::is_token.eq(false))
            .order((sessions::last_seen_at.desc(), sessions::id.desc()))
            .select(Self::as_select())
            .load(conn)
            .await
    }

    /// Ends the session of this token, if there is one.
    pub async fn end(conn: &mut AsyncPgConnection, token_hashes: &[Vec<u8>]) -> QueryResult<()> {
        diesel::delete(sessions::table.filter(sessions::token_hash.eq_any(token_hashes)))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Deletes up to `limit` sessions that had expired at `by`. Returns how many.
    pub async fn erase_expired(
        conn: &mut AsyncPgConnection,
        by: DateTime<Utc>,
        limit: i64,
    ) -> QueryResult<usize> {
        let expired = sessions::table.filter(sessions::expires_at.le(by));
        let ids: Vec<Uuid> = expired.select(sessions::id).limit(limit).load(conn).await?;
        diesel::delete(expired.filter(sessions::id.eq_any(ids))).execute(conn).await
    }

    /// Ends one session of this user's in a browser.
    ///
    /// # Errors
    /// `NotFound` where the user has no such session.
    pub async fn revoke(conn: &mut AsyncPgConnection, user_id: Uuid, id: Uuid) -> QueryResult<()> {
        let own =
            sessions::table.find(id).filter(sessions::user_id.eq(user_id).and(sessions::is_token.eq(false)));
        let ended = diesel::delete(own).execute(conn).await?;
        if ended == 0 { Err(diesel::result::Error::NotFound) } else { Ok(()) }
    }

    /// Ends all sessions of a user in browsers, but perhaps the one at hand.
    pub async fn revoke_all(
        conn: &mut AsyncPgConnection,
        user_id: Uuid,
        but: Option<Uuid>,
    ) -> QueryResult<()> {
        let all = sessions::table.filter(sessions::user_id.eq(user_id).and(sessions::is_token.eq(false)));
        match but {
            Some(kept) => diesel::delete(all.filter(sessions::id.ne(kept))).execute(conn).await?,
            None => diesel::delete(all).execute(conn).await?,
        };
        Ok(())
    }
}

impl SessionUse {
    /// Notes that a program has used its token, from where, if that is not known since lately; its end stays.
    pub async fn touch_token(
        &self,
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        address: Option<String>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let is_known = self.last_seen_at > self.created_at && now - self.last_seen_at < TOKEN_TOUCH_AFTER;
        if is_known && token_hash == self.token_hash {
            return Ok(());
        }
        // A first use in the moment in which it was made is one all the same.
        let seen = now.max(self.created_at + TimeDelta::microseconds(1));
        diesel::update(sessions::table.find(self.id))
            .set((
                sessions::last_seen_at.eq(seen),
                sessions::address.eq(address),
                sessions::token_hash.eq(token_hash),
            ))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Moves the session's end forward, if it has not been for a while, and the session to the current secret.
    pub async fn touch(
        &self,
        conn: &mut AsyncPgConnection,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        if now - self.last_seen_at < TOUCH_AFTER && token_hash == self.token_hash {
            return Ok(());
        }
        let ends = (now + LIFETIME).min(self.created_at + LIFETIME_MOST);
        diesel::update(sessions::table.find(self.id))
            .set((
                sessions::last_seen_at.eq(now),
                sessions::expires_at.eq(ends),
                sessions::token_hash.eq(token_hash),
            ))
            .execute(conn)
            .await?;
        Ok(())
    }
}
