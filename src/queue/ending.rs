//! How one job ended.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Ending {
    Completed,
    Failed {
        error: String,
        again_after: Duration,
    },
    Discarded(String),
    Snoozed(Duration),
    /// The worker stops, and the job was not to be waited for.
    GivenBack,
}

impl Ending {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed { .. } => "failed",
            Self::Discarded(_) => "discarded",
            Self::Snoozed(_) => "snoozed",
            Self::GivenBack => "given back",
        }
    }
}

/// The ending of a job that was held by this lease.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) id: Uuid,
    pub(super) leased_by: Arc<str>,
    pub(super) ending: Ending,
}
