//! Out of a store.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use object_store::{GetOptions, GetRange, GetResultPayload};

use super::{Place, Storage, StorageError, within};

pub type Bytestream = BoxStream<'static, Result<Bytes, StorageError>>;

/// How much of a file on disk is read at a time.
const CHUNK: usize = 128 * 1024;

/// How many chunks are read ahead of their taker.
const AHEAD: usize = 2;

impl Storage {
    /// An object's bytes, or those of a range, piece by piece. It ends with an error where the store does, or where
    /// it has nothing more to say for too long.
    ///
    /// # Errors
    /// The object is missing, or the store does not answer.
    pub async fn read(&self, place: &Place, range: Option<Range<u64>>) -> Result<Bytestream, StorageError> {
        let patience = self.patience(place.store);
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = within(patience, self.store(place.store)?.get_opts(&place.path()?, options)).await?;
        Ok(match found.payload {
            GetResultPayload::File(file, _) => file_stream(file, found.range),
            GetResultPayload::Stream(stream) => impatient(stream.map_err(Into::into).boxed(), patience),
        })
    }

    /// A whole object of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Storage::read`]; and an object that is larger.
    pub async fn read_whole(&self, place: &Place, limit: usize) -> Result<Bytes, StorageError> {
        let mut stream = self.read(place, None).await?;
        let mut whole = BytesMut::new();
        while let Some(bytes) = stream.try_next().await? {
            if whole.len() + bytes.len() > limit {
                return Err(StorageError::Unavailable(format!("the object has more than {limit} bytes")));
            }
            whole.extend_from_slice(&bytes);
        }
        Ok(whole.freeze())
    }
}

fn file_stream(file: File, range: Range<u64>) -> Bytestream {
    let file = Arc::new(file);
    let read = move |from: u64| {
        let (file, length) =
            (Arc::clone(&file), CHUNK.min(usize::try_from(range.end - from).unwrap_or(CHUNK)));
        async move {
            let read = tokio::task::spawn_blocking(move || -> io::Result<Bytes> {
                let mut chunk = vec![0; length];
                file.read_exact_at(&mut chunk, from)?;
                Ok(chunk.into())
            });
            Ok(read.await.map_err(io::Error::other)??)
        }
    };
    stream::iter((range.start..range.end).step_by(CHUNK)).map(read).buffered(AHEAD).boxed()
}

fn impatient(stream: Bytestream, patience: Duration) -> Bytestream {
    let next = move |mut stream: Bytestream| async move {
        let piece = tokio::time::timeout(patience, stream.next())
            .await
            .unwrap_or_else(|_| Some(Err(StorageError::slow(patience))))?;
        Some((piece, stream))
    };
    stream::unfold(stream, next).boxed()
}
