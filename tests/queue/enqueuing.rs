//! Enqueuing: with the commit, later, and once where once is asked for.

use std::time::Duration;

use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use xtablo::queue::{NewJob, cancel, enqueue_all};

use super::stand::{Act, Stand};

fn new() -> NewJob {
    NewJob::new(&Act::Succeed).expect("JSON")
}

#[tokio::test]
async fn what_is_rolled_back_is_not_enqueued() {
    let stand = Stand::new().await;
    let mut conn = stand.conn().await;
    let result: Result<(), diesel::result::Error> = conn
        .transaction(async |conn| {
            new().enqueue(conn).await?;
            new().unique("one").enqueue(conn).await?;
            Err(diesel::result::Error::RollbackTransaction)
        })
        .await;
    assert!(result.is_err());
    assert_eq!(stand.count("jobs").await, 0);
}

#[tokio::test]
async fn what_is_not_committed_yet_is_not_begun() {
    let stand = Stand::new().await;
    let worker = stand.worker();
    let mut conn = stand.conn().await;
    conn.batch_execute("BEGIN").await.expect("begun");
    let id = new().enqueue(&mut conn).await.expect("enqueued");
    let another = stand.enqueue(&Act::Succeed).await;
    stand.until(another, "completed").await;
    assert_eq!(stand.count(&format!("jobs WHERE id = '{id}'")).await, 0);
    conn.batch_execute("COMMIT").await.expect("committed");
    stand.until(id, "completed").await;
    worker.stop().await;
}

#[tokio::test]
async fn a_delayed_job_waits_and_then_runs_without_being_polled_for() {
    let stand = Stand::new().await;
    let mut conn = stand.conn().await;
    let far = new().after(Duration::MAX).enqueue(&mut conn).await.expect("enqueued");
    let soon = new().after(Duration::from_millis(300)).enqueue(&mut conn).await.expect("enqueued");
    let settings = xtablo::queue::Settings { poll: Duration::from_hours(1), ..Default::default() };
    let worker = stand.worker_with(settings);
    let job = stand.until(soon, "completed").await;
    assert!(job.finished_at >= Some(job.run_at));
    assert_eq!(stand.job(far).await.state, "available");
    worker.stop().await;
}

#[tokio::test]
async fn a_job_that_nobody_was_woken_for_is_found_by_looking() {
    let stand = Stand::new().await;
    let far = new().after(Duration::from_hours(1)).enqueue(&mut stand.conn().await).await.expect("enqueued");
    let worker = stand.worker();
    let before = stand.enqueue(&Act::Succeed).await;
    stand.until(before, "completed").await;
    stand.execute("UPDATE jobs SET run_at = now() WHERE state = 'available'").await;
    stand.until(far, "completed").await;
    worker.stop().await;
}

#[tokio::test]
async fn of_unique_jobs_that_wait_there_is_one_and_its_key_is_free_once_it_is_begun() {
    let stand = Stand::new().await;
    let mut conn = stand.conn().await;
    let first = new().unique("one").after(Duration::from_mins(1)).enqueue(&mut conn).await.expect("enqueued");
    let same = vec![new().unique("one"), new().unique("two"), new().unique("one"), new()];
    let ids = enqueue_all(&mut conn, same).await.expect("enqueued");
    assert_eq!((ids[0], ids[2]), (first, first));
    assert_eq!(stand.count("jobs").await, 3);
    assert_eq!(stand.count("jobs WHERE run_at <= now()").await, 3, "due when the earlier one is");
    let worker = stand.worker();
    stand.until(first, "completed").await;
    let next = new().unique("one").enqueue(&mut conn).await.expect("enqueued");
    assert_ne!(next, first);
    stand.until(next, "completed").await;
    worker.stop().await;
}

#[tokio::test]
async fn a_unique_job_that_waits_is_not_begun_before_the_one_that_asked_for_it_again_has_committed() {
    let stand = Stand::new().await;
    let twin = new().unique("one").enqueue(&mut stand.conn().await).await.expect("enqueued");
    let mut conn = stand.conn().await;
    conn.batch_execute("BEGIN").await.expect("begun");
    assert_eq!(new().unique("one").enqueue(&mut conn).await.expect("enqueued"), twin);
    let worker = stand.worker();
    let another = stand.enqueue(&Act::Succeed).await;
    stand.until(another, "completed").await;
    assert_eq!(stand.job(twin).await.state, "available");
    conn.batch_execute("COMMIT").await.expect("committed");
    stand.until(twin, "completed").await;
    worker.stop().await;
}

#[tokio::test]
async fn a_job_that_waits_can_be_cancelled_and_one_that_has_run_cannot() {
    let stand = Stand::new().await;
    let mut conn = stand.conn().await;
    let waiting = new().unique("one").enqueue(&mut conn).await.expect("enqueued");
    assert!(cancel(&mut conn, waiting).await.expect("an answer"));
    assert!(!cancel(&mut conn, waiting).await.expect("an answer"));
    assert_eq!(stand.job(waiting).await.state, "cancelled");
    let worker = stand.worker();
    let done = new().unique("one").enqueue(&mut conn).await.expect("enqueued");
    stand.until(done, "completed").await;
    assert!(!cancel(&mut conn, done).await.expect("an answer"));
    worker.stop().await;
    assert_eq!(stand.traces().await.len(), 1);
}
