//! The embedded migrations: applying, rehearsing and taking back, and whether this binary may run on the
//! database as it is. The rule they follow is in `migrations/README.md`.

mod session;
mod waiting;

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use self::session::{Commit, Harness, Session, Step};
use self::waiting::{PATIENCE, Patience};
use crate::config::Secret;
use crate::schema::schema_compatibility;

pub use self::session::lock;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Applies what is pending; waits while another process does, and tries a step again that does not get its locks. Gives the
/// versions it applied.
///
/// # Errors
/// A database that cannot be reached or is too new for this binary, or a step that fails or gets its locks in five minutes
/// not: its own transaction is rolled back, the steps before it stay.
pub async fn migrate(url: &Secret) -> anyhow::Result<Vec<String>> {
    migrate_within(url, PATIENCE).await
}

/// As [`migrate`], with so much patience with those who hold a step's locks.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_within(url: &Secret, patience: Duration) -> anyhow::Result<Vec<String>> {
    let (mut patience, mut applied) = (Patience::of(patience), Vec::new());
    while let Err(error) = apply(url, Commit::EachStep, &mut applied).await {
        patience.after(error).await?;
    }
    Ok(applied)
}

/// Runs what is pending on the real data inside one transaction, and rolls it back. Gives the versions.
///
/// # Errors
/// As [`migrate`]; also a pending step that cannot run inside a transaction.
pub async fn rehearse(url: &Secret) -> anyhow::Result<Vec<String>> {
    let mut patience = Patience::of(PATIENCE);
    loop {
        let mut rehearsed = Vec::new();
        match apply(url, Commit::Never, &mut rehearsed).await {
            Ok(()) => return Ok(rehearsed),
            Err(error) => patience.after(error).await?,
        }
    }
}

/// Applies one step after the other, and adds each to `applied`.
async fn apply(url: &Secret, commit: Commit, applied: &mut Vec<String>) -> anyhow::Result<()> {
    let is_rehearsal = matches!(commit, Commit::Never);
    let mut session = Session::begin(url, commit).await?;
    let pending = session.with(pending_steps)??;
    if let Some(step) = pending.iter().find(|step| is_rehearsal && !step.in_transaction) {
        bail!("{} runs outside a transaction and cannot be rehearsed", step.version);
    }
    for step in pending {
        session.run(&step, |harness| harness.run_next_migration(MIGRATIONS).map(drop)).await?;
        applied.push(step.version);
    }
    Ok(())
}

fn pending_steps(harness: &mut Harness) -> anyhow::Result<Vec<Step>> {
    let pending = MigrationHarness::<Pg>::pending_migrations(harness, MIGRATIONS).map_err(failed)?;
    let steps = pending.iter().map(|step| Step {
        version: step.name().version().to_string(),
        in_transaction: step.metadata().run_in_transaction(),
    });
    Ok(steps.collect())
}

/// The steps that [`migrate`] would apply.
///
/// # Errors
/// As [`check`], but for a database that lacks steps.
pub async fn pending(url: &Secret) -> anyhow::Result<Vec<String>> {
    let mut conn = super::connect(url).await?;
    refuse_newer(&mut conn).await?;
    let pending = pending_steps(&mut AsyncMigrationHarness::new(conn))?;
    Ok(pending.into_iter().map(|step| step.version).collect())
}

/// The applied steps that would be taken back, newest first: those after `to`, or without it the newest alone.
///
/// # Errors
/// As [`migrate`]; also a `to` that is not applied, and a step that only a newer version can take back.
pub async fn above(url: &Secret, to: Option<&str>) -> anyhow::Result<Vec<String>> {
    Session::begin(url, Commit::Never).await?.with(|harness| steps_above(harness, to))?
}

/// Takes back what [`above`] names. Gives it.
///
/// # Errors
/// As [`above`], or a step that fails: its own transaction is rolled back, the steps after it are taken back.
pub async fn revert(url: &Secret, to: Option<&str>) -> anyhow::Result<Vec<String>> {
    let (mut patience, mut reverted) = (Patience::of(PATIENCE), Vec::new());
    while let Err(error) = take_back(url, to, &mut reverted).await {
        patience.after(error).await?;
    }
    Ok(reverted)
}

/// Takes one step after the other back, and adds each to `reverted`.
async fn take_back(url: &Secret, to: Option<&str>, reverted: &mut Vec<String>) -> anyhow::Result<()> {
    let mut session = Session::begin(url, Commit::EachStep).await?;
    for version in session.with(|harness| steps_above(harness, to))?? {
        let step = Step { version, in_transaction: true };
        session.run(&step, |harness| harness.revert_last_migration(MIGRATIONS).map(drop)).await?;
        reverted.push(step.version);
    }
    Ok(())
}

fn steps_above(conn: &mut Harness, to: Option<&str>) -> anyhow::Result<Vec<String>> {
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

/// The newest step that this binary knows.
///
/// # Errors
/// None that a binary with migrations could meet.
pub fn newest_known() -> anyhow::Result<String> {
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
