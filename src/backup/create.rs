//! Making a backup: the dump and the files belong together.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::contents;
use super::files::{self, Copied};
use super::folder::{Backups, Unfinished};
use super::manifest::{self, Manifest, StoredFile};
use super::programs::Programs;
use crate::config::Config;
use crate::db::{self, migrations};
use crate::models::object::Object;
use crate::storage::Storage;

/// How often another dump is taken because a file was erased before it was copied. Each round has only what is new
/// to copy, so the second is short already; a file that is still missing after the last is written down as lost.
const ROUNDS: u32 = 5;

/// What goes into a backup.
#[derive(Clone, Debug)]
pub enum Content {
    /// Database and files.
    Everything,
    /// Database and files, because another backup is about to take their place.
    BeforeRestore,
    /// The database alone, because this step is about to be applied or taken back. No migration touches a file.
    BeforeMigration(String),
}

/// A backup that has just been made.
#[derive(Debug)]
pub struct Made {
    pub path: PathBuf,
    pub manifest: Manifest,
    /// What was found wrong with earlier backups, in words.
    pub damaged: BTreeSet<String>,
    /// Why the first unreadable file could not be read.
    pub unreadable: Option<String>,
}

/// Makes a backup; `None` where the database has nothing in it yet.
///
/// # Errors
/// A database that does not answer, a disk that is full: nothing is left then.
pub async fn create(
    config: &Config,
    backups: &Backups,
    content: Content,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Made>> {
    let mut manifest = Manifest::new(now);
    manifest.before_restore = matches!(content, Content::BeforeRestore);
    let mut name = now.format("%Y%m%dT%H%M%S%.3fZ").to_string();
    if let Content::BeforeMigration(version) = &content {
        name += &format!("-before-{version}");
        manifest.before_migration = Some(version.clone());
    }
    if manifest.before_restore {
        name += "-before-restore";
    }
    let unfinished = backups.begin(&name)?;
    let storage = Storage::new(&config.files)?;
    let mut copied = match content {
        Content::Everything | Content::BeforeRestore => Copied::after(backups)?,
        Content::BeforeMigration(_) => Copied::default(),
    };
    for round in 1.. {
        let Some(objects) = dump(config, &unfinished, &mut manifest).await? else { return Ok(None) };
        if matches!(content, Content::BeforeMigration(_)) {
            break;
        }
        let files = copied.copy(&storage, &unfinished, &objects).await?;
        let mut conn = db::connect(&config.database_url).await?;
        // The first time whatever is lost may only be on its way: its row goes last.
        let lost = files.iter().any(StoredFile::was_lost);
        let again = lost && (round == 1 || round < ROUNDS && files::any_erased(&mut conn, &files).await?);
        copied.leave_only(&files, &unfinished)?;
        manifest.files = Some(files);
        if !again {
            break;
        }
    }
    let (text, hash) = manifest.to_files()?;
    unfinished.file(Path::new(manifest::FILE))?.write_all(&text).context("the manifest cannot be written")?;
    unfinished.file(Path::new(manifest::HASH_FILE))?.write_all(hash.as_bytes())?;
    Ok(Some(Made {
        path: unfinished.finish()?,
        manifest,
        damaged: copied.damaged,
        unreadable: copied.unreadable,
    }))
}

/// Dumps the database as one moment has it, and writes down what that moment saw. Gives the objects it saw; `None`
/// for an empty database.
async fn dump(
    config: &Config,
    unfinished: &Unfinished,
    manifest: &mut Manifest,
) -> anyhow::Result<Option<Vec<Object>>> {
    let conn = &mut db::connect(&config.database_url).await?;
    contents::prepare(conn).await?;
    conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let Some(last_migration) = migrations::last_applied(conn).await? else { return Ok(None) };
    let snapshot = text(conn, "SELECT pg_export_snapshot() AS text").await?;
    manifest.last_migration = last_migration;
    manifest.min_compatible = migrations::min_compatible(conn).await?.unwrap_or_default();
    manifest.postgresql = text(conn, "SELECT current_setting('server_version') AS text").await?;
    let programs = Programs::new(&config.database_url, server_major(conn).await?)?;
    let file = unfinished.file(Path::new(manifest::DUMP))?;
    let foreign = contents::foreign_schemas(conn).await?;
    manifest.database =
        tokio::task::spawn_blocking(move || programs.dump(&snapshot, &foreign, file)).await??;
    manifest.tables = contents::tables(conn).await?;
    let objects = files::seen_by(conn).await?;
    conn.batch_execute("COMMIT").await?;
    Ok(Some(objects))
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
