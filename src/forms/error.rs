//! What can be wrong with a form, as data. Templates say it.

use serde::Serialize;

use crate::config;

/// `id` is the message's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "id")]
pub enum FormError {
    #[serde(rename = "form-required")]
    Required,
    /// Characters.
    #[serde(rename = "form-too-short")]
    TooShort { least: usize },
    /// Characters.
    #[serde(rename = "form-too-long")]
    TooLong { most: usize, length: usize },
    #[serde(rename = "form-password-common")]
    PasswordCommon,
    #[serde(rename = "form-password-repeats")]
    PasswordRepeats,
    #[serde(rename = "form-password-sequence")]
    PasswordSequence,
    #[serde(rename = "form-password-about-you")]
    PasswordAboutYou,
    #[serde(rename = "form-not-one-of")]
    NotOneOf,
    #[serde(rename = "form-not-a-number")]
    NotANumber { least: i32, most: i32 },
    #[serde(rename = "form-email")]
    Email,
    #[serde(rename = "form-missing")]
    Missing,
    #[serde(rename = "form-not-text")]
    NotText,
    #[serde(rename = "form-sent-twice")]
    SentTwice,
    #[serde(rename = "form-email-taken")]
    EmailTaken,
    #[serde(rename = "form-password-needed")]
    PasswordNeeded,
    #[serde(rename = "form-wrong-password")]
    WrongPassword,
    #[serde(rename = "form-wrong-board-password")]
    WrongBoardPassword,
    #[serde(rename = "form-needs-https")]
    NeedsHttps,
    #[serde(rename = "form-wrong-sign-in")]
    WrongSignIn,
    #[serde(rename = "form-too-many-attempts")]
    TooManyAttempts,
    #[serde(rename = "form-too-many-mails")]
    TooManyMails,
    #[serde(rename = "form-too-many-tokens")]
    TooManyTokens,
    #[serde(rename = "form-card-changed")]
    CardChanged,
    #[serde(rename = "form-tasks-changed")]
    TasksChanged,
    #[serde(rename = "form-card-archived")]
    CardArchived,
    #[serde(rename = "form-column-archived")]
    ColumnArchived,
    #[serde(rename = "form-card-not-in-column")]
    CardNotInColumn,
    #[serde(rename = "form-last-owner")]
    LastOwner,
    #[serde(rename = "form-too-many-members")]
    TooManyMembers,
    #[serde(rename = "form-member-already")]
    MemberAlready,
    #[serde(rename = "form-invited-already")]
    InvitedAlready,
    #[serde(rename = "form-invited-lately")]
    InvitedLately,
    #[serde(rename = "form-invitation-over")]
    InvitationOver,
    #[serde(rename = "form-too-many-invitations")]
    TooManyInvitations,
    #[serde(rename = "form-too-many-links")]
    TooManyLinks,
    #[serde(rename = "form-handle-taken")]
    HandleTaken,
    #[serde(rename = "form-handle")]
    Handle,
    #[serde(rename = "form-not-assignable")]
    NotAssignable,
    #[serde(rename = "form-not-a-date")]
    NotADate,
    #[serde(rename = "form-due-before-start")]
    DueBeforeStart,
    /// So many of the chosen cards.
    #[serde(rename = "form-some-begin-later")]
    SomeBeginLater { n: usize },
    #[serde(rename = "form-no-cards")]
    NoCards,
    #[serde(rename = "form-too-many-cards")]
    TooManyCards { most: usize },
    #[serde(rename = "form-not-a-day")]
    NotADay,
    #[serde(rename = "form-not-a-day-ahead")]
    NotADayAhead,
    #[serde(rename = "form-not-a-decimal")]
    NotADecimal,
    #[serde(rename = "form-grouped-number")]
    GroupedNumber,
    #[serde(rename = "form-choice-gone")]
    ChoiceGone,
    #[serde(rename = "form-choices-in-use")]
    ChoicesInUse { cards: i64 },
    #[serde(rename = "form-too-many-choices")]
    TooManyChoices { most: usize, count: usize },
    #[serde(rename = "form-choice-twice")]
    ChoiceTwice,
    #[serde(rename = "form-not-a-card")]
    NotACard,
    #[serde(rename = "form-no-such-card")]
    NoSuchCard,
    #[serde(rename = "form-link-to-itself")]
    LinkToItself,
    #[serde(rename = "form-linked-already")]
    LinkedAlready,
    #[serde(rename = "form-blocks-in-a-circle")]
    BlocksInACircle,
    #[serde(rename = "form-blocks-too-many")]
    BlocksTooMany,
    #[serde(rename = "form-too-many-card-links")]
    TooManyCardLinks,
    #[serde(rename = "form-recurrence-no-due-date")]
    RecurrenceNoDueDate,
    #[serde(rename = "form-recurrence-never")]
    RecurrenceNever,
    #[serde(rename = "form-comment-changed")]
    CommentChanged,
    #[serde(rename = "upload-too-large")]
    UploadTooLarge { mb: u64 },
    #[serde(rename = "upload-board-full")]
    BoardFull { mb: u64 },
    #[serde(rename = "upload-storage-full")]
    StorageFull,
    #[serde(rename = "upload-not-a-picture")]
    NotAPicture,
    #[serde(rename = "upload-too-many")]
    TooManyFiles,
    #[serde(rename = "upload-no-file")]
    NoFile,
    #[serde(rename = "upload-stopped")]
    UploadStopped,
    #[serde(rename = "upload-late")]
    UploadLate { hours: u64 },
    #[serde(rename = "upload-broken")]
    UploadBroken,
    #[serde(rename = "upload-disk-full")]
    DiskFull,
    #[serde(rename = "upload-store-unavailable")]
    StoreUnavailable,
}

impl FormError {
    /// That files do not fit on a board.
    pub fn over_board_quota(limits: &config::Files) -> Self {
        Self::BoardFull { mb: limits.board_quota.unwrap_or_default() / (1024 * 1024) }
    }
}

#[cfg(test)]
impl FormError {
    /// One of each.
    pub fn all() -> Vec<Self> {
        let plain = [
            Self::Required,
            Self::PasswordCommon,
            Self::PasswordRepeats,
            Self::PasswordSequence,
            Self::PasswordAboutYou,
            Self::NotOneOf,
            Self::Email,
            Self::Missing,
            Self::NotText,
            Self::SentTwice,
            Self::EmailTaken,
            Self::NotAPicture,
            Self::TasksChanged,
            Self::PasswordNeeded,
            Self::WrongPassword,
            Self::WrongBoardPassword,
            Self::NeedsHttps,
            Self::WrongSignIn,
            Self::TooManyAttempts,
            Self::TooManyMails,
            Self::TooManyTokens,
            Self::CardChanged,
            Self::CardArchived,
            Self::ColumnArchived,
            Self::CardNotInColumn,
            Self::LastOwner,
            Self::TooManyMembers,
            Self::MemberAlready,
            Self::InvitedAlready,
            Self::InvitedLately,
            Self::InvitationOver,
            Self::TooManyInvitations,
            Self::TooManyLinks,
            Self::HandleTaken,
            Self::Handle,
            Self::NotAssignable,
            Self::NotADate,
            Self::DueBeforeStart,
            Self::NotADay,
            Self::NotADayAhead,
            Self::NotADecimal,
            Self::GroupedNumber,
            Self::ChoiceGone,
            Self::ChoiceTwice,
            Self::NotACard,
            Self::NoSuchCard,
            Self::LinkToItself,
            Self::LinkedAlready,
            Self::BlocksInACircle,
            Self::BlocksTooMany,
            Self::TooManyCardLinks,
            Self::RecurrenceNoDueDate,
            Self::RecurrenceNever,
            Self::CommentChanged,
            Self::NoCards,
            Self::StorageFull,
            Self::TooManyFiles,
            Self::NoFile,
            Self::UploadStopped,
            Self::UploadBroken,
            Self::DiskFull,
            Self::StoreUnavailable,
        ];
        let with_data = [
            Self::TooShort { least: 10 },
            Self::TooLong { most: 10, length: 11 },
            Self::NotANumber { least: 1, most: 9 },
            Self::SomeBeginLater { n: 2 },
            Self::TooManyCards { most: 500 },
            Self::ChoicesInUse { cards: 2 },
            Self::TooManyChoices { most: 50, count: 51 },
            Self::UploadTooLarge { mb: 25 },
            Self::BoardFull { mb: 25 },
            Self::UploadLate { hours: 12 },
        ];
        plain.into_iter().chain(with_data).collect()
    }

    pub fn id(&self) -> String {
        let value = serde_json::to_value(self).expect("it serializes");
        value["id"].as_str().expect("an id").to_owned()
    }
}
