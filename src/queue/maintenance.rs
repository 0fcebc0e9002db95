//! What keeps the queue's tables small. Nothing here runs by itself: schedule it.

use std::time::Duration;

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Double, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::statement::statement;

/// How long what has ended is kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Completed jobs.
    pub completed: Duration,
    /// Jobs that were discarded or cancelled, and ticks of schedules.
    pub others: Duration,
}

statement! {
    Forget { completed: f64 => Double, others: f64 => Double, limit: i64 => BigInt, } -> Text,
    "WITH old AS MATERIALIZED (
         SELECT id FROM jobs
         WHERE finished_at < now() - interval '1 second' * CASE state WHEN 'completed' THEN $1 ELSE $2 END
             AND finished_at < now() - interval '1 second' * least($1, $2)
         ORDER BY finished_at
         LIMIT $3
         FOR UPDATE SKIP LOCKED
     )
     DELETE FROM jobs USING old WHERE jobs.id = old.id"
}

statement! {
    ForgetTicks { age: f64 => Double, } -> Text,
    "DELETE FROM job_ticks AS old
     WHERE tick < now() - interval '1 second' * $1
         AND EXISTS (SELECT FROM job_ticks AS newer WHERE newer.name = old.name AND newer.tick > old.tick)"
}

/// Deletes up to `limit` jobs that ended before the retention time, and old ticks. Returns how many jobs; call it again while
/// that is `limit`.
///
/// # Errors
/// PostgreSQL's.
pub async fn forget(conn: &mut AsyncPgConnection, retention: &Retention, limit: usize) -> QueryResult<usize> {
    let (completed, others) = (retention.completed.as_secs_f64(), retention.others.as_secs_f64());
    ForgetTicks { age: &others }.execute(conn).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Forget { completed: &completed, others: &others, limit: &limit }.execute(conn).await
}
