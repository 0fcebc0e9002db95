//! The files of cards: out of their store into a backup, and back.
//!
//! An object's bytes never change under its key, so files are copied while everything goes on. One that is erased
//! after the dump has seen it and before it is copied makes the dump too old: then another is taken, and what was
//! copied stays.
//!
//! What an earlier backup has is linked, not written again, so a file takes its room once however many backups have
//! it. Its store is read all the same: so the person who makes backups learns what was lost.
//!
//! A store that does not answer costs its files and nothing else: they are written down as unreadable.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use diesel_async::AsyncPgConnection;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use super::folder::{Backup, Backups, Unfinished};
use super::manifest::{Manifest, Part, StoredFile};
use super::owner::Owner;
use crate::db::migrations;
use crate::models::object::Object;
use crate::storage::{Place, Storage, StorageError, Store};

/// How many rows are read at a time.
const PAGE: i64 = 1000;

/// After so many files in a row that S3 did not give, it is not asked for the others: each would take
/// `S3_TIMEOUT_SECONDS`. The local disk answers at once and is asked for each.
const S3_SILENCE: usize = 3;

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

/// An earlier backup's files, by key.
struct Earlier {
    folder: PathBuf,
    files: HashMap<String, StoredFile>,
}

impl Earlier {
    /// All of them, newest first.
    fn all(backups: &Backups) -> anyhow::Result<Vec<Self>> {
        let with_files = |backup: Backup| {
            let files = backup.manifest.ok()?.files?;
            let files = files.into_iter().map(|file| (file.key.clone(), file)).collect();
            Some(Self { folder: backup.path, files })
        };
        Ok(Backups::list(&backups.folder)?.into_iter().rev().filter_map(with_files).collect())
    }

    /// Where the file is, if it is there and still what it was. What it is not any more goes to `damaged`.
    fn intact(&self, file: &StoredFile, damaged: &mut BTreeSet<String>) -> Option<PathBuf> {
        let same = |earlier: &&StoredFile| !earlier.lost && earlier.part == file.part;
        let path = self.files.get(&file.key).filter(same)?.path();
        let damage = file.part.damage(&self.folder, &path).unwrap_or_else(|error| Some(format!("{error:#}")));
        if let Some(damage) = damage {
            damaged.insert(format!("{}: {damage}", self.folder.display()));
            return None;
        }
        Some(self.folder.join(path))
    }
}

/// What has been copied so far.
#[derive(Default)]
pub(super) struct Copied {
    earlier: Vec<Earlier>,
    files: HashMap<String, StoredFile>,
    /// How many files in a row S3 has not given.
    silence: usize,
    /// What was found wrong with earlier backups, in words.
    pub damaged: BTreeSet<String>,
    /// Why the first unreadable file could not be read.
    pub unreadable: Option<String>,
}

impl Copied {
    /// Nothing yet; what these have need not be written again.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn after(backups: &Backups) -> anyhow::Result<Self> {
        Ok(Self { earlier: Earlier::all(backups)?, ..Self::default() })
    }

    /// Copies what is not there yet. Gives all of them; those that their store does not have as they should be, or
    /// does not give, as `lost` or `rescued`.
    ///
    /// # Errors
    /// A disk that is full.
    pub async fn copy(
        &mut self,
        storage: &Storage,
        unfinished: &Unfinished,
        objects: &[Object],
    ) -> anyhow::Result<Vec<StoredFile>> {
        self.silence = 0;
        let mut files = Vec::new();
        for object in objects {
            let part = Part { size: object.size.unsigned_abs(), sha256: object.sha256_hex() };
            let copied = self.files.get(&object.key);
            let file = match copied.filter(|copied| copied.part == part && !copied.was_missed()) {
                Some(copied) => copied.clone(),
                None => self.copy_one(storage, unfinished, object, part).await?,
            };
            files.push(file);
        }
        Ok(files)
    }

    async fn copy_one(
        &mut self,
        storage: &Storage,
        unfinished: &Unfinished,
        object: &Object,
        part: Part,
    ) -> anyhow::Result<StoredFile> {
        let mut file = StoredFile {
            store: object.store.word().to_owned(),
            key: object.key.clone(),
            part,
            lost: false,
            rescued: false,
            unreadable: false,
        };
        let earlier = tokio::task::block_in_place(|| self.intact(&file));
        let linked = earlier.as_ref().is_some_and(|path| unfinished.link(path, &file.path()).is_ok());
        let out: Box<dyn Write + Send> =
            if linked { Box::new(io::sink()) } else { Box::new(unfinished.file(&file.path())?) };
        let stored = self.copy_out(storage, &object.place(), out).await?;
        if stored.as_ref().ok() != Some(&file.part) {
            file.rescued = linked
                || match &earlier {
                    Some(path) => tokio::task::block_in_place(|| unfinished.copy(path, &file.path()))?,
                    None => false,
                };
            file.lost = !file.rescued;
        }
        if let Err(error @ (StorageError::Unavailable(_) | StorageError::NotConfigured)) = stored {
            file.unreadable = true;
            self.unreadable.get_or_insert_with(|| error.to_string());
        }
        self.files.insert(file.key.clone(), file.clone());
        Ok(file)
    }

    /// Where the newest backup that has the file has it.
    fn intact(&mut self, file: &StoredFile) -> Option<PathBuf> {
        self.earlier.iter().find_map(|earlier| earlier.intact(file, &mut self.damaged))
    }

    /// What the store gave, or why it did not.
    ///
    /// # Errors
    /// A disk that is full.
    async fn copy_out(
        &mut self,
        storage: &Storage,
        place: &Place,
        out: Box<dyn Write + Send>,
    ) -> anyhow::Result<Result<Part, StorageError>> {
        if place.store == Store::S3 && self.silence >= S3_SILENCE {
            return Ok(Err(StorageError::Unavailable("it has not answered several times".to_owned())));
        }
        let stored = copy_out(storage, place, out).await?;
        if place.store == Store::S3 {
            let silent = matches!(stored, Err(StorageError::Unavailable(_)));
            self.silence = if silent { self.silence + 1 } else { 0 };
        }
        Ok(stored)
    }

    /// Removes what was copied for a dump that has been given up and is not in the last one, and what there was of
    /// a file that is not what it should be.
    pub fn leave_only(&self, files: &[StoredFile], unfinished: &Unfinished) -> io::Result<()> {
        let wanted: HashSet<_> =
            files.iter().filter(|file| !file.lost).map(|file| file.key.as_str()).collect();
        for file in self.files.values().filter(|file| !wanted.contains(file.key.as_str())) {
            unfinished.remove(&file.path())?;
        }
        Ok(())
    }
}

/// What the store gave, or why it did not.
///
/// # Errors
/// A disk that is full.
async fn copy_out(
    storage: &Storage,
    place: &Place,
    mut out: Box<dyn Write + Send>,
) -> anyhow::Result<Result<Part, StorageError>> {
    let mut stream = match storage.read(place, None).await {
        Ok(stream) => stream,
        Err(error) => return Ok(Err(error)),
    };
    let (mut hash, mut size) = (Sha256::new(), 0);
    loop {
        match stream.try_next().await {
            Ok(Some(bytes)) => {
                hash.update(&bytes);
                size += bytes.len() as u64;
                tokio::task::block_in_place(|| out.write_all(&bytes)).context("a file cannot be written")?;
            }
            Ok(None) => return Ok(Ok(Part { size, sha256: hex::encode(hash.finalize()) })),
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// Whether any of these lost ones has gone the usual way since the dump was taken: the object first, then its row.
///
/// # Errors
/// The database's.
pub(super) async fn any_erased(conn: &mut AsyncPgConnection, files: &[StoredFile]) -> anyhow::Result<bool> {
    for file in files.iter().filter(|file| file.was_lost()) {
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
pub(super) fn refuse_homeless(
    storage: &Storage,
    manifest: &Manifest,
    to: Option<Store>,
) -> anyhow::Result<()> {
    if let Some(to) = to
        && !storage.has(to)
    {
        bail!("the store {} is not configured here", to.word());
    }
    for file in manifest.files.iter().flatten() {
        if !home(file, to).is_some_and(|store| storage.has(store)) {
            bail!(
                "the backup's files belong to the store {}, which is not configured here: `--to local` puts them \
                 into STORAGE_DIR instead",
                file.store
            );
        }
    }
    Ok(())
}

/// Where a file is put back; `None` for a store that this version does not know.
fn home(file: &StoredFile, to: Option<Store>) -> Option<Store> {
    to.or_else(|| Store::parse(&file.store))
}

/// The files that come back into STORAGE_DIR.
fn local(manifest: &Manifest, to: Option<Store>) -> impl Iterator<Item = &StoredFile> {
    let files = manifest.files.iter().flatten().filter(|file| !file.lost);
    files.filter(move |file| home(file, to) == Some(Store::Local))
}

/// Whether files come back into STORAGE_DIR.
pub(super) fn any_local(manifest: &Manifest, to: Option<Store>) -> bool {
    local(manifest, to).next().is_some()
}

/// Gives what was put back into STORAGE_DIR, which is `folder`, to its owner.
///
/// # Errors
/// A disk that knows no owners.
pub(super) fn give(
    owner: &Owner,
    folder: &Path,
    manifest: &Manifest,
    to: Option<Store>,
) -> anyhow::Result<()> {
    let paths = local(manifest, to).flat_map(|file| Path::new(&file.key).ancestors());
    for path in paths.collect::<BTreeSet<_>>() {
        let path = folder.join(path);
        owner.give(&path).with_context(|| format!("{} cannot be given to its owner", path.display()))?;
    }
    Ok(())
}

/// Puts the backup's files where its database will look for them; all into the store `to` if it is given.
///
/// # Errors
/// A store that does not answer or has no room.
pub(super) async fn put_back(
    storage: &Storage,
    folder: &Path,
    manifest: &Manifest,
    to: Option<Store>,
) -> anyhow::Result<()> {
    for file in manifest.files.iter().flatten().filter(|file| !file.lost) {
        let store = home(file, to).context("a store that this version does not know")?;
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
