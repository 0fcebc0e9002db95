//! The worker service: runs the jobs, and says on an address of its own how that goes.

use anyhow::Context;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use diesel_async::AsyncPgConnection;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Clock};
use crate::config::Config;
use crate::db::{Db, migrations};
use crate::handlers::health;
use crate::queue::{Finished, admin};
use crate::server::{self, Listener};
use crate::{backup, jobs, telemetry};

/// Runs jobs until `stop`, then finishes or gives back those that run.
///
/// # Errors
/// A sentence for the operator: the database is away or not fit for this version, or the address is taken.
pub async fn run(config: Config, clock: Clock, stop: CancellationToken) -> anyhow::Result<()> {
    migrations::check(&config.database_url).await.map_err(|error| backup::advise(error, &config))?;
    let listener = match &config.worker_listen {
        Some(listen) => {
            telemetry::init_metrics()?;
            Some(Listener::bind(listen).await?)
        }
        None => None,
    };
    let app = App::new(config, clock)?;
    drop(app.db.conn().await.context("the worker cannot connect")?);
    let worker = jobs::worker(&app)?.with_observer(count);

    // A program that watches the worker sees it to its end.
    let end = CancellationToken::new();
    let address = listener.as_ref().map(Listener::address);
    if let Some(listener) = listener {
        tokio::spawn(listener.serve(router(app.clone()), end.clone(), app.config.shutdown_timeout));
    }
    tracing::info!(address, "worker is ready");
    let told = server::tell_systemd(stop.clone());
    worker.run(stop).await;
    end.cancel();
    drop(told.await);
    tracing::info!("worker has stopped");
    Ok(())
}

fn router(app: App) -> Router {
    let metrics = telemetry::metrics_router(app.db.clone())
        .layer(from_fn_with_state(app.db.clone(), measure_queues))
        .layer(from_fn_with_state(app.db.clone(), backup::measure));
    Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .with_state(app)
        .merge(metrics)
}

fn count(finished: &Finished) {
    let labels = [("kind", finished.kind), ("outcome", finished.outcome)];
    metrics::histogram!("xtablo_job_duration_seconds", &labels).record(finished.duration.as_secs_f64());
}

/// Looks at the queues just before they are reported. Without a database the last look stays.
async fn measure_queues(State(db): State<Db>, request: Request, next: Next) -> Response {
    let measured = async { anyhow::Ok(measure(&mut *db.conn().await?).await?) };
    if let Err(error) = measured.await {
        tracing::warn!("the queues cannot be measured: {error:#}");
    }
    next.run(request).await
}

async fn measure(conn: &mut AsyncPgConnection) -> diesel::QueryResult<()> {
    let depths = admin::depths(conn).await?;
    // A queue that is empty has no row, and is still reported.
    let empty =
        |queue: &str| admin::Depth { queue: queue.to_owned(), due: 0, later: 0, running: 0, oldest_age: 0.0 };
    for depth in crate::tasks::QUEUES.iter().map(|(queue, _)| empty(queue)).chain(depths) {
        for (state, jobs) in [("due", depth.due), ("later", depth.later), ("running", depth.running)] {
            let jobs = u32::try_from(jobs).unwrap_or(u32::MAX);
            metrics::gauge!("xtablo_jobs", "queue" => depth.queue.clone(), "state" => state).set(jobs);
        }
        metrics::gauge!("xtablo_jobs_oldest_age_seconds", "queue" => depth.queue).set(depth.oldest_age);
    }
    Ok(())
}
