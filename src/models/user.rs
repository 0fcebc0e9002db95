//! A person with an account.

mod email;
pub mod handle;
mod password;
pub mod picture;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::theme::Theme;
use crate::email_address::canonical;
use crate::language::Language;
use crate::queue::{NewJob, enqueue_all};
use crate::schema::users;
use crate::time_zone::TimeZone;

pub use email::EmailChange;
pub use password::NewPassword;

/// Characters.
pub const NAME_MOST: usize = 100;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct User {
    pub id: Uuid,
    pub name: String,
    /// What stands behind an @ for the person.
    pub handle: String,
    pub email: String,
    pub password_hash: String,
    pub theme: Theme,
    /// None for the browser's.
    language: Option<String>,
    /// None for UTC.
    time_zone: Option<String>,
    /// Whether cards on boards show the names of their labels.
    pub label_names: bool,
    pub keys_off: bool,
    pub presence_off: bool,
    /// Whether they see their boards after signing in, however many.
    pub boards_first: bool,
    pub updated_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// The address this person wants instead.
    pub new_email: Option<String>,
    /// When the picture was made that stands for them.
    pub picture_at: Option<DateTime<Utc>>,
}

/// What a person says of themselves.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    pub name: &'a str,
    pub theme: Theme,
    /// None for the browser's.
    pub language: Option<Language>,
    pub time_zone: TimeZone,
    pub label_names: bool,
    pub keys_off: bool,
    pub presence_off: bool,
    pub boards_first: bool,
    pub email: EmailChange<'a>,
}

/// A new account's.
#[derive(Clone, Copy, Debug)]
pub struct NewUser<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub password_hash: &'a str,
    /// Whether it is known already that mail reaches them.
    pub confirmed: bool,
}

/// Why a user could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("another account has this e-mail address")]
    EmailTaken,
    #[error(transparent)]
    Query(Error),
}

impl From<Error> for SaveError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, about)
                if matches!(
                    about.constraint_name(),
                    Some("users_email_key" | "users_canonical_email_key")
                ) =>
            {
                Self::EmailTaken
            }
            _ => Self::Query(error),
        }
    }
}

impl User {
    /// Makes an account.
    ///
    /// # Errors
    /// [`SaveError::EmailTaken`], however the address is spelled.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        new: NewUser<'_>,
        now: DateTime<Utc>,
    ) -> Result<Self, SaveError> {
        loop {
            let values = (
                users::id.eq(Uuid::now_v7()),
                users::name.eq(new.name),
                users::handle.eq(handle::free_handle(handle::of_name(new.name))),
                email::spelled(new.email),
                users::password_hash.eq(new.password_hash),
                users::email_confirmed_at.eq(new.confirmed.then_some(now)),
                users::created_at.eq(now),
                users::updated_at.eq(now),
            );
            // A namesake may register at the same time; then the next handle that is free is taken.
            let insert =
                diesel::insert_into(users::table).values(values).on_conflict(users::handle).do_nothing();
            let made: Option<Self> =
                insert.returning(Self::as_returning()).get_result(conn).await.optional()?;
            if let Some(user) = made {
                return Ok(user);
            }
        }
    }

    /// Makes an account for a person who registers, and enqueues what its id makes.
    ///
    /// # Errors
    /// [`SaveError::EmailTaken`], however the address is spelled.
    pub async fn register(
        conn: &mut AsyncPgConnection,
        new: NewUser<'_>,
        mails: impl FnOnce(Uuid) -> QueryResult<Vec<NewJob>> + Send,
        now: DateTime<Utc>,
    ) -> Result<Self, SaveError> {
        conn.transaction(async |conn| {
            let user = Self::create(conn, new, now).await?;
            enqueue_all(conn, mails(user.id)?).await?;
            Ok(user)
        })
        .await
    }

    /// The language of their choice; none for the browser's, and for one that only a newer version speaks.
    pub fn language(&self) -> Option<Language> {
        Language::parse(self.language.as_deref()?)
    }

    /// The zone in which they read times; none where they have not chosen, and no browser has said it.
    pub fn time_zone(&self) -> Option<TimeZone> {
        TimeZone::parse(self.time_zone.as_deref()?)
    }

    /// Keeps the zone that their browser says, unless they have one.
    pub async fn suggest_time_zone(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        zone: TimeZone,
    ) -> QueryResult<()> {
        let without = users::table.find(id).filter(users::time_zone.is_null());
        diesel::update(without).set(users::time_zone.eq(zone.name())).execute(conn).await?;
        Ok(())
    }

    pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Self>> {
        users::table.find(id).select(Self::as_select()).first(conn).await.optional()
    }

    /// The account of this address, however it is spelled.
    pub async fn find_by_email(conn: &mut AsyncPgConnection, email: &str) -> QueryResult<Option<Self>> {
        users::table
            .filter(users::canonical_email.eq(canonical(email)))
            .select(Self::as_select())
            .first(conn)
            .await
            .optional()
    }

    pub async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Self>> {
        users::table.order(users::id).select(Self::as_select()).load(conn).await
    }

    /// Changes what the person says of themselves, and enqueues `mails` with it.
    ///
    /// # Errors
    /// [`SaveError::EmailTaken`], however the address is spelled.
    pub async fn update(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        new: Profile<'_>,
        mails: Vec<NewJob>,
        now: DateTime<Utc>,
    ) -> Result<(), SaveError> {
        conn.transaction(async |conn| {
            let user = users::table.find(id);
            let is_renamed: bool = user.select(users::name.ne(new.name)).first(conn).await?;
            if is_renamed {
                Board::raise_revisions(conn, id).await?;
            }
            diesel::update(user)
                .set((
                    users::name.eq(new.name),
                    users::theme.eq(new.theme),
                    users::language.eq(new.language.map(Language::word)),
                    users::time_zone.eq(new.time_zone.name()),
                    users::label_names.eq(new.label_names),
                    users::keys_off.eq(new.keys_off),
                    users::presence_off.eq(new.presence_off),
                    users::boards_first.eq(new.boards_first),
                    users::updated_at.eq(now),
                ))
                .execute(conn)
                .await?;
            match new.email {
                EmailChange::Respelt(email) => {
                    diesel::update(user).set(email::spelled(email)).execute(conn).await?
                }
                EmailChange::OnceConfirmed(email) => {
                    if Self::find_by_email(conn, email).await?.is_some() {
                        return Err(SaveError::EmailTaken);
                    }
                    diesel::update(user).set(users::new_email.eq(email)).execute(conn).await?
                }
                EmailChange::AtOnce(email) => {
                    let unconfirmed = users::email_confirmed_at.eq(None::<DateTime<Utc>>);
                    let nothing_to_wait_for = users::new_email.eq(None::<&str>);
                    diesel::update(user)
                        .set((email::spelled(email), unconfirmed, nothing_to_wait_for))
                        .execute(conn)
                        .await?
                }
            };
            enqueue_all(conn, mails).await?;
            Ok(())
        })
        .await
    }

    /// Lets the account in no more, or again.
    pub async fn set_disabled(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        since: Option<DateTime<Utc>>,
    ) -> QueryResult<()> {
        diesel::update(users::table.find(id)).set(users::disabled_at.eq(since)).execute(conn).await?;
        Ok(())
    }

    /// The letters that stand for a person: the first of the first and of the last word.
    pub fn initials(name: &str) -> String {
        let mut words = name.split_whitespace();
        let letters = [words.next(), words.next_back()];
        letters
            .into_iter()
            .flatten()
            .filter_map(|word| word.chars().next())
            .flat_map(char::to_uppercase)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        for (name, initials) in
            [("Ada", "A"), ("ada lovelace", "AL"), ("A B C", "AC"), ("李 雷", "李雷"), ("", "")]
        {
            assert_eq!(User::initials(name), initials);
        }
    }
}
