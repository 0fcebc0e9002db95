//! The embedded migrations: applying, rehearsing and taking back, and whether this binary may run on the
//! database as it is. The rule they follow is in `migrations/README.md`.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::config::Secret;
use crate::schema::schema_compatibility;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The advisory lock under which migrations run: the bytes "xtablo" as a number.
const LOCK: i64 = 0x7874_6162_6c6f;

/// How often to ask for the lock again. A blocking lock would hold a snapshot, and CREATE INDEX CONCURRENTLY
/// waits for every snapshot: the two would wait for each other.
const LOCK_POLL: Duration = Duration::from_millis(50);

/// Applies what is pending; waits while another process does. Gives the versions it applied.
///
/// # Errors
/// A database that cannot be reached or is too new for this binary, or a step that fails: its own
/// transaction is rolled back, the steps before it stay.
pub async fn migrate(url: &Secret) -> anyhow::Result<Vec<String>> {
    locked(url, Commit::EachStep, |mut conn| {
        let versions = conn.run_pending_migrations(MIGRATIONS).map_err(failed)?;
        Ok(versions.iter().map(ToString::to_string).collect())
    })
    .await
}

/// Runs what is pending on the real data inside one transaction, and rolls it back. Gives the versions.
///
/// # Errors
/// As [`migrate`]; also a pending step that cannot run inside a transaction.
pub async fn rehearse(url: &Secret) -> anyhow::Result<Vec<String>> {
    locked(url, Commit::Never, |mut conn| {
        let pending = MigrationHarness::<Pg>::pending_migrations(&mut conn, MIGRATIONS).map_err(failed)?;
        if let Some(step) = pending.iter().find(|step| !step.metadata().run_in_transaction()) {
            bail!("{} runs outside a transaction and cannot be rehearsed", step.name());
        }
        let versions = conn.run_migrations(&pending).map_err(failed)?;
        Ok(versions.iter().map(ToString::to_string).collect())
    })
    .await
}

/// The steps that [`migrate`] would apply.
///
/// # Errors
/// As [`check`], but for a database that lacks steps.
pub async fn pending(url: &Secret) -> anyhow::Result<Vec<String>> {
    let mut conn = super::connect(url).await?;
    refuse_newer(&mut conn).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let pending = tokio::task::block_in_place(|| {
        MigrationHarness::<Pg>::pending_migrations(&mut harness, MIGRATIONS).map_err(failed)
    })?;
    Ok(pending.iter().map(|step| step.name().version().to_string()).collect())
}

/// The applied steps that would be taken back, newest first: those after `to`, or without it the newest alone.
///
/// # Errors
/// As [`migrate`]; also a `to` that is not applied, and a step that only a newer version can take back.
pub async fn above(url: &Secret, to: Option<&str>) -> anyhow::Result<Vec<String>> {
    locked(url, Commit::Never, |mut conn| steps_above(&mut conn, to)).await
}

/// Takes back what [`above`] names. Gives it.
///
/// # Errors
/// As [`above`], or a step that fails: its own transaction is rolled back, the steps after it are taken back.
pub async fn revert(url: &Secret, to: Option<&str>) -> anyhow::Result<Vec<String>> {
    locked(url, Commit::EachStep, |mut conn| {
        let steps = steps_above(&mut conn, to)?;
        for _ in &steps {
            conn.revert_last_migration(MIGRATIONS).map_err(failed)?;
        }
        Ok(steps)
    })
    .await
}

fn steps_above(
    conn: &mut AsyncMigrationHarness<AsyncPgConnection>,
    to: Option<&str>,
) -> anyhow::Result<Vec<String>> {
    let applied = MigrationHarness::<Pg>::applied_migrations(conn).map_err(failed)?;
    let applied: Vec<_> = applied.iter().map(ToString::to_string).collect();
    let steps = match to {
        Some(to) => {
            let at = applied.iter().position(|version| version == to);
            &applied[..at.with_context(|| format!("the database has no migration {to}"))?]
        }
        None => &applied[..applied.len().min(1)],
    };
    let known = known()?;
    if let Some(step) = steps.iter().find(|step| !known.contains(step)) {
        bail!(
            "only the version of Xtablo that applied the migration {step} can take it back: this one lacks it"
        );
    }
    Ok(steps.to_vec())
}

/// Refuses a database that this binary must not run on: one that is too new, or one that lacks steps.
///
/// # Errors
/// A sentence that says which of the two, and what to do.
pub async fn check(url: &Secret) -> anyhow::Result<()> {
    match pending(url).await?.len() {
        0 => Ok(()),
        steps => bail!("the database lacks {steps} migrations of this version: run `xtablo migrate` first"),
    }
}

enum Commit {
    EachStep,
    /// Every step becomes a savepoint of a transaction that is dropped in the end.
    Never,
}

/// Runs `work` on a connection of its own, while another one holds the advisory lock.
async fn locked<T>(
    url: &Secret,
    commit: Commit,
    work: impl FnOnce(AsyncMigrationHarness<AsyncPgConnection>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let _holder = lock(url).await?;
    let mut conn = super::connect(url).await?;
    // Unlike a request's, a step's statements take the time they need.
    conn.batch_execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    refuse_newer(&mut conn).await?;
    if matches!(commit, Commit::Never) {
        conn.begin_test_transaction().await?;
    }
    // The lock goes with its connection, whatever becomes of the work.
    tokio::task::block_in_place(|| work(AsyncMigrationHarness::new(conn)))
}

/// A connection that holds the advisory lock of migrations; waits until it is free.
///
/// # Errors
/// A database that cannot be reached.
pub async fn lock(url: &Secret) -> anyhow::Result<AsyncPgConnection> {
    let mut holder = super::connect(url).await?;
    while !try_lock(&mut holder).await? {
        tokio::time::sleep(LOCK_POLL).await;
    }
    Ok(holder)
}

async fn try_lock(conn: &mut AsyncPgConnection) -> anyhow::Result<bool> {
    #[derive(QueryableByName)]
    struct Locked {
        #[diesel(sql_type = Bool)]
        locked: bool,
    }
    let answer: Locked = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS locked")
        .bind::<BigInt, _>(LOCK)
        .get_result(conn)
        .await?;
    Ok(answer.locked)
}

/// A database that a contracting step has made unfit for this binary.
#[derive(Debug, thiserror::Error)]
#[error(
    "this version of Xtablo is too old for its database: it knows migrations up to {newest}, the database wants \
     {wanted} or newer. Run the newer version, or restore the dump that was taken before migration {wanted}"
)]
pub struct TooOld {
    newest: String,
    wanted: String,
}

/// An older binary may meet a newer database; only a contracting step makes it unfit.
async fn refuse_newer(conn: &mut AsyncPgConnection) -> anyhow::Result<()> {
    match min_compatible(conn).await? {
        Some(wanted) if !is_fit_for(&wanted)? => Err(TooOld { newest: newest_known()?, wanted }.into()),
        _ => Ok(()),
    }
}

/// Whether this binary may run on a database with this `min_compatible`.
///
/// # Errors
/// None that a binary with migrations could meet.
pub fn is_fit_for(min_compatible: &str) -> anyhow::Result<bool> {
    Ok(newest_known()?.as_str() >= min_compatible)
}

/// The newest step applied to a database, known to this binary or not; `None` for one without any.
///
/// # Errors
/// The database's.
pub async fn last_applied(conn: &mut AsyncPgConnection) -> anyhow::Result<Option<String>> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = Nullable<Text>)]
        version: Option<String>,
    }
    if !is_there(conn, "__diesel_schema_migrations").await? {
        return Ok(None);
    }
    let last: Last = diesel::sql_query("SELECT max(version) AS version FROM __diesel_schema_migrations")
        .get_result(conn)
        .await?;
    Ok(last.version)
}

/// What the last contracting step has written down; `None` for a database without any step.
///
/// # Errors
/// The database's.
pub async fn min_compatible(conn: &mut AsyncPgConnection) -> anyhow::Result<Option<String>> {
    if !is_there(conn, "schema_compatibility").await? {
        return Ok(None);
    }
    schema_compatibility::table
        .select(schema_compatibility::min_compatible)
        .first(conn)
        .await
        .optional()
        .context("schema_compatibility cannot be read")
}

/// Whether the database has this table.
///
/// # Errors
/// The database's.
pub async fn is_there(conn: &mut AsyncPgConnection, table: &str) -> anyhow::Result<bool> {
    #[derive(QueryableByName)]
    struct There {
        #[diesel(sql_type = Bool)]
        there: bool,
    }
    let answer: There = diesel::sql_query("SELECT to_regclass($1) IS NOT NULL AS there")
        .bind::<Text, _>(table)
        .get_result(conn)
        .await?;
    Ok(answer.there)
}

fn newest_known() -> anyhow::Result<String> {
    known()?.into_iter().max().ok_or_else(|| anyhow!("this binary carries no migrations"))
}

fn known() -> anyhow::Result<Vec<String>> {
    let steps = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(failed)?;
    Ok(steps.iter().map(|step| step.name().version().to_string()).collect())
}

/// diesel's migration errors are not `Sized`, so they cannot become an `anyhow::Error` by themselves.
fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> anyhow::Error {
    anyhow!("a migration failed: {error}")
}
