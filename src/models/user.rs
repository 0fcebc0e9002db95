//! A person with an account.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::theme::Theme;
use crate::schema::users;

/// Characters.
pub const NAME_MOST: usize = 100;

diesel::define_sql_function! { fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text; }

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct User {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub password_hash: String,
    pub theme: Theme,
    pub updated_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
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
                if about.constraint_name() == Some("users_email_key") =>
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
    /// [`SaveError::EmailTaken`], whatever the address' case.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        name: &str,
        email: &str,
        password_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, SaveError> {
        let values = (
            users::id.eq(Uuid::now_v7()),
            users::name.eq(name),
            users::email.eq(email),
            users::password_hash.eq(password_hash),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        );
        let user = diesel::insert_into(users::table).values(values).returning(Self::as_returning());
        Ok(user.get_result(conn).await?)
    }

    /// The account of this address, whatever its case.
    pub async fn find_by_email(conn: &mut AsyncPgConnection, email: &str) -> QueryResult<Option<Self>> {
        users::table
            .filter(lower(users::email).eq(lower(email)))
            .select(Self::as_select())
            .first(conn)
            .await
            .optional()
    }

    pub async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Self>> {
        users::table.order(users::id).select(Self::as_select()).load(conn).await
    }

    /// Changes what the person says of themselves.
    ///
    /// # Errors
    /// [`SaveError::EmailTaken`], whatever the address' case.
    pub async fn update(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        (name, email, theme): (&str, &str, Theme),
        now: DateTime<Utc>,
    ) -> Result<(), SaveError> {
        diesel::update(users::table.find(id))
            .set((
                users::name.eq(name),
                users::email.eq(email),
                users::theme.eq(theme),
                users::updated_at.eq(now),
            ))
            .execute(conn)
            .await?;
        Ok(())
    }

    pub async fn set_password_hash(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        password_hash: &str,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        diesel::update(users::table.find(id))
            .set((users::password_hash.eq(password_hash), users::updated_at.eq(now)))
            .execute(conn)
            .await?;
        Ok(())
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
