//! The connections that steps are run with: one for the steps, and one that holds the advisory lock meanwhile.

use std::time::{Duration, Instant};

use anyhow::Context;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer};
use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
};

use super::refuse_newer;
use super::waiting::{LOCK_TIMEOUT, PATIENCE, Watch, tell_of_holder};
use crate::config::Secret;
use crate::db;

/// The advisory lock under which migrations run: the bytes "xtablo" as a number.
const LOCK: i64 = 0x7874_6162_6c6f;

/// How often to ask for the lock again. A blocking lock would hold a snapshot, and CREATE INDEX CONCURRENTLY
/// waits for every snapshot: the two would wait for each other.
const LOCK_POLL: Duration = Duration::from_millis(50);

/// For how long nothing is said of who has the lock.
const SILENCE: Duration = Duration::from_secs(5);

pub(super) type Harness = AsyncMigrationHarness<AsyncPgConnection>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(super) enum Commit {
    EachStep,
    /// Every step becomes a savepoint of a transaction that is dropped in the end.
    Never,
}

/// What steps are run with.
pub(super) struct Session {
    /// None while a harness has it.
    conn: Option<AsyncPgConnection>,
    watch: Watch,
}

impl Session {
    /// Waits for the advisory lock, which goes with the session, whatever becomes of the work.
    ///
    /// # Errors
    /// A database that cannot be reached, or is too new.
    pub(super) async fn begin(url: &Secret, commit: Commit) -> anyhow::Result<Self> {
        let holder = lock(url).await?;
        let mut conn = db::connect(url).await?;
        // Unlike a request's, a step's statements take the time they need.
        conn.batch_execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
        refuse_newer(&mut conn).await?;
        if matches!(commit, Commit::Never) {
            conn.begin_test_transaction().await?;
        }
        let pid = process_id(&mut conn).await?;
        Ok(Self { conn: Some(conn), watch: Watch::of(pid, holder) })
    }

    /// Does with the connection what only a harness can.
    pub(super) fn with<T>(&mut self, work: impl FnOnce(&mut Harness) -> T) -> anyhow::Result<T> {
        let mut harness = Harness::new(self.conn.take().context("the work before has not ended")?);
        let done = work(&mut harness);
        self.conn = Some(harness.into_inner());
        Ok(done)
    }

    /// Runs this step, or takes it back, by `work`.
    ///
    /// # Errors
    /// [`super::waiting::LockLost`], or what is wrong with the step.
    pub(super) async fn run(
        &mut self,
        step: &Step,
        work: impl FnOnce(&mut Harness) -> Result<(), Failure>,
    ) -> anyhow::Result<()> {
        // One outside of a transaction is CREATE INDEX CONCURRENTLY or its like: nobody waits for it while it waits, and
        // what it has begun it could not take back.
        let patience = if step.in_transaction { LOCK_TIMEOUT } else { PATIENCE };
        let conn = self.conn.as_mut().context("the work before has not ended")?;
        conn.batch_execute(&format!("SET lock_timeout = {}", patience.as_millis())).await?;
        self.with(work)?.map_err(|error| self.watch.judge(&step.version, error))
    }
}

/// A migration, as far as it matters to how it is run.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) version: String,
    pub(super) in_transaction: bool,
}

/// A connection that holds the advisory lock of migrations; waits until it is free.
///
/// # Errors
/// A database that cannot be reached.
pub async fn lock(url: &Secret) -> anyhow::Result<AsyncPgConnection> {
    let mut holder = db::connect(url).await?;
    let mut to_tell = Some(Instant::now() + SILENCE);
    while !try_lock(&mut holder).await? {
        if to_tell.take_if(|at| *at < Instant::now()).is_some() {
            tell_of_holder(&mut holder, LOCK).await?;
        }
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

async fn process_id(conn: &mut AsyncPgConnection) -> QueryResult<i32> {
    #[derive(QueryableByName)]
    struct Process {
        #[diesel(sql_type = Integer)]
        id: i32,
    }
    let process: Process = diesel::sql_query("SELECT pg_backend_pid() AS id").get_result(conn).await?;
    Ok(process.id)
}
