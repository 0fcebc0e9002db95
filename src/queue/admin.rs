//! What an operator asks of the queue and does to it.

use chrono::{DateTime, Utc};
use diesel::deserialize::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

/// Every state, in a job's order of life.
pub const STATES: [&str; 5] = ["available", "running", "completed", "discarded", "cancelled"];

/// A job, with everything that is known of it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Entry {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub queue: String,
    #[diesel(sql_type = Jsonb)]
    pub payload: Value,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = SmallInt)]
    pub priority: i16,
    #[diesel(sql_type = Timestamptz)]
    pub run_at: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    pub attempt: i32,
    #[diesel(sql_type = Integer)]
    pub max_attempts: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub lease_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub leased_by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub unique_key: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub finished_at: Option<DateTime<Utc>>,
}

/// Which jobs: those that are all of this. What is none asks for anything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<String>,
    pub queue: Option<String>,
    pub kind: Option<String>,
}

/// The `limit` newest jobs, newest first.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(conn: &mut AsyncPgConnection, filter: &Filter, limit: i64) -> QueryResult<Vec<Entry>> {
    diesel::sql_query(
        "SELECT * FROM jobs
         WHERE state = coalesce($1, state) AND queue = coalesce($2, queue) AND kind = coalesce($3, kind)
         ORDER BY id DESC LIMIT $4",
    )
    .bind::<Nullable<Text>, _>(&filter.state)
    .bind::<Nullable<Text>, _>(&filter.queue)
    .bind::<Nullable<Text>, _>(&filter.kind)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await
}

/// # Errors
/// PostgreSQL's.
pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Entry>> {
    diesel::sql_query("SELECT * FROM jobs WHERE id = $1")
        .bind::<diesel::sql_types::Uuid, _>(id)
        .get_result(conn)
        .await
        .optional()
}

/// Makes jobs run again from the first attempt, now: those given up, and those that wait. Not those that run or
/// have been completed. Gives the ids of those it did.
///
/// # Errors
/// PostgreSQL's.
pub async fn retry(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    let changed: Vec<Changed> = diesel::sql_query(
        "WITH changed AS (
             UPDATE jobs SET state = 'available', attempt = 0, run_at = now(), finished_at = NULL
             WHERE id = ANY ($1) AND state IN ('available', 'discarded', 'cancelled')
             RETURNING id, queue
         )
         SELECT id, pg_notify('jobs', queue)::text FROM changed",
    )
    .bind::<Array<diesel::sql_types::Uuid>, _>(ids)
    .load(conn)
    .await?;
    Ok(changed.into_iter().map(|changed| changed.id).collect())
}

/// Gives jobs up that wait or run; a worker that runs one breaks it off when it next extends the lease. Gives the
/// ids of those it did.
///
/// # Errors
/// PostgreSQL's.
pub async fn discard(conn: &mut AsyncPgConnection, ids: &[Uuid], reason: &str) -> QueryResult<Vec<Uuid>> {
    let changed: Vec<Changed> = diesel::sql_query(
        "UPDATE jobs SET state = 'discarded', finished_at = now(), last_error = $2, unique_key = NULL,
                         lease_until = NULL, leased_by = NULL
         WHERE id = ANY ($1) AND state IN ('available', 'running')
         RETURNING id",
    )
    .bind::<Array<diesel::sql_types::Uuid>, _>(ids)
    .bind::<Text, _>(reason)
    .load(conn)
    .await?;
    Ok(changed.into_iter().map(|changed| changed.id).collect())
}

#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
}

/// How many jobs of a queue and kind are in a state.
#[derive(Clone, Debug, QueryableByName)]
pub struct Count {
    #[diesel(sql_type = Text)]
    pub queue: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = BigInt)]
    pub jobs: i64,
}

/// Every job there is, counted. Reads the whole table.
///
/// # Errors
/// PostgreSQL's.
pub async fn counts(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Count>> {
    diesel::sql_query(
        "SELECT queue, kind, state, count(*) AS jobs FROM jobs GROUP BY queue, kind, state ORDER BY queue, kind, state",
    )
    .load(conn)
    .await
}

/// What a queue has before it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Depth {
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// Jobs that are due.
    #[diesel(sql_type = BigInt)]
    pub due: i64,
    /// Jobs that are not due yet.
    #[diesel(sql_type = BigInt)]
    pub later: i64,
    #[diesel(sql_type = BigInt)]
    pub running: i64,
    /// Seconds for which the oldest job that is due has been; 0 where none is.
    #[diesel(sql_type = Double)]
    pub oldest_age: f64,
}

/// Each queue that has jobs before it. Reads those jobs alone, whatever else the table holds.
///
/// # Errors
/// PostgreSQL's.
pub async fn depths(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Depth>> {
    diesel::sql_query(
        "SELECT queue, count(*) FILTER (WHERE waits AND run_at <= now()) AS due,
                count(*) FILTER (WHERE waits AND run_at > now()) AS later,
                count(*) FILTER (WHERE NOT waits) AS running,
                coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE waits AND run_at <= now())), 0)
                    ::double precision AS oldest_age
         FROM (SELECT queue, run_at, true AS waits FROM jobs WHERE state = 'available'
               UNION ALL SELECT queue, run_at, false FROM jobs WHERE state = 'running') AS unfinished
         GROUP BY queue ORDER BY queue",
    )
    .load(conn)
    .await
}
