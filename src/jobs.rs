//! The jobs of Xtablo, a file each: which there are, which queues they are in, and which come by the clock.

mod confirm_email;
mod delivery;
mod end_expired_sessions;
mod erase_deleted;
mod forget_finished_jobs;
mod prepare_picture;
mod remove_unused_objects;
mod reset_password;
mod tell_of_changed_email;
mod tell_of_changed_password;
mod tell_of_new_email;

use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use futures_util::FutureExt;

use crate::app::App;
use crate::config::{ConfigError, ConfigErrors};
use crate::db;
use crate::queue::{Connect, Kinds, Schedule, Settings, Worker};

pub use confirm_email::ConfirmEmail;
pub use delivery::mails;
pub use end_expired_sessions::EndExpiredSessions;
pub use erase_deleted::EraseDeleted;
pub use forget_finished_jobs::ForgetFinishedJobs;
pub use prepare_picture::PreparePicture;
pub use remove_unused_objects::RemoveUnusedObjects;
pub use reset_password::ResetPassword;
pub use tell_of_changed_email::TellOfChangedEmail;
pub use tell_of_changed_password::TellOfChangedPassword;
pub use tell_of_new_email::TellOfNewEmail;

/// For what takes its time and nobody waits for.
pub const HOUSEKEEPING: &str = "housekeeping";

/// For what waits for an SMTP server, so that nothing else does.
pub const MAIL: &str = "mail";

/// For what takes a lot of memory at once.
pub const PICTURES: &str = "pictures";

/// Every queue, and how many of its jobs a worker runs at once.
pub const QUEUES: [(&str, usize); 4] = [("default", 10), (MAIL, 5), (PICTURES, 1), (HOUSEKEEPING, 1)];

const HOUR: Duration = Duration::from_secs(3600);

fn kinds() -> Kinds<App> {
    let housekeeping = Kinds::new()
        .with::<EndExpiredSessions>()
        .with::<EraseDeleted>()
        .with::<ForgetFinishedJobs>()
        .with::<RemoveUnusedObjects>();
    housekeeping
        .with::<PreparePicture>()
        .with::<ConfirmEmail>()
        .with::<ResetPassword>()
        .with::<TellOfChangedEmail>()
        .with::<TellOfChangedPassword>()
        .with::<TellOfNewEmail>()
}

fn schedules() -> QueryResult<Vec<Schedule>> {
    let daily = 24 * HOUR;
    Ok(vec![
        Schedule::new("end_expired_sessions", HOUR, &EndExpiredSessions {})?,
        Schedule::new("erase_deleted", daily, &EraseDeleted {})?.offset(3 * HOUR),
        Schedule::new("forget_finished_jobs", HOUR, &ForgetFinishedJobs {})?.offset(HOUR / 2),
        // After what was deleted long ago has been erased.
        Schedule::new("remove_unused_objects", daily, &RemoveUnusedObjects { list_stores: true })?
            .offset(4 * HOUR),
    ])
}

/// The queues of these names with their concurrency; all of them where none is named.
///
/// # Errors
/// A name that no queue has.
pub fn queues(named: &[String]) -> Result<Vec<(String, usize)>, ConfigErrors> {
    let known = QUEUES.map(|(queue, _)| queue);
    if let Some(unknown) = named.iter().find(|name| !known.contains(&name.as_str())) {
        let message = format!("names {unknown}, but the queues are {}", known.join(", "));
        return Err(ConfigErrors(vec![ConfigError { name: "WORKER_QUEUES", message }]));
    }
    let wanted = |queue: &str| named.is_empty() || named.iter().any(|name| name == queue);
    let queues = QUEUES.iter().filter(|(queue, _)| wanted(queue));
    Ok(queues.map(|(queue, concurrency)| ((*queue).to_owned(), *concurrency)).collect())
}

/// The worker that runs all of them, or those of the queues that WORKER_QUEUES names.
///
/// # Errors
/// A queue that is not there, or a scheduled job that cannot be written as JSON.
pub fn worker(app: &App) -> anyhow::Result<Worker<App>> {
    let host = whoami::hostname().unwrap_or_else(|_| "worker".to_owned());
    let settings = Settings {
        name: format!("{host}:{}", std::process::id()),
        queues: queues(&app.config.worker_queues)?,
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
