//! What a job is: its kind, its limits, and what it answers.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A job as data: what enqueues it needs to know. What is stored of it is what serde writes.
pub trait Task: Serialize + DeserializeOwned + Send + 'static {
    /// Its name in the database, for ever: an imperative in snake_case.
    const KIND: &'static str;
    const QUEUE: &'static str = "default";
    const PRIORITY: Priority = Priority::Normal;
    /// How often it is begun at most.
    const MAX_ATTEMPTS: i32 = 20;
    /// An attempt that takes longer has failed. It ends where it next waits; what never waits is not ended.
    const TIME_LIMIT: Duration = Duration::from_mins(1);
    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(2), most: Duration::from_hours(1) };
}

/// The doing of a task, by a worker.
pub trait Job: Task {
    /// What every job of the worker is given, such as a pool of connections.
    type Context: Clone + Send + Sync + 'static;

    /// Does it. May be called again after it has succeeded, so doing it twice must be as good as once.
    fn run(
        self,
        context: Self::Context,
        attempt: Attempt,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Which of its queue's jobs goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    High = 0,
    #[default]
    Normal = 1,
    Low = 2,
    /// Whenever there is nothing else to do.
    Idle = 3,
}

/// One run of a job.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    pub job_id: Uuid,
    /// From 1.
    pub number: i32,
    pub most: i32,
}

/// Why an attempt has not done the job. Every error becomes [`Failure::Retry`] with `?`.
#[derive(Debug)]
pub enum Failure {
    /// Try again later, while there are attempts left.
    Retry(anyhow::Error),
    /// Never try again; with the reason.
    Discard(String),
    /// It is too early: run after this long. This attempt does not count.
    Snooze(Duration),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Retry(error.into())
    }
}

/// How long after a failed attempt the next may begin: twice as long each time.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pub first: Duration,
    pub most: Duration,
}

impl Backoff {
    /// The wait after the attempt of this number. `chance`, from 0 to 1, takes up to a quarter off, so that jobs
    /// that failed together do not come back together.
    pub fn after(&self, attempt: i32, chance: f64) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0);
        let whole = self.first.saturating_mul(2_u32.saturating_pow(doublings)).min(self.most);
        whole.mul_f64(1.0 - 0.25 * chance.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_one_before_up_to_the_most() {
        let backoff = Backoff { first: Duration::from_secs(2), most: Duration::from_mins(1) };
        let waits: Vec<u64> = (1..=8).map(|attempt| backoff.after(attempt, 0.0).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(backoff.after(i32::MAX, 0.0).as_secs(), 60);
        assert_eq!(backoff.after(-1, 0.0).as_secs(), 2);
    }

    #[test]
    fn chance_takes_up_to_a_quarter_off() {
        let backoff = Backoff { first: Duration::from_secs(100), most: Duration::from_secs(400) };
        assert_eq!(backoff.after(1, 1.0), Duration::from_secs(75));
        assert_eq!(backoff.after(1, 0.5), Duration::from_millis(87_500));
        assert_eq!(backoff.after(9, 1.0), Duration::from_mins(5));
    }
}
