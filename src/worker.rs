//! The worker service: what must not happen inside a request. Its queue comes with the first job; until then it
//! connects, says that it is ready, and waits to be stopped.

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::db::{Db, migrations};
use crate::server;

/// Runs until `stop`.
///
/// # Errors
/// A sentence for the operator: the database is away, or not fit for this version.
pub async fn run(config: Config, stop: CancellationToken) -> anyhow::Result<()> {
    migrations::check(&config.database_url).await?;
    let db = Db::new(&config)?;
    drop(db.conn().await.context("the worker cannot connect")?);
    tracing::info!("worker is ready");
    server::tell_systemd(stop.clone());
    stop.cancelled().await;
    tracing::info!("worker has stopped");
    Ok(())
}
