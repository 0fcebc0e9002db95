//! How fast the queue is: jobs that do nothing, on a PostgreSQL of its own that waits for its disk.
//!
//!     cargo run --release --example jobs

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xtablo::cluster::{Cluster, Options};
use xtablo::config::Secret;
use xtablo::db::{self, migrations};
use xtablo::queue::{Attempt, Connect, Failure, Job, Kinds, NewJob, Settings, Task, Worker, enqueue_all};

const JOBS: usize = 200_000;
const BATCH: usize = 1000;
const SINGLE: usize = 1000;
const LATENCIES: usize = 1000;

/// What the jobs tell the measurement.
#[derive(Clone)]
struct Told {
    ended: Arc<AtomicUsize>,
    wanted: Arc<AtomicUsize>,
    all: Arc<Notify>,
    began: mpsc::UnboundedSender<(Uuid, Instant)>,
    tell: bool,
}

#[derive(Serialize, Deserialize)]
struct Nothing {}

impl Task for Nothing {
    const KIND: &'static str = "nothing";
}

impl Job for Nothing {
    type Context = Told;

    async fn run(self, told: Told, attempt: Attempt) -> Result<(), Failure> {
        if told.tell {
            told.began.send((attempt.job_id, Instant::now()))?;
        }
        if told.ended.fetch_add(1, Ordering::Relaxed) + 1 == told.wanted.load(Ordering::Relaxed) {
            told.all.notify_one();
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut cluster = Cluster::temporary(Options::durable()).await?;
    let url = Secret::new(cluster.url("postgres"));
    migrations::migrate(&url).await?;
    let measured = measure(&url).await;
    cluster.stop().await?;
    measured
}

async fn measure(url: &Secret) -> anyhow::Result<()> {
    let conn = &mut db::connect(url).await?;
    let start = Instant::now();
    for _ in 0..SINGLE {
        new()?.enqueue(conn).await?;
    }
    report("enqueued one by one", SINGLE, start);
    conn.batch_execute("TRUNCATE jobs").await?;
    for workers in [1, 2] {
        let start = Instant::now();
        fill(conn, JOBS).await?;
        report("enqueued in batches", JOBS, start);
        run(url, conn, workers).await?;
        conn.batch_execute("TRUNCATE jobs").await?;
    }
    start_latency(url, conn, "an empty table").await?;
    conn.batch_execute("TRUNCATE jobs").await?;
    fill(conn, 100_000).await?;
    let finish = "UPDATE jobs SET state = 'completed', finished_at = now(); VACUUM ANALYZE jobs";
    for sql in finish.split(';') {
        conn.batch_execute(sql).await?;
    }
    start_latency(url, conn, "100,000 finished jobs").await?;
    fill(conn, JOBS).await?;
    run(url, conn, 1).await
}

fn new() -> diesel::QueryResult<NewJob> {
    NewJob::new(&Nothing {})
}

async fn fill(conn: &mut AsyncPgConnection, jobs: usize) -> diesel::QueryResult<()> {
    for _ in 0..jobs / BATCH {
        let batch = (0..BATCH).map(|_| new()).collect::<Result<_, _>>()?;
        enqueue_all(conn, batch).await?;
    }
    Ok(())
}

fn report(what: &str, jobs: usize, start: Instant) {
    println!("{what}: {:.0}/s", jobs as f64 / start.elapsed().as_secs_f64());
}

fn worker(url: &Secret, told: &Told, stop: &CancellationToken) -> impl Future<Output = ()> + use<> {
    let url = url.clone();
    let connect: Connect = Arc::new(move || {
        let url = url.clone();
        async move { db::connect(&url).await }.boxed()
    });
    let settings = Settings { queues: vec![("default".to_owned(), 2000)], ..Settings::default() };
    Worker::new(connect, told.clone(), Kinds::new().with::<Nothing>(), settings).run(stop.clone())
}

async fn run(url: &Secret, conn: &mut AsyncPgConnection, workers: usize) -> anyhow::Result<()> {
    let (began, _began) = mpsc::unbounded_channel();
    let told = Told {
        ended: Arc::default(),
        wanted: Arc::new(AtomicUsize::new(JOBS)),
        all: Arc::default(),
        began,
        tell: false,
    };
    let stop = CancellationToken::new();
    let start = Instant::now();
    let running: Vec<_> = (0..workers).map(|_| tokio::spawn(worker(url, &told, &stop))).collect();
    told.all.notified().await;
    stop.cancel();
    // A worker ends when everything is written.
    for worker in running {
        worker.await?;
    }
    report(&format!("run by {workers} workers, to the last commit"), JOBS, start);
    let left = xtablo::queue::admin::counts(conn).await?;
    println!("    {left:?}");
    Ok(())
}

async fn start_latency(url: &Secret, conn: &mut AsyncPgConnection, on: &str) -> anyhow::Result<()> {
    let (began, mut begun) = mpsc::unbounded_channel();
    let told = Told { ended: Arc::default(), wanted: Arc::default(), all: Arc::default(), began, tell: true };
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker(url, &told, &stop));
    let mut latencies = Vec::new();
    for _ in 0..LATENCIES {
        let start = Instant::now();
        new()?.enqueue(conn).await?;
        let (_, at) = begun.recv().await.ok_or_else(|| anyhow::anyhow!("the worker has ended"))?;
        latencies.push(at - start);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.cancel();
    running.await?;
    latencies.sort();
    let at = |part: usize| latencies[latencies.len() * part / 100].as_secs_f64() * 1000.0;
    println!("from enqueue to start, {on}: p50 {:.1} ms, p99 {:.1} ms", at(50), at(99));
    Ok(())
}
