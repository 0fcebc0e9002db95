//! Enqueuing, on the connection and in the transaction of the code that wants the job done.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::{Array, Double, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::job::{Priority, Task};
use super::statement::statement;

/// What no delay is longer than: ten years. PostgreSQL's calendar ends, and a job is not for ever.
pub(super) const LONGEST: Duration = Duration::from_hours(87840);

/// A job about to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob {
    id: Uuid,
    pub(super) kind: &'static str,
    pub(super) queue: &'static str,
    pub(super) payload: Value,
    pub(super) priority: Priority,
    pub(super) max_attempts: i32,
    at: Option<DateTime<Utc>>,
    after: Duration,
    unique_key: Option<String>,
}

impl NewJob {
    /// Due at once, with what its type says.
    ///
    /// # Errors
    /// A job that serde cannot write as JSON.
    pub fn new<T: Task>(task: &T) -> QueryResult<Self> {
        Ok(Self {
            id: Uuid::now_v7(),
            kind: T::KIND,
            queue: T::QUEUE,
            payload: serde_json::to_value(task).map_err(|error| Error::SerializationError(error.into()))?,
            priority: T::PRIORITY,
            max_attempts: T::MAX_ATTEMPTS,
            at: None,
            after: Duration::ZERO,
            unique_key: None,
        })
    }

    /// Not before so long after the transaction's beginning.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { after: delay.min(LONGEST), ..self }
    }

    /// Not before this time, by PostgreSQL's clock.
    #[must_use]
    pub fn at(self, time: DateTime<Utc>) -> Self {
        Self { at: Some(time), ..self }
    }

    #[must_use]
    pub fn priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// Begun so often at most, whatever its type says.
    #[must_use]
    pub fn max_attempts(self, most: i32) -> Self {
        Self { max_attempts: most.max(1), ..self }
    }

    /// While a job of this kind with this key waits, another is not enqueued; the one that waits becomes due when
    /// the earlier of the two is. It sees what this transaction writes: it is not begun before the commit.
    #[must_use]
    pub fn unique(self, key: impl Into<String>) -> Self {
        Self { unique_key: Some(key.into()), ..self }
    }

    /// Gives the job's id; for a unique job that waits already, that one's.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn enqueue(self, conn: &mut AsyncPgConnection) -> QueryResult<Uuid> {
        let ids = enqueue_all(conn, vec![self]).await?;
        ids.into_iter().next().ok_or(Error::NotFound)
    }
}

statement! {
    Insert {
        ids: [Uuid] => Array<diesel::sql_types::Uuid>,
        kinds: [&'a str] => Array<Text>,
        queues: [&'a str] => Array<Text>,
        payloads: [&'a Value] => Array<Jsonb>,
        priorities: [i16] => Array<SmallInt>,
        most: [i32] => Array<Integer>,
        times: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        delays: [f64] => Array<Double>,
        wake: [&'a str] => Array<Text>,
    } -> Text,
    "WITH inserted AS (
         INSERT INTO jobs (id, kind, queue, payload, priority, max_attempts, run_at)
         SELECT id, kind, queue, payload, priority, max_attempts, coalesce(at, now()) + delay * interval '1 second'
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::smallint[], $6::integer[],
                     $7::timestamptz[], $8::double precision[])
              AS new (id, kind, queue, payload, priority, max_attempts, at, delay)
     )
     SELECT pg_notify('jobs', wake)::text FROM unnest($9::text[]) AS wake"
}

statement! {
    // The twin is updated, not skipped: that holds it until this transaction ends, so that it is not begun before
    // what this transaction writes is there to be seen.
    InsertUnique {
        id: Uuid => diesel::sql_types::Uuid,
        kind: str => Text,
        queue: str => Text,
        payload: Value => Jsonb,
        priority: i16 => SmallInt,
        most: i32 => Integer,
        time: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        delay: f64 => Double,
        unique_key: str => Text,
    } -> (diesel::sql_types::Uuid, Nullable<Text>),
    "INSERT INTO jobs (id, kind, queue, payload, priority, max_attempts, run_at, unique_key)
     VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, now()) + $8 * interval '1 second', $9)
     ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL
     DO UPDATE SET run_at = least(jobs.run_at, excluded.run_at)
     RETURNING id, CASE WHEN run_at <= now() THEN pg_notify('jobs', queue)::text END"
}

/// Enqueues them with one statement, but for unique ones, which take one each. Gives their ids in order.
///
/// # Errors
/// PostgreSQL's; then none is enqueued, if this is inside a transaction.
pub async fn enqueue_all(conn: &mut AsyncPgConnection, mut jobs: Vec<NewJob>) -> QueryResult<Vec<Uuid>> {
    // Two transactions that enqueue the same keys must meet them in the same order.
    let mut unique: Vec<usize> = (0..jobs.len()).filter(|&at| jobs[at].unique_key.is_some()).collect();
    unique.sort_by(|&a, &b| (jobs[a].kind, &jobs[a].unique_key).cmp(&(jobs[b].kind, &jobs[b].unique_key)));
    let plain: Vec<&NewJob> = jobs.iter().filter(|job| job.unique_key.is_none()).collect();
    if !plain.is_empty() {
        insert(conn, &plain).await?;
    }
    for at in unique {
        jobs[at].id = insert_unique(conn, &jobs[at]).await?;
    }
    Ok(jobs.into_iter().map(|job| job.id).collect())
}

async fn insert(conn: &mut AsyncPgConnection, jobs: &[&NewJob]) -> QueryResult<()> {
    fn each<'a, T>(jobs: &[&'a NewJob], part: impl Fn(&'a NewJob) -> T) -> Vec<T> {
        jobs.iter().map(|job| part(job)).collect()
    }
    // A job that is not due yet wakes no worker.
    let due = jobs.iter().filter(|job| job.after.is_zero()).map(|job| job.queue);
    let wake: Vec<&str> = due.collect::<HashSet<_>>().into_iter().collect();
    Insert {
        ids: &each(jobs, |job| job.id),
        kinds: &each(jobs, |job| job.kind),
        queues: &each(jobs, |job| job.queue),
        payloads: &each(jobs, |job| &job.payload),
        priorities: &each(jobs, |job| job.priority as i16),
        most: &each(jobs, |job| job.max_attempts),
        times: &each(jobs, |job| job.at),
        delays: &each(jobs, |job| job.after.as_secs_f64()),
        wake: &wake,
    }
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_unique(conn: &mut AsyncPgConnection, job: &NewJob) -> QueryResult<Uuid> {
    let (id, _): (Uuid, Option<String>) = InsertUnique {
        id: &job.id,
        kind: job.kind,
        queue: job.queue,
        payload: &job.payload,
        priority: &(job.priority as i16),
        most: &job.max_attempts,
        time: &job.at,
        delay: &job.after.as_secs_f64(),
        unique_key: job.unique_key.as_deref().unwrap_or_default(),
    }
    .get_result(conn)
    .await?;
    Ok(id)
}

statement! {
    Cancel { id: Uuid => diesel::sql_types::Uuid, } -> Text,
    "UPDATE jobs SET state = 'cancelled', finished_at = now(), unique_key = NULL WHERE id = $1 AND state = 'available'"
}

/// Takes a job back that waits: what it was for is gone. False where it runs already, has ended or is not there.
///
/// # Errors
/// PostgreSQL's.
pub async fn cancel(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<bool> {
    Ok(Cancel { id: &id }.execute(conn).await? == 1)
}
