//! Whether a store does what is asked of it: an operator's question.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;

use super::{Storage, Store};

/// What came of it.
#[derive(Debug)]
pub struct Probe {
    /// Which store, in words.
    pub store: String,
    pub took: Duration,
}

impl Storage {
    /// Writes an object to the store of new files, reads it and deletes it.
    ///
    /// # Errors
    /// What did not work, and what the store said.
    pub async fn probe(&self) -> anyhow::Result<Probe> {
        let store = self.describe(self.default_store());
        let begun = Instant::now();
        let (place, sent) = (self.new_place(), Bytes::from_static(b"A probe; it may be deleted."));
        let cannot = |what: &str| format!("cannot {what} an object in {store}");
        // On the way of an upload, which wants more of this machine than the object alone would.
        let written = async {
            let mut upload = self.upload(&place).await?;
            upload.write(sent.clone()).await?;
            upload.finish().await
        };
        written.await.with_context(|| cannot("write"))?;
        let read = self.read_whole(&place, sent.len()).await.with_context(|| cannot("read"));
        self.remove(&place, None).await.with_context(|| cannot("delete"))?;
        ensure!(read? == sent, "{store} gives back something else than it was given");
        Ok(Probe { store, took: begun.elapsed() })
    }

    /// A store in words, for an operator.
    pub fn describe(&self, store: Store) -> String {
        match (store, &self.0.s3) {
            (Store::S3, Some(s3)) => s3.to_string(),
            (Store::S3, None) => "S3, which is not configured".to_owned(),
            (Store::Local, _) => format!("the folder {}", self.0.folder.display()),
        }
    }
}
