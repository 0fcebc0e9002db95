//! The jobs of Xtablo, a file each: which there are, which queues they are in, and which come by the clock.

mod end_expired_sessions;
mod erase_deleted;
mod forget_finished_jobs;

use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use futures_util::FutureExt;

use crate::app::App;
use crate::db;
use crate::queue::{Connect, Kinds, Schedule, Settings, Worker};

pub use end_expired_sessions::EndExpiredSessions;
pub use erase_deleted::EraseDeleted;
pub use forget_finished_jobs::ForgetFinishedJobs;

/// For what takes its time and nobody waits for.
pub const HOUSEKEEPING: &str = "housekeeping";

/// Every queue, and how many of its jobs a worker runs at once.
pub const QUEUES: [(&str, usize); 2] = [("default", 10), (HOUSEKEEPING, 1)];

const HOUR: Duration = Duration::from_secs(3600);

fn kinds() -> Kinds<App> {
    Kinds::new().with::<EndExpiredSessions>().with::<EraseDeleted>().with::<ForgetFinishedJobs>()
}

fn schedules() -> QueryResult<Vec<Schedule>> {
    let daily = 24 * HOUR;
    Ok(vec![
        Schedule::new("end_expired_sessions", HOUR, &EndExpiredSessions {})?,
        Schedule::new("erase_deleted", daily, &EraseDeleted {})?.offset(3 * HOUR),
        Schedule::new("forget_finished_jobs", HOUR, &ForgetFinishedJobs {})?.offset(HOUR / 2),
    ])
}

/// The worker that runs all of them.
///
/// # Errors
/// A scheduled job that cannot be written as JSON.
pub fn worker(app: &App) -> QueryResult<Worker<App>> {
    let host = whoami::hostname().unwrap_or_else(|_| "worker".to_owned());
    let settings = Settings {
        name: format!("{host}:{}", std::process::id()),
        queues: QUEUES.map(|(queue, concurrency)| (queue.to_owned(), concurrency)).to_vec(),
        patience: app.config.shutdown_timeout,
        ..Settings::default()
    };
    let url = app.config.database_url.clone();
    let connect: Connect = Arc::new(move || {
        let url = url.clone();
        async move { db::connect(&url).await }.boxed()
    });
    let worker = Worker::new(connect, app.clone(), kinds(), settings);
    Ok(worker.with_schedules(schedules()?))
}
