//! Schedules: jobs that are enqueued by the clock, each tick once, however many workers there are.

use std::time::Duration;

use diesel::QueryResult;
use diesel::sql_types::{Array, Double, Integer, Jsonb, SmallInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::connection::Link;
use super::enqueue::NewJob;
use super::job::Task;
use super::statement::statement;

/// How long it waits for a tick at most, before it looks at PostgreSQL's clock again: that may have been set.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// A job that is enqueued at every multiple of a period since 1970, UTC. Of ticks that were missed the last one is
/// made up for; a tick finds nothing to do while the job of an earlier one still waits.
#[derive(Clone, Debug)]
pub struct Schedule {
    name: &'static str,
    every: Duration,
    offset: Duration,
    job: NewJob,
}

impl Schedule {
    /// # Errors
    /// A job that serde cannot write as JSON.
    pub fn new<T: Task>(name: &'static str, every: Duration, task: &T) -> QueryResult<Self> {
        let every = every.max(Duration::from_secs(1));
        Ok(Self { name, every, offset: Duration::ZERO, job: NewJob::new(task)? })
    }

    /// Each tick so much later: three hours make a daily one come at 03:00 UTC.
    #[must_use]
    pub fn offset(self, offset: Duration) -> Self {
        Self { offset, ..self }
    }
}

/// Enqueues what is due, until `stop`.
pub(super) async fn keep(mut link: Link, schedules: Vec<Schedule>, stop: CancellationToken) {
    if schedules.is_empty() {
        return;
    }
    loop {
        let ticked = async { Ok(tick(link.get().await?, &schedules).await?) }.await;
        let pause = link.settle("enqueuing by schedule", ticked).await.unwrap_or(Duration::ZERO);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause.min(LOOK_AGAIN)) => {}
        }
    }
}

statement! {
    Tick {
        names: [&'a str] => Array<Text>,
        periods: [f64] => Array<Double>,
        offsets: [f64] => Array<Double>,
        ids: [Uuid] => Array<diesel::sql_types::Uuid>,
        kinds: [&'a str] => Array<Text>,
        queues: [&'a str] => Array<Text>,
        payloads: [&'a Value] => Array<Jsonb>,
        priorities: [i16] => Array<SmallInt>,
        most: [i32] => Array<Integer>,
    } -> Double,
    "WITH schedules AS MATERIALIZED (
         SELECT *, floor((extract(epoch FROM now())::double precision - late) / every) * every + late AS second
         FROM unnest($1::text[], $2::double precision[], $3::double precision[], $4::uuid[], $5::text[], $6::text[],
                     $7::jsonb[], $8::smallint[], $9::integer[])
              AS given (name, every, late, id, kind, queue, payload, priority, max_attempts)
     ), won AS (
         INSERT INTO job_ticks (name, tick) SELECT name, to_timestamp(second) FROM schedules ORDER BY name
         ON CONFLICT DO NOTHING
         RETURNING name
     ), enqueued AS (
         INSERT INTO jobs (id, kind, queue, payload, priority, max_attempts, unique_key)
         SELECT id, kind, queue, payload, priority, max_attempts, 'schedule:' || name
         FROM schedules JOIN won USING (name)
         ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO NOTHING
     )
     SELECT min(second + every) - extract(epoch FROM clock_timestamp())::double precision FROM schedules"
}

/// Enqueues the jobs whose tick has come and that nobody has enqueued yet. How long until the next tick.
async fn tick(conn: &mut AsyncPgConnection, schedules: &[Schedule]) -> QueryResult<Duration> {
    fn each<'a, T>(schedules: &'a [Schedule], part: impl Fn(&'a Schedule) -> T) -> Vec<T> {
        schedules.iter().map(part).collect()
    }
    let seconds: f64 = Tick {
        names: &each(schedules, |one| one.name),
        periods: &each(schedules, |one| one.every.as_secs_f64()),
        offsets: &each(schedules, |one| one.offset.as_secs_f64()),
        ids: &each(schedules, |_| Uuid::now_v7()),
        kinds: &each(schedules, |one| one.job.kind),
        queues: &each(schedules, |one| one.job.queue),
        payloads: &each(schedules, |one| &one.job.payload),
        priorities: &each(schedules, |one| one.job.priority as i16),
        most: &each(schedules, |one| one.job.max_attempts),
    }
    .get_result(conn)
    .await?;
    Ok(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO))
}
