//! Workers as processes of their own, killed in the middle.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::process::{Child, Command};
use xtablo::queue::{Kinds, NewJob, Settings, Worker, enqueue_all};
use xtablo::server;

use super::stand::{Act, Context, Stand, connect_to, short_leases};

/// Where the worker finds its database: what makes this binary a worker.
const VARIABLE: &str = "TEST_WORKER_DATABASE";
const WORKER: &str = "queue::process::a_worker_runs_jobs_until_sigterm";

struct WorkerProcess(Child);

impl WorkerProcess {
    fn start(stand: &Stand) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        command.args(["--exact", WORKER, "--nocapture"]).env(VARIABLE, stand.database.url());
        command.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        Self(command.spawn().expect("it starts"))
    }

    async fn end(mut self, signal: Signal) -> Option<i32> {
        let pid = self.0.id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("it runs");
        rustix::process::kill_process(pid, signal).expect("it is ours");
        self.0.wait().await.expect("it ends").code()
    }
}

#[tokio::test]
async fn a_worker_runs_jobs_until_sigterm() {
    if let Ok(url) = std::env::var(VARIABLE) {
        let stop = server::stop_on_signals().expect("signals");
        let connect = connect_to(&url);
        let context = Context(connect.clone());
        Worker::new(connect, context, Kinds::new().with::<Act>(), short_leases()).run(stop).await;
        return;
    }
    let stand = Stand::new().await;
    let worker = WorkerProcess::start(&stand);
    let id = stand.enqueue(&Act::Succeed).await;
    assert_eq!(stand.until(id, "completed").await.attempt, 1);
    assert_eq!(worker.end(Signal::TERM).await, Some(0));
}

#[tokio::test]
async fn a_job_whose_worker_is_killed_runs_again_once_its_lease_is_over_and_not_before() {
    let stand = Stand::new().await;
    let worker = WorkerProcess::start(&stand);
    let hanging = stand.enqueue(&Act::Hang).await;
    let done = stand.enqueue(&Act::Succeed).await;
    stand.until(done, "completed").await;
    stand.until_count(2, "traces").await;
    worker.end(Signal::KILL).await;
    let before = stand.job(hanging).await;
    assert_eq!((before.state.as_str(), before.attempt), ("running", 1));
    let lease = before.lease_until.expect("a lease");

    let second = stand.worker_with(Settings { patience: Duration::ZERO, ..short_leases() });
    stand.until_count(3, "traces").await;
    assert_eq!(stand.count("jobs WHERE attempt = 2 AND state = 'running'").await, 1);
    let over = format!("(SELECT clock_timestamp() AS now) AS c WHERE now > '{lease}'");
    assert_eq!(stand.count(&over).await, 1, "the lease was over");
    assert!(stand.job(hanging).await.last_error.is_some_and(|error| error.contains("lease ran out")));
    assert_eq!(stand.traces().await.iter().filter(|trace| trace.job_id == done).count(), 1);
    second.stop().await;
}

#[tokio::test]
async fn a_job_that_kills_its_worker_is_discarded_in_the_end_and_the_others_go_on() {
    let stand = Stand::new().await;
    let killer = stand.enqueue(&Act::Kill).await;
    // Jobs that are claimed with it lose an attempt too; twenty of them outlast its three.
    let other = || NewJob::new(&Act::Succeed).expect("JSON").max_attempts(20);
    let others = std::iter::repeat_with(other).take(20).collect();
    let others = enqueue_all(&mut stand.conn().await, others).await.expect("enqueued");
    let mut workers = 0;
    while stand.job(killer).await.state != "discarded" {
        workers += 1;
        let mut worker = WorkerProcess::start(&stand);
        tokio::select! {
            _ = worker.0.wait() => {}
            _ = stand.until(killer, "discarded") => {}
        }
    }
    assert!(workers >= 3, "each attempt ended a worker");
    let worker = stand.worker_with(short_leases());
    for id in others {
        stand.until(id, "completed").await;
    }
    let killer = stand.job(killer).await;
    assert_eq!((killer.attempt, killer.max_attempts), (3, 3));
    let begun: Vec<i32> = stand
        .traces()
        .await
        .into_iter()
        .filter(|trace| trace.job_id == killer.id)
        .map(|trace| trace.attempt)
        .collect();
    assert_eq!(begun, [1, 2, 3], "begun exactly as often as it may be");
    worker.stop().await;
}
