//! Into a store: a stream of unknown length, never whole in memory, hashed on its way.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use object_store::multipart::PartId;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload, PutPayloadMut};
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use super::s3::PART;
use super::{DISK_MOST, Place, Storage, StorageError, Store, within};

/// How much is gathered for one write to the disk.
const WRITE: usize = 256 * 1024;

/// An object on its way. Dropped before [`Upload::finish`] it leaves, at worst, what [`Storage::remove`] removes.
pub struct Upload {
    writer: Writer,
    hash: Sha256,
    size: u64,
}

enum Writer {
    Local { upload: Box<dyn MultipartUpload>, gathered: PutPayloadMut },
    S3(Box<Parts>),
}

/// What has arrived in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub size: u64,
    pub sha256: [u8; 32],
}

impl Stored {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { size: bytes.len() as u64, sha256: Sha256::digest(bytes).into() }
    }
}

impl Upload {
    pub(super) async fn begin(storage: Storage, place: Place) -> Result<Self, StorageError> {
        let path = place.path()?;
        let writer = match place.store {
            Store::Local => {
                let upload = within(DISK_MOST, storage.local()?.put_multipart(&path)).await?;
                Writer::Local { upload, gathered: PutPayloadMut::new() }
            }
            Store::S3 => {
                storage.s3()?;
                Writer::S3(Box::new(Parts::new(storage, path).await?))
            }
        };
        Ok(Self { writer, hash: Sha256::new(), size: 0 })
    }

    /// How many bytes have come.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes. Gives the id under which the store keeps parts, once, before it keeps any: with
    /// the id written down they can be removed whatever happens.
    ///
    /// # Errors
    /// The store has no room, or does not take them.
    pub async fn write(&mut self, bytes: Bytes) -> Result<Option<String>, StorageError> {
        self.hash.update(&bytes);
        self.size += bytes.len() as u64;
        match &mut self.writer {
            Writer::Local { upload, gathered } => {
                gathered.push(bytes);
                if gathered.content_length() >= WRITE {
                    let payload = std::mem::take(gathered).freeze();
                    within(DISK_MOST, upload.put_part(payload)).await?;
                }
                Ok(None)
            }
            Writer::S3(parts) => parts.write(bytes).await,
        }
    }

    /// Makes the object one that is there: durable, and whole or not at all.
    ///
    /// # Errors
    /// The store has no room, or does not take it.
    pub async fn finish(self) -> Result<Stored, StorageError> {
        match self.writer {
            Writer::Local { mut upload, gathered } => {
                let rest: PutPayload = gathered.freeze();
                if rest.content_length() > 0 {
                    within(DISK_MOST, upload.put_part(rest)).await?;
                }
                within(DISK_MOST, upload.complete()).await?;
            }
            Writer::S3(parts) => parts.finish().await?,
        }
        Ok(Stored { size: self.size, sha256: self.hash.finalize().into() })
    }
}

/// An upload to S3: a part is gathered on disk, where a slow browser occupies no connection to the store, and only then taken into
/// memory and sent.
struct Parts {
    storage: Storage,
    path: Path,
    /// Has no name, so it is gone with the process.
    gathered: Arc<File>,
    /// Bytes of it.
    filled: usize,
    multipart_id: Option<String>,
    sent: Vec<PartId>,
    sending: Option<JoinHandle<Result<PartId, StorageError>>>,
}

impl Parts {
    async fn new(storage: Storage, path: Path) -> Result<Self, StorageError> {
        let gathered = Arc::new(blocking(tempfile::tempfile).await?);
        Ok(Self { storage, path, gathered, filled: 0, multipart_id: None, sent: Vec::new(), sending: None })
    }

    async fn write(&mut self, mut bytes: Bytes) -> Result<Option<String>, StorageError> {
        let mut begun = None;
        while bytes.has_remaining() {
            if self.filled == PART {
                self.send().await?;
            }
            let piece = bytes.split_to(bytes.len().min(PART - self.filled));
            let (file, at, length) = (Arc::clone(&self.gathered), self.filled as u64, piece.len());
            blocking(move || file.write_all_at(&piece, at)).await?;
            self.filled += length;
            if self.filled == PART && self.multipart_id.is_none() {
                let id = self.storage.s3()?.begin(&self.path).await?;
                begun = Some(id.clone());
                self.multipart_id = Some(id);
            }
        }
        Ok(begun)
    }

    /// Sends what is gathered as the next part, after the one before it has arrived.
    async fn send(&mut self) -> Result<(), StorageError> {
        self.arrive().await?;
        let s3 = self.storage.s3()?;
        let id = self.multipart_id.as_deref().ok_or_else(|| io::Error::other("no upload has begun"))?;
        let memory = s3.memory().await;
        let bytes = self.gathered().await?;
        self.sending = Some(s3.send(&self.path, id, self.sent.len(), bytes, memory));
        self.filled = 0;
        Ok(())
    }

    async fn arrive(&mut self) -> Result<(), StorageError> {
        if let Some(sending) = self.sending.take() {
            self.sent.push(sending.await.map_err(io::Error::other)??);
        }
        Ok(())
    }

    async fn gathered(&self) -> Result<Vec<u8>, StorageError> {
        let (file, length) = (Arc::clone(&self.gathered), self.filled);
        blocking(move || {
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, 0).map(|()| bytes)
        })
        .await
    }

    async fn finish(mut self) -> Result<(), StorageError> {
        let s3 = self.storage.s3()?;
        let Some(id) = self.multipart_id.clone() else {
            let _memory = s3.memory().await;
            return s3.put(&self.path, self.gathered().await?).await;
        };
        if self.filled > 0 {
            self.send().await?;
        }
        self.arrive().await?;
        let parts = std::mem::take(&mut self.sent);
        self.storage.s3()?.complete(&self.path, &id, parts).await
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let Some(sending) = self.sending.take() {
            sending.abort();
        }
    }
}

/// Asks the disk without holding up what else runs.
async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StorageError> {
    match tokio::task::spawn_blocking(ask).await {
        Ok(answer) => answer.map_err(|error| match error.kind() {
            // A temporary folder that is not there is a fault of this machine's, not of the object's.
            ErrorKind::NotFound => StorageError::Unavailable(format!("no temporary folder: {error}")),
            _ => error.into(),
        }),
        Err(stopped) => Err(io::Error::other(stopped).into()),
    }
}
