//! Removes objects that nothing points to from the stores: contents of files that are erased or replaced, uploads that
//! broke off, and objects that no row knows of, as after a dump of the database was restored. From a store that is another
//! instance's nothing is removed ([`crate::instance`]).

use std::fmt;

use anyhow::{anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use futures_util::StreamExt;
use uuid::Uuid;

use crate::instance::{self, Owner};
use crate::models::object::{Object, Unused};
use crate::storage::{Listed, Place, Storage, Store};

/// An upload is over long before ([`crate::receiving::LONGEST`]). What is younger may be on its way.
pub const GRACE: TimeDelta = TimeDelta::hours(24);

/// Rows, or keys, at a time.
const BATCH: usize = 500;

/// What to remove.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub now: DateTime<Utc>,
    /// How old an unfinished upload, or an object without a row, has to be.
    pub grace: TimeDelta,
    /// Only say what would be removed.
    pub dry_run: bool,
    /// Also look for objects without a row.
    pub list_stores: bool,
}

impl Plan {
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now, grace: GRACE, dry_run: false, list_stores: true }
    }
}

/// An object that goes, and why.
#[derive(Debug)]
pub struct Garbage {
    pub place: Place,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Unfinished,
    Unused,
    Unknown,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfinished => "an upload that was never finished",
            Self::Unused => "no file has it any more",
            Self::Unknown => "the database does not know it",
        })
    }
}

/// Removes it all, and says each to `say`; how much it was. May run while the service does, and twice at once.
///
/// # Errors
/// PostgreSQL's; and where a store did not remove something, or is not this instance's, after everything else was tried.
pub async fn collect(
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    plan: Plan,
    mut say: impl FnMut(&Garbage) + Send,
) -> anyhow::Result<usize> {
    let own = instance::known_id(conn).await?;
    let mut collection =
        Collection { storage, plan, own, owners: Vec::new(), say: &mut say, removed: 0, failed: None };
    if !plan.dry_run {
        Object::condemn_stale(conn, plan.now - plan.grace, plan.now).await?;
    }
    collection.unused(conn).await?;
    let listed =
        [Store::Local, Store::S3].into_iter().filter(|store| plan.list_stores && storage.has(*store));
    for store in listed {
        if let Err(error) = collection.unknown(conn, store).await {
            collection.failed.get_or_insert(error);
        }
    }
    match collection.failed {
        Some(error) => Err(error),
        None => Ok(collection.removed),
    }
}

struct Collection<'a> {
    storage: &'a Storage,
    plan: Plan,
    /// This instance's id.
    own: Uuid,
    /// Whose the stores are that were asked so far; `None` for one that does not say.
    owners: Vec<(Store, Option<Owner>)>,
    say: &'a mut (dyn FnMut(&Garbage) + Send),
    removed: usize,
    /// The first thing that did not work.
    failed: Option<anyhow::Error>,
}

impl Collection<'_> {
    /// What has a row and no file.
    async fn unused(&mut self, conn: &mut AsyncPgConnection) -> anyhow::Result<()> {
        let (stale, mut after) = (self.plan.now - self.plan.grace, String::new());
        loop {
            let batch = Object::unused(conn, self.plan.now, stale, &after, BATCH as i64).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after.clone_from(&last.place.key);
            for Unused { place, multipart_id, stored_at } in batch {
                let why = if stored_at.is_some() { Why::Unused } else { Why::Unfinished };
                let garbage = Garbage { place: place.into(), why };
                let store = garbage.place.store;
                // One that is not configured has nothing to say; that the object cannot be removed is said below.
                if self.storage.has(store) && self.owner(store).await.is_none() {
                    continue;
                }
                if self.remove(&garbage, multipart_id.as_deref()).await {
                    Object::forget(conn, &garbage.place).await?;
                }
            }
        }
    }

    /// What has no row.
    async fn unknown(&mut self, conn: &mut AsyncPgConnection, store: Store) -> anyhow::Result<()> {
        match self.owner(store).await {
            Some(Owner::Nobody) => {
                instance::take(conn, self.storage, store, self.own, self.plan.dry_run).await?;
            }
            Some(_) => {}
            None => return Ok(()),
        }
        let mut batches = self.storage.list(store)?.chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let batch: Vec<Listed> = batch.into_iter().collect::<Result<_, _>>()?;
            let old: Vec<String> = batch
                .into_iter()
                .filter(|listed| listed.modified < self.plan.now - self.plan.grace)
                .map(|listed| listed.key)
                .collect();
            let known = Object::known(conn, store, &old).await?;
            for key in old.into_iter().filter(|key| !known.contains(key)) {
                self.remove(&Garbage { place: Place { store, key }, why: Why::Unknown }, None).await;
            }
        }
        Ok(())
    }

    /// Whose the store is; `None` where nothing may be removed from it, which is noted.
    async fn owner(&mut self, store: Store) -> Option<Owner> {
        if let Some((_, owner)) = self.owners.iter().find(|(asked, _)| *asked == store) {
            return *owner;
        }
        let asked = async {
            match instance::owner(self.storage, store, self.own).await? {
                Owner::Another(other) => bail!(instance::refusal(self.storage, store, other, self.own)),
                owner => Ok(owner),
            }
        };
        let owner = match asked.await {
            Ok(owner) => Some(owner),
            Err(error) => {
                self.failed.get_or_insert(error);
                None
            }
        };
        self.owners.push((store, owner));
        owner
    }

    /// Whether it is gone.
    async fn remove(&mut self, garbage: &Garbage, multipart_id: Option<&str>) -> bool {
        if !self.plan.dry_run
            && let Err(error) = self.storage.remove(&garbage.place, multipart_id).await
        {
            let Place { store, key } = &garbage.place;
            self.failed.get_or_insert_with(|| anyhow!("{} {key} cannot be removed: {error}", store.word()));
            return false;
        }
        self.removed += 1;
        (self.say)(garbage);
        !self.plan.dry_run
    }
}
