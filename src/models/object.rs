//! An object in a store, from before its first byte until its last is gone.
//!
//! The row is written first ([`Object::begin`]) and removed last ([`Object::forget`]), so whatever dies in between
//! leaves no unknown object behind. What nothing points to any more is [`Object::unused`].

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::dsl::{AssumeNotNull, exists, not};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use uuid::Uuid;

use crate::queue::NewJob;
use crate::schema::{exports, files, objects};
use crate::storage::{Place, Store, Stored};
use crate::tasks::RemoveUnusedObjects;

/// How long a content that was replaced can still be read by a request that has begun, or through a link that was
/// given out.
pub const REPLACED_KEPT: Duration = Duration::from_mins(5);

/// The job's time is PostgreSQL's, the row's is this process': their clocks may differ by so much.
const JOB_MARGIN: Duration = Duration::from_secs(10);

/// An object that is there.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = objects, check_for_backend(diesel::pg::Pg))]
pub struct Object {
    pub key: String,
    pub store: Store,
    /// Bytes.
    #[diesel(select_expression = objects::size.assume_not_null(), select_expression_type = AssumeNotNull<objects::size>)]
    pub size: i64,
    #[diesel(select_expression = objects::sha256.assume_not_null(), select_expression_type = AssumeNotNull<objects::sha256>)]
    pub sha256: Vec<u8>,
    #[diesel(select_expression = objects::stored_at.assume_not_null(), select_expression_type = AssumeNotNull<objects::stored_at>)]
    pub stored_at: DateTime<Utc>,
}

/// What an upload takes of a board's quota, and of the site's, while it is under way.
#[derive(Clone, Copy, Debug)]
pub struct Reserved {
    pub board_id: Uuid,
    pub bytes: i64,
}

/// An object that is to go: whole, or as much of it as came.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = objects, check_for_backend(diesel::pg::Pg))]
pub struct Unused {
    #[diesel(embed)]
    pub place: PlaceRow,
    pub multipart_id: Option<String>,
    pub stored_at: Option<DateTime<Utc>>,
}

/// [`Place`] as a row has it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = objects, check_for_backend(diesel::pg::Pg))]
pub struct PlaceRow {
    pub key: String,
    pub store: Store,
}

impl Object {
    /// Where it lies.
    pub fn place(&self) -> Place {
        Place { store: self.store, key: self.key.clone() }
    }

    /// Its hash, as hexadecimal digits.
    pub fn sha256_hex(&self) -> String {
        hex::encode(&self.sha256)
    }

    /// Notes that an object is about to be written, and what it will take of a quota.
    pub async fn begin(
        conn: &mut AsyncPgConnection,
        place: &Place,
        reserved: Option<Reserved>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        diesel::insert_into(objects::table)
            .values((
                objects::key.eq(&place.key),
                objects::store.eq(place.store),
                objects::reserved.eq(reserved.map(|reserved| reserved.bytes)),
                objects::reserved_on.eq(reserved.map(|reserved| reserved.board_id)),
                objects::created_at.eq(now),
            ))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Notes under which id S3 keeps the parts of an object that is not complete.
    pub async fn note_parts(conn: &mut AsyncPgConnection, place: &Place, id: &str) -> QueryResult<()> {
        let row = diesel::update(objects::table.find(&place.key));
        row.set(objects::multipart_id.eq(id)).execute(conn).await?;
        Ok(())
    }

    /// Notes that the object is there, in the transaction that points to it.
    ///
    /// # Errors
    /// `NotFound` where it took so long that it was given up.
    pub async fn complete(
        conn: &mut AsyncPgConnection,
        place: &Place,
        stored: &Stored,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
        let completed = diesel::update(objects::table.find(&place.key))
            .filter(objects::stored_at.is_null().and(objects::condemned_at.is_null()))
            .set((
                objects::size.eq(size),
                objects::sha256.eq(&stored.sha256[..]),
                objects::stored_at.eq(now),
                objects::multipart_id.eq(None::<&str>),
            ))
            .execute(conn)
            .await?;
        if completed == 0 { Err(diesel::result::Error::NotFound) } else { Ok(()) }
    }

    /// Gives up an object that is on its way: nothing completes it any more. Whether it still was.
    pub async fn condemn(
        conn: &mut AsyncPgConnection,
        place: &Place,
        now: DateTime<Utc>,
    ) -> QueryResult<bool> {
        let under_way = objects::table.find(&place.key).filter(objects::stored_at.is_null());
        let condemned = diesel::update(under_way).set(objects::condemned_at.eq(now)).execute(conn).await?;
        Ok(condemned == 1)
    }

    /// Gives up what has been on its way since before then; how much it was.
    pub async fn condemn_stale(
        conn: &mut AsyncPgConnection,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> QueryResult<usize> {
        diesel::update(objects::table)
            .filter(objects::stored_at.is_null().and(objects::condemned_at.is_null()))
            .filter(objects::created_at.lt(before))
            .set(objects::condemned_at.eq(now))
            .execute(conn)
            .await
    }

    /// Lets go of contents that nothing has any more: removed once no download of them can be running. Each time has a job of its own.
    pub(super) async fn release(
        conn: &mut AsyncPgConnection,
        keys: &[String],
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let released = diesel::update(objects::table.filter(objects::key.eq_any(keys)));
        released.set(objects::replaced_at.eq(now)).execute(conn).await?;
        NewJob::new(&RemoveUnusedObjects::default())?.after(REPLACED_KEPT + JOB_MARGIN).enqueue(conn).await?;
        Ok(())
    }

    /// What can go: uploads that were given up or are on their way since before `stale`, and objects that no row
    /// points to, unless they were replaced less than [`REPLACED_KEPT`] ago. Those after `after`, by key.
    ///
    /// An object is completed and pointed to in one transaction, so one that is found unused stays so: a copy of a file points to what
    /// a file points to that is not deleted, and that one's row goes 30 days after it was deleted, or keeps the content for
    /// [`REPLACED_KEPT`] once it has another.
    pub async fn unused(
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
        stale: DateTime<Utc>,
        after: &str,
        most: i64,
    ) -> QueryResult<Vec<Unused>> {
        let of_file = files::table.filter(files::object_key.eq(objects::key));
        let of_export = exports::table.filter(exports::object_key.eq(objects::key.nullable()));
        let given_up = objects::condemned_at.is_not_null();
        let stale = objects::stored_at.is_null().and(objects::created_at.lt(stale));
        let unread = objects::replaced_at.is_null().or(objects::replaced_at.le(now - REPLACED_KEPT));
        let orphan = objects::stored_at.is_not_null().and(not(exists(of_file)));
        let orphan = orphan.and(not(exists(of_export))).and(unread);
        objects::table
            .filter(objects::key.gt(after))
            .filter(given_up.or(stale).or(orphan))
            .order(objects::key)
            .limit(most)
            .select(Unused::as_select())
            .load(conn)
            .await
    }

    /// Removes the row of an object that is gone.
    pub async fn forget(conn: &mut AsyncPgConnection, place: &Place) -> QueryResult<()> {
        diesel::delete(objects::table.find(&place.key)).execute(conn).await?;
        Ok(())
    }

    /// The objects that are there, those after `after`, by key. All of them, a page at a time, from `""`.
    pub async fn all_stored(conn: &mut AsyncPgConnection, after: &str, most: i64) -> QueryResult<Vec<Self>> {
        objects::table
            .filter(objects::key.gt(after).and(objects::stored_at.is_not_null()))
            .order(objects::key)
            .limit(most)
            .select(Self::as_select())
            .load(conn)
            .await
    }

    /// Which of these keys have a row that says they are in this store.
    pub async fn known(
        conn: &mut AsyncPgConnection,
        store: Store,
        keys: &[String],
    ) -> QueryResult<HashSet<String>> {
        let known: Vec<String> = objects::table
            .filter(objects::key.eq_any(keys).and(objects::store.eq(store)))
            .select(objects::key)
            .load(conn)
            .await?;
        Ok(known.into_iter().collect())
    }

    /// How many of these keys have a row, whichever store it names.
    pub async fn known_anywhere(conn: &mut AsyncPgConnection, keys: &[String]) -> QueryResult<usize> {
        let known = objects::table.filter(objects::key.eq_any(keys)).count();
        Ok(usize::try_from(known.get_result::<i64>(conn).await?).unwrap_or_default())
    }

    /// An object that is there.
    pub async fn find(conn: &mut AsyncPgConnection, key: &str) -> QueryResult<Option<Self>> {
        let stored = objects::table.find(key).filter(objects::stored_at.is_not_null());
        stored.select(Self::as_select()).first(conn).await.optional()
    }

    /// How many bytes all objects have that are there; with `except`, those that are not in that store.
    pub async fn total(conn: &mut AsyncPgConnection, except: Option<Store>) -> QueryResult<i64> {
        let mut stored = objects::table.into_boxed();
        if let Some(store) = except {
            stored = stored.filter(objects::store.ne(store));
        }
        stored.select(Self::sum_of_sizes()).first(conn).await
    }

    /// PostgreSQL adds up to a numeric; no sum of files is that large.
    fn sum_of_sizes() -> SqlLiteral<BigInt> {
        diesel::dsl::sql("coalesce(sum(objects.size), 0)::bigint")
    }

    /// Under which id S3 keeps parts of what was to lie there, if it does.
    pub async fn parts(conn: &mut AsyncPgConnection, place: &Place) -> QueryResult<Option<String>> {
        objects::table.find(&place.key).select(objects::multipart_id).first(conn).await
    }

    /// Notes that an object lies in another store now; whether it was still where it was taken from.
    pub async fn moved(&self, conn: &mut AsyncPgConnection, to: Store) -> QueryResult<bool> {
        let from = objects::table.find(&self.key).filter(objects::store.eq(self.store));
        let moved = (objects::store.eq(to), objects::multipart_id.eq(None::<&str>));
        diesel::update(from).set(moved).execute(conn).await.map(|moved| moved == 1)
    }
}

impl From<PlaceRow> for Place {
    fn from(row: PlaceRow) -> Self {
        Self { store: row.store, key: row.key }
    }
}
