//! Moving every object from one store to the other, while the services run: each row says where its object is, and
//! says so anew when the copy has been read back.

use anyhow::{Context, ensure};
use diesel_async::AsyncPgConnection;
use futures_util::TryStreamExt;

use crate::instance;
use crate::models::object::Object;
use crate::storage::{Place, Storage, Store, Stored};
use crate::verification;

/// Rows at a time.
const BATCH: i64 = 500;

/// What came of it.
#[derive(Debug, Default)]
pub struct Relocation {
    pub moved: usize,
    pub failed: usize,
}

/// How many bytes all objects have; with `except`, those that are not in that store.
///
/// # Errors
/// PostgreSQL's.
pub async fn total(conn: &mut AsyncPgConnection, except: Option<Store>) -> diesel::QueryResult<u64> {
    Object::total(conn, except).await.map(i64::unsigned_abs)
}

/// Moves all objects that are in the other store. `say` is told of each that cannot be moved, `progress` of the bytes
/// copied. What is broken off is taken up where it was.
///
/// # Errors
/// PostgreSQL's, or a store that is not configured, or another instance's.
pub async fn relocate(
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    to: Store,
    mut say: impl FnMut(&str),
    progress: impl Fn(u64),
) -> anyhow::Result<Relocation> {
    ensure!(storage.has(to), "{} is not configured", to.word());
    for store in Store::ALL.iter().copied().filter(|store| storage.has(*store)) {
        instance::refuse_anothers(conn, storage, store, store == to).await?;
    }
    let (mut relocation, mut after) = (Relocation::default(), String::new());
    loop {
        let batch = Object::all_stored(conn, &after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(relocation) };
        after.clone_from(&last.key);
        for object in batch.into_iter().filter(|object| object.store != to) {
            match one(conn, storage, &object, to, &progress).await {
                Ok(()) => relocation.moved += 1,
                Err(error) => {
                    relocation.failed += 1;
                    say(&format!("not moved\t{}\t{}\t{error:#}", object.store.word(), object.key));
                }
            }
        }
    }
}

async fn one(
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    object: &Object,
    to: Store,
    progress: impl Fn(u64),
) -> anyhow::Result<()> {
    let target = Place { store: to, key: object.key.clone() };
    if let Some(left) = Object::parts(conn, &target).await? {
        storage
            .remove(&target, Some(&left))
            .await
            .context("the parts of an earlier attempt are in the way")?;
    }
    let copied = copy(conn, storage, object, &target, progress).await?;
    ensure!(
        copied.size == object.size.unsigned_abs() && copied.sha256[..] == object.sha256[..],
        "it is damaged where it is"
    );
    ensure!(verification::matches(storage, &target, object, |_| {}).await?, "the copy is not the same");
    // Where the row is gone or elsewhere meanwhile, nothing points to the copy.
    let unwanted = if object.moved(conn, to).await? { object.place() } else { target };
    storage.remove(&unwanted, None).await.context("it is moved, and what was left behind cannot be removed")
}

async fn copy(
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    object: &Object,
    target: &Place,
    progress: impl Fn(u64),
) -> anyhow::Result<Stored> {
    let mut stream = storage.read(&object.place(), None).await.context("it cannot be read")?;
    let mut upload = storage.upload(target).await?;
    while let Some(bytes) = stream.try_next().await.context("it cannot be read")? {
        progress(bytes.len() as u64);
        if let Some(id) = upload.write(bytes).await? {
            Object::note_parts(conn, target, &id).await?;
        }
    }
    Ok(upload.finish().await?)
}
