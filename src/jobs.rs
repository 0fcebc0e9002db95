//! The doing of the tasks ([`crate::tasks`]), a file each; which of them come by the clock; and the worker that runs them.

mod confirm_email;
mod delivery;
mod end_expired_sessions;
mod erase_deleted;
mod forget_finished_jobs;
mod forget_old_exports;
mod forget_old_notifications;
mod gather_mails;
mod index_boards;
mod mail_notifications;
mod make_export;
mod notify_concerned;
mod prepare_person_picture;
mod prepare_picture;
mod remind_of_dates;
mod remove_unused_objects;
mod repeat_card;
mod repeat_due_cards;
mod reset_password;
mod send_invitation;
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
use crate::tasks::{
    ConfirmEmail, EndExpiredSessions, EraseDeleted, ForgetFinishedJobs, ForgetOldExports,
    ForgetOldNotifications, GatherMails, IndexBoards, MailNotifications, MakeExport, NotifyConcerned,
    PreparePersonPicture, PreparePicture, QUEUES, RemindOfDates, RemoveUnusedObjects, RepeatCard,
    RepeatDueCards, ResetPassword, SendInvitation, TellOfChangedEmail, TellOfChangedPassword, TellOfNewEmail,
};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

fn kinds() -> Kinds<App> {
    let housekeeping = Kinds::new()
        .with::<EndExpiredSessions>()
        .with::<EraseDeleted>()
        .with::<ForgetFinishedJobs>()
        .with::<ForgetOldExports>()
        .with::<ForgetOldNotifications>()
        .with::<RemoveUnusedObjects>()
        .with::<RepeatDueCards>();
    housekeeping
        .with::<GatherMails>()
        .with::<IndexBoards>()
        .with::<MailNotifications>()
        .with::<NotifyConcerned>()
        .with::<RemindOfDates>()
        .with::<PreparePicture>()
        .with::<PreparePersonPicture>()
        .with::<MakeExport>()
        .with::<RepeatCard>()
        .with::<ConfirmEmail>()
        .with::<ResetPassword>()
        .with::<SendInvitation>()
        .with::<TellOfChangedEmail>()
        .with::<TellOfChangedPassword>()
        .with::<TellOfNewEmail>()
}

/// The kind of every job there can be, in the alphabet's order.
pub fn kind_names() -> Vec<&'static str> {
    let mut names = kinds().names();
    names.sort_unstable();
    names
}

fn schedules() -> QueryResult<Vec<Schedule>> {
    let daily = 24 * HOUR;
    Ok(vec![
        Schedule::new("end_expired_sessions", HOUR, &EndExpiredSessions {})?,
        Schedule::new("erase_deleted", daily, &EraseDeleted {})?.offset(3 * HOUR),
        Schedule::new("forget_finished_jobs", HOUR, &ForgetFinishedJobs {})?.offset(HOUR / 2),
        Schedule::new("forget_old_exports", HOUR, &ForgetOldExports {})?.offset(HOUR / 4),
        Schedule::new("forget_old_notifications", daily, &ForgetOldNotifications {})?.offset(2 * HOUR),
        // As often as it is eight somewhere, and then the mails that tell of it.
        Schedule::new("remind_of_dates", HOUR / 4, &RemindOfDates {})?,
        Schedule::new("gather_mails", HOUR / 12, &GatherMails {})?.offset(Duration::from_secs(20)),
        Schedule::new("index_boards", MINUTE, &IndexBoards {})?.offset(Duration::from_secs(10)),
        // After what was deleted long ago has been erased.
        Schedule::new("remove_unused_objects", daily, &RemoveUnusedObjects { list_stores: true })?
            .offset(4 * HOUR),
        Schedule::new("repeat_due_cards", MINUTE, &RepeatDueCards {})?,
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
        return Err(ConfigError { name: "WORKER_QUEUES", message }.into());
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
