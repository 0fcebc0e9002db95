//! Proving a backup: everything in it is what was written, and the dump restores to the rows it was made of.

use std::path::Path;

use anyhow::{Context, bail};
use diesel_async::SimpleAsyncConnection;

use super::contents;
use super::create::server_major;
use super::folder::Backups;
use super::manifest::{self, Manifest};
use super::programs::Programs;
use crate::config::{DatabaseUrl, Secret};
use crate::db;

/// The longest name that PostgreSQL tells from others.
const NAME_MOST: usize = 63;

/// Checks every hash, restores the dump into a scratch database beside that of the URL, compares, and drops it.
/// The process that holds `_backups` is alone with the scratch database too.
///
/// # Errors
/// All that is wrong with the backup; or no scratch database can be made.
pub async fn verify(
    _backups: &Backups,
    url: &Secret,
    path: &Path,
    manifest: &Manifest,
) -> anyhow::Result<()> {
    refuse_damaged(path, manifest)?;
    let parsed = DatabaseUrl::of(url)?;
    let mut scratch = format!("xtablo_verify_{}", parsed.settings.get_dbname().unwrap_or_default());
    scratch.truncate(NAME_MOST);
    let quoted = format!("\"{}\"", scratch.replace('"', "\"\""));
    let mut admin = db::connect(url).await?;
    contents::prepare(&mut admin).await?;
    let programs = Programs::new(url, server_major(&mut admin).await?)?.for_database(&scratch);
    let drop_it = format!("DROP DATABASE IF EXISTS {quoted} WITH (FORCE)");
    // One that was stopped in the middle has left its own.
    admin.batch_execute(&drop_it).await?;
    let made =
        admin.batch_execute(&format!("CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'")).await;
    made.context(
        "verifying needs a scratch database, and this role cannot make one: let it, by ALTER ROLE … CREATEDB",
    )?;
    let compared = compare(&programs, url, &scratch, path, manifest).await;
    admin.batch_execute(&drop_it).await?;
    compared
}

/// # Errors
/// All that is not what the manifest says.
pub(super) fn refuse_damaged(path: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    let damage = tokio::task::block_in_place(|| manifest.damage(path))?;
    if !damage.is_empty() {
        bail!("{} is no whole backup:\n  {}", path.display(), damage.join("\n  "));
    }
    Ok(())
}

async fn compare(
    programs: &Programs,
    url: &Secret,
    scratch: &str,
    path: &Path,
    manifest: &Manifest,
) -> anyhow::Result<()> {
    let (programs, dump) = (programs.clone(), path.join(manifest::DUMP));
    tokio::task::spawn_blocking(move || programs.restore(&dump, "")).await??;
    let mut conn = db::connect_to(url, scratch).await?;
    contents::prepare(&mut conn).await?;
    let there = contents::tables(&mut conn).await?;
    let differences = contents::differences(&manifest.tables, &there);
    if !differences.is_empty() {
        bail!("what {} restores is not what was dumped:\n  {}", path.display(), differences.join("\n  "));
    }
    Ok(())
}
