//! A user's password: changed by a person who knows it or by the operator, reset by one who reads the user's mail.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::User;
use crate::models::session::Session;
use crate::queue::{NewJob, enqueue_all};
use crate::schema::users;

/// Another password of an account's.
#[derive(Clone, Copy, Debug)]
pub struct NewPassword<'a> {
    /// As a PHC string.
    pub hash: &'a str,
    /// The session that does not end.
    pub kept_session: Option<Uuid>,
}

impl User {
    /// Sets another password, ends every session but perhaps the one at hand, and takes back the wish for another
    /// address: anybody else who knew the old password is out. Enqueues `mails` with it.
    pub async fn change_password(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        new: NewPassword<'_>,
        mails: Vec<NewJob>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        conn.transaction(async |conn| {
            diesel::update(users::table.find(id))
                .set((
                    users::password_hash.eq(new.hash),
                    users::new_email.eq(None::<&str>),
                    users::updated_at.eq(now),
                ))
                .execute(conn)
                .await?;
            Session::revoke_all(conn, id, new.kept_session).await?;
            enqueue_all(conn, mails).await.map(drop)
        })
        .await
    }

    /// Sets another password by a link to this account as it was read, ends all sessions and enqueues `mails`. Whether it did: of two that come with one link, the second finds another password than it has read.
    pub async fn reset_password(
        &self,
        conn: &mut AsyncPgConnection,
        password_hash: &str,
        mails: Vec<NewJob>,
        now: DateTime<Utc>,
    ) -> QueryResult<bool> {
        let as_read = users::table.find(self.id).filter(
            users::password_hash
                .eq(&self.password_hash)
                .and(users::email.eq(&self.email))
                .and(users::disabled_at.is_null()),
        );
        conn.transaction(async |conn| {
            let changed = diesel::update(as_read)
                .set((
                    users::password_hash.eq(password_hash),
                    users::new_email.eq(None::<&str>),
                    // The link came by mail.
                    users::email_confirmed_at.eq(self.email_confirmed_at.unwrap_or(now)),
                    users::updated_at.eq(now),
                ))
                .execute(conn)
                .await?;
            if changed == 1 {
                Session::revoke_all(conn, self.id, None).await?;
                enqueue_all(conn, mails).await?;
            }
            Ok(changed == 1)
        })
        .await
    }
}
