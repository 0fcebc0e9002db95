//! Why a store did not do what it was asked to.

use crate::error::AppError;
use std::io::{self, ErrorKind};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("there is no such object")]
    Missing,
    /// The disk, the quota on it, or what the process may write has an end.
    #[error("the store is full: {0}")]
    Full(String),
    #[error("no store of this kind is configured")]
    NotConfigured,
    /// It is down, too slow, or refuses us; with what it said.
    #[error("{0}")]
    Unavailable(String),
}

impl StorageError {
    pub(super) fn slow(most: Duration) -> Self {
        Self::Unavailable(format!("no answer within {} s", most.as_secs()))
    }
}

impl From<io::Error> for StorageError {
    fn from(error: io::Error) -> Self {
        if is_full(&error) { Self::Full(error.to_string()) } else { Self::Unavailable(error.to_string()) }
    }
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            return Self::Missing;
        }
        let causes = || std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
        if let Some(full) = causes().find_map(|cause| cause.downcast_ref().filter(|io| is_full(io))) {
            return Self::Full(full.to_string());
        }
        // Most errors repeat their source in their text.
        let mut said = error.to_string();
        for cause in causes().skip(1).map(ToString::to_string) {
            if !said.contains(&cause) {
                said = format!("{said}: {cause}");
            }
        }
        Self::Unavailable(said)
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

impl From<StorageError> for AppError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) | StorageError::NotConfigured => {
                Self::StoreUnavailable(error.into())
            }
            error => Self::Internal(error.into()),
        }
    }
}
