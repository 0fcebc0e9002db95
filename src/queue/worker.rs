//! A worker: its queues, and the one order in which it starts and stops.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::connection::{Connect, Link};
use super::ending::Ended;
use super::endings;
use super::kinds::Kinds;
use super::lane::Lane;
use super::leases::{self, Leases};
use super::listener;
use super::observation::{Finished, Observe};
use super::schedule::{self, Schedule};

/// How long the last endings may take to be written, once everything has ended.
const LAST_WORDS: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub struct Settings {
    /// The worker's name, for the operator: it is shown with what it holds.
    pub name: String,
    /// The queues it serves, and how many jobs of each may run at once.
    pub queues: Vec<(String, usize)>,
    /// How long after its last sign of life a worker's jobs become another's.
    pub lease: Duration,
    /// How often it looks for jobs that nothing woke it for.
    pub poll: Duration,
    /// How long running jobs may go on after a stop, before they are given back.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: std::process::id().to_string(),
            queues: vec![("default".to_owned(), 10)],
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            patience: Duration::from_secs(30),
        }
    }
}

/// Runs jobs; see [`Worker::run`].
pub struct Worker<C> {
    connect: Connect,
    context: C,
    kinds: Kinds<C>,
    schedules: Vec<Schedule>,
    settings: Settings,
    observe: Observe,
}

impl<C: Clone + Send + Sync + 'static> Worker<C> {
    pub fn new(connect: Connect, context: C, kinds: Kinds<C>, settings: Settings) -> Self {
        Self { connect, context, kinds, schedules: Vec::new(), settings, observe: Arc::new(|_| {}) }
    }

    #[must_use]
    pub fn with_schedules(self, schedules: Vec<Schedule>) -> Self {
        Self { schedules, ..self }
    }

    /// Is told of each attempt that has ended.
    #[must_use]
    pub fn with_observer(self, observe: impl Fn(&Finished) + Send + Sync + 'static) -> Self {
        Self { observe: Arc::new(observe), ..self }
    }

    /// Runs jobs until `stop`. Then claims no more, waits for those that run, breaks off the rest and gives them
    /// back without counting the attempt. A database that is away is waited for.
    pub async fn run(self, stop: CancellationToken) {
        let leases = Arc::new(Leases::default());
        // Ends what must outlast the jobs: keeping their leases, writing how they ended.
        let end = CancellationToken::new();
        let link = |token: &CancellationToken| Link::new(Arc::clone(&self.connect), token.clone());
        let (endings, written) = mpsc::channel(endings::BATCH);
        let mut writer = tokio::spawn(endings::write(link(&end), written, Arc::clone(&leases)));
        let keeping = leases::keep(link(&end), Arc::clone(&leases), self.settings.lease, end.clone());
        let mut others = JoinSet::new();
        others.spawn(keeping);
        others.spawn(schedule::keep(link(&stop), self.schedules.clone(), stop.clone()));
        let lanes = self.lanes(&leases, &endings);
        let wakes = lanes.iter().map(|lane| (lane.queue.clone(), Arc::clone(&lane.wake))).collect();
        others.spawn(listener::listen(link(&stop), wakes, stop.clone()));
        let slots: Vec<_> = lanes.iter().map(|lane| (Arc::clone(&lane.slots), lane.concurrency)).collect();
        let mut running = JoinSet::new();
        for lane in lanes {
            running.spawn(lane.run(link(&stop), stop.clone()));
        }

        stop.cancelled().await;
        // A database that hangs must not hold the worker up: what it holds is found by its lease.
        let mut late = tokio::time::timeout(LAST_WORDS, running.join_all()).await.is_err();
        if tokio::time::timeout(self.settings.patience, all_free(&slots)).await.is_err() {
            late |= tokio::time::timeout(LAST_WORDS, give_back(&leases, &endings)).await.is_err();
        }
        drop(endings);
        late |= tokio::time::timeout(LAST_WORDS, &mut writer).await.is_err();
        if late {
            tracing::warn!(
                "how the last jobs ended could not be written; they run again once their leases are over"
            );
        }
        writer.abort();
        end.cancel();
        others.shutdown().await;
    }

    fn lanes(&self, leases: &Arc<Leases>, endings: &mpsc::Sender<Ended>) -> Vec<Lane<C>> {
        // A name may come again after a restart; the leases of the one before are not this one's.
        let worker = format!("{}/{:08x}", self.settings.name, rand::random::<u32>());
        let kinds = Arc::new(self.kinds.clone());
        let lane = |(queue, concurrency): &(String, usize)| Lane {
            queue: queue.clone(),
            concurrency: (*concurrency).max(1),
            slots: Arc::new(Semaphore::new((*concurrency).max(1))),
            worker: worker.clone(),
            kinds: Arc::clone(&kinds),
            context: self.context.clone(),
            leases: Arc::clone(leases),
            endings: endings.clone(),
            observe: Arc::clone(&self.observe),
            wake: Arc::new(Notify::new()),
            lease: self.settings.lease,
            poll: self.settings.poll,
        };
        self.settings.queues.iter().map(lane).collect()
    }
}

/// Waits until every slot of every queue is free: all jobs have ended.
async fn all_free(slots: &[(Arc<Semaphore>, usize)]) {
    for (slots, all) in slots {
        drop(slots.acquire_many(u32::try_from(*all).unwrap_or(u32::MAX)).await);
    }
}

/// Breaks off every job that runs.
async fn give_back(leases: &Leases, endings: &mpsc::Sender<Ended>) {
    let broken_off = leases.break_off();
    tracing::warn!("{} jobs were still running and are given back", broken_off.len());
    for ended in broken_off {
        drop(endings.send(ended).await);
    }
}
