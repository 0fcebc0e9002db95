//! Which instance of Xtablo this is, and which stores are its own.
//!
//! Each database has an id, and so has each store: that of the instance whose files it holds. Where they differ nothing is
//! removed from the store, for what one instance does not know may be the other's. A store without an id is taken by the
//! first clean-up whose database knows everything in it; one with objects that nobody vouches for, as after a restore of an
//! older dump, waits for the operator and `xtablo files adopt`.

use anyhow::{anyhow, bail, ensure};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::StreamExt;
use uuid::Uuid;

use crate::db::migrations;
use crate::models::object::Object;
use crate::schema::instance::dsl;
use crate::storage::{Storage, StorageError, Store};

/// Keys at a time.
const BATCH: usize = 500;

/// What says how to go on.
const ADOPT: &str = "`xtablo files adopt` says what taking it over means";

/// Whose a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    ThisInstance,
    /// It has no id.
    Nobody,
    /// The instance with this id.
    Another(Uuid),
}

/// How many objects a store has that look like ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    pub objects: usize,
    /// Those that no row has, whichever store it names.
    pub strangers: usize,
}

/// This instance's id; `None` for a database from before there were any.
///
/// # Errors
/// PostgreSQL's.
pub async fn id(conn: &mut AsyncPgConnection) -> anyhow::Result<Option<Uuid>> {
    if !migrations::is_there(conn, "instance").await? {
        return Ok(None);
    }
    Ok(dsl::instance.select(dsl::id).first(conn).await.optional()?)
}

/// As [`id`], of a database with every migration.
///
/// # Errors
/// As [`id`]; and that somebody has removed the id.
pub async fn known_id(conn: &mut AsyncPgConnection) -> anyhow::Result<Uuid> {
    id(conn)
        .await?
        .ok_or_else(|| anyhow!("the table instance has no row: `INSERT INTO instance DEFAULT VALUES`"))
}

/// Whose the store is, seen from the instance with this id.
///
/// # Errors
/// As [`Storage::owner`].
pub async fn owner(storage: &Storage, store: Store, own: Uuid) -> Result<Owner, StorageError> {
    Ok(match storage.owner(store).await? {
        None => Owner::Nobody,
        Some(id) if id == own => Owner::ThisInstance,
        Some(id) => Owner::Another(id),
    })
}

/// What to say of a store that is another instance's.
pub fn refusal(storage: &Storage, store: Store, other: Uuid, own: Uuid) -> String {
    format!(
        "{} belongs to another instance of Xtablo ({other}; this is {own}), so nothing is removed from it. Where that \
         one is no more, as after a restore, {ADOPT}",
        storage.describe(store)
    )
}

/// Counts what lies in a store.
///
/// # Errors
/// PostgreSQL's, or a store that cannot be listed.
pub async fn census(conn: &mut AsyncPgConnection, storage: &Storage, store: Store) -> anyhow::Result<Census> {
    let mut census = Census::default();
    let mut batches = storage.list(store)?.chunks(BATCH);
    while let Some(batch) = batches.next().await {
        let keys: Vec<String> =
            batch.into_iter().map(|listed| listed.map(|listed| listed.key)).collect::<Result<_, _>>()?;
        census.objects += keys.len();
        census.strangers += keys.len() - Object::known_anywhere(conn, &keys).await?;
    }
    Ok(census)
}

/// Takes a store that has no id, unless it holds what this instance does not know; only looks where `dry_run`.
///
/// # Errors
/// It does hold that; or as [`census`] and [`Storage::give_to`].
pub async fn take(
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    store: Store,
    own: Uuid,
    dry_run: bool,
) -> anyhow::Result<()> {
    let Census { strangers, .. } = census(conn, storage, store).await?;
    ensure!(
        strangers == 0,
        "{} has {strangers} objects that this database does not know, and no id that says whose they are: they are not \
         removed. {ADOPT}",
        storage.describe(store)
    );
    if !dry_run {
        adopt(storage, store, own).await?;
    }
    Ok(())
}

/// Makes the store this instance's, whosever it was.
///
/// # Errors
/// As [`Storage::give_to`]; another instance does the same at this moment.
pub async fn adopt(storage: &Storage, store: Store, own: Uuid) -> anyhow::Result<()> {
    storage.give_to(store, own).await?;
    match owner(storage, store, own).await? {
        Owner::ThisInstance => Ok(()),
        Owner::Another(other) => bail!(refusal(storage, store, other, own)),
        Owner::Nobody => bail!("{} does not keep the id that was put there", storage.describe(store)),
    }
}

/// Refuses a store that is another instance's; takes one that has no id where `takes` says so.
///
/// # Errors
/// It is another's; or as [`take`].
pub async fn refuse_anothers(
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    store: Store,
    takes: bool,
) -> anyhow::Result<()> {
    let own = known_id(conn).await?;
    match owner(storage, store, own).await? {
        Owner::Another(other) => bail!(refusal(storage, store, other, own)),
        Owner::Nobody if takes => take(conn, storage, store, own, false).await,
        Owner::Nobody | Owner::ThisInstance => Ok(()),
    }
}

/// What there is to say of stores that are another instance's, as after a restore.
///
/// # Errors
/// PostgreSQL's, or a store that does not answer.
pub async fn refusals(conn: &mut AsyncPgConnection, storage: &Storage) -> anyhow::Result<Vec<String>> {
    let Some(own) = id(conn).await? else { return Ok(Vec::new()) };
    let mut refusals = Vec::new();
    for store in Store::ALL.iter().copied().filter(|store| storage.has(*store)) {
        if let Owner::Another(other) = owner(storage, store, own).await? {
            refusals.push(refusal(storage, store, other, own));
        }
    }
    Ok(refusals)
}
