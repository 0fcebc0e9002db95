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
        match Refusal::of(&said) {
            Some(Refusal::Full) => Self::Full(said),
            Some(Refusal::Wrong(words)) => Self::Unavailable(format!("{words}: {said}")),
            None if matches!(error, object_store::Error::NotFound { .. }) => Self::Missing,
            None => Self::Unavailable(said),
        }
    }
}

/// What an S3-compatible store means by its answer. The client passes on status and body as text alone.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Full,
    /// A setting that is wrong, in words.
    Wrong(String),
}

impl Refusal {
    /// How stores say that they or the bucket have no room: MinIO (the first two), Ceph, Garage,
    /// what the disk of a simple store says, and what HTTP has for it.
    const FULL: [&str; 6] = [
        "<Code>XMinioStorageFull<",
        "<Code>XMinioAdminBucketQuotaExceeded<",
        "<Code>QuotaExceeded<",
        "quota is reached",
        "no space left on device",
        " 507 Insufficient Storage",
    ];

    /// Codes of a signature for another region than the bucket's; and the client's words for a redirect to it.
    const REGION: [&str; 4] = [
        "<Code>AuthorizationHeaderMalformed<",
        "<Code>PermanentRedirect<",
        "<Code>IllegalLocationConstraintException<",
        "Received redirect without LOCATION",
    ];

    fn of(said: &str) -> Option<Self> {
        let has = |marks: &[&str]| marks.iter().any(|mark| said.contains(mark));
        if has(&Self::FULL) {
            return Some(Self::Full);
        }
        if has(&["<Code>NoSuchBucket<"]) {
            return Some(Self::Wrong("the store has no such bucket (S3_BUCKET, S3_ENDPOINT)".to_owned()));
        }
        if has(&Self::REGION) {
            let region = said.split_once("<Region>").and_then(|(_, rest)| rest.split_once('<'));
            let is = region.map(|(region, _)| format!(", which is {region}")).unwrap_or_default();
            return Some(Self::Wrong(format!("S3_REGION is not the bucket's region{is}")));
        }
        has(&["<Code>SignatureDoesNotMatch<", "<Code>InvalidAccessKeyId<"])
            .then(|| Self::Wrong("the store does not take S3_ACCESS_KEY and S3_SECRET_KEY".to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_means_is_told_from_its_codes() {
        for full in [
            "Server returned non-2xx status code: 507 Insufficient Storage: ",
            "403 Forbidden: <Error><Code>QuotaExceeded</Code></Error>",
            "403 Forbidden: <Error><Code>AccessDenied</Code><Message>Object size quota is reached, maximum",
        ] {
            assert_eq!(Refusal::of(full), Some(Refusal::Full), "{full}");
        }
        let wrong = |said: &str| match Refusal::of(said) {
            Some(Refusal::Wrong(words)) => words,
            other => panic!("{other:?}"),
        };
        assert!(wrong("404: <Code>NoSuchBucket</Code>").contains("S3_BUCKET"));
        let region = "400: <Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region>";
        assert!(wrong(region).contains("which is eu-west-1"));
        assert!(wrong("Received redirect without LOCATION, this").ends_with("the bucket's region"));
        assert_eq!(Refusal::of("404: <Code>NoSuchKey</Code>"), None);
    }
}
