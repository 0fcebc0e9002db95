//! PostgreSQL going away and coming back.

use std::sync::Arc;

use xtablo::cluster::{Cluster, Options};
use xtablo::config::Secret;
use xtablo::db::{self, migrations};
use xtablo::queue::{Kinds, NewJob, Worker, enqueue_all};

use super::stand::{Act, Context, Running, Stand, connect_to, count, prepare, short_leases};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_outlives_postgresql_restarted_under_load_and_loses_nothing() {
    // A crash must not cost what was committed: a forgetful cluster loses the last traces of jobs that were run.
    let mut cluster = Cluster::temporary(Options::durable()).await.expect("a cluster");
    let url = cluster.url("postgres");
    let secret = Secret::new(&url);
    migrations::migrate(&secret).await.expect("the migrations apply");
    prepare(&mut db::connect(&secret).await.expect("it answers")).await;
    let connect = connect_to(&url);
    let context = Context(Arc::clone(&connect));
    let worker = Worker::new(connect, context, Kinds::new().with::<Act>(), short_leases());
    let worker = Running::start(worker);
    let mut conn = db::connect(&secret).await.expect("it answers");
    // An attempt that loses its connection is charged as any other that fails.
    let job = || NewJob::new(&Act::Succeed).expect("JSON").max_attempts(100);
    for crash in [false, true] {
        let jobs = std::iter::repeat_with(job).take(300).collect();
        enqueue_all(&mut conn, jobs).await.expect("enqueued");
        while count(&mut conn, "jobs WHERE state = 'completed'").await % 300 < 50 {
            tokio::task::yield_now().await;
        }
        if crash {
            cluster.crash().await.expect("it stops");
        } else {
            cluster.stop().await.expect("it stops");
        }
        cluster.start().await.expect("it starts");
        conn = db::connect(&secret).await.expect("it answers");
        while count(&mut conn, "jobs WHERE state <> 'completed'").await > 0 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(count(&mut conn, "jobs WHERE state = 'completed'").await, 600);
    let begun = "(SELECT DISTINCT job_id FROM traces) AS begun";
    assert_eq!(count(&mut conn, begun).await, 600);
    worker.stop().await;
    cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn connections_that_are_cut_are_made_again() {
    let stand = Stand::new().await;
    let worker = stand.worker();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for _ in 0..3 {
        let id = stand.enqueue(&Act::FailUntil(1)).await;
        stand.until(id, "completed").await;
        stand.execute(cut).await;
    }
    let id = stand.enqueue(&Act::Succeed).await;
    stand.until(id, "completed").await;
    worker.stop().await;
}
