//! `/api/v1`: what the pages can do, in JSON, over the same verbs and with the same validation. `/api/openapi.json` describes it.

mod ask;
mod boards;
mod body;
mod cards;
mod columns;
mod comments;
mod document;
mod labels;
mod paging;
mod things;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::rate_limit::A_MINUTE;
use crate::error::AppError;
use crate::handlers::error_pages;
use crate::handlers::extract::Bearer;
use crate::problem::Problem;
use crate::security_log::SecurityEvent;

pub use document::Document;

pub type ApiResult<T = Response> = Result<T, ApiError>;

/// An answer that is not the one asked for. Errors without a body become problem details on their way out.
pub struct ApiError(Response);

impl<E: Into<AppError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into().into_response())
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem.into_response())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.0
    }
}

/// Every route of the API, and what describes them.
pub fn routes() -> (Router<App>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::new()
        .routes(routes!(boards::whoami))
        .routes(routes!(boards::index, boards::create))
        .routes(routes!(boards::show))
        .routes(routes!(boards::members))
        .routes(routes!(boards::events))
        .routes(routes!(columns::index, columns::create))
        .routes(routes!(columns::update))
        .routes(routes!(columns::relocate))
        .routes(routes!(columns::archive))
        .routes(routes!(columns::restore))
        .routes(routes!(labels::index, labels::create))
        .routes(routes!(labels::update, labels::destroy))
        .routes(routes!(labels::put_on, labels::take_off))
        .routes(routes!(cards::index))
        .routes(routes!(cards::create))
        .routes(routes!(cards::show, cards::update, cards::destroy))
        .routes(routes!(cards::relocate))
        .routes(routes!(cards::archive))
        .routes(routes!(cards::restore))
        .routes(routes!(cards::dates))
        .routes(routes!(cards::done))
        .routes(routes!(cards::undone))
        .routes(routes!(cards::assign, cards::unassign))
        .routes(routes!(comments::index, comments::create))
        .routes(routes!(comments::update, comments::destroy));
    let (router, document) =
        OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", routes).split_for_parts();
    (router, document)
}

/// Finds out which program asks, and how much more it may.
pub async fn authorize(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let has_token = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        value.starts_with("xt_") || name == "token" || name == "access_token"
    };
    if query.split('&').any(has_token) {
        return error_pages::token_in_address();
    }
    let bearer = Bearer::of(request.headers());
    let key = bearer.0.as_ref().map(|token| token.hash(app.config.session_secrets.current()));
    request.extensions_mut().insert(bearer);
    let Some(key) = key else { return next.run(request).await };
    match app.api_limit.count(key) {
        Ok(left) => {
            let mut response = next.run(request).await;
            limited(&mut response, left.requests, left.seconds);
            response
        }
        Err(seconds) => {
            let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response.extensions_mut().insert(SecurityEvent::Throttled);
            limited(&mut response, 0, seconds);
            response
        }
    }
}

/// Says what is left, as draft-ietf-httpapi-ratelimit-headers has it.
fn limited(response: &mut Response, requests: u32, seconds: u64) {
    let policy = format!("\"token\";q={A_MINUTE};w=60");
    let left = format!("\"token\";r={requests};t={seconds}");
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
}
