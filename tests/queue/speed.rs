//! Many jobs at once: each run as often as it should be, and none in another's way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xtablo::queue::{Attempt, Failure, Job, Kinds, Settings, Task, Worker};

use super::stand::{Act, Running, Stand, connect_to};

type Runs = Arc<Mutex<HashMap<Uuid, u32>>>;

#[derive(Clone, Serialize, Deserialize)]
struct Count;

impl Task for Count {
    const KIND: &'static str = "count";
    const QUEUE: &'static str = "counts";
}

impl Job for Count {
    type Context = Runs;

    async fn run(self, runs: Runs, attempt: Attempt) -> Result<(), Failure> {
        *runs.lock().expect("no panic").entry(attempt.job_id).or_default() += 1;
        Ok(())
    }
}

fn worker(stand: &Stand, runs: &Runs) -> Running {
    let settings = Settings { queues: vec![("counts".to_owned(), 200)], ..Settings::default() };
    let kinds = Kinds::new().with::<Count>();
    Running::start(Worker::new(connect_to(stand.database.url()), Arc::clone(runs), kinds, settings))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_run_each_of_10000_jobs_once() {
    let stand = Stand::new().await;
    let runs = Runs::default();
    let workers = [worker(&stand, &runs), worker(&stand, &runs)];
    for _ in 0..10 {
        stand.enqueue_all(&vec![Count; 1000]).await;
    }
    stand.until_count(10_000, "jobs WHERE state = 'completed'").await;
    for worker in workers {
        worker.stop().await;
    }
    let runs = runs.lock().expect("no panic");
    assert_eq!(runs.len(), 10_000);
    assert!(runs.values().all(|&times| times == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn stuck_jobs_of_one_queue_are_not_even_looked_at_for_another() {
    let stand = Stand::new().await;
    let stuck = "INSERT INTO jobs (id, kind, queue, payload, priority, max_attempts)
                 SELECT gen_random_uuid(), 'act', 'stuck', '{}', 1, 1 FROM generate_series(1, 100000)";
    stand.execute(stuck).await;
    let later = "INSERT INTO jobs (id, kind, queue, payload, priority, max_attempts, run_at)
                 SELECT gen_random_uuid(), 'count', 'counts', '{}', n % 4, 1, now() + interval '1 day'
                 FROM generate_series(1, 100000) AS n";
    stand.execute(later).await;
    // What was inserted has been counted before the worker reads: statistics are per transaction.
    let read = "(SELECT generate_series(1, idx_tup_read) FROM pg_stat_user_indexes
                 WHERE indexrelname = 'jobs_available') AS entries";
    let before = stand.count(read).await;
    let runs = Runs::default();
    let worker = worker(&stand, &runs);
    for _ in 0..10 {
        stand.enqueue_all(&vec![Count; 100]).await;
    }
    stand.until_count(1000, "jobs WHERE state = 'completed'").await;
    worker.stop().await;
    stand
        .until_count(0, "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%WITH next%'")
        .await;
    assert!(stand.count(read).await - before < 50_000, "one pass over the others would be 100,000");
    assert_eq!(stand.count("jobs WHERE queue = 'stuck' AND attempt = 0").await, 100_000);
    let act = stand.enqueue(&Act::Succeed).await;
    assert_eq!(stand.job(act).await.state, "available");
}
