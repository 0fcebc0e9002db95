//! Extends the leases this worker holds, and ends those that have expired.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::claims::Claimed;
use super::connection::Link;
use super::ending::{Ended, Ending};
use super::statement::statement;

/// A lease is extended so many times within its length: one or two may fail.
const EXTENSIONS: u32 = 3;

/// How many lost jobs are taken up by one statement at most.
const LOST_BATCH: i64 = 1000;

/// Seconds: how much later a lost job runs again, up to the first after its first attempt and twice as much each
/// time. It may have ended its worker, and the jobs claimed with it then are not to meet it again.
const LOST_BACKOFF: (f64, f64) = (1.0, 60.0);

/// The jobs that this worker runs, or whose endings it has not written yet.
#[derive(Default)]
pub(super) struct Leases(Mutex<HashMap<Uuid, Held>>);

struct Held {
    leased_by: Arc<str>,
    since: Instant,
    task: AbortHandle,
}

impl Leases {
    fn held(&self) -> MutexGuard<'_, HashMap<Uuid, Held>> {
        self.0.lock().expect("nothing panics while it has the lock")
    }

    /// Starts each job's task and holds its lease. Under one lock, so that no task is forgotten before it is known.
    pub(super) fn hold(
        &self,
        jobs: Vec<Claimed>,
        leased_by: &Arc<str>,
        mut start: impl FnMut(Claimed) -> AbortHandle,
    ) {
        let since = Instant::now();
        let mut held = self.held();
        for job in jobs {
            let id = job.id;
            held.insert(id, Held { leased_by: Arc::clone(leased_by), since, task: start(job) });
        }
    }

    /// Lets go of what is written. A job that this worker has claimed anew meanwhile has another lease.
    pub(super) fn forget(&self, endings: &[Ended]) {
        let mut held = self.held();
        for ended in endings {
            if held.get(&ended.id).is_some_and(|held| held.leased_by == ended.leased_by) {
                held.remove(&ended.id);
            }
        }
    }

    /// Breaks off everything that runs, to be given back.
    pub(super) fn break_off(&self) -> Vec<Ended> {
        let broken_off = |(id, held): (&Uuid, &Held)| {
            held.task.abort();
            Ended { id: *id, leased_by: Arc::clone(&held.leased_by), ending: Ending::GivenBack }
        };
        self.held().iter().map(broken_off).collect()
    }

    /// What has been held for so long that its lease wants extending.
    fn older_than(&self, age: Duration) -> Vec<(Uuid, Arc<str>)> {
        let held = self.held();
        let old = held.iter().filter(|(_, held)| held.since.elapsed() >= age);
        old.map(|(id, held)| (*id, Arc::clone(&held.leased_by))).collect()
    }

    /// Aborts a job whose lease was lost.
    fn lose(&self, id: Uuid, leased_by: &str) {
        let mut held = self.held();
        if held.get(&id).is_some_and(|held| &*held.leased_by == leased_by)
            && let Some(lost) = held.remove(&id)
        {
            lost.task.abort();
            tracing::warn!(job_id = %id, "a job is no longer this worker's and was broken off");
        }
    }
}

/// Keeps the leases of this worker, and takes up the jobs of workers that are gone, until `stop`.
pub(super) async fn keep(mut link: Link, leases: Arc<Leases>, lease: Duration, stop: CancellationToken) {
    let period = lease / EXTENSIONS;
    loop {
        let kept = async {
            let conn = link.get().await?;
            extend(conn, &leases, lease, period).await?;
            while take_up_lost(conn).await? == LOST_BATCH {}
            Ok(())
        }
        .await;
        let pause = match link.settle("keeping leases", kept).await {
            Some(()) => period,
            None => Duration::ZERO,
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

statement! {
    // Passes over rows that are locked: those are being written right now, by this worker or by an operator.
    Extend {
        ids: [Uuid] => Array<diesel::sql_types::Uuid>,
        leases: [&'a str] => Array<Text>,
        lease: f64 => Double,
    } -> Text,
    "WITH held AS MATERIALIZED (
         SELECT jobs.id FROM unnest($1::uuid[], $2::text[]) AS held (id, leased_by)
         JOIN jobs ON jobs.id = held.id AND jobs.leased_by = held.leased_by
         FOR UPDATE OF jobs SKIP LOCKED
     )
     UPDATE jobs SET lease_until = now() + $3 * interval '1 second' FROM held WHERE jobs.id = held.id"
}

statement! {
    NotHeld { ids: [Uuid] => Array<diesel::sql_types::Uuid>, leases: [&'a str] => Array<Text>, }
    -> (diesel::sql_types::Uuid, Text),
    "SELECT held.id, held.leased_by FROM unnest($1::uuid[], $2::text[]) AS held (id, leased_by)
     LEFT JOIN jobs ON jobs.id = held.id AND jobs.leased_by = held.leased_by
     WHERE jobs.id IS NULL"
}

async fn extend(
    conn: &mut AsyncPgConnection,
    leases: &Leases,
    lease: Duration,
    age: Duration,
) -> QueryResult<()> {
    let held = leases.older_than(age);
    if held.is_empty() {
        return Ok(());
    }
    let (ids, names): (Vec<Uuid>, Vec<&str>) = held.iter().map(|(id, name)| (*id, &**name)).unzip();
    Extend { ids: &ids, leases: &names, lease: &lease.as_secs_f64() }.execute(conn).await?;
    let lost: Vec<(Uuid, String)> = NotHeld { ids: &ids, leases: &names }.load(conn).await?;
    for (id, leased_by) in lost {
        leases.lose(id, &leased_by);
    }
    Ok(())
}

statement! {
    TakeUpLost { most: i64 => BigInt, first: f64 => Double, longest: f64 => Double, }
    -> (diesel::sql_types::Uuid, Text, Text),
    "WITH lost AS MATERIALIZED (
         SELECT id FROM jobs WHERE state = 'running' AND lease_until < now()
         ORDER BY lease_until
         LIMIT $1
         FOR UPDATE SKIP LOCKED
     )
     UPDATE jobs
     SET state = CASE WHEN attempt >= max_attempts THEN 'discarded' ELSE 'available' END,
         finished_at = CASE WHEN attempt >= max_attempts THEN now() END,
         run_at = now() + random() * least($2 * power(2, least(attempt - 1, 20)), $3) * interval '1 second',
         last_error = 'its lease ran out: ' || leased_by || ' is gone, or was cut off from the database',
         lease_until = NULL, leased_by = NULL
     FROM lost WHERE jobs.id = lost.id
     RETURNING jobs.id, kind, state"
}

/// Makes jobs available again whose lease is over, or discards those that had their last attempt. Returns how many.
async fn take_up_lost(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    let (first, longest) = LOST_BACKOFF;
    let statement = TakeUpLost { most: &LOST_BATCH, first: &first, longest: &longest };
    let lost: Vec<(Uuid, String, String)> = statement.load(conn).await?;
    for (job_id, kind, state) in &lost {
        tracing::warn!(%job_id, kind, "a job's lease ran out; it is {state}");
    }
    Ok(i64::try_from(lost.len()).unwrap_or(i64::MAX))
}
