//! Putting a backup in the place of what is there.

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use diesel::QueryResult;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::time::Instant;

use super::create::server_major;
use super::manifest::{self, Manifest};
use super::programs::Programs;
use super::verify::refuse_damaged;
use super::{contents, files};
use crate::config::Config;
use crate::db::{self, migrations};
use crate::storage::Storage;

/// How long services may take to be gone from the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// Restores the backup: the files first, which nothing points to yet, then the database in one transaction.
///
/// # Errors
/// A backup that is damaged or of a newer version, a target that is in use, or one that is not empty, unless
/// `force`. The database is as it was then.
pub async fn restore(config: &Config, path: &Path, manifest: &Manifest, force: bool) -> anyhow::Result<()> {
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
    if !there.is_empty() && !force {
        let rows: i64 = there.iter().map(|table| table.rows).sum();
        bail!(
            "the database is not empty: it has {} tables with {rows} rows, which the backup would replace. \
             --force does so",
            there.len()
        );
    }
    let storage = Storage::new(&config.files)?;
    files::refuse_homeless(&storage, manifest)?;
    let programs = Programs::new(&config.database_url, server_major(&mut conn).await?)?;
    // A service that starts meanwhile waits here.
    let _lock = migrations::lock(&config.database_url).await?;
    files::put_back(&storage, path, manifest).await?;
    let dump = path.join(manifest::DUMP);
    tokio::task::spawn_blocking(move || programs.restore(&dump)).await??;
    let differences = contents::differences(&manifest.tables, &contents::tables(&mut conn).await?);
    if !differences.is_empty() {
        bail!("what was restored is not what was dumped:\n  {}", differences.join("\n  "));
    }
    Ok(())
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
