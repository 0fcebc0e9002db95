//! What the stories of the queue stand on: jobs that leave a trace, and workers.

use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xtablo::config::Secret;
use xtablo::db;
use xtablo::queue::admin::{self, Entry};
use xtablo::queue::{Attempt, Backoff, Connect, Failure, Job, Kinds, NewJob, Settings, Task, Worker};

use crate::support::database::TestDatabase;

/// Soon enough for a test to wait for.
pub const SOON: Backoff = Backoff { first: Duration::from_millis(1), most: Duration::from_millis(5) };

pub fn connect_to(url: &str) -> Connect {
    let url = Secret::new(url);
    Arc::new(move || {
        let url = url.clone();
        async move { db::connect(&url).await }.boxed()
    })
}

/// What every job of the tests is given.
#[derive(Clone)]
pub struct Context(pub Connect);

impl Context {
    /// Leaves a trace: that this job has been begun.
    pub async fn trace(&self, attempt: Attempt) -> anyhow::Result<()> {
        let mut conn = (self.0)().await?;
        diesel::sql_query("INSERT INTO traces (job_id, attempt) VALUES ($1, $2)")
            .bind::<diesel::sql_types::Uuid, _>(attempt.job_id)
            .bind::<Integer, _>(attempt.number)
            .execute(&mut conn)
            .await?;
        Ok(())
    }
}

/// Leaves a trace, and does what it was told to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Act {
    Succeed,
    Fail,
    /// Fails until the attempt of this number.
    FailUntil(i32),
    Panic,
    Discard,
    SnoozeOnce,
    /// Never ends by itself.
    Hang,
    /// Ends its whole process, as the kernel would.
    Kill,
}

impl Task for Act {
    const KIND: &'static str = "act";
    const MAX_ATTEMPTS: i32 = 3;
    const BACKOFF: Backoff = SOON;
}

impl Job for Act {
    type Context = Context;

    async fn run(self, context: Context, attempt: Attempt) -> Result<(), Failure> {
        context.trace(attempt).await?;
        match self {
            Act::Succeed => Ok(()),
            Act::Fail => Err(anyhow::anyhow!("it \0 failed").into()),
            Act::FailUntil(number) if attempt.number < number => Err(anyhow::anyhow!("too early").into()),
            Act::FailUntil(_) => Ok(()),
            Act::Panic => panic!("it panicked"),
            Act::Discard => Err(Failure::Discard("no use".to_owned())),
            Act::SnoozeOnce if count_of(&context, attempt.job_id).await == 1 => {
                Err(Failure::Snooze(Duration::from_millis(5)))
            }
            Act::SnoozeOnce => Ok(()),
            Act::Hang => std::future::pending().await,
            Act::Kill => {
                rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)?;
                Ok(())
            }
        }
    }
}

async fn count_of(context: &Context, id: Uuid) -> usize {
    let mut conn = (context.0)().await.expect("PostgreSQL answers");
    traces(&mut conn).await.iter().filter(|trace| trace.job_id == id).count()
}

/// A database with the queue's tables and one for traces.
pub struct Stand {
    pub database: TestDatabase,
}

impl Stand {
    pub async fn new() -> Self {
        let database = TestDatabase::create().await;
        prepare(&mut database.conn().await).await;
        Self { database }
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        self.database.conn().await
    }

    pub async fn enqueue<J: Job>(&self, job: &J) -> Uuid {
        NewJob::new(job).expect("JSON").enqueue(&mut self.conn().await).await.expect("enqueued")
    }

    pub async fn enqueue_all<J: Job>(&self, jobs: &[J]) -> Vec<Uuid> {
        let jobs = jobs.iter().map(|job| NewJob::new(job).expect("JSON")).collect();
        xtablo::queue::enqueue_all(&mut self.conn().await, jobs).await.expect("enqueued")
    }

    pub async fn job(&self, id: Uuid) -> Entry {
        admin::find(&mut self.conn().await, id).await.expect("an answer").expect("the job is there")
    }

    /// Waits until the job is in this state.
    pub async fn until(&self, id: Uuid, state: &str) -> Entry {
        let mut conn = self.conn().await;
        until_state(&mut conn, id, state).await
    }

    /// Waits until a query's count is this.
    pub async fn until_count(&self, count: i64, of: &str) {
        let mut conn = self.conn().await;
        while self::count(&mut conn, of).await != count {
            tokio::task::yield_now().await;
        }
    }

    pub async fn count(&self, of: &str) -> i64 {
        count(&mut self.conn().await, of).await
    }

    pub async fn execute(&self, sql: &str) {
        self.conn().await.batch_execute(sql).await.expect(sql);
    }

    pub async fn traces(&self) -> Vec<Trace> {
        traces(&mut self.conn().await).await
    }

    pub fn worker(&self) -> Running {
        self.worker_with(Settings::default())
    }

    pub fn worker_with(&self, settings: Settings) -> Running {
        let connect = connect_to(self.database.url());
        let context = Context(Arc::clone(&connect));
        Running::start(Worker::new(connect, context, Kinds::new().with::<Act>(), settings))
    }
}

pub async fn prepare(conn: &mut AsyncPgConnection) {
    let table = "CREATE TABLE traces (job_id uuid NOT NULL, attempt integer NOT NULL)";
    conn.batch_execute(table).await.expect("a table");
}

pub async fn until_state(conn: &mut AsyncPgConnection, id: Uuid, state: &str) -> Entry {
    loop {
        let job = admin::find(conn, id).await.expect("an answer").expect("the job is there");
        if job.state == state {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

#[derive(Debug, Clone, QueryableByName)]
pub struct Trace {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub job_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub attempt: i32,
}

pub async fn traces(conn: &mut AsyncPgConnection) -> Vec<Trace> {
    diesel::sql_query("SELECT * FROM traces ORDER BY job_id, attempt").load(conn).await.expect("traces")
}

pub async fn count(conn: &mut AsyncPgConnection, of: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    let count: Count =
        diesel::sql_query(format!("SELECT count(*) FROM {of}")).get_result(conn).await.expect(of);
    count.count
}

/// Short leases, so that a test sees them end.
pub fn short_leases() -> Settings {
    Settings { lease: Duration::from_secs(1), ..Settings::default() }
}

/// A worker in this process.
pub struct Running {
    pub stop: CancellationToken,
    worker: JoinHandle<()>,
}

impl Running {
    pub fn start<C: Clone + Send + Sync + 'static>(worker: Worker<C>) -> Self {
        let stop = CancellationToken::new();
        Self { worker: tokio::spawn(worker.run(stop.clone())), stop }
    }

    /// Stops it as SIGTERM would, and waits for its end.
    pub async fn stop(self) {
        self.stop.cancel();
        self.worker.await.expect("it does not panic");
    }
}
