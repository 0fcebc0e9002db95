//! What people take along: exports, from the wish until they are gone again. What is in one is [`super::board_file`]'s; making it is a job.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::object::Object;
use super::role::{Role, member_role};
use crate::language::Language;
use crate::queue::NewJob;
use crate::schema::{boards, exports, members, objects, users};
use crate::storage::{Place, Stored};
use crate::tasks::MakeExport;
use crate::text_enum::text_enum;

/// How long an export is there once it is made; as long as one that never is.
pub const KEPT: TimeDelta = TimeDelta::days(1);

text_enum! {
    /// Why an export could not be made.
    Failure {
        /// It would be more than `STORAGE_QUOTA_MB`, or than the store has room for.
        NoRoom = "no_room",
        /// What happened is in the worker's log.
        Broken = "broken",
    }
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = exports, check_for_backend(diesel::pg::Pg))]
pub struct Export {
    pub id: Uuid,
    pub user_id: Uuid,
    /// None for all boards of the person.
    pub board_id: Option<Uuid>,
    language: String,
    object_key: Option<String>,
    /// Cards and files that were written, and how many there are; 0 before it was begun.
    pub done: i32,
    pub total: i32,
    /// Files that could not be read.
    pub missing: i32,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub made_at: Option<DateTime<Utc>>,
    pub failure: Option<Failure>,
}

/// An export that somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct NewExport {
    pub user_id: Uuid,
    /// None for all boards of the person.
    pub board_id: Option<Uuid>,
    /// Of its pages.
    pub language: Language,
}

/// A board that an export has.
#[derive(Clone, Debug, Queryable)]
pub struct ExportedBoard {
    pub id: Uuid,
    pub title: String,
    /// Of whom it is for.
    pub role: Role,
}

impl ExportedBoard {
    /// A board with all that is on it.
    pub async fn for_operator(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Option<Self>> {
        let live = boards::table.find(id).filter(boards::deleted_at.is_null());
        let title: Option<String> = live.select(boards::title).first(&mut conn).await.optional()?;
        Ok(title.map(|title| Self { id, title, role: Role::Owner }))
    }
}

impl Export {
    /// Begins an export. One that is under way stays, one that is made or has failed makes room.
    pub async fn begin(conn: &mut AsyncPgConnection, new: NewExport, now: DateTime<Utc>) -> QueryResult<()> {
        conn.transaction(async |conn| {
            let over = exports::made_at.is_not_null().or(exports::failure.is_not_null());
            let of_person = exports::user_id.eq(new.user_id);
            let same = exports::board_id.is_not_distinct_from(new.board_id);
            let before: Vec<Option<String>> =
                diesel::delete(exports::table.filter(of_person.and(same).and(over.or(is_over(now)))))
                    .returning(exports::object_key)
                    .get_results(conn)
                    .await?;
            Object::release(conn, &keys(before), now).await?;
            let id = Uuid::now_v7();
            let begun = diesel::insert_into(exports::table)
                .values((
                    exports::id.eq(id),
                    exports::user_id.eq(new.user_id),
                    exports::board_id.eq(new.board_id),
                    exports::language.eq(new.language.word()),
                    exports::created_at.eq(now),
                    exports::expires_at.eq(now + KEPT),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
            if begun == 1 {
                NewJob::new(&MakeExport { export_id: id })?.enqueue(conn).await?;
            }
            Ok(())
        })
        .await
    }

    /// A person's export of a board, or of all; as long as it is there.
    pub async fn of(
        mut conn: &AsyncPgConnection,
        user_id: Uuid,
        board_id: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<Self>> {
        exports::table
            .filter(exports::user_id.eq(user_id).and(exports::board_id.is_not_distinct_from(board_id)))
            .filter(exports::expires_at.gt(now))
            .select(Self::as_select())
            .first(&mut conn)
            .await
            .optional()
    }

    /// One that is still to be made.
    pub async fn unmade(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Option<Self>> {
        exports::table
            .find(id)
            .filter(exports::made_at.is_null().and(exports::failure.is_null()))
            .select(Self::as_select())
            .first(&mut conn)
            .await
            .optional()
    }

    /// What was made; none while it is not.
    pub async fn object(&self, conn: &mut AsyncPgConnection) -> QueryResult<Option<Object>> {
        match self.object_key.as_deref().filter(|_| self.made_at.is_some()) {
            Some(key) => Object::find(conn, key).await,
            None => Ok(None),
        }
    }

    pub fn language(&self) -> Language {
        Language::parse(&self.language).unwrap_or_default()
    }

    /// The boards that it has, by title, as its person may see them by now: the one, or all of which they are a member.
    pub async fn boards(&self, mut conn: &AsyncPgConnection) -> QueryResult<Vec<ExportedBoard>> {
        let live = boards::table.filter(boards::deleted_at.is_null());
        if let Some(board_id) = self.board_id {
            let role = member_role(boards::id, Some(self.user_id));
            let board: Option<(Uuid, String, Option<Role>)> = live
                .filter(boards::id.eq(board_id))
                .select((boards::id, boards::title, role))
                .first(&mut conn)
                .await
                .optional()?;
            let seen = board.and_then(|(id, title, role)| Some(ExportedBoard { id, title, role: role? }));
            return Ok(seen.into_iter().collect());
        }
        Self::boards_of(conn, self.user_id).await
    }

    /// The boards of which a person is a member, by title; none of a disabled account.
    pub async fn boards_of(mut conn: &AsyncPgConnection, user_id: Uuid) -> QueryResult<Vec<ExportedBoard>> {
        members::table
            .inner_join(boards::table)
            .inner_join(users::table)
            .filter(members::user_id.eq(user_id).and(users::disabled_at.is_null()))
            .filter(boards::deleted_at.is_null())
            .order((boards::title, boards::id))
            .select((boards::id, boards::title, members::role))
            .load(&mut conn)
            .await
    }

    /// Notes where it is being written. Gives what an attempt before this one has left, which died.
    pub async fn write_to(
        &self,
        conn: &mut AsyncPgConnection,
        place: &Place,
    ) -> QueryResult<Option<(Place, Option<String>)>> {
        let before = self.left_behind(conn).await?;
        let row = diesel::update(exports::table.find(self.id)).filter(exports::made_at.is_null());
        let noted = row.set(exports::object_key.eq(&place.key)).execute(conn).await?;
        if noted == 0 { Err(diesel::result::Error::NotFound) } else { Ok(before) }
    }

    async fn left_behind(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> QueryResult<Option<(Place, Option<String>)>> {
        let key = exports::table.find(self.id).select(exports::object_key).first(conn).await?;
        let key: String = match key {
            Some(key) => key,
            None => return Ok(None),
        };
        let unfinished = objects::table.find(&key).filter(objects::stored_at.is_null());
        let row = unfinished.select((objects::store, objects::multipart_id)).first(conn).await.optional()?;
        Ok(row.map(|(store, parts)| (Place { store, key }, parts)))
    }

    /// Notes how far it has come; whether anybody still wants it.
    pub async fn note(
        mut conn: &AsyncPgConnection,
        id: Uuid,
        done: usize,
        total: usize,
    ) -> QueryResult<bool> {
        let number = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let noted = diesel::update(exports::table.find(id))
            .filter(exports::made_at.is_null())
            .set((exports::done.eq(number(done)), exports::total.eq(number(total))))
            .execute(&mut conn)
            .await?;
        Ok(noted == 1)
    }

    /// It is there, in one transaction with its content. It is kept for [`KEPT`] from now on.
    ///
    /// # Errors
    /// `NotFound` where nobody wants it any more, or another attempt has made it.
    pub async fn complete(
        &self,
        conn: &mut AsyncPgConnection,
        place: &Place,
        stored: &Stored,
        missing: usize,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        Object::complete(conn, place, stored, now).await?;
        let made = diesel::update(exports::table.find(self.id))
            .filter(exports::made_at.is_null().and(exports::object_key.eq(&place.key)))
            .set((
                exports::made_at.eq(now),
                exports::done.eq(exports::total),
                exports::missing.eq(i32::try_from(missing).unwrap_or(i32::MAX)),
                exports::expires_at.eq(now + KEPT),
            ))
            .execute(conn)
            .await?;
        if made == 0 { Err(diesel::result::Error::NotFound) } else { Ok(()) }
    }

    /// It cannot be made.
    pub async fn fail(mut conn: &AsyncPgConnection, id: Uuid, failure: Failure) -> QueryResult<()> {
        let row = diesel::update(exports::table.find(id)).filter(exports::made_at.is_null());
        row.set(exports::failure.eq(failure)).execute(&mut conn).await?;
        Ok(())
    }

    /// Nobody may have it any more.
    pub async fn forget(&self, mut conn: &AsyncPgConnection) -> QueryResult<()> {
        diesel::delete(exports::table.find(self.id)).execute(&mut conn).await?;
        Ok(())
    }

    /// Removes up to `limit` of those whose time is over, and has their contents removed. Returns how many.
    pub async fn erase_expired(
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
        limit: i64,
    ) -> QueryResult<usize> {
        conn.transaction(async |conn| {
            let over = exports::table.filter(is_over(now)).order(exports::expires_at).limit(limit);
            let ids: Vec<Uuid> = over.select(exports::id).load(conn).await?;
            let erased: Vec<Option<String>> = diesel::delete(exports::table.filter(exports::id.eq_any(ids)))
                .returning(exports::object_key)
                .get_results(conn)
                .await?;
            let count = erased.len();
            Object::release(conn, &keys(erased), now).await?;
            Ok(count)
        })
        .await
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn is_over(now: DateTime<Utc>) -> _ {
    exports::expires_at.le(now)
}

fn keys(of_rows: Vec<Option<String>>) -> Vec<String> {
    of_rows.into_iter().flatten().collect()
}
