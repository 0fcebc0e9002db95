//! Making a backup: the dump and the files belong together.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::contents;
use super::folder::{Backups, Unfinished};
use super::manifest::{self, Manifest};
use super::programs::Programs;
use crate::config::Config;
use crate::db::{self, migrations};

/// What goes into a backup.
#[derive(Clone, Debug)]
pub enum Content {
    /// Database and files.
    Everything,
    /// The database alone, because this step is about to be applied or taken back. No migration touches a file.
    BeforeMigration(String),
}

/// Makes a backup. Gives its folder and what it says of itself; `None` where the database has nothing in it yet.
///
/// # Errors
/// A database that does not answer, a disk that is full, a file that cannot be read: nothing is left then.
pub async fn create(
    config: &Config,
    backups: &Backups,
    content: Content,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<(PathBuf, Manifest)>> {
    let mut manifest = Manifest::new(now);
    let mut name = now.format("%Y%m%dT%H%M%S%.3fZ").to_string();
    if let Content::BeforeMigration(version) = &content {
        name += &format!("-before-{version}");
        manifest.before_migration = Some(version.clone());
    }
    let unfinished = backups.begin(&name)?;
    let mut conn = db::connect(&config.database_url).await?;
    if !dump(config, &mut conn, &unfinished, &mut manifest).await? {
        return Ok(None);
    }
    drop(conn);
    let (text, hash) = manifest.to_files()?;
    unfinished.file(Path::new(manifest::FILE))?.write_all(&text).context("the manifest cannot be written")?;
    unfinished.file(Path::new(manifest::HASH_FILE))?.write_all(hash.as_bytes())?;
    Ok(Some((unfinished.finish()?, manifest)))
}

/// Dumps the database as one moment has it, and writes down what that moment saw. `false` for an empty one.
async fn dump(
    config: &Config,
    conn: &mut AsyncPgConnection,
    unfinished: &Unfinished,
    manifest: &mut Manifest,
) -> anyhow::Result<bool> {
    contents::prepare(conn).await?;
    conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let Some(last_migration) = migrations::last_applied(conn).await? else { return Ok(false) };
    let snapshot = text(conn, "SELECT pg_export_snapshot() AS text").await?;
    manifest.last_migration = last_migration;
    manifest.min_compatible = migrations::min_compatible(conn).await?.unwrap_or_default();
    manifest.postgresql = text(conn, "SELECT current_setting('server_version') AS text").await?;
    let programs = Programs::new(&config.database_url, server_major(conn).await?)?;
    let file = unfinished.file(Path::new(manifest::DUMP))?;
    manifest.database = tokio::task::spawn_blocking(move || programs.dump(&snapshot, file)).await??;
    manifest.tables = contents::tables(conn).await?;
    conn.batch_execute("COMMIT").await?;
    Ok(true)
}

/// The server's major version.
///
/// # Errors
/// The database's.
pub(super) async fn server_major(conn: &mut AsyncPgConnection) -> anyhow::Result<u32> {
    let number = text(conn, "SELECT current_setting('server_version_num') AS text").await?;
    Ok(number.parse::<u32>()? / 10_000)
}

async fn text(conn: &mut AsyncPgConnection, sql: &str) -> QueryResult<String> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    Ok(diesel::sql_query(sql).get_result::<Row>(conn).await?.text)
}
