//! `/healthz` and `/readyz`: for programs that watch the process.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diesel_async::SimpleAsyncConnection;
use serde_json::json;

use crate::app::App;

/// A watcher is told within two seconds; this leaves it some.
const PATIENCE: Duration = Duration::from_millis(1500);

/// `GET /healthz`: the process answers. No database is touched.
pub async fn live() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// `GET /readyz`: the process can do its work, or not.
pub async fn ready(State(app): State<App>) -> Response {
    if tokio::time::timeout(PATIENCE, database_answers(&app)).await.unwrap_or(false) {
        Json(json!({ "status": "ok", "db": "ok" })).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "degraded", "db": "down" }))).into_response()
    }
}

async fn database_answers(app: &App) -> bool {
    match app.db.conn().await {
        Ok(mut conn) => conn.batch_execute("SELECT 1").await.is_ok(),
        Err(_) => false,
    }
}
