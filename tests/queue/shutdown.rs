//! A worker that is told to stop.

use std::time::Duration;

use xtablo::queue::Settings;

use super::stand::{Act, Stand};

#[tokio::test]
async fn what_does_not_end_in_time_is_given_back_without_being_charged() {
    let stand = Stand::new().await;
    let ids = stand.enqueue_all(&vec![Act::Hang; 30]).await;
    let patience = Duration::from_millis(50);
    let worker = stand.worker_with(Settings { patience, ..Settings::default() });
    stand.until_count(10, "traces").await;
    worker.stop().await;
    for id in ids {
        let job = stand.job(id).await;
        assert_eq!((job.state.as_str(), job.attempt, job.leased_by), ("available", 0, None));
    }
}

#[tokio::test]
async fn what_runs_is_waited_for_and_nothing_new_is_begun() {
    let stand = Stand::new().await;
    // The trace waits for this lock, and so does the job.
    let mut holder = stand.conn().await;
    use diesel_async::SimpleAsyncConnection;
    holder.batch_execute("BEGIN; LOCK TABLE traces IN ACCESS EXCLUSIVE MODE").await.expect("locked");
    let running = stand.enqueue(&Act::Succeed).await;
    let worker = stand.worker();
    stand.until_count(1, "pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%traces%'").await;
    worker.stop.cancel();
    let new = stand.enqueue(&Act::Succeed).await;
    holder.batch_execute("COMMIT").await.expect("unlocked");
    worker.stop().await;
    assert_eq!(stand.job(running).await.state, "completed");
    assert_eq!(stand.job(new).await.state, "available");
    assert_eq!(stand.traces().await.len(), 1);
}
