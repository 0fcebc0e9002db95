//! A step and the locks that others hold: for whom it waits, and when it is tried again.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::task::JoinHandle;

/// How long a step waits for one lock: under PostgreSQL's `deadlock_timeout` of a second, so that of a step and a person's
/// change it is the step that gives way, and short for those who queue up behind it.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_millis(200);

/// For how long a step is tried.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);

/// How often is looked for whom a step waits: several times in a [`LOCK_TIMEOUT`].
const LOOK: Duration = Duration::from_millis(50);

/// How long what was seen tells of now. A look takes its time, and a busy machine more.
const FRESH: Duration = Duration::from_millis(300);

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// So many words of a query tell which it is; more might tell what somebody has written.
const WORDS: usize = 5;

/// A session that holds a lock which a step wants.
#[derive(Clone, Debug, diesel::QueryableByName)]
struct Blocker {
    /// 0 for a prepared transaction.
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Nullable<Text>)]
    application_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    query: Option<String>,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pid == 0 {
            return f.write_str("a prepared transaction (see pg_prepared_xacts)");
        }
        let application = self.application_name.as_deref().filter(|name| !name.is_empty());
        let words: Vec<_> =
            self.query.as_deref().unwrap_or_default().split_whitespace().take(WORDS).collect();
        write!(f, "process {} of {}", self.pid, application.unwrap_or("no name"))?;
        match self.state.as_deref() {
            Some("active") | None => write!(f, " ({})", words.join(" ")),
            Some(state) => write!(f, " ({state}, last: {})", words.join(" ")),
        }
    }
}

/// A step that has not got its locks: it is rolled back, and may be tried again.
#[derive(Debug, thiserror::Error)]
pub(super) struct LockLost {
    step: String,
    blockers: Vec<Blocker>,
}

impl fmt::Display for LockLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "migration {} waits for ", self.step)?;
        if self.blockers.is_empty() {
            return f.write_str("a lock that somebody else holds");
        }
        let blockers: Vec<_> = self.blockers.iter().map(ToString::to_string).collect();
        f.write_str(&blockers.join(", and for "))
    }
}

type Seen = Arc<Mutex<Option<(Instant, Vec<Blocker>)>>>;

/// Looks for whom a connection waits, until it is dropped.
pub(super) struct Watch {
    seen: Seen,
    looking: JoinHandle<()>,
}

impl Watch {
    /// Watches the connection with this process id, by another one, which is kept as long.
    pub(super) fn of(pid: i32, mut by: AsyncPgConnection) -> Self {
        let seen = Seen::default();
        let own = Arc::clone(&seen);
        let looking = tokio::spawn(async move {
            loop {
                match blockers(&mut by, pid).await {
                    Ok(blockers) if blockers.is_empty() => {}
                    Ok(blockers) => {
                        *own.lock().unwrap_or_else(PoisonError::into_inner) =
                            Some((Instant::now(), blockers));
                    }
                    // What it was to see, the step will say.
                    Err(error) => tracing::debug!("nobody sees for whom a migration waits: {error}"),
                }
                tokio::time::sleep(LOOK).await;
            }
        });
        Self { seen, looking }
    }

    /// What is wrong with a step that has failed.
    pub(super) fn judge(&self, step: &str, error: Box<dyn std::error::Error + Send + Sync>) -> anyhow::Error {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A server that speaks another language is told by having been waited for a moment ago.
        let waited = seen.as_ref().is_some_and(|(at, _)| at.elapsed() < FRESH);
        if !waited && !is_about_locks(&error.to_string()) {
            return super::failed(error);
        }
        let blockers = seen.map(|(_, blockers)| blockers);
        LockLost { step: step.to_owned(), blockers: blockers.unwrap_or_default() }.into()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

/// 55P03 and 40P01, of which diesel passes on the text alone.
fn is_about_locks(error: &str) -> bool {
    ["canceling statement due to lock timeout", "deadlock detected"].iter().any(|text| error.contains(text))
}

async fn blockers(conn: &mut AsyncPgConnection, pid: i32) -> diesel::QueryResult<Vec<Blocker>> {
    diesel::sql_query(
        "SELECT blocking.pid, application_name, state, query
         FROM (SELECT DISTINCT unnest(pg_blocking_pids($1)) AS pid) AS blocking
         LEFT JOIN pg_stat_activity AS activity ON activity.pid = blocking.pid",
    )
    .bind::<Integer, _>(pid)
    .load(conn)
    .await
}

/// Tells who holds this advisory lock.
pub(super) async fn tell_of_holder(conn: &mut AsyncPgConnection, lock: i64) -> diesel::QueryResult<()> {
    let holders: Vec<Blocker> = diesel::sql_query(
        "SELECT activity.pid, application_name, activity.state, query
         FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
         WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pg_locks.database = activity.datid
           AND (classid::bigint << 32 | objid::bigint) = $1",
    )
    .bind::<BigInt, _>(lock)
    .load(conn)
    .await?;
    for holder in holders {
        tracing::warn!("another process is migrating, and is waited for: {holder}");
    }
    Ok(())
}

/// For how long steps that lose their locks are tried again.
pub(super) struct Patience {
    total: Duration,
    until: Instant,
    pause: Duration,
}

impl Patience {
    pub(super) fn of(total: Duration) -> Self {
        Self { total, until: Instant::now() + total, pause: FIRST_PAUSE }
    }

    /// Comes back when what failed is to be tried again, each time later.
    ///
    /// # Errors
    /// The error itself, where it is not [`LockLost`], or the time is over.
    pub(super) async fn after(&mut self, error: anyhow::Error) -> anyhow::Result<()> {
        if !error.is::<LockLost>() {
            return Err(error);
        }
        if Instant::now() + self.pause > self.until {
            let given_up = format!("given up after {:?}, nothing of this step is applied", self.total);
            return Err(error.context(given_up));
        }
        tracing::warn!("{error}; it is tried again in {:.1} s", self.pause.as_secs_f64());
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_waited_for_are_told_by_what_they_do() {
        let blocker = |pid, state: &str, query: &str| Blocker {
            pid,
            application_name: Some("psql".to_owned()),
            state: Some(state.to_owned()),
            query: Some(query.to_owned()),
        };
        let lost = LockLost {
            step: "1".to_owned(),
            blockers: vec![
                blocker(7, "active", "SELECT *\n  FROM cards WHERE title = 'a secret'"),
                blocker(8, "idle in transaction", "UPDATE users"),
                blocker(0, "", ""),
            ],
        };
        assert_eq!(
            lost.to_string(),
            "migration 1 waits for process 7 of psql (SELECT * FROM cards WHERE), and for process 8 of psql (idle in \
             transaction, last: UPDATE users), and for a prepared transaction (see pg_prepared_xacts)"
        );
        let none = LockLost { step: "1".to_owned(), blockers: Vec::new() };
        assert!(none.to_string().ends_with("a lock that somebody else holds"));
    }

    #[tokio::test]
    async fn what_is_not_about_locks_is_not_tried_again() {
        let mut patience = Patience::of(PATIENCE);
        assert!(patience.after(anyhow::anyhow!("a syntax error")).await.is_err());
    }
}
