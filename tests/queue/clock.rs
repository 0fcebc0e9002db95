//! Clocks that jump. PostgreSQL's is the one that counts; moving every time in the tables is as good as moving it.

use std::time::Duration;

use xtablo::queue::{NewJob, Settings};

use super::stand::{Act, Stand, short_leases};

#[tokio::test]
async fn a_clock_set_forward_makes_a_job_run_again_and_only_the_later_run_counts() {
    let stand = Stand::new().await;
    let id = stand.enqueue(&Act::Hang).await;
    let first = stand.worker_with(Settings { patience: Duration::ZERO, ..Settings::default() });
    stand.until_count(1, "traces").await;
    stand.execute("UPDATE jobs SET lease_until = lease_until - interval '1 day'").await;
    let second = stand.worker_with(Settings { patience: Duration::ZERO, ..short_leases() });
    stand.until_count(2, "traces").await;
    first.stop().await;
    let job = stand.job(id).await;
    assert_eq!((job.state.as_str(), job.attempt), ("running", 2));
    second.stop().await;
    let job = stand.job(id).await;
    assert_eq!((job.state.as_str(), job.attempt), ("available", 1));
}

#[tokio::test]
async fn a_clock_set_back_ends_no_lease_and_a_living_worker_sets_its_own_right() {
    let stand = Stand::new().await;
    let id = stand.enqueue(&Act::Hang).await;
    let worker = stand.worker_with(Settings { patience: Duration::ZERO, ..short_leases() });
    stand.until_count(1, "traces").await;
    stand.execute("UPDATE jobs SET lease_until = lease_until + interval '1 day'").await;
    stand.until_count(1, "jobs WHERE lease_until < now() + interval '1 hour'").await;
    assert_eq!(stand.job(id).await.attempt, 1);
    worker.stop().await;
}

#[tokio::test]
async fn a_clock_set_back_makes_jobs_wait_as_much_longer_and_loses_none() {
    let stand = Stand::new().await;
    let early = stand.enqueue(&Act::Succeed).await;
    stand.execute("UPDATE jobs SET run_at = run_at + interval '1 hour'").await;
    let worker = stand.worker();
    let new = NewJob::new(&Act::Succeed).expect("JSON");
    let late = new.enqueue(&mut stand.conn().await).await.expect("enqueued");
    stand.until(late, "completed").await;
    assert_eq!(stand.job(early).await.state, "available");
    stand.execute("UPDATE jobs SET run_at = run_at - interval '1 hour' WHERE state = 'available'").await;
    stand.until(early, "completed").await;
    worker.stop().await;
}
