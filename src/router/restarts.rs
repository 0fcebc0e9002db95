//! Requests that outlive a restart of PostgreSQL, as an update of the system brings one: a person waits a moment longer and
//! notices nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::db::noting_commits;
use crate::forms::ReplayBody;
use crate::handlers::error_pages::DatabaseLost;

/// For how long a request is begun again; the pool waits for a connection besides.
const MOST: Duration = Duration::from_secs(10);

/// Of the connections that the pool has, some may not have noticed yet that they are gone.
const PAUSE: Duration = Duration::from_millis(50);

/// Begins a request again whose connection to PostgreSQL was cut off: one that only reads, and one of which nothing can have
/// been committed.
pub(super) async fn outlive(State(app): State<App>, request: Request, next: Next) -> Response {
    let until = Instant::now() + MOST;
    let (parts, body) = request.into_parts();
    let body = ReplayBody::new(body);
    let mut again = body.replay().unwrap_or_default();
    loop {
        let request = Request::from_parts(parts.clone(), again);
        let committed = Arc::new(AtomicBool::new(false));
        let answer = next.clone().run(request);
        let response = if parts.method.is_safe() {
            answer.await
        } else {
            noting_commits(Arc::clone(&committed), answer).await
        };
        let is_lost = response.extensions().get::<DatabaseLost>().is_some();
        if !is_lost || committed.load(Ordering::Relaxed) || Instant::now() > until {
            return response;
        }
        let Some(whole) = body.replay() else { return response };
        again = whole;
        tokio::time::sleep(PAUSE).await;
        // The pool has one again as soon as PostgreSQL is back.
        drop(app.db.conn().await);
    }
}
