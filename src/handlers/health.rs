//! `/healthz` and `/readyz`: for programs that watch the process.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::db::ServerState;

/// A watcher is told within two seconds; this leaves it some.
const PATIENCE: Duration = Duration::from_millis(1500);

/// `GET /healthz`: the process answers. No database is touched.
pub async fn live() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// `GET /readyz`: the process can do its work, or not. A PostgreSQL that takes no writes, such as a standby, is no more use
/// than none.
pub async fn ready(State(app): State<App>) -> Response {
    match tokio::time::timeout(PATIENCE, database_takes_writes(&app)).await {
        Ok(Some(true)) => Json(json!({ "status": "ok", "db": "ok" })).into_response(),
        Ok(Some(false)) => degraded("read-only"),
        Ok(None) | Err(_) => degraded("down"),
    }
}

fn degraded(db: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "degraded", "db": db }))).into_response()
}

/// None where it does not answer.
async fn database_takes_writes(app: &App) -> Option<bool> {
    let mut conn = app.db.conn().await.ok()?;
    ServerState::ask(&mut conn).await.ok().map(|server| server.takes_writes)
}
