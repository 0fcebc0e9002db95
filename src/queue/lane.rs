//! One queue of a worker: claims its jobs as there is room, and runs them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::claims::{self, Claimed};
use super::connection::Link;
use super::ending::{Ended, Ending};
use super::job::Attempt;
use super::kinds::Kinds;
use super::leases::Leases;
use super::observation::{Finished, Observe};

/// How many jobs are claimed by one statement at most.
const BATCH: usize = 500;

/// How long a claim waits for more room where it knows that many jobs wait: a claim costs a commit.
const LINGER: Duration = Duration::from_millis(5);

pub(super) struct Lane<C> {
    pub(super) queue: String,
    pub(super) concurrency: usize,
    /// One for each job that may run at once; a job has it until its ending is handed on.
    pub(super) slots: Arc<Semaphore>,
    /// The worker's, and no other's.
    pub(super) worker: String,
    pub(super) kinds: Arc<Kinds<C>>,
    pub(super) context: C,
    pub(super) leases: Arc<Leases>,
    pub(super) endings: mpsc::Sender<Ended>,
    pub(super) observe: Observe,
    pub(super) wake: Arc<Notify>,
    pub(super) lease: Duration,
    pub(super) poll: Duration,
}

impl<C: Clone + Send + Sync + 'static> Lane<C> {
    /// Claims and runs until `stop`. Jobs that run then go on.
    pub(super) async fn run(self, mut link: Link, stop: CancellationToken) {
        let lane = Arc::new(self);
        let kinds = lane.kinds.names();
        let (mut claims, mut more) = (0_u64, false);
        while let Some(Some(room)) = stop.run_until_cancelled(lane.room(more)).await {
            claims += 1;
            let leased_by: Arc<str> = format!("{}.{}.{claims}", lane.worker, lane.queue).into();
            let most = room.num_permits();
            // Not broken off by a stop: what is claimed must be known, to be given back.
            let claimed = async { Ok(lane.claim(link.get().await?, &kinds, most, &leased_by).await?) }.await;
            let Some(jobs) = link.settle("claiming jobs", claimed).await else { continue };
            more = jobs.len() == most;
            lane.start(jobs, &leased_by, room, stop.is_cancelled()).await;
            if !more {
                let due = async { Ok(claims::next_due(link.get().await?, &lane.queue, &kinds).await?) }.await;
                let due = link.settle("looking for the next job", due).await.flatten();
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = lane.wake.notified() => {}
                    () = tokio::time::sleep(due.unwrap_or(lane.poll).min(lane.poll)) => {}
                }
            }
        }
    }

    /// Slots for the next claim: at least one, up to a batch. Nothing at the end.
    async fn room(&self, more: bool) -> Option<OwnedSemaphorePermit> {
        let slots = &self.slots;
        let whole = self.concurrency.min(BATCH);
        if more && whole > 1 {
            let worthwhile = u32::try_from(whole.div_ceil(2)).unwrap_or(u32::MAX);
            drop(tokio::time::timeout(LINGER, slots.acquire_many(worthwhile)).await);
        }
        let mut room = Arc::clone(slots).acquire_owned().await.ok()?;
        let rest = slots.available_permits().min(whole - 1);
        if let Ok(rest) = Arc::clone(slots).try_acquire_many_owned(u32::try_from(rest).unwrap_or(0)) {
            room.merge(rest);
        }
        Some(room)
    }

    async fn claim(
        &self,
        conn: &mut AsyncPgConnection,
        kinds: &[&str],
        most: usize,
        leased_by: &str,
    ) -> QueryResult<Vec<Claimed>> {
        claims::claim(conn, &self.queue, kinds, most, self.lease, leased_by).await
    }

    /// Runs the jobs, each on a slot of its own; or gives them back, where the worker has been told to stop.
    async fn start(
        self: &Arc<Self>,
        jobs: Vec<Claimed>,
        leased_by: &Arc<str>,
        mut room: OwnedSemaphorePermit,
        stopping: bool,
    ) {
        if stopping {
            for Claimed { id, .. } in jobs {
                let ended = Ended { id, leased_by: Arc::clone(leased_by), ending: Ending::GivenBack };
                drop(self.endings.send(ended).await);
            }
            return;
        }
        self.leases.hold(jobs, leased_by, |job| {
            let slot = room.split(1);
            let attending = Arc::clone(self).attend(job, Arc::clone(leased_by), slot);
            tokio::spawn(attending).abort_handle()
        });
    }

    /// Runs one job and hands on how it ended. The slot is free after that.
    async fn attend(self: Arc<Self>, job: Claimed, leased_by: Arc<str>, _slot: Option<OwnedSemaphorePermit>) {
        let Claimed { id, kind, payload, attempt: number, max_attempts: most } = job;
        let kind = self.kinds.get(&kind).expect("only kinds that are known are claimed");
        let span = tracing::info_span!("job", job_id = %id, kind = kind.name, attempt = number);
        let start = Instant::now();
        let attempt = Attempt { job_id: id, number, most };
        let ending = kind.run(payload, self.context.clone(), attempt).instrument(span.clone()).await;
        span.in_scope(|| log(&ending));
        (self.observe)(&Finished { kind: kind.name, outcome: ending.word(), duration: start.elapsed() });
        // The writer ends only after everything that still sends to it.
        drop(self.endings.send(Ended { id, leased_by, ending }).await);
    }
}

fn log(ending: &Ending) {
    match ending {
        Ending::Failed { error, again_after } => {
            tracing::warn!(again_after = again_after.as_secs(), "a job failed: {error}");
        }
        Ending::Discarded(reason) => tracing::error!("a job is given up: {reason}"),
        Ending::Completed | Ending::Snoozed(_) | Ending::GivenBack => {
            tracing::debug!("a job is {}", ending.word());
        }
    }
}
