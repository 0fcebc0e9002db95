//! The ZIP, entry by entry, and its manifest.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::spool::Spool;
use super::{Destination, ExportError, Written, to_json};

/// The manifest's name.
const MANIFEST: &str = "manifest.json";

/// `manifest.json`: what is in the archive beside itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: String,
    pub version: u32,
    pub exported_at: DateTime<Utc>,
    pub entries: Vec<Entry>,
    /// Files that ought to be there, and that the store did not have.
    pub missing: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Hexadecimal digits.
    pub sha256: String,
}

/// What the writer of the ZIP has written and nobody has taken on yet.
#[derive(Clone, Default)]
struct Outlet(Arc<Mutex<Vec<u8>>>);

impl Outlet {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Zip = ZipWriter<StreamWriter<Outlet>>;

pub(super) struct Archive<'a, D> {
    pub destination: &'a mut D,
    /// None while a thread has it.
    zip: Option<Zip>,
    outlet: Outlet,
    at: DateTime<Utc>,
    entries: Vec<Entry>,
    missing: Vec<String>,
    hash: Sha256,
    /// Bytes of the entry at hand.
    size: u64,
    /// Bytes of the archive.
    written: u64,
}

impl<'a, D: Destination> Archive<'a, D> {
    pub fn begin(destination: &'a mut D, at: DateTime<Utc>) -> Self {
        let outlet = Outlet::default();
        Self {
            destination,
            zip: Some(ZipWriter::new_stream(outlet.clone())),
            outlet,
            at,
            entries: Vec::new(),
            missing: Vec::new(),
            hash: Sha256::new(),
            size: 0,
            written: 0,
        }
    }

    /// Begins an entry of about so many bytes; `packed` where they are small already.
    pub async fn open(
        &mut self,
        path: &str,
        length: u64,
        at: DateTime<Utc>,
        packed: bool,
    ) -> Result<(), ExportError> {
        let method = if packed { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(date(at))
            .unix_permissions(0o644)
            // Packed it may be larger by a little.
            .large_file(length > u64::from(u32::MAX) / 2);
        let name = path.to_owned();
        self.work(move |zip| zip.start_file(name, options).map_err(io::Error::other)).await?;
        (self.hash, self.size) = (Sha256::new(), 0);
        Ok(())
    }

    pub async fn write(&mut self, bytes: Bytes) -> Result<(), ExportError> {
        self.hash.update(&bytes);
        self.size += bytes.len() as u64;
        self.work(move |zip| zip.write_all(&bytes)).await
    }

    /// Ends the entry at hand.
    pub fn close(&mut self, path: String) {
        let sha256 = hex::encode(std::mem::take(&mut self.hash).finalize());
        self.entries.push(Entry { path, size: self.size, sha256 });
    }

    /// Notes that a file is not there.
    pub fn miss(&mut self, path: String) {
        self.missing.push(path);
    }

    /// A whole entry that is in memory anyway.
    pub async fn text(&mut self, path: &str, text: Vec<u8>) -> Result<(), ExportError> {
        self.open(path, text.len() as u64, self.at, false).await?;
        self.write(text.into()).await?;
        self.close(path.to_owned());
        Ok(())
    }

    /// All that a spool has.
    pub async fn spool(&mut self, spool: &mut Spool) -> Result<(), ExportError> {
        let mut at = 0;
        while at < spool.length() {
            let piece = spool.read(at).await?;
            at += piece.len() as u64;
            self.write(piece).await?;
        }
        Ok(())
    }

    /// Writes the manifest and the archive's end.
    pub async fn finish(mut self) -> Result<Written, ExportError> {
        let manifest = Manifest {
            format: "xtablo-manifest".to_owned(),
            version: 1,
            exported_at: self.at,
            entries: std::mem::take(&mut self.entries),
            missing: std::mem::take(&mut self.missing),
        };
        self.text(MANIFEST, to_json(&manifest)?).await?;
        let zip = self.zip.take().ok_or_else(|| io::Error::other("the writer is gone"))?;
        tokio::task::spawn_blocking(move || zip.finish().map(drop))
            .await
            .map_err(io::Error::other)?
            .map_err(io::Error::other)?;
        self.drain().await?;
        Ok(Written { size: self.written, missing: manifest.missing.len() })
    }

    /// Has a thread do what takes its time, and hands on what came of it.
    async fn work(
        &mut self,
        act: impl FnOnce(&mut Zip) -> io::Result<()> + Send + 'static,
    ) -> Result<(), ExportError> {
        let mut zip = self.zip.take().ok_or_else(|| io::Error::other("the writer is gone"))?;
        let worked = tokio::task::spawn_blocking(move || {
            let done = act(&mut zip);
            (zip, done)
        });
        let (zip, done) = worked.await.map_err(io::Error::other)?;
        self.zip = Some(zip);
        done?;
        self.drain().await
    }

    async fn drain(&mut self) -> Result<(), ExportError> {
        let bytes = self.outlet.take();
        if bytes.is_empty() {
            return Ok(());
        }
        self.written += bytes.len() as u64;
        self.destination.write(bytes.into()).await
    }
}

/// As a ZIP has it: in even seconds, from 1980 on.
fn date(at: DateTime<Utc>) -> zip::DateTime {
    let year = u16::try_from(at.year()).unwrap_or_default();
    let (month, day) = (at.month() as u8, at.day() as u8);
    zip::DateTime::from_date_and_time(year, month, day, at.hour() as u8, at.minute() as u8, at.second() as u8)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[derive(Default)]
    struct Memory(Vec<u8>);

    impl Destination for Memory {
        async fn write(&mut self, bytes: Bytes) -> Result<(), ExportError> {
            self.0.extend_from_slice(&bytes);
            Ok(())
        }

        async fn note(&mut self, _: usize, _: usize) -> Result<(), ExportError> {
            Ok(())
        }

        async fn expect(&mut self, _: u64) -> Result<(), ExportError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn every_entry_comes_back_and_is_what_the_manifest_says() {
        let mut memory = Memory::default();
        let mut archive = Archive::begin(&mut memory, Utc::now());
        let long: Vec<u8> = (0..1_000_000_u32).map(|n| n.wrapping_mul(n) as u8).collect();
        let mut spool = Spool::new().await.expect("a file");
        spool.push(&long).await.expect("written");
        archive.text("böard.json", b"{}\n".to_vec()).await.expect("written");
        archive.open("files/a", spool.length(), Utc::now(), true).await.expect("begun");
        archive.spool(&mut spool).await.expect("written");
        archive.close("files/a".to_owned());
        archive.miss("files/b".to_owned());
        let written = Box::pin(archive.finish()).await.expect("finished");
        assert_eq!((written.size, written.missing), (memory.0.len() as u64, 1));

        let mut zip = zip::ZipArchive::new(io::Cursor::new(memory.0)).expect("a ZIP");
        let mut read = |name: &str| {
            let mut bytes = Vec::new();
            zip.by_name(name).expect(name).read_to_end(&mut bytes).expect("whole");
            bytes
        };
        assert_eq!(read("files/a"), long);
        let manifest: Manifest = serde_json::from_slice(&read(MANIFEST)).expect("JSON");
        assert_eq!(manifest.missing, ["files/b"]);
        for entry in &manifest.entries {
            let bytes = read(&entry.path);
            assert_eq!(entry.size, bytes.len() as u64);
            assert_eq!(entry.sha256, hex::encode(Sha256::digest(&bytes)), "{}", entry.path);
        }
        assert_eq!(manifest.entries.len(), 2);
    }
}
