//! The operator's side of the queue, and what keeps its tables small.

use std::time::Duration;

use xtablo::queue::Settings;
use xtablo::queue::admin::{self, Filter};
use xtablo::queue::maintenance::{self, Retention};

use super::stand::{Act, Stand, short_leases};

#[tokio::test]
async fn a_discarded_job_can_be_retried_from_the_beginning() {
    let stand = Stand::new().await;
    let mut conn = stand.conn().await;
    let worker = stand.worker();
    let id = stand.enqueue(&Act::Fail).await;
    let done = stand.enqueue(&Act::Succeed).await;
    stand.until(id, "discarded").await;
    stand.until(done, "completed").await;
    stand.execute("UPDATE jobs SET payload = '\"Succeed\"'").await;
    assert_eq!(admin::retry(&mut conn, &[id, done]).await.expect("an answer"), [id]);
    let job = stand.until(id, "completed").await;
    assert_eq!(job.attempt, 1);
    worker.stop().await;
}

#[tokio::test]
async fn a_running_job_that_is_discarded_is_broken_off() {
    let stand = Stand::new().await;
    let one = Settings { queues: vec![("default".to_owned(), 1)], ..short_leases() };
    let worker = stand.worker_with(one);
    let id = stand.enqueue(&Act::Hang).await;
    stand.until(id, "running").await;
    let next = stand.enqueue(&Act::Succeed).await;
    let discarded = admin::discard(&mut stand.conn().await, &[id], "by hand").await.expect("an answer");
    assert_eq!(discarded, [id]);
    // The only slot is free again.
    stand.until(next, "completed").await;
    let job = stand.job(id).await;
    assert_eq!((job.state.as_str(), job.last_error.as_deref()), ("discarded", Some("by hand")));
    worker.stop().await;
}

#[tokio::test]
async fn jobs_are_listed_by_what_they_are_and_counted() {
    let stand = Stand::new().await;
    let mut conn = stand.conn().await;
    let ids = stand.enqueue_all(&[Act::Succeed, Act::Succeed, Act::Succeed]).await;
    admin::discard(&mut conn, &ids[..1], "by hand").await.expect("an answer");
    stand.execute("UPDATE jobs SET run_at = now() + interval '1 hour' WHERE id = (SELECT max(id::text)::uuid FROM jobs)").await;
    stand.execute("UPDATE jobs SET run_at = run_at - interval '100 s' WHERE run_at <= now()").await;
    let only = |state: &str| Filter { state: Some(state.to_owned()), ..Filter::default() };
    assert_eq!(admin::list(&mut conn, &Filter::default(), 2).await.expect("a list").len(), 2);
    let available = admin::list(&mut conn, &only("available"), 9).await.expect("a list");
    assert_eq!(available.iter().map(|job| job.id).collect::<Vec<_>>(), [ids[2], ids[1]]);
    let elsewhere = Filter { queue: Some("elsewhere".to_owned()), ..Filter::default() };
    assert!(admin::list(&mut conn, &elsewhere, 9).await.expect("a list").is_empty());
    let counts = admin::counts(&mut conn).await.expect("counts");
    let counts: Vec<_> = counts.iter().map(|count| (count.state.as_str(), count.jobs)).collect();
    assert_eq!(counts, [("available", 2), ("discarded", 1)]);
    let depths = admin::depths(&mut conn).await.expect("depths");
    assert_eq!(depths.len(), 1);
    assert_eq!((depths[0].due, depths[0].later, depths[0].running), (1, 1, 0));
    assert!(depths[0].oldest_age >= 100.0);
}

#[tokio::test]
async fn what_has_ended_is_forgotten_after_its_time_and_nothing_else_is() {
    let stand = Stand::new().await;
    let mut conn = stand.conn().await;
    let ids = stand.enqueue_all(&vec![Act::Succeed; 6]).await;
    let end = |at: usize, state: &str, days: i32| {
        format!(
            "UPDATE jobs SET state = '{state}', finished_at = now() - interval '{days} days' WHERE id = '{}'",
            ids[at]
        )
    };
    for sql in
        [end(0, "completed", 2), end(1, "completed", 4), end(2, "discarded", 4), end(3, "cancelled", 40)]
    {
        stand.execute(&sql).await;
    }
    stand.execute("UPDATE jobs SET run_at = now() - interval '90 days' WHERE state = 'available'").await;
    let day = Duration::from_hours(24);
    let retention = Retention { completed: 3 * day, others: 30 * day };
    assert_eq!(maintenance::forget(&mut conn, &retention, 1).await.expect("an answer"), 1);
    assert_eq!(maintenance::forget(&mut conn, &retention, 10).await.expect("an answer"), 1);
    assert_eq!(maintenance::forget(&mut conn, &retention, 10).await.expect("an answer"), 0);
    let mut left: Vec<_> = admin::list(&mut conn, &Filter::default(), 10)
        .await
        .expect("a list")
        .iter()
        .map(|job| job.id)
        .collect();
    left.sort();
    assert_eq!(left, [ids[0], ids[2], ids[4], ids[5]]);
}
