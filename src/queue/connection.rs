//! A connection that is made again whenever it is lost.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

/// Opens a connection to PostgreSQL.
pub type Connect = Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<AsyncPgConnection>> + Send + Sync>;

/// The first and the longest wait before the next try.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// A plan is kept as long as its connection. One that was made while the table was empty would read all of it
/// once it is full, so the queue's connections know no plan but the indexes'.
const SETTINGS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_sort = off; \
                        SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
                        SET jit = off";

pub(super) struct Link {
    connect: Connect,
    conn: Option<AsyncPgConnection>,
    failures: u32,
    /// Cuts the waiting short.
    stop: CancellationToken,
}

impl Link {
    pub(super) fn new(connect: Connect, stop: CancellationToken) -> Self {
        Self { connect, conn: None, failures: 0, stop }
    }

    /// The connection; a new one where the last was lost.
    pub(super) async fn get(&mut self) -> anyhow::Result<&mut AsyncPgConnection> {
        let conn = if let Some(conn) = self.conn.take() {
            conn
        } else {
            let mut conn = (self.connect)().await?;
            conn.batch_execute(SETTINGS).await.context("a connection of the queue cannot be set up")?;
            conn
        };
        Ok(self.conn.insert(conn))
    }

    /// The result's value. An error costs the connection, and some time.
    pub(super) async fn settle<T>(&mut self, doing: &'static str, result: anyhow::Result<T>) -> Option<T> {
        match result {
            Ok(value) => {
                if self.failures > 0 {
                    tracing::info!(doing, "the queue has its database back");
                }
                self.failures = 0;
                Some(value)
            }
            Err(error) => {
                if self.failures == 0 {
                    tracing::warn!(doing, "the queue cannot reach its database: {error:#}");
                }
                self.conn = None;
                let wait = RETRY.1.min(RETRY.0 * 2_u32.saturating_pow(self.failures));
                self.failures = self.failures.saturating_add(1);
                self.stop.run_until_cancelled(tokio::time::sleep(wait)).await;
                None
            }
        }
    }
}
