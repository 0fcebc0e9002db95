//! The tasks of Xtablo: what is enqueued, in which queue and within which limits. Doing them is in [`crate::jobs`], a file each
//! of the same name.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config::Config;
use crate::language::Language;
use crate::queue::{Backoff, NewJob, Priority, Task};

/// For slow work that no person waits for.
pub const HOUSEKEEPING: &str = "housekeeping";

/// For what takes long, reads a lot and is waited for: a few at a time would only slow each other down.
pub const EXPORTS: &str = "exports";

/// For what waits for an SMTP server, so that nothing else does.
pub const MAIL: &str = "mail";

/// For telling people what happened, so that many of them hold up nothing else.
pub const NOTICES: &str = "notices";

/// For what takes a lot of memory at once.
pub const PICTURES: &str = "pictures";

/// Every queue, and how many of its jobs a worker runs at once.
pub const QUEUES: [(&str, usize); 6] =
    [("default", 10), (MAIL, 5), (NOTICES, 3), (PICTURES, 1), (EXPORTS, 1), (HOUSEKEEPING, 1)];

/// Servers that put a stranger off (greylisting) want some minutes.
const MAIL_BACKOFF: Backoff = Backoff { first: Duration::from_secs(15), most: Duration::from_hours(1) };
/// With that backoff for about a day.
const MAIL_ATTEMPTS: i32 = 30;

/// Makes a picture's thumbnail, and takes out of the file what it tells beside the picture.
#[derive(Debug, Serialize, Deserialize)]
pub struct PreparePicture {
    pub file_id: Uuid,
}

impl Task for PreparePicture {
    const KIND: &'static str = "prepare_picture";
    const QUEUE: &'static str = PICTURES;
    const MAX_ATTEMPTS: i32 = 8;
    const TIME_LIMIT: Duration = Duration::from_mins(5);
}

/// Makes a small square of the picture that a person uploaded of themselves.
#[derive(Debug, Serialize, Deserialize)]
pub struct PreparePersonPicture {
    pub user_id: Uuid,
}

impl Task for PreparePersonPicture {
    const KIND: &'static str = "prepare_person_picture";
    const QUEUE: &'static str = PICTURES;
    const MAX_ATTEMPTS: i32 = 8;
    const TIME_LIMIT: Duration = Duration::from_mins(5);
}

/// Tells those concerned of what has happened on a board.
#[derive(Debug, Serialize, Deserialize)]
pub struct NotifyConcerned {
    pub board_id: Uuid,
}

impl Task for NotifyConcerned {
    const KIND: &'static str = "notify_concerned";
    const QUEUE: &'static str = NOTICES;
    const TIME_LIMIT: Duration = Duration::from_mins(5);
}

/// Tells people of the dates of their cards that come or are past.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemindOfDates {}

impl Task for RemindOfDates {
    const KIND: &'static str = "remind_of_dates";
    const QUEUE: &'static str = NOTICES;
    const TIME_LIMIT: Duration = Duration::from_mins(10);
}

/// Finds the people whose time for a mail has come.
#[derive(Debug, Serialize, Deserialize)]
pub struct GatherMails {}

impl Task for GatherMails {
    const KIND: &'static str = "gather_mails";
    const QUEUE: &'static str = NOTICES;
    const TIME_LIMIT: Duration = Duration::from_mins(10);
}

/// What a mail to a person tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Telling {
    /// Of one card, at once.
    Card { card_id: Uuid },
    /// What has come together until then.
    Rest { window_at: DateTime<Utc> },
    /// Dates.
    Due { window_at: DateTime<Utc> },
}

/// Mails a person what they were told and have not read.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailNotifications {
    pub user_id: Uuid,
    pub telling: Telling,
}

impl MailNotifications {
    /// So that one mail waits for it.
    pub fn key(&self) -> String {
        let user_id = self.user_id;
        match self.telling {
            Telling::Card { card_id } => format!("{user_id}:card:{card_id}"),
            Telling::Rest { window_at } => format!("{user_id}:rest:{}", window_at.timestamp()),
            Telling::Due { window_at } => format!("{user_id}:due:{}", window_at.timestamp()),
        }
    }
}

impl Task for MailNotifications {
    const KIND: &'static str = "mail_notifications";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = MAIL_ATTEMPTS;
    const BACKOFF: Backoff = MAIL_BACKOFF;
}

/// Deletes what people were told of and have read long ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetOldNotifications {}

impl Task for ForgetOldNotifications {
    const KIND: &'static str = "forget_old_notifications";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_mins(10);
}

/// Makes the next card of one that comes back, if it is time.
#[derive(Debug, Serialize, Deserialize)]
pub struct RepeatCard {
    pub card_id: Uuid,
}

impl Task for RepeatCard {
    const KIND: &'static str = "repeat_card";
}

/// Finds the cards that are to come back by now.
#[derive(Debug, Serialize, Deserialize)]
pub struct RepeatDueCards {}

impl Task for RepeatDueCards {
    const KIND: &'static str = "repeat_due_cards";
    const QUEUE: &'static str = HOUSEKEEPING;
}

/// Lets search find the cards of boards that a change has left to the worker, or that an older version has written.
#[derive(Debug, Serialize, Deserialize)]
pub struct IndexBoards {}

impl Task for IndexBoards {
    const KIND: &'static str = "index_boards";
    const QUEUE: &'static str = HOUSEKEEPING;
    const TIME_LIMIT: Duration = Duration::from_hours(1);
}

/// Removes from the stores what no file needs any more.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RemoveUnusedObjects {
    /// Whether to list the stores as well, for objects that have no row: it costs a request per thousand objects, so
    /// only the nightly job does.
    #[serde(default)]
    pub list_stores: bool,
}

impl Task for RemoveUnusedObjects {
    const KIND: &'static str = "remove_unused_objects";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_hours(1);
}

/// Erases the boards, cards and files that were deleted long ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct EraseDeleted {}

impl Task for EraseDeleted {
    const KIND: &'static str = "erase_deleted";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_mins(30);
}

/// Deletes the sessions whose time is over.
#[derive(Debug, Serialize, Deserialize)]
pub struct EndExpiredSessions {}

impl Task for EndExpiredSessions {
    const KIND: &'static str = "end_expired_sessions";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_mins(10);
}

/// Deletes finished jobs after the time that `xtablo jobs list` keeps them.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetFinishedJobs {}

impl Task for ForgetFinishedJobs {
    const KIND: &'static str = "forget_finished_jobs";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_mins(10);
}

/// Makes the ZIP that somebody wants to take along.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeExport {
    pub export_id: Uuid,
}

impl Task for MakeExport {
    const KIND: &'static str = "make_export";
    const QUEUE: &'static str = EXPORTS;
    const MAX_ATTEMPTS: i32 = 5;
    const TIME_LIMIT: Duration = Duration::from_hours(6);
}

/// Removes the exports whose time is over.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetOldExports {}

impl Task for ForgetOldExports {
    const KIND: &'static str = "forget_old_exports";
    const QUEUE: &'static str = HOUSEKEEPING;
    const PRIORITY: Priority = Priority::Low;
    const TIME_LIMIT: Duration = Duration::from_mins(10);
}

/// Asks a person to confirm the address they gave.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfirmEmail {
    pub user_id: Uuid,
    /// The reader's, as far as it was known when this was enqueued.
    #[serde(default)]
    pub language: Language,
}

impl Task for ConfirmEmail {
    const KIND: &'static str = "confirm_email";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = MAIL_ATTEMPTS;
    const BACKOFF: Backoff = MAIL_BACKOFF;
}

/// Sends the link to a new password, if there is an account with this address.
#[derive(Debug, Serialize, Deserialize)]
pub struct ResetPassword {
    /// As typed.
    pub email: String,
    pub asked_at: DateTime<Utc>,
    /// The reader's, as far as it was known when this was enqueued.
    #[serde(default)]
    pub language: Language,
}

impl Task for ResetPassword {
    const KIND: &'static str = "reset_password";
    const QUEUE: &'static str = MAIL;
    const PRIORITY: Priority = Priority::High;
    const MAX_ATTEMPTS: i32 = MAIL_ATTEMPTS;
    const BACKOFF: Backoff = MAIL_BACKOFF;
}

/// Asks a person by mail to join a board.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvitation {
    pub invitation_id: Uuid,
    /// That of the person who invites; the reader's own is taken where it is known.
    pub language: Language,
}

impl Task for SendInvitation {
    const KIND: &'static str = "send_invitation";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = MAIL_ATTEMPTS;
    const BACKOFF: Backoff = MAIL_BACKOFF;
}

/// Tells the address an account had that it has another one.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfChangedEmail {
    pub old_email: String,
    pub email: String,
    /// The reader's, as far as it was known when this was enqueued.
    #[serde(default)]
    pub language: Language,
}

impl Task for TellOfChangedEmail {
    const KIND: &'static str = "tell_of_changed_email";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = MAIL_ATTEMPTS;
    const BACKOFF: Backoff = MAIL_BACKOFF;
}

/// Tells a person that their password was changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfChangedPassword {
    pub email: String,
    /// The reader's, as far as it was known when this was enqueued.
    #[serde(default)]
    pub language: Language,
}

impl Task for TellOfChangedPassword {
    const KIND: &'static str = "tell_of_changed_password";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = MAIL_ATTEMPTS;
    const BACKOFF: Backoff = MAIL_BACKOFF;
}

/// Tells the address an account has that another one is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfNewEmail {
    pub email: String,
    pub new_email: String,
    /// The reader's, as far as it was known when this was enqueued.
    #[serde(default)]
    pub language: Language,
}

impl Task for TellOfNewEmail {
    const KIND: &'static str = "tell_of_new_email";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i32 = MAIL_ATTEMPTS;
    const BACKOFF: Backoff = MAIL_BACKOFF;
}

/// A task that sends a mail, as something to enqueue; nothing where no mail goes anywhere.
///
/// # Errors
/// A task that serde cannot write as JSON.
pub fn mails<T: Task>(config: &Config, task: &T) -> QueryResult<Vec<NewJob>> {
    debug_assert_eq!(T::QUEUE, MAIL);
    if config.sends_mail() { Ok(vec![NewJob::new(task)?]) } else { Ok(Vec::new()) }
}
