//! Putting a backup in the place of what is there.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::time::Instant;
use uuid::Uuid;

use super::contents::Table;
use super::create::{Content, Made, server_major};
use super::folder::Backups;
use super::manifest::{self, Manifest};
use super::owner::Owner;
use super::programs::Programs;
use super::verify::refuse_damaged;
use super::{contents, files};
use crate::config::Config;
use crate::db::{self, migrations};
use crate::instance;
use crate::storage::{Storage, Store};

/// How long services may take to be gone from the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a backup is restored.
#[derive(Clone, Copy, Debug)]
pub struct Restoring {
    /// What the database holds may be replaced.
    pub force: bool,
    /// What is replaced is backed up first.
    pub backup_first: bool,
    /// The store that all files go to, instead of the one each came from.
    pub to: Option<Store>,
    pub now: DateTime<Utc>,
}

/// Restores the backup: what is there is backed up, then the files come, which nothing points to yet, then the database
/// in one transaction. Tells `say` of the backup that it makes.
///
/// # Errors
/// A backup that is damaged or of a newer version, a target that is in use, that cannot be backed up, or that is not empty,
/// unless `force`. The database is as it was then.
pub async fn restore(
    config: &Config,
    path: &Path,
    manifest: &Manifest,
    how: Restoring,
    say: impl FnOnce(&Made),
) -> anyhow::Result<()> {
    if !migrations::is_fit_for(&manifest.min_compatible)? {
        bail!(
            "{} was made by Xtablo {}, and this version is too old for it: it lacks migration {}",
            path.display(),
            manifest.version,
            manifest.min_compatible
        );
    }
    refuse_damaged(path, manifest)?;
    let mut conn = db::connect(&config.database_url).await?;
    contents::prepare(&mut conn).await?;
    refuse_in_use(&mut conn).await?;
    let there = contents::tables(&mut conn).await?;
    let rows: i64 = there.iter().map(|table| table.rows).sum();
    if !there.is_empty() && !how.force {
        bail!(
            "the database is not empty: it has {} tables with {rows} rows, which the backup would replace. \
             --force does so",
            there.len()
        );
    }
    let own = instance::id(&mut conn).await?.unwrap_or_else(Uuid::now_v7);
    let storage = Storage::new(&config.files)?;
    files::refuse_homeless(&storage, manifest, how.to)?;
    let owner = Owner::of(&config.files.dir).context("STORAGE_DIR cannot be looked at")?;
    if files::any_local(manifest, how.to) {
        owner.refuse_unwritable("STORAGE_DIR")?;
    }
    let programs = Programs::new(&config.database_url, server_major(&mut conn).await?)?;
    // A service that starts meanwhile waits here.
    let _lock = migrations::lock(&config.database_url).await?;
    if rows > 0 && how.backup_first {
        let made = back_up(config, how.now).await;
        say(&made.context("what would be replaced cannot be backed up first; --no-backup does without")?);
    }
    files::put_back(&storage, path, manifest, how.to).await?;
    if files::any_local(manifest, how.to) {
        files::give(&owner, &config.files.dir, manifest, how.to)?;
    }
    let dump = path.join(manifest::DUMP);
    let after = keep_id(own) + &how.to.map(move_all).unwrap_or_default();
    tokio::task::spawn_blocking(move || programs.restore(&dump, &after)).await??;
    let mut there = contents::tables(&mut conn).await?;
    // The id is another one now, and the rows of the objects may name another store; how many there are is compared still.
    let rewritten = [Some("instance"), how.to.map(|_| "objects")];
    for name in rewritten.into_iter().flatten() {
        let of = |tables: &[Table]| tables.iter().position(|table| table.name == name);
        if let Some((at, wanted)) = of(&there).zip(of(&manifest.tables)) {
            there[at].hash.clone_from(&manifest.tables[wanted].hash);
        }
    }
    let differences = contents::differences(&manifest.tables, &there);
    if !differences.is_empty() {
        bail!("what was restored is not what was dumped:\n  {}", differences.join("\n  "));
    }
    Ok(())
}

/// Backs up what is there.
async fn back_up(config: &Config, now: DateTime<Utc>) -> anyhow::Result<Made> {
    let backups = Backups::open(&config.backup_dir).await?;
    let made = super::create::create(config, &backups, Content::BeforeRestore, now).await?;
    made.context("the database has rows, but no migration: they are not Xtablo's")
}

/// The id belongs to the place of a database, not to what is restored there: what is restored beside the instance it was
/// dumped from must not clean up after that one. A dump from before there were ids has none.
fn keep_id(id: Uuid) -> String {
    format!(
        "DO $$ BEGIN IF to_regclass('public.instance') IS NOT NULL THEN
             UPDATE public.instance SET id = '{id}';
         END IF; END $$;"
    )
}

/// Makes every object one of this store. A dump from before there were files has none.
fn move_all(store: Store) -> String {
    format!(
        "DO $$ BEGIN IF to_regclass('public.objects') IS NOT NULL THEN
             UPDATE public.objects SET store = '{}';
         END IF; END $$",
        store.word()
    )
}

/// A service that writes while everything is replaced would lose it, or hold the restoring up. Services that have just been
/// told to stop are given the time to.
async fn refuse_in_use(conn: &mut AsyncPgConnection) -> anyhow::Result<()> {
    let patience = Instant::now() + PATIENCE;
    loop {
        let others = connections_of_services(conn).await?;
        if others == 0 {
            return Ok(());
        }
        if Instant::now() > patience {
            bail!("Xtablo has {others} connections to the database: stop web and worker first");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn connections_of_services(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    diesel::dsl::sql::<BigInt>(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'xtablo' AND pid <> pg_backend_pid()",
    )
    .get_result(conn)
    .await
}
