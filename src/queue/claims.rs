//! Claiming: which jobs this worker runs next.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Integer, Jsonb, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::statement::statement;

/// A job that this worker has the lease of.
#[derive(Debug, Queryable)]
pub(super) struct Claimed {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: Value,
    pub(super) attempt: i32,
    pub(super) max_attempts: i32,
}

statement! {
    // A range of the index for each priority: jobs that are not due yet end a range instead of being passed over.
    Claim {
        queue: str => Text,
        kinds: [&'a str] => Array<Text>,
        limit: i64 => BigInt,
        lease: f64 => Double,
        leased_by: str => Text,
    } -> (diesel::sql_types::Uuid, Text, Jsonb, Integer, Integer),
    "WITH next AS MATERIALIZED (
         SELECT job.id
         FROM (VALUES (0::smallint), (1::smallint), (2::smallint), (3::smallint)) AS priorities (priority)
         CROSS JOIN LATERAL (
             SELECT id FROM jobs
             WHERE state = 'available' AND queue = $1 AND jobs.priority = priorities.priority
                 AND run_at <= now() AND kind = ANY ($2)
             ORDER BY run_at, id
             LIMIT $3
             FOR UPDATE SKIP LOCKED
         ) AS job
         LIMIT $3
     )
     UPDATE jobs
     SET state = 'running', attempt = attempt + 1, lease_until = now() + $4 * interval '1 second', leased_by = $5,
         unique_key = NULL
     FROM next WHERE jobs.id = next.id
     RETURNING jobs.id, kind, payload, attempt, max_attempts"
}

/// Up to `limit` of a queue's due jobs of these kinds, in the order in which they are to run.
pub(super) async fn claim(
    conn: &mut AsyncPgConnection,
    queue: &str,
    kinds: &[&str],
    limit: usize,
    lease: Duration,
    leased_by: &str,
) -> QueryResult<Vec<Claimed>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Claim { queue, kinds, limit: &limit, lease: &lease.as_secs_f64(), leased_by }.load(conn).await
}

statement! {
    NextDue { queue: str => Text, kinds: [&'a str] => Array<Text>, } -> Nullable<Double>,
    "SELECT extract(epoch FROM min(job.run_at) - clock_timestamp())::double precision
     FROM (VALUES (0::smallint), (1::smallint), (2::smallint), (3::smallint)) AS priorities (priority)
     CROSS JOIN LATERAL (
         SELECT run_at FROM jobs
         WHERE state = 'available' AND queue = $1 AND jobs.priority = priorities.priority AND kind = ANY ($2)
         ORDER BY run_at
         LIMIT 1
     ) AS job"
}

/// How long until a queue's next job of these kinds is due; nothing where none waits.
pub(super) async fn next_due(
    conn: &mut AsyncPgConnection,
    queue: &str,
    kinds: &[&str],
) -> QueryResult<Option<Duration>> {
    let seconds: Option<f64> = NextDue { queue, kinds }.get_result(conn).await?;
    Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)))
}
