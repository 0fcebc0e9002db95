//! Whether something may have been committed while a future ran, and so whether it may be run again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::InstrumentationEvent;

tokio::task_local! {
    static COMMITTED: Arc<AtomicBool>;
}

/// Runs the future, and sets `committed` before anything that it does on the pool's connections may last.
pub async fn noting_commits<F: Future>(committed: Arc<AtomicBool>, future: F) -> F::Output {
    COMMITTED.scope(committed, future).await
}

/// What is to be known of one connection for that.
#[derive(Default)]
pub(super) struct Transactions {
    is_open: bool,
}

impl Transactions {
    pub(super) fn see(&mut self, event: &InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::BeginTransaction { .. } => self.is_open = true,
            InstrumentationEvent::RollbackTransaction { depth, .. } if depth.get() == 1 => {
                self.is_open = false;
            }
            // What follows is the COMMIT itself, of which nobody knows whether it came about when the connection is lost.
            InstrumentationEvent::CommitTransaction { depth, .. } if depth.get() == 1 => {
                self.is_open = false;
                note();
            }
            InstrumentationEvent::StartQuery { query, .. }
                if !self.is_open && is_noted() && !lasts_not(&query.to_string()) =>
            {
                note();
            }
            _ => {}
        }
    }
}

fn is_noted() -> bool {
    COMMITTED.try_with(|_| ()).is_ok()
}

fn note() {
    // Outside of a request that might be run again nobody wants to know.
    let _ = COMMITTED.try_with(|committed| committed.store(true, Ordering::Relaxed));
}

/// Whether a statement leaves nothing behind by itself.
fn lasts_not(sql: &str) -> bool {
    ["SELECT", "BEGIN", "ROLLBACK", "SAVEPOINT", "SET "].iter().any(|word| sql.trim_start().starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_may_last_is_noted_within_the_future_alone() {
        let committed = Arc::new(AtomicBool::new(false));
        note();
        noting_commits(Arc::clone(&committed), async {}).await;
        assert!(!committed.load(Ordering::Relaxed));
        noting_commits(Arc::clone(&committed), async { note() }).await;
        assert!(committed.load(Ordering::Relaxed));
    }

    #[test]
    fn a_statement_that_writes_lasts() {
        for sql in
            ["INSERT INTO jobs", "UPDATE users", "DELETE FROM", "WITH new AS (INSERT", "COMMIT", "LOCK TABLE"]
        {
            assert!(!lasts_not(sql), "{sql}");
        }
        for sql in ["SELECT 1", " BEGIN", "ROLLBACK", "SAVEPOINT a", "SET LOCAL x = 1"] {
            assert!(lasts_not(sql), "{sql}");
        }
    }
}
