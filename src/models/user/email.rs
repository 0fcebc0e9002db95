//! A user's e-mail address: another one, and the proof that mail reaches them there.
//!
//! Another address takes effect once it is confirmed. Until then mail goes to the old one, which can still take
//! the account back: a mistyped address locks nobody out, and neither does somebody who knows the password.

use chrono::{DateTime, Utc};
use diesel::dsl::{Eq, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{SaveError, User};
use crate::email_address::canonical;
use crate::queue::{NewJob, enqueue_all};
use crate::schema::users;

/// An address as it was typed, and by what it is found.
pub(super) fn spelled(address: &str) -> (Eq<users::email, &str>, Eq<users::canonical_email, String>) {
    (users::email.eq(address), users::canonical_email.eq(canonical(address)))
}

/// What becomes of the address when a person saves their account.
#[derive(Clone, Copy, Debug)]
pub enum EmailChange<'a> {
    /// The same, perhaps spelled in another way.
    Respelt(&'a str),
    /// Another one, once it is confirmed.
    OnceConfirmed(&'a str),
    /// Another one, where no mail could ever confirm it.
    AtOnce(&'a str),
}

impl User {
    /// Whether it is known that mail reaches the person.
    pub async fn is_confirmed(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<bool> {
        users::table.find(id).select(users::email_confirmed_at.is_not_null()).first(conn).await
    }

    /// Puts right by what addresses outside of ASCII are found: PostgreSQL has filled that in for accounts of an older version.
    ///
    pub async fn renew_canonical_emails(conn: &mut AsyncPgConnection) -> QueryResult<()> {
        let outside_ascii = sql::<Bool>("email ~ '[^ -~]'");
        let users: Vec<(Uuid, String, Option<String>)> = users::table
            .filter(outside_ascii)
            .select((users::id, users::email, users::canonical_email))
            .load(conn)
            .await?;
        for (id, email, found_by) in users {
            let right = canonical(&email);
            if found_by.as_ref() == Some(&right) {
                continue;
            }
            let renewed = diesel::update(users::table.find(id)).set(users::canonical_email.eq(right));
            match renewed.execute(conn).await.map_err(SaveError::from) {
                Ok(_) => {}
                Err(SaveError::EmailTaken) => {
                    tracing::warn!("{email} is another account's address too, in another spelling");
                }
                Err(SaveError::Query(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// The address that is to be confirmed: the one this account is to have, or else its own.
    pub fn unconfirmed_email(&self) -> Option<&str> {
        let own = self.email_confirmed_at.is_none().then_some(self.email.as_str());
        self.new_email.as_deref().or(own)
    }

    /// Confirms one of this account's two addresses; the new one then is its address, and `mails` are enqueued.
    /// Whether it did: not where the account has changed since it was read.
    ///
    /// # Errors
    /// [`SaveError::EmailTaken`] where another account has the new address by now.
    pub async fn confirm_email(
        &self,
        conn: &mut AsyncPgConnection,
        address: &str,
        mails: Vec<NewJob>,
        now: DateTime<Utc>,
    ) -> Result<bool, SaveError> {
        let changed = if self.new_email.as_deref() == Some(address) {
            conn.transaction(async |conn| {
                let as_read = users::table
                    .find(self.id)
                    .filter(users::email.eq(&self.email).and(users::new_email.eq(&self.new_email)));
                let changed = diesel::update(as_read)
                    .set((
                        spelled(address),
                        users::new_email.eq(None::<&str>),
                        users::email_confirmed_at.eq(now),
                        users::updated_at.eq(now),
                    ))
                    .execute(conn)
                    .await?;
                if changed == 1 {
                    enqueue_all(conn, mails).await?;
                }
                QueryResult::Ok(changed)
            })
            .await?
        } else {
            let as_read = users::table.find(self.id).filter(users::email.eq(address));
            diesel::update(as_read)
                .set(users::email_confirmed_at.eq(self.email_confirmed_at.unwrap_or(now)))
                .execute(conn)
                .await?
        };
        Ok(changed == 1)
    }

    /// Takes back the wish for another address.
    pub async fn keep_email(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<()> {
        diesel::update(users::table.find(id)).set(users::new_email.eq(None::<&str>)).execute(conn).await?;
        Ok(())
    }
}
