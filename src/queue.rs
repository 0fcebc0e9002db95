//! A job queue in PostgreSQL. *At least once, enqueued with your commit; a job must be idempotent.*
//!
//! - **With your commit**: [`NewJob::enqueue`] writes on the caller's connection, inside the caller's transaction.
//! - **At least once**: a job is claimed under a lease that its worker keeps extending. Where the worker is gone,
//!   the lease runs out and the job is available again. An attempt is counted when it is claimed, so a job that
//!   kills its worker is discarded in the end. What a worker says about a job counts only while it holds the lease.
//! - **A failed attempt is tried again** later and later, until there are no attempts left; a job may also answer
//!   that it gives up or that it is too early ([`Failure`]). A panic and a time limit are failed attempts.
//! - **A kind that a worker does not know is left alone**; a payload that does not parse is discarded.
//! - **A schedule's tick is enqueued once**, by whichever worker comes first.
//!
//! Every time is by PostgreSQL's clock, the one that all workers share: a worker whose own clock is wrong does
//! nothing wrong. Where PostgreSQL's clock is set forward, leases look over and jobs run again; where it is set
//! back, leases of the dead and jobs already enqueued wait as much longer. Nothing is lost either way.
//!
//! This module knows nothing of what the jobs do, and of the rest of the crate nothing at all: it is given a way
//! to connect, and expects the tables `jobs` and `job_ticks`.

pub mod admin;
mod claims;
mod connection;
mod ending;
mod endings;
mod enqueue;
mod job;
mod kinds;
mod lane;
mod leases;
mod listener;
pub mod maintenance;
mod observation;
mod schedule;
mod statement;
mod worker;

pub use connection::Connect;
pub use enqueue::{NewJob, cancel, enqueue_all};
pub use job::{Attempt, Backoff, Failure, Job, Priority, Task};
pub use kinds::Kinds;
pub use observation::Finished;
pub use schedule::Schedule;
pub use worker::{Settings, Worker};

/// The channel on which an enqueued job's queue is named.
const CHANNEL: &str = "jobs";
