//! How a job's life goes: answers, attempts, limits, order.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use xtablo::queue::{Attempt, Failure, Job, Kinds, NewJob, Priority, Settings, Task, Worker, enqueue_all};

use super::stand::{Act, Context, Running, Stand, connect_to};

#[tokio::test]
async fn a_job_that_succeeds_runs_once() {
    let stand = Stand::new().await;
    let worker = stand.worker();
    let id = stand.enqueue(&Act::Succeed).await;
    let job = stand.until(id, "completed").await;
    assert_eq!(job.attempt, 1);
    assert!(job.finished_at.is_some() && job.leased_by.is_none() && job.last_error.is_none());
    worker.stop().await;
    assert_eq!(stand.traces().await.len(), 1);
}

#[tokio::test]
async fn a_job_that_fails_is_tried_as_often_as_it_may_be_and_its_last_error_kept() {
    let stand = Stand::new().await;
    let worker = stand.worker();
    let (failing, panicking) = (stand.enqueue(&Act::Fail).await, stand.enqueue(&Act::Panic).await);
    let failed = stand.until(failing, "discarded").await;
    let panicked = stand.until(panicking, "discarded").await;
    assert_eq!((failed.attempt, panicked.attempt), (3, 3));
    assert_eq!(failed.last_error.as_deref(), Some("it \u{fffd} failed"));
    assert_eq!(panicked.last_error.as_deref(), Some("panicked: it panicked"));
    assert_eq!(stand.traces().await.len(), 6);
    let later = stand.enqueue(&Act::FailUntil(2)).await;
    assert_eq!(stand.until(later, "completed").await.attempt, 2);
    worker.stop().await;
}

#[tokio::test]
async fn a_job_may_give_up_at_once() {
    let stand = Stand::new().await;
    let worker = stand.worker();
    let id = stand.enqueue(&Act::Discard).await;
    let job = stand.until(id, "discarded").await;
    assert_eq!((job.attempt, job.last_error.as_deref()), (1, Some("no use")));
    worker.stop().await;
}

#[tokio::test]
async fn a_job_that_snoozes_runs_later_and_is_not_charged() {
    let stand = Stand::new().await;
    let worker = stand.worker();
    let id = stand.enqueue(&Act::SnoozeOnce).await;
    assert_eq!(stand.until(id, "completed").await.attempt, 1);
    worker.stop().await;
    assert_eq!(stand.traces().await.len(), 2);
}

#[derive(Serialize, Deserialize)]
struct TakeLong;

impl Task for TakeLong {
    const KIND: &'static str = "take_long";
    const MAX_ATTEMPTS: i32 = 1;
    const TIME_LIMIT: Duration = Duration::from_millis(20);
}

impl Job for TakeLong {
    type Context = Context;

    async fn run(self, _: Context, _: Attempt) -> Result<(), Failure> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_job_that_takes_too_long_has_failed() {
    let stand = Stand::new().await;
    let connect = connect_to(stand.database.url());
    let context = Context(connect.clone());
    let worker = Worker::new(connect, context, Kinds::new().with::<TakeLong>(), Settings::default());
    let worker = Running::start(worker);
    let id = stand.enqueue(&TakeLong).await;
    let job = stand.until(id, "discarded").await;
    assert_eq!(job.last_error.as_deref(), Some("took longer than 20ms"));
    worker.stop().await;
}

#[tokio::test]
async fn a_kind_that_the_worker_does_not_know_is_left_alone() {
    let stand = Stand::new().await;
    let unknown = stand.enqueue(&TakeLong).await;
    let worker = stand.worker();
    let known = stand.enqueue(&Act::Succeed).await;
    stand.until(known, "completed").await;
    worker.stop().await;
    let job = stand.job(unknown).await;
    assert_eq!((job.state.as_str(), job.attempt), ("available", 0));
}

#[tokio::test]
async fn a_payload_that_does_not_parse_is_discarded_with_the_reason() {
    let stand = Stand::new().await;
    let id = stand.enqueue(&Act::Succeed).await;
    stand.execute(r#"UPDATE jobs SET payload = '{"Dance": 1}'"#).await;
    let worker = stand.worker();
    let job = stand.until(id, "discarded").await;
    assert!(
        job.last_error.is_some_and(|error| error.starts_with("the payload does not parse: unknown variant"))
    );
    assert_eq!(job.attempt, 1);
    worker.stop().await;
}

#[tokio::test]
async fn jobs_begin_by_priority_then_by_time_then_in_the_order_of_enqueuing() {
    let stand = Stand::new().await;
    let new = || NewJob::new(&Act::Succeed).expect("JSON");
    let past = chrono::Utc::now() - chrono::TimeDelta::hours(1);
    let jobs = vec![
        new().priority(Priority::Idle),
        new(),
        new(),
        new().at(past),
        new().priority(Priority::High),
        new().priority(Priority::Low).at(past),
    ];
    let ids = enqueue_all(&mut stand.conn().await, jobs).await.expect("enqueued");
    let expected = [4, 3, 1, 2, 5, 0].map(|at| ids[at]);
    let one = Settings { queues: vec![("default".to_owned(), 1)], ..Settings::default() };
    let worker = stand.worker_with(one);
    stand.until_count(6, "jobs WHERE state = 'completed'").await;
    worker.stop().await;
    stand.execute("ALTER TABLE traces ADD COLUMN number serial").await;
    for (place, id) in expected.iter().enumerate() {
        let at = format!("traces WHERE job_id = '{id}' AND number = {}", place + 1);
        assert_eq!(stand.count(&at).await, 1, "{id} is number {place}");
    }
}

#[tokio::test]
async fn a_queue_never_runs_more_at_once_than_it_may_and_queues_do_not_wait_for_each_other() {
    let stand = Stand::new().await;
    let hanging = stand.enqueue_all(&vec![Act::Hang; 5]).await;
    let queues = vec![("default".to_owned(), 2), ("other".to_owned(), 1)];
    let worker = stand.worker_with(Settings { queues, patience: Duration::ZERO, ..Settings::default() });
    stand.until_count(2, "traces").await;
    let other = stand.enqueue(&Act::Succeed).await;
    stand.execute("UPDATE jobs SET queue = 'other' WHERE payload = '\"Succeed\"'").await;
    stand.until(other, "completed").await;
    assert_eq!(stand.count("jobs WHERE state = 'running'").await, 2);
    assert_eq!(stand.count("jobs WHERE state = 'available'").await, 3);
    assert_eq!(hanging.len(), 5);
    worker.stop().await;
}

#[tokio::test]
async fn what_a_worker_says_of_a_job_that_is_no_longer_its_own_does_not_count() {
    let stand = Stand::new().await;
    let id = stand.enqueue(&Act::Hang).await;
    let worker = stand.worker_with(Settings { patience: Duration::ZERO, ..Settings::default() });
    stand.until_count(1, "traces").await;
    stand.execute("UPDATE jobs SET leased_by = 'another', attempt = 2").await;
    worker.stop().await;
    let job = stand.job(id).await;
    assert_eq!((job.state.as_str(), job.attempt, job.leased_by.as_deref()), ("running", 2, Some("another")));
}
