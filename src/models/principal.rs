//! Who asks: today a user by a session; nothing but the extractor that finds it knows by what.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::session::{Session, SessionUse};
use super::theme::Theme;
use crate::language::Language;
use crate::schema::{sessions, users};
use crate::time_zone::TimeZone;

diesel::define_sql_function! {
    fn unread_notifications(person: sql_types::Uuid) -> sql_types::Integer;
}

/// A user as every page needs them: without what only their account's page shows, and without the password's hash.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct Principal {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub theme: Theme,
    /// None for the browser's.
    language: Option<String>,
    /// None for UTC.
    time_zone: Option<String>,
    /// Whether cards on boards show the names of their labels.
    pub label_names: bool,
    pub keys_off: bool,
    /// Whether others are not shown that they have a board open.
    pub presence_off: bool,
    pub updated_at: DateTime<Utc>,
    /// When the picture was made that stands for them.
    pub picture_at: Option<DateTime<Utc>>,
    /// How many lines of their inbox they have not read, up to a hundred.
    #[diesel(select_expression = unread_notifications(users::id))]
    pub unread: i32,
    /// The session by which they are known.
    #[diesel(embed)]
    pub session: SessionUse,
}

impl Principal {
    /// The language of their choice; none for the browser's, and for one that only a newer version speaks.
    pub fn language(&self) -> Option<Language> {
        Language::parse(self.language.as_deref()?)
    }

    /// The zone in which they read times.
    pub fn time_zone(&self) -> TimeZone {
        self.time_zone.as_deref().and_then(TimeZone::parse).unwrap_or_default()
    }

    /// The user with the live session of this token; none for a disabled account.
    pub async fn find(
        conn: &mut AsyncPgConnection,
        token_hashes: &[Vec<u8>],
        now: DateTime<Utc>,
    ) -> QueryResult<Option<Self>> {
        sessions::table
            .inner_join(users::table)
            .filter(Session::is_live(token_hashes, now))
            .select(Self::as_select())
            .first(conn)
            .await
            .optional()
    }
}
