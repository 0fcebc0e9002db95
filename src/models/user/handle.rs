//! A person's handle: what stands behind an @ for them.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::User;
use crate::models::board::Board;
use crate::schema::{old_handles, users};

/// Characters.
pub const LEAST: usize = 2;
/// Characters.
pub const MOST: usize = 30;
/// How long a handle that was given up still leads to its person, and is nobody else's.
const LEADS_ON: TimeDelta = TimeDelta::days(365);
/// Words that mean something else where people are named.
const RESERVED: [&str; 5] = ["all", "everybody", "everyone", "me", "none"];

/// Why a handle was not changed.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    #[error("another account has this handle")]
    Taken,
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

diesel::define_sql_function! {
    fn free_handle(wanted: sql_types::Text) -> sql_types::Text;
}

/// A name in letters that a handle can have; what the database does not find there it leaves out.
pub(super) fn of_name(name: &str) -> String {
    deunicode::deunicode(name)
}

/// The handle as it is kept, if that is one: 2 to 30 of a-z, 0-9 and `-`.
pub fn parse(text: &str) -> Option<String> {
    let handle = text.trim().trim_start_matches('@').to_ascii_lowercase();
    let is_one = (LEAST..=MOST).contains(&handle.len())
        && handle.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let names_somebody = handle.bytes().any(|byte| byte != b'-');
    (is_one && names_somebody).then_some(handle)
}

impl User {
    /// Gives the person another handle; the old one leads to them for a year.
    ///
    /// # Errors
    /// [`HandleError::Taken`], also by the handle that another person had until lately.
    pub async fn change_handle(
        conn: &mut AsyncPgConnection,
        id: Uuid,
        handle: &str,
        now: DateTime<Utc>,
    ) -> Result<(), HandleError> {
        if RESERVED.contains(&handle) {
            return Err(HandleError::Taken);
        }
        let changed = conn.transaction(async |conn| {
            let user = users::table.find(id);
            let old: String = user.select(users::handle).for_update().first(conn).await?;
            if old == handle {
                return Ok(());
            }
            let of_another = old_handles::table
                .find(handle)
                .filter(old_handles::user_id.ne(id).and(old_handles::expires_at.gt(now)));
            if diesel::select(diesel::dsl::exists(of_another)).get_result(conn).await? {
                return Err(HandleError::Taken);
            }
            Board::raise_revisions(conn, id).await?;
            diesel::update(user)
                .set((users::handle.eq(handle), users::updated_at.eq(now)))
                .execute(conn)
                .await?;
            diesel::delete(old_handles::table.find(handle)).execute(conn).await?;
            let leads_on = (old_handles::user_id.eq(id), old_handles::expires_at.eq(now + LEADS_ON));
            diesel::insert_into(old_handles::table)
                .values((old_handles::handle.eq(&old), leads_on))
                .on_conflict(old_handles::handle)
                .do_update()
                .set(leads_on)
                .execute(conn)
                .await?;
            Ok(())
        });
        changed.await.map_err(|error: HandleError| match &error {
            HandleError::Query(diesel::result::Error::DatabaseError(_, about))
                if about.constraint_name() == Some("users_handle_key") =>
            {
                HandleError::Taken
            }
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_read_whatever_its_case() {
        for (text, handle) in [("ada", "ada"), (" @Ada-2 ", "ada-2"), ("a1", "a1")] {
            assert_eq!(parse(text).as_deref(), Some(handle));
        }
        for bad in ["", "a", "a b", "ä-b", "a_b", &"a".repeat(31)] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_name_in_any_script_makes_a_handle() {
        for (name, written) in [("Jürgen Groß", "Jurgen Gross"), ("李雷", "Li Lei "), ("Ёлка", "Iolka")]
        {
            assert_eq!(of_name(name).trim(), written.trim(), "{name}");
        }
    }
}
