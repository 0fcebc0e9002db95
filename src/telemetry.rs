//! What the operator sees: the log, a line a request, and metrics in Prometheus' format.

use std::fmt;
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::anyhow;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::field::Empty;
use tracing::{Instrument, Level, Metadata, Span};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;

use crate::config::{Log, LogFormat};
use crate::db::{Db, migrations};

/// Starts logging to standard error. A second call in one process changes nothing.
pub fn init_log(log: &Log) {
    let human = match log.format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let filtered =
        tracing_subscriber::registry().with(log.filter.clone()).with(filter_fn(|line| !shows_values(line)));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let result = if human {
        filtered.with(lines.compact()).try_init()
    } else {
        let json = lines.json().flatten_event(true).with_current_span(true).with_span_list(false);
        filtered.with(json).try_init()
    };
    // Tests start several servers in one process; the first has set the log up.
    drop(result);
}

/// Whether a line shows the values of a statement, hashes of passwords and addresses among them: what tokio-postgres says
/// of its doing, whatever `LOG` asks for.
fn shows_values(line: &Metadata<'_>) -> bool {
    line.target().starts_with("tokio_postgres") && *line.level() > Level::INFO
}

/// Names one request in the log and on its error page.
#[derive(Clone, Debug)]
pub struct RequestId(Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// What nginx's log says of a request whose client hung up before the answer. No client ever sees it.
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// A request on its way: its line is written and it is counted when it is answered, or when it is dropped because its client
/// has hung up.
struct Observed {
    span: Span,
    method: Method,
    route: Option<MatchedPath>,
    start: Instant,
    status: u16,
}

impl Drop for Observed {
    fn drop(&mut self) {
        let (duration, method, status) = (self.start.elapsed(), &self.method, self.status);
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        self.span.in_scope(|| {
            let ms = duration.as_secs_f64() * 1000.0;
            tracing::info!(%method, route, status, duration_ms = (ms * 100.0).round() / 100.0, "request");
        });
        if METRICS.get().is_some() {
            let labels =
                [("method", method.to_string()), ("route", route.to_owned()), ("status", status.to_string())];
            metrics::counter!("xtablo_http_requests_total", &labels).increment(1);
            metrics::histogram!("xtablo_http_request_duration_seconds", &labels)
                .record(duration.as_secs_f64());
        }
    }
}

/// Writes the request's one line, and counts it. No query string: it may hold what was typed.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7());
    let mut observed = Observed {
        span: tracing::info_span!("request", request_id = %id, user_id = Empty),
        method: request.method().clone(),
        route: request.extensions().get::<MatchedPath>().cloned(),
        start: Instant::now(),
        status: CLIENT_CLOSED_REQUEST,
    };
    request.extensions_mut().insert(id.clone());

    let mut response = next.run(request).instrument(observed.span.clone()).await;

    observed.status = response.status().as_u16();
    drop(observed);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Says in the request's line who asked.
pub fn record_user(user_id: Uuid) {
    Span::current().record("user_id", tracing::field::display(user_id));
}

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts counting. The recorder belongs to the process, so a second call finds the first one's.
///
/// # Errors
/// Another recorder is installed already.
pub fn init_metrics() -> anyhow::Result<()> {
    if METRICS.get().is_some() {
        return Ok(());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Suffix("duration_seconds".to_owned()),
            &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0],
        )
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| anyhow!("metrics cannot be set up: {error}"))?;
    metrics::describe_gauge!("xtablo_build_info", "1; its labels say what is running.");
    let (version, migration) = (env!("CARGO_PKG_VERSION"), migrations::newest_known()?);
    metrics::gauge!("xtablo_build_info", "version" => version, "migration" => migration).set(1);
    metrics::describe_gauge!(
        "xtablo_backup_last_success_seconds",
        metrics::Unit::Seconds,
        "When the last backup that succeeded was begun, since 1970; 0 before the first."
    );
    metrics::describe_counter!("xtablo_http_requests_total", "Requests by route, method and status.");
    metrics::describe_histogram!(
        "xtablo_http_request_duration_seconds",
        metrics::Unit::Seconds,
        "From the request's first byte to the answer's headers."
    );
    metrics::describe_counter!(
        "xtablo_security_events_total",
        "Lines of the security log, by what they tell of."
    );
    metrics::describe_counter!(
        "xtablo_connections_over_limit_total",
        "Connections closed to make room for another one, or refused."
    );
    metrics::describe_counter!("xtablo_database_errors_total", "Statements that PostgreSQL refused or lost.");
    metrics::describe_gauge!("xtablo_database_connections", "Connections of the pool, by state.");
    metrics::describe_counter!("xtablo_database_queries_total", "Statements run on the pool's connections.");
    metrics::describe_gauge!("xtablo_jobs", "Unfinished jobs by queue: due, later (not due yet) or running.");
    metrics::describe_gauge!(
        "xtablo_jobs_oldest_age_seconds",
        metrics::Unit::Seconds,
        "For how long a queue's oldest due job has been due."
    );
    metrics::describe_histogram!(
        "xtablo_job_duration_seconds",
        metrics::Unit::Seconds,
        "An attempt, by kind and outcome: completed, failed, discarded or snoozed."
    );
    drop(METRICS.set(handle));
    Ok(())
}

/// `GET /metrics`, served on an address of its own.
pub fn metrics_router(db: Db) -> Router {
    Router::new().route("/metrics", get(metrics_page)).with_state(db)
}

async fn metrics_page(State(db): State<Db>) -> String {
    let (open, idle) = db.pool_use();
    metrics::gauge!("xtablo_database_connections", "state" => "idle").set(idle);
    metrics::gauge!("xtablo_database_connections", "state" => "busy").set(open.saturating_sub(idle));
    metrics::counter!("xtablo_database_queries_total").absolute(db.queries());
    METRICS
        .get()
        .map(|handle| {
            handle.run_upkeep();
            handle.render()
        })
        .unwrap_or_default()
}
