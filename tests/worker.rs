//! The worker as a process: its start, its health, its end, with and without a database.

use rustix::process::Signal;
use xtablo::cluster::{Cluster, Options};
use xtablo::queue::{NewJob, admin};
use xtablo::tasks::EraseDeleted;

use crate::support::database::TestDatabase;
use crate::support::postgres::Hung;
use crate::support::service::{SECRET, Service, command, get};
use crate::support::systemd::Notifications;

/// A worker, and where it answers; its PostgreSQL is nobody else's, to be stopped.
async fn worker_on_a_cluster_of_its_own() -> (Cluster, Service, String) {
    let cluster = Cluster::temporary(Options::forgetful()).await.expect("a cluster");
    let url = cluster.url("postgres");
    let settings = [("DATABASE_URL", url.as_str()), SECRET];
    let migrated = command(env!("CARGO_BIN_EXE_xtablo"), &settings).arg("migrate").output().await;
    assert!(migrated.expect("it runs").status.success());
    let (worker, address) = Service::worker(&settings).await;
    (cluster, worker, address)
}

#[tokio::test]
async fn the_worker_starts_says_so_and_stops_cleanly() {
    let database = TestDatabase::create().await;
    let settings = [("DATABASE_URL", database.url()), SECRET];
    let mut worker = Service::start(command(env!("CARGO_BIN_EXE_xtablo-worker"), &settings));
    worker.wait_for("worker is ready").await;
    worker.signal(Signal::TERM);
    assert_eq!(worker.exit_code().await, Some(0));
}

#[tokio::test]
async fn the_worker_answers_on_an_address_of_its_own() {
    let database = TestDatabase::create().await;
    let (_worker, address) = Service::worker(&[("DATABASE_URL", database.url()), SECRET]).await;
    assert!(get(&address, "/healthz").await.1.ends_with(r#"{"status":"ok"}"#));
    assert_eq!(get(&address, "/readyz").await.0, 200);
    let settings = [("DATABASE_URL", database.url()), SECRET, ("WORKER_LISTEN", address.as_str())];
    let mut check = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let output = check.args(["healthcheck", "--worker"]).output().await.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let wanted = [
        "xtablo_job_duration_seconds_count{kind=\"erase_deleted\",outcome=\"completed\"} 1",
        "xtablo_jobs{queue=\"default\",state=\"due\"} 0",
        "xtablo_jobs{queue=\"housekeeping\",state=\"running\"}",
        "xtablo_jobs_oldest_age_seconds{queue=\"housekeeping\"}",
        "xtablo_database_connections",
    ];
    // The schedules tick at the start.
    loop {
        let page = get(&address, "/metrics").await.1;
        if wanted.iter().all(|part| page.contains(part)) {
            break;
        }
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    }
}

#[tokio::test]
async fn the_worker_outlives_postgresql_and_tells() {
    let (mut cluster, mut worker, address) = worker_on_a_cluster_of_its_own().await;
    cluster.stop().await.expect("it stops");
    assert_eq!(get(&address, "/readyz").await.0, 503);
    assert_eq!(get(&address, "/healthz").await.0, 200);
    assert_eq!(get(&address, "/metrics").await.0, 200);
    cluster.start().await.expect("it starts again");
    assert_eq!(get(&address, "/readyz").await.0, 200);
    worker.wait_for("the queue has its database back").await;
    cluster.stop().await.expect("it stops");
    worker.signal(Signal::TERM);
    assert_eq!(worker.exit_code().await, Some(0), "it also stops without a database");
}

#[tokio::test]
async fn the_worker_stops_while_postgresql_hangs() {
    let (mut cluster, mut worker, address) = worker_on_a_cluster_of_its_own().await;
    assert_eq!(get(&address, "/readyz").await.0, 200);
    let hung = Hung::hang(&cluster.url("postgres"));
    assert_eq!(get(&address, "/readyz").await.0, 503);
    worker.signal(Signal::TERM);
    assert_eq!(worker.exit_code().await, Some(0));
    drop(hung);
    cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn the_worker_tells_systemd_that_it_is_ready_alive_and_stopping() {
    let database = TestDatabase::create().await;
    let mut systemd = Notifications::new();
    let settings = [("DATABASE_URL", database.url()), SECRET];
    let mut command = command(env!("CARGO_BIN_EXE_xtablo-worker"), &settings);
    command.envs(systemd.settings());
    let mut worker = Service::start(command);
    systemd.hear("READY=1").await;
    systemd.hear("WATCHDOG=1").await;
    worker.signal(Signal::TERM);
    assert_eq!(worker.exit_code().await, Some(0));
    systemd.end();
    systemd.hear("STOPPING=1").await;
}

#[tokio::test]
async fn a_worker_serves_the_queues_it_is_given_and_no_other() {
    let database = TestDatabase::create().await;
    let url = database.url();
    let settings = [("DATABASE_URL", url), SECRET, ("WORKER_QUEUES", "default, housekeeper")];
    let mut worker = Service::start(command(env!("CARGO_BIN_EXE_xtablo-worker"), &settings));
    assert_eq!(worker.exit_code().await, Some(78));
    assert!(worker.logged.concat().contains("WORKER_QUEUES names housekeeper"), "{:?}", worker.logged);

    let idle = [("DATABASE_URL", url), SECRET, ("WORKER_QUEUES", "default")];
    let (mut idle, idle_address) = Service::worker(&idle).await;
    let busy = [("DATABASE_URL", url), SECRET, ("WORKER_QUEUES", "housekeeping")];
    let (mut busy, _) = Service::worker(&busy).await;
    let new = NewJob::new(&EraseDeleted {}).expect("JSON");
    let id = new.enqueue(&mut database.conn().await).await.expect("enqueued");
    let mut conn = database.conn().await;
    while admin::find(&mut conn, id).await.expect("an answer").expect("it is there").state != "completed" {}
    let metrics = get(&idle_address, "/metrics").await.1;
    assert!(!metrics.contains("xtablo_job_duration_seconds_count"), "it ran one: {metrics}");
    for service in [&mut idle, &mut busy] {
        service.signal(Signal::TERM);
        assert_eq!(service.exit_code().await, Some(0));
    }
}
