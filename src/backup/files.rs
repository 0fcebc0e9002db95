//! The files of cards: out of their store into a backup, and back.
//!
//! An object's bytes never change under its key, so files are copied while everything goes on. One that is erased
//! after the dump has seen it and before it is copied makes the dump too old: then another is taken, and what was
//! copied stays.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use diesel_async::AsyncPgConnection;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use super::folder::Unfinished;
use super::manifest::{Manifest, Part, StoredFile};
use crate::db::migrations;
use crate::models::object::Object;
use crate::storage::{Place, Storage, StorageError, Store};

/// How many rows are read at a time.
const PAGE: i64 = 1000;

/// The objects that a transaction sees.
///
/// # Errors
/// The database's.
pub(super) async fn seen_by(conn: &mut AsyncPgConnection) -> anyhow::Result<Vec<Object>> {
    let mut all: Vec<Object> = Vec::new();
    if !migrations::is_there(conn, "objects").await? {
        return Ok(all);
    }
    loop {
        let after = all.last().map(|object| object.key.clone()).unwrap_or_default();
        let page = Object::all_stored(conn, &after, PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// What has been copied so far, by key.
#[derive(Default)]
pub(super) struct Copied(HashMap<String, Part>);

impl Copied {
    /// Copies what is not there yet. Gives all of them; those that could not be had as they should be as `lost`.
    ///
    /// # Errors
    /// A store that does not answer, or a disk that is full.
    pub async fn copy(
        &mut self,
        storage: &Storage,
        unfinished: &Unfinished,
        objects: &[Object],
    ) -> anyhow::Result<Vec<StoredFile>> {
        let mut files = Vec::new();
        for object in objects {
            let part = Part { size: object.size.unsigned_abs(), sha256: object.sha256_hex() };
            let store = object.store.word().to_owned();
            let mut file = StoredFile { store, key: object.key.clone(), part, lost: false };
            if self.0.get(&file.key) != Some(&file.part) {
                let written = copy_out(storage, &object.place(), unfinished, &file.path()).await?;
                file.lost = written.as_ref() != Some(&file.part);
                if !file.lost {
                    self.0.insert(file.key.clone(), file.part.clone());
                }
            }
            files.push(file);
        }
        Ok(files)
    }

    /// Removes what was copied for a dump that has been given up, and is not in the last one.
    pub fn leave_only(&self, files: &[StoredFile], unfinished: &Unfinished) -> std::io::Result<()> {
        let wanted: HashMap<_, _> = files.iter().map(|file| (file.key.as_str(), file)).collect();
        for key in self.0.keys().filter(|key| !wanted.contains_key(key.as_str())) {
            fs::remove_file(unfinished.path.join(StoredFile::path_of(key)))?;
        }
        for file in files.iter().filter(|file| file.lost) {
            // What there was of it is not what it should be.
            drop(fs::remove_file(unfinished.path.join(file.path())));
        }
        Ok(())
    }
}

/// `None` where the store has no such object.
async fn copy_out(
    storage: &Storage,
    place: &Place,
    unfinished: &Unfinished,
    name: &Path,
) -> anyhow::Result<Option<Part>> {
    let mut stream = match storage.read(place, None).await {
        Err(StorageError::Missing) => return Ok(None),
        stream => stream.with_context(|| format!("the file {} cannot be read", place.key))?,
    };
    let mut file = unfinished.file(name)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    while let Some(bytes) = stream.try_next().await? {
        hash.update(&bytes);
        size += bytes.len() as u64;
        tokio::task::block_in_place(|| file.write_all(&bytes)).context("a file cannot be written")?;
    }
    Ok(Some(Part { size, sha256: hex::encode(hash.finalize()) }))
}

/// Whether any of these lost ones has gone the usual way since the dump was taken: the object first, then its row.
///
/// # Errors
/// The database's.
pub(super) async fn any_erased(conn: &mut AsyncPgConnection, files: &[StoredFile]) -> anyhow::Result<bool> {
    for file in files.iter().filter(|file| file.lost) {
        let store = Store::parse(&file.store).context("a store that this version does not know")?;
        if Object::known(conn, store, std::slice::from_ref(&file.key)).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Refuses a backup whose files belong to a store that is not configured here.
///
/// # Errors
/// Says so.
pub(super) fn refuse_homeless(storage: &Storage, manifest: &Manifest) -> anyhow::Result<()> {
    for file in manifest.files.iter().flatten() {
        if !Store::parse(&file.store).is_some_and(|store| storage.has(store)) {
            bail!("the backup's files belong to the store {}, which is not configured here", file.store);
        }
    }
    Ok(())
}

/// Puts the backup's files where its database will look for them.
///
/// # Errors
/// A store that does not answer or has no room.
pub(super) async fn put_back(storage: &Storage, folder: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    for file in manifest.files.iter().flatten().filter(|file| !file.lost) {
        let store = Store::parse(&file.store).context("a store that this version does not know")?;
        let cannot = || format!("the file {} cannot be put back", file.key);
        let mut upload =
            storage.upload(&Place { store, key: file.key.clone() }).await.with_context(cannot)?;
        let mut from = tokio::fs::File::open(folder.join(file.path())).await.with_context(cannot)?;
        let mut pieces = tokio_util::io::ReaderStream::with_capacity(&mut from, 1 << 17);
        while let Some(bytes) = pieces.try_next().await.with_context(cannot)? {
            upload.write(bytes).await.with_context(cannot)?;
        }
        let stored = upload.finish().await.with_context(cannot)?;
        if hex::encode(stored.sha256) != file.part.sha256 {
            bail!("the file {} is not what it was when it was checked", file.key);
        }
    }
    Ok(())
}
