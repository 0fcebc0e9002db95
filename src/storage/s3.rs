//! A bucket in an S3-compatible store.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::http::{HeaderValue, Method};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::signer::{SignedUrlOptions, Signer};
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Place, Storage, StorageError, Store, within};
use crate::config;

/// The least that S3 takes as a part; R2 wants all but the last to be equal.
pub(super) const PART: usize = 5 * 1024 * 1024;

/// So many parts are in memory at once, of however many uploads.
const PARTS_IN_MEMORY: usize = 3;

/// Long enough for a browser to follow it.
const LINK_LIFE: Duration = Duration::from_mins(1);

pub(super) struct S3 {
    client: Arc<AmazonS3>,
    described: String,
    presigns: bool,
    patience: Duration,
    memory: Arc<Semaphore>,
}

impl S3 {
    pub(super) fn new(s3: &config::S3) -> anyhow::Result<Self> {
        // Needed once for the process; other code may have done it before.
        drop(rustls::crypto::ring::default_provider().install_default());
        let endpoint = match s3.endpoint.split_once("://") {
            Some((scheme, host)) if !s3.path_style => format!("{scheme}://{}.{host}", s3.bucket),
            _ => s3.endpoint.clone(),
        };
        let patience = ClientOptions::new()
            .with_connect_timeout(s3.timeout.min(Duration::from_secs(5)))
            // A whole file takes as long as it takes; what counts is that it goes on.
            .with_timeout_disabled()
            .with_read_timeout(s3.timeout)
            .with_allow_http(endpoint.starts_with("http://"));
        let retry = RetryConfig {
            backoff: BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() },
            max_retries: 3,
            retry_timeout: s3.timeout,
        };
        let client = AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(s3.access_key.expose())
            .with_secret_access_key(s3.secret_key.expose())
            .with_virtual_hosted_style_request(!s3.path_style)
            // Not every store has DeleteObjects, and some want it with a checksum that others refuse.
            .with_disable_bulk_delete(true)
            .with_client_options(patience)
            .with_retry(retry)
            .build()
            .context("the S3 settings make no client")?;
        Ok(Self {
            client: Arc::new(client),
            described: format!("the bucket {} at {}", s3.bucket, s3.endpoint),
            presigns: s3.presigned_downloads,
            patience: s3.timeout,
            memory: Arc::new(Semaphore::new(PARTS_IN_MEMORY)),
        })
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    pub(super) fn client(&self) -> &dyn ObjectStore {
        self.client.as_ref()
    }

    /// Leave to hold a part in memory.
    pub(super) async fn memory(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.memory).acquire_owned().await.expect("nobody closes this semaphore")
    }

    pub(super) async fn put(&self, path: &Path, bytes: Vec<u8>) -> Result<(), StorageError> {
        within(self.patience, self.client.put(path, PutPayload::from(bytes))).await.map(drop)
    }

    pub(super) async fn begin(&self, path: &Path) -> Result<String, StorageError> {
        within(self.patience, self.client.create_multipart(path)).await
    }

    /// Sends a part, in a task of its own: the next one can fill meanwhile.
    pub(super) fn send(
        &self,
        path: &Path,
        id: &str,
        number: usize,
        bytes: Vec<u8>,
        memory: OwnedSemaphorePermit,
    ) -> tokio::task::JoinHandle<Result<PartId, StorageError>> {
        let (client, path, id) = (Arc::clone(&self.client), path.clone(), id.to_owned());
        let patience = self.patience;
        tokio::spawn(async move {
            let sent = within(patience, client.put_part(&path, &id, number, PutPayload::from(bytes))).await;
            drop(memory);
            sent
        })
    }

    pub(super) async fn complete(
        &self,
        path: &Path,
        id: &str,
        parts: Vec<PartId>,
    ) -> Result<(), StorageError> {
        within(self.patience, self.client.complete_multipart(path, &id.to_owned(), parts)).await.map(drop)
    }

    /// Removes the parts of an upload that is not complete. One that is unknown is no error.
    pub(super) async fn abort(&self, path: &Path, id: &str) -> Result<(), StorageError> {
        match within(self.patience, self.client.abort_multipart(path, &id.to_owned())).await {
            Err(StorageError::Missing) => Ok(()),
            aborted => aborted,
        }
    }
}

impl fmt::Display for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.described)
    }
}

impl Storage {
    /// A link that gives its holder the object from the store itself, for a minute, with these headers;
    /// none where the operator does not want that, or the store has no such thing.
    ///
    /// # Errors
    /// The link cannot be signed.
    pub async fn link(
        &self,
        place: &Place,
        disposition: &HeaderValue,
        content_type: &str,
    ) -> Result<Option<String>, StorageError> {
        let Some(s3) = self.0.s3.as_ref().filter(|s3| s3.presigns && place.store == Store::S3) else {
            return Ok(None);
        };
        let disposition = String::from_utf8_lossy(disposition.as_bytes()).into_owned();
        let options = SignedUrlOptions::new().with_query([
            ("response-content-disposition", disposition),
            ("response-content-type", content_type.to_owned()),
            ("response-cache-control", "private, no-store".to_owned()),
        ]);
        let signed = s3.client.signed_url_opts(Method::GET, &place.path()?, LINK_LIFE, &options).await?;
        Ok(Some(signed.into()))
    }
}
