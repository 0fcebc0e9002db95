//! The kinds of job that a worker knows.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::ending::Ending;
use super::job::{Attempt, Backoff, Failure, Job};

/// A job's type, forgotten: what is left is how to run one.
#[derive(Clone)]
pub(super) struct Kind<C> {
    pub(super) name: &'static str,
    time_limit: Duration,
    backoff: Backoff,
    run: fn(Value, C, Attempt) -> BoxFuture<'static, Result<(), Failure>>,
}

/// The kinds of job that a worker runs; it leaves all others alone.
#[derive(Clone)]
pub struct Kinds<C>(HashMap<&'static str, Kind<C>>);

impl<C: Clone + Send + Sync + 'static> Kinds<C> {
    pub fn new() -> Self {
        Self(HashMap::new())
    }

    /// Adds a kind. One of the same name is replaced.
    #[must_use]
    pub fn with<J: Job<Context = C>>(mut self) -> Self {
        let kind =
            Kind { name: J::KIND, time_limit: J::TIME_LIMIT, backoff: J::BACKOFF, run: parse_and_run::<J> };
        self.0.insert(J::KIND, kind);
        self
    }

    /// In no order.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Kind<C>> {
        self.0.get(name)
    }
}

impl<C: Clone + Send + Sync + 'static> Default for Kinds<C> {
    fn default() -> Self {
        Self::new()
    }
}

fn parse_and_run<J: Job>(
    payload: Value,
    context: J::Context,
    attempt: Attempt,
) -> BoxFuture<'static, Result<(), Failure>> {
    match serde_json::from_value::<J>(payload) {
        Ok(job) => job.run(context, attempt).boxed(),
        Err(error) => {
            std::future::ready(Err(Failure::Discard(format!("the payload does not parse: {error}")))).boxed()
        }
    }
}

impl<C: Clone + Send + Sync + 'static> Kind<C> {
    /// Runs a job, and says how that ended. A panic and the time limit are failures as any other.
    pub(super) async fn run(&self, payload: Value, context: C, attempt: Attempt) -> Ending {
        // The call itself may panic too, not only what it gives.
        let run = AssertUnwindSafe(async { (self.run)(payload, context, attempt).await }).catch_unwind();
        let failure = match tokio::time::timeout(self.time_limit, run).await {
            Ok(Ok(Ok(()))) => return Ending::Completed,
            Ok(Ok(Err(failure))) => failure,
            Ok(Err(panic)) => Failure::Retry(anyhow::anyhow!("panicked: {}", said(panic.as_ref()))),
            Err(_) => Failure::Retry(anyhow::anyhow!("took longer than {:?}", self.time_limit)),
        };
        match failure {
            Failure::Retry(error) if attempt.number < attempt.most => Ending::Failed {
                error: format!("{error:#}"),
                again_after: self.backoff.after(attempt.number, rand::random()),
            },
            Failure::Retry(error) => Ending::Discarded(format!("{error:#}")),
            Failure::Discard(reason) => Ending::Discarded(reason),
            Failure::Snooze(delay) => Ending::Snoozed(delay),
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}
