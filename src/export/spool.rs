//! Text that is gathered on the disk until its place in the archive has come.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;

/// How much is gathered in memory for one write, and read at a time.
const PIECE: usize = 256 * 1024;

/// A file without a name, which is gone with the process.
pub(super) struct Spool {
    file: Arc<File>,
    /// Not written yet.
    gathered: Vec<u8>,
    /// Bytes that were written.
    written: u64,
}

impl Spool {
    pub async fn new() -> io::Result<Self> {
        let file = blocking(tempfile::tempfile).await?;
        Ok(Self { file: Arc::new(file), gathered: Vec::new(), written: 0 })
    }

    pub fn length(&self) -> u64 {
        self.written + self.gathered.len() as u64
    }

    pub async fn push(&mut self, text: &[u8]) -> io::Result<()> {
        self.gathered.extend_from_slice(text);
        if self.gathered.len() >= PIECE { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> io::Result<()> {
        let (file, gathered, at) = (Arc::clone(&self.file), std::mem::take(&mut self.gathered), self.written);
        self.written += gathered.len() as u64;
        blocking(move || file.write_all_at(&gathered, at)).await
    }

    /// What it has from there on; nothing at its end.
    pub async fn read(&mut self, at: u64) -> io::Result<Bytes> {
        if !self.gathered.is_empty() {
            self.write().await?;
        }
        let length = usize::try_from(self.written - at).unwrap_or(PIECE).min(PIECE);
        let file = Arc::clone(&self.file);
        blocking(move || {
            let mut piece = vec![0; length];
            file.read_exact_at(&mut piece, at).map(|()| piece.into())
        })
        .await
    }
}

/// A list in JSON, item by item.
pub(super) struct List {
    pub spool: Spool,
    is_begun: bool,
}

impl List {
    pub async fn new() -> io::Result<Self> {
        Ok(Self { spool: Spool::new().await?, is_begun: false })
    }

    pub async fn push(&mut self, item: &impl Serialize) -> io::Result<()> {
        let mut text = if self.is_begun { b",\n".to_vec() } else { Vec::new() };
        self.is_begun = true;
        serde_json::to_writer(&mut text, item)?;
        self.spool.push(&text).await
    }
}

async fn blocking<T: Send + 'static>(ask: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(ask).await.map_err(io::Error::other)?
}
