//! When a backup last succeeded: noted in the database, the one place that the backup, web and worker share wherever they
//! run, and reported by the metrics of both services.

use std::time::Duration;

use anyhow::Context;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Double;
use diesel_async::RunQueryDsl;

use crate::config::Config;
use crate::db::{self, Db, migrations};
use crate::schema::last_backup::dsl::{last_backup, only_row, succeeded_at};

/// How long `GET /metrics` waits for the database. The other figures are wanted most when it does not answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Notes that the backup begun at this time has succeeded. A database that lacks the table, as before the migration that
/// adds it, is left as it is.
///
/// # Errors
/// The database's.
pub async fn note_success(config: &Config, at: DateTime<Utc>) -> anyhow::Result<()> {
    let conn = &mut db::connect(&config.database_url).await?;
    if migrations::is_there(conn, "last_backup").await? {
        diesel::insert_into(last_backup)
            .values(succeeded_at.eq(at))
            .on_conflict(only_row)
            .do_update()
            .set(succeeded_at.eq(at))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Looks the time up just before the metrics are reported. Where the database does not answer, the last look stays.
pub async fn measure(State(db): State<Db>, request: Request, next: Next) -> Response {
    let looked = async {
        let looked = tokio::time::timeout(PATIENCE, seconds(&db)).await;
        looked.context("the database does not answer")?
    };
    match looked.await {
        Ok(seconds) => metrics::gauge!("xtablo_backup_last_success_seconds").set(seconds),
        Err(error) => tracing::warn!("the last backup cannot be looked up: {error:#}"),
    }
    next.run(request).await
}

/// Since 1970; 0 before the first.
async fn seconds(db: &Db) -> anyhow::Result<f64> {
    let since_1970 = diesel::dsl::sql::<Double>("extract(epoch FROM succeeded_at)::float8");
    let found = last_backup.select(since_1970).first(&mut *db.conn().await?).await.optional()?;
    Ok(found.unwrap_or(0.0))
}
