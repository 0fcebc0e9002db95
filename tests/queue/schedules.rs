//! Schedules: each tick once, however many workers there are.

use std::time::Duration;

use xtablo::queue::maintenance::{self, Retention};
use xtablo::queue::{Kinds, Schedule, Settings, Worker};

use super::stand::{Act, Context, Running, Stand, connect_to};

const HOUR: Duration = Duration::from_hours(1);

fn worker(stand: &Stand, every: Duration) -> Running {
    let connect = connect_to(stand.database.url());
    let context = Context(connect.clone());
    let worker = Worker::new(connect, context, Kinds::new().with::<Act>(), Settings::default());
    let schedule = Schedule::new("succeed", every, &Act::Succeed).expect("JSON");
    let late =
        Schedule::new("succeed_late", every, &Act::Succeed).expect("JSON").offset(Duration::from_secs(7));
    Running::start(worker.with_schedules(vec![schedule, late]))
}

#[tokio::test]
async fn any_number_of_workers_enqueue_a_tick_once() {
    let stand = Stand::new().await;
    let workers = [worker(&stand, HOUR), worker(&stand, HOUR), worker(&stand, HOUR)];
    stand.until_count(2, "jobs WHERE state = 'completed'").await;
    for worker in workers {
        worker.stop().await;
    }
    let again = worker(&stand, HOUR);
    let after = stand.enqueue(&Act::Succeed).await;
    stand.until(after, "completed").await;
    again.stop().await;
    assert_eq!(stand.count("jobs").await, 3, "a worker that starts again enqueues no tick anew");
    let ticks = "job_ticks WHERE extract(epoch FROM tick)::bigint % 3600 = CASE name WHEN 'succeed' THEN 0 ELSE 7 END";
    assert_eq!(stand.count(ticks).await, 2);
}

#[tokio::test]
async fn of_ticks_that_were_missed_one_is_made_up_for() {
    let stand = Stand::new().await;
    stand.execute("INSERT INTO job_ticks VALUES ('succeed', now() - interval '90 days')").await;
    let worker = worker(&stand, HOUR);
    stand.until_count(2, "jobs WHERE state = 'completed'").await;
    worker.stop().await;
    assert_eq!(stand.count("job_ticks WHERE name = 'succeed'").await, 2);
    let retention = Retention { completed: HOUR, others: 24 * HOUR };
    maintenance::forget(&mut stand.conn().await, &retention, 10).await.expect("forgotten");
    assert_eq!(stand.count("job_ticks WHERE name = 'succeed'").await, 1, "the newest stays");
}

#[tokio::test]
async fn ticks_come_as_time_goes_by() {
    let stand = Stand::new().await;
    let worker = worker(&stand, Duration::from_secs(1));
    while stand.count("job_ticks WHERE name = 'succeed'").await < 3 {
        tokio::task::yield_now().await;
    }
    worker.stop().await;
    let doubles = "(SELECT FROM job_ticks GROUP BY name, tick HAVING count(*) > 1) AS doubles";
    assert_eq!(stand.count(doubles).await, 0);
}

#[tokio::test]
async fn a_tick_adds_nothing_while_the_job_of_an_earlier_one_waits() {
    let stand = Stand::new().await;
    let busy = stand.enqueue_all(&vec![Act::Hang; 10]).await;
    let worker = worker(&stand, Duration::from_secs(1));
    while stand.count("job_ticks WHERE name = 'succeed'").await < 3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stand.count("jobs WHERE state = 'available' AND unique_key = 'schedule:succeed'").await, 1);
    worker.stop.cancel();
    xtablo::queue::admin::discard(&mut stand.conn().await, &busy, "over").await.expect("discarded");
}
