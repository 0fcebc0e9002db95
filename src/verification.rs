//! Whether the stores hold what the database says, byte by byte.

use std::fmt;

use diesel_async::AsyncPgConnection;
use futures_util::{StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};

use crate::models::file::File;
use crate::models::object::Object;
use crate::storage::{Listed, Place, Storage, StorageError, Store};

/// Rows, or keys, at a time.
const BATCH: usize = 500;

/// What is not as it should be.
#[derive(Debug)]
pub struct Finding {
    pub place: Place,
    pub what: Fault,
    /// Whose it is, for people.
    pub file: Option<String>,
}

#[derive(Debug)]
pub enum Fault {
    /// The database has it, the store has not.
    Missing,
    /// The store has something else.
    Damaged,
    /// The store has it, the database has not.
    TooMany,
    /// The store does not say.
    Unreadable(String),
}

/// How many objects were read, and how many of all are not as they should be.
#[derive(Debug, Default)]
pub struct Report {
    pub read: usize,
    pub wrong: usize,
}

/// Reads every object. `say` is told of each that is wrong, `progress` of the bytes read. The services may run.
///
/// # Errors
/// PostgreSQL's, or a store that cannot be listed.
pub async fn verify(
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    mut say: impl FnMut(&Finding),
    progress: impl Fn(u64),
) -> anyhow::Result<Report> {
    let (mut report, mut after) = (Report::default(), String::new());
    loop {
        let batch = Object::all_stored(conn, &after, BATCH as i64).await?;
        let Some(last) = batch.last() else { break };
        after.clone_from(&last.key);
        for object in batch {
            report.read += 1;
            let Some(what) = fault(storage, &object, &progress).await else { continue };
            // Meanwhile it may have been replaced, moved or erased.
            if Object::find(conn, &object.key).await?.is_none_or(|now| now.place() != object.place()) {
                continue;
            }
            report.wrong += 1;
            let file = File::name_of_object(conn, &object.key).await?;
            say(&Finding { place: object.place(), what, file });
        }
    }
    for store in Store::ALL.iter().copied().filter(|store| storage.has(*store)) {
        let mut batches = storage.list(store)?.chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let keys: Vec<String> = batch
                .into_iter()
                .map(|listed| listed.map(|Listed { key, .. }| key))
                .collect::<Result<_, _>>()?;
            let known = Object::known(conn, store, &keys).await?;
            for key in keys.into_iter().filter(|key| !known.contains(key)) {
                report.wrong += 1;
                say(&Finding { place: Place { store, key }, what: Fault::TooMany, file: None });
            }
        }
    }
    Ok(report)
}

/// What is wrong with an object, if anything is.
async fn fault(storage: &Storage, object: &Object, progress: impl Fn(u64)) -> Option<Fault> {
    match matches(storage, &object.place(), object, progress).await {
        Ok(true) => None,
        Ok(false) => Some(Fault::Damaged),
        Err(StorageError::Missing) => Some(Fault::Missing),
        Err(error) => Some(Fault::Unreadable(error.to_string())),
    }
}

/// Whether what lies at a place is the object's content.
///
/// # Errors
/// It is not there, or cannot be read.
pub async fn matches(
    storage: &Storage,
    place: &Place,
    object: &Object,
    progress: impl Fn(u64),
) -> Result<bool, StorageError> {
    let (mut stream, mut hash, mut size) = (storage.read(place, None).await?, Sha256::new(), 0);
    while let Some(bytes) = stream.try_next().await? {
        hash.update(&bytes);
        size += bytes.len() as u64;
        progress(bytes.len() as u64);
    }
    Ok(size == object.size.unsigned_abs() && hash.finalize()[..] == object.sha256[..])
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, why) = match &self.what {
            Fault::Missing => ("missing", None),
            Fault::Damaged => ("damaged", None),
            Fault::TooMany => ("too many", None),
            Fault::Unreadable(why) => ("unreadable", Some(why)),
        };
        write!(f, "{what}\t{}\t{}", self.place.store.word(), self.place.key)?;
        self.file.iter().chain(why).try_for_each(|more| write!(f, "\t{more}"))
    }
}
