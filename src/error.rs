//! What can go wrong with a request, as data. [`crate::handlers::error_pages`] says it.
//!
//! A form with mistakes is not an error: its handler renders it again with 422.

use axum::response::Response;
use diesel::result::DatabaseErrorKind;

pub type AppResult<T = Response> = Result<T, AppError>;

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// It does not exist, or this person may not know that it does.
    #[error("not found")]
    NotFound,
    /// The person may see the thing but not do this to it.
    #[error(transparent)]
    Forbidden(#[from] Refusal),
    /// The request has no session.
    #[error("not signed in")]
    SignIn(SignIn),
    /// The person asks for more at once than one person may.
    #[error("too much at once: {0:?}")]
    Busy(#[from] Busy),
    /// PostgreSQL does not answer.
    #[error("the database is away: {0:#}")]
    Unavailable(anyhow::Error),
    /// PostgreSQL went away in the middle of what it was asked.
    #[error("the database has gone away: {0:#}")]
    Interrupted(anyhow::Error),
    /// The store of the files does not answer.
    #[error("the store is away: {0:#}")]
    StoreUnavailable(anyhow::Error),
    /// A fault of ours. Details go to the log alone.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

/// How a person without a session comes to have one.
#[derive(Debug, PartialEq, Eq)]
pub enum SignIn {
    /// On the page for it, from which the path leads back.
    ThenGoTo(String),
    /// On the page for it, which gets the form that was posted to this path, and sends it on.
    ThenPostTo(String),
    /// On the page for it.
    Anew,
    /// In another tab: a script asked, and the page with all that was typed stays.
    Beside,
}

/// What a person asks too much of at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    #[error("requests")]
    Requests,
    #[error("uploads")]
    Uploads,
}

/// Why a member may not do something on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the role does not allow this")]
    RoleTooLow,
    #[error("the person is on the board no more")]
    NoLongerMember,
    #[error("the board is archived")]
    BoardArchived,
    #[error("only an owner may do this")]
    OwnersOnly,
    #[error("only the author may do this")]
    NotAuthor,
    #[error("the board has as many cards as a board can have")]
    TooManyCards,
    #[error("the card has as many files as a card can have")]
    TooManyFiles,
    #[error("the board has as many labels as a board can have")]
    TooManyLabels,
    #[error("the card has as many checklists as a card can have")]
    TooManyChecklists,
    #[error("the checklist has as many items as a checklist can have")]
    TooManyItems,
    #[error("the board has as many fields as a board can have")]
    TooManyFields,
    #[error("the person is on as many boards as a person can be")]
    TooManyBoards,
    #[error("the token takes the scope write")]
    NeedsWriteScope,
    #[error("the token takes the scope manage")]
    NeedsManageScope,
    #[error("the token is bound to some boards")]
    BoundToken,
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error;
        match error {
            Error::NotFound => Self::NotFound,
            error if is_lost(&error) => Self::Interrupted(error.into()),
            error => Self::Internal(error.into()),
        }
    }
}

/// What PostgreSQL says last when it is stopped or has crashed (57P01 to 57P03), and tokio-postgres of a connection that is
/// no more. diesel passes on no code, only the text.
const LAST_WORDS: [&str; 5] = [
    "terminating connection",
    "the database system is ",
    "connection closed",
    "error communicating with the server",
    "closing connection because of",
];

/// Whether the connection is gone, and with it what had not been committed. Where the error is that of a commit, nobody knows
/// whether it came about.
pub fn is_lost(error: &diesel::result::Error) -> bool {
    use diesel::result::Error;
    match error {
        Error::BrokenTransactionManager | Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => {
            true
        }
        Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::Unknown, about) => {
            LAST_WORDS.iter().any(|words| about.message().starts_with(words))
        }
        _ => false,
    }
}
