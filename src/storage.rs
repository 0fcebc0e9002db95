//! Where the bytes of files lie: on the local disk or in an S3-compatible store, behind one type.
//!
//! A store knows keys and bytes. Which keys there ought to be stands in the database
//! ([`crate::models::object`]); whose they are is not known here.

mod error;
mod listing;
mod owner;
mod place;
mod probe;
mod reading;
mod s3;
mod upload;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

pub use error::StorageError;
pub use listing::Listed;
pub use place::{Place, Store};
pub use probe::Probe;
pub use reading::Bytestream;
pub use upload::{Stored, Upload};

use crate::config::Files;
use s3::S3;

/// How long the disk may take over one thing.
const DISK_MOST: Duration = Duration::from_mins(1);

/// The stores. Clones share them.
#[derive(Clone)]
pub struct Storage(Arc<Stores>);

struct Stores {
    folder: PathBuf,
    /// Opened when it is first wanted: a process that keeps its files elsewhere has no such folder.
    local: OnceLock<LocalFileSystem>,
    s3: Option<S3>,
}

impl Storage {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// S3 settings that do not make a client.
    pub fn new(files: &Files) -> anyhow::Result<Self> {
        let s3 = files.s3.as_ref().map(S3::new).transpose()?;
        Ok(Self(Arc::new(Stores { folder: files.dir.clone(), local: OnceLock::new(), s3 })))
    }

    /// Where new files go.
    pub fn default_store(&self) -> Store {
        if self.0.s3.is_some() { Store::S3 } else { Store::Local }
    }

    /// Whether this store is configured.
    pub fn has(&self, store: Store) -> bool {
        store == Store::Local || self.0.s3.is_some()
    }

    /// A place for a new object, which no other has.
    pub fn new_place(&self) -> Place {
        Place::new(self.default_store())
    }

    /// Begins to write an object, part by part. It becomes visible with [`Upload::finish`].
    ///
    /// # Errors
    /// A store that is not configured, or a folder that cannot be written to.
    pub async fn upload(&self, place: &Place) -> Result<Upload, StorageError> {
        Upload::begin(self.clone(), place.clone()).await
    }

    /// Writes an object that is in memory anyway.
    ///
    /// # Errors
    /// The store has no room, or does not take it.
    pub async fn put(&self, place: &Place, bytes: Bytes) -> Result<Stored, StorageError> {
        let stored = Stored::of(&bytes);
        let store = self.store(place.store)?;
        within(self.patience(place.store), store.put(&place.path()?, PutPayload::from(bytes))).await?;
        Ok(stored)
    }

    /// Removes an object, and with `multipart_id` the parts of an upload that was never finished. What is not
    /// there is no error.
    ///
    /// # Errors
    /// A store that does not answer.
    pub async fn remove(&self, place: &Place, multipart_id: Option<&str>) -> Result<(), StorageError> {
        let path = place.path()?;
        match (place.store, multipart_id) {
            (Store::Local, _) => self.remove_staged(&path).await?,
            (Store::S3, Some(id)) => self.s3()?.abort(&path, id).await?,
            (Store::S3, None) => {}
        }
        match within(self.patience(place.store), self.store(place.store)?.delete(&path)).await {
            Err(StorageError::Missing) => Ok(()),
            removed => removed,
        }
    }

    fn store(&self, store: Store) -> Result<&dyn ObjectStore, StorageError> {
        match store {
            Store::Local => self.local().map(|local| local as &dyn ObjectStore),
            Store::S3 => self.s3().map(S3::client),
        }
    }

    /// How long a store may take over one answer.
    fn patience(&self, store: Store) -> Duration {
        self.0.s3.as_ref().filter(|_| store == Store::S3).map_or(DISK_MOST, S3::patience)
    }

    fn s3(&self) -> Result<&S3, StorageError> {
        self.0.s3.as_ref().ok_or(StorageError::NotConfigured)
    }

    fn local(&self) -> Result<&LocalFileSystem, StorageError> {
        if let Some(local) = self.0.local.get() {
            return Ok(local);
        }
        std::fs::create_dir_all(&self.0.folder)?;
        let local = LocalFileSystem::new_with_prefix(&self.0.folder)?.with_fsync(true);
        Ok(self.0.local.get_or_init(|| local))
    }

    /// What a process that was killed has left of an upload: the local store writes beside the key, under the key
    /// with a number behind.
    async fn remove_staged(&self, path: &Path) -> Result<(), StorageError> {
        let target = self.local()?.path_to_filesystem(path)?;
        let Some((folder, key)) = target.parent().zip(target.file_name().and_then(|name| name.to_str()))
        else {
            return Ok(());
        };
        let mut entries = match tokio::fs::read_dir(folder).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            if name.to_str().and_then(|name| name.strip_prefix(key)).is_some_and(|rest| rest.starts_with('#'))
            {
                tokio::fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }
}

/// What the store answers, or that it is too slow.
async fn within<T>(
    most: Duration,
    asked: impl Future<Output = object_store::Result<T>>,
) -> Result<T, StorageError> {
    Ok(tokio::time::timeout(most, asked).await.map_err(|_| StorageError::slow(most))??)
}
