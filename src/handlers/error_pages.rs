//! Every answer that is not the one asked for: its status, and what a person is told.
//!
//! A handler gives an [`AppError`]; [`render_errors`] turns it, and any other error the server gives by
//! itself, into a page.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::extract::accepted_language;
use crate::app::App;
use crate::error::{AppError, Busy, Refusal, SignIn};
use crate::forms::{Recording, encode_query};
use crate::problem::{Problem, text as problem_text};
use crate::security_log::SecurityEvent;
use crate::telemetry::RequestId;
use crate::templates::Shell;
use crate::views::errors::ErrorPage;

/// The message that an error page shows; travels from the error to [`render_errors`] in the response.
#[derive(Clone, Copy)]
struct Message(&'static str);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Forbidden(refusal) => {
                noted(with_message(StatusCode::FORBIDDEN, say(refusal)), SecurityEvent::Forbidden)
            }
            Self::SignIn(SignIn::ThenGoTo(path)) => {
                Redirect::to(&format!("/login?next={}", encode_query(&path))).into_response()
            }
            // 307: the browser sends the form once more, to this address.
            Self::SignIn(SignIn::ThenPostTo(path)) => {
                Redirect::temporary(&format!("/login/kept?action={}", encode_query(&path))).into_response()
            }
            Self::SignIn(SignIn::Anew) => Redirect::to("/login").into_response(),
            Self::SignIn(SignIn::Beside) => StatusCode::UNAUTHORIZED.into_response(),
            Self::Busy(busy) => {
                let message = match busy {
                    Busy::Requests => "error-too-many-requests",
                    Busy::Uploads => "error-too-many-uploads",
                };
                let mut response = with_message(StatusCode::TOO_MANY_REQUESTS, message);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                noted(response, SecurityEvent::Throttled)
            }
            Self::Unavailable(_) => {
                tracing::error!("{self}");
                let mut response = with_message(StatusCode::SERVICE_UNAVAILABLE, "error-database");
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response
            }
            Self::Interrupted(_) => {
                tracing::warn!("{self}");
                let mut response = with_message(StatusCode::SERVICE_UNAVAILABLE, "error-database");
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response.extensions_mut().insert(DatabaseLost);
                response
            }
            Self::StoreUnavailable(_) => {
                tracing::error!("{self}");
                with_message(StatusCode::SERVICE_UNAVAILABLE, "error-store")
            }
            Self::Internal(_) => {
                tracing::error!("{self}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// The answer of a request in whose middle PostgreSQL went away.
#[derive(Clone, Copy, Debug)]
pub struct DatabaseLost;

fn say(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::RoleTooLow => "error-role-too-low",
        Refusal::NoLongerMember => "error-no-longer-member",
        Refusal::BoardArchived => "error-board-archived",
        Refusal::OwnersOnly => "error-owners-only",
        Refusal::NotAuthor => "error-not-author",
        Refusal::TooManyCards => "error-too-many-cards",
        Refusal::TooManyFiles => "error-too-many-files",
        Refusal::TooManyBoards => "error-too-many-boards",
        Refusal::TooManyLabels => "error-too-many-labels",
        Refusal::TooManyChecklists => "error-too-many-checklists",
        Refusal::TooManyItems => "error-too-many-items",
        Refusal::TooManyFields => "error-too-many-fields",
        Refusal::NeedsWriteScope => "error-scope-write",
        Refusal::NeedsManageScope => "error-scope-manage",
        Refusal::BoundToken => "error-token-bound",
    }
}

fn with_message(status: StatusCode, message: &'static str) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Message(message));
    response
}

const CROSS_SITE: &str = "error-cross-site";

/// The answer to a post that another site sent.
pub fn cross_site() -> Response {
    noted(with_message(StatusCode::FORBIDDEN, CROSS_SITE), SecurityEvent::CrossSite)
}

/// The answer, and that the security log tells of it.
fn noted(mut response: Response, event: SecurityEvent) -> Response {
    response.extensions_mut().insert(event);
    response
}

/// The answer's reader: a handler finds out, and the error page, rendered outside of it, needs to know.
#[derive(Clone, Default)]
pub struct Reader(Arc<OnceLock<Shell>>);

impl Reader {
    /// The frame in which this request's error page would stand.
    pub fn is(&self, shell: Shell) {
        // A second handler's extractor finds the same reader.
        let _ = self.0.set(shell);
    }
}

/// Gives every error that has no page of its own yet the one of `templates/errors/show.html`.
pub async fn render_errors(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned();
    if request.uri().path().starts_with("/api/") {
        return problem(next.run(request).await, request_id.as_ref());
    }
    let language = accepted_language(request.headers());
    let reader = Reader::default();
    request.extensions_mut().insert(reader.clone());
    let (request, recording) = Recording::begin(request);
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || has_own_page(&response) {
        return response;
    }
    let (title, usual) = describe(status);
    let message = response.extensions().get::<Message>().map_or(usual, |message| message.0);
    let page = ErrorPage {
        status: status.as_u16(),
        title,
        message,
        request_id: request_id.filter(|_| status.is_server_error()).map(|id| id.to_string()),
        form: match recording {
            // What another site has written is nobody's to get back.
            Some(recording) if message != CROSS_SITE => recording.typed().await,
            _ => None,
        },
        may_retry: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let shell = reader.0.get().cloned().unwrap_or_else(|| Shell::anonymous(language));
    match app.templates.page(&shell, &page) {
        Ok(html) => (parts, Html(html)).into_response(),
        Err(error) => {
            tracing::error!("the error page cannot be rendered: {error}");
            parts.into_response()
        }
    }
}

/// The same for a program: an error as RFC 9457 has it, in English.
fn problem(response: Response, request_id: Option<&RequestId>) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || is_json(&response) {
        return response;
    }
    let (_, usual) = describe(status);
    let message = response.extensions().get::<Message>().map_or(usual, |message| message.0);
    let detail = match message {
        // What a browser is told there does not concern a program.
        "error-signed-out-why" => "error-token-unknown",
        "error-other-why" => "error-request",
        message => message,
    };
    let mut problem = Problem::new(status, problem_text(detail));
    problem.request_id = request_id.filter(|_| status.is_server_error()).map(ToString::to_string);
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    if status == StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let (own, body) = problem.into_response().into_parts();
    parts.headers.extend(own.headers);
    (parts, body).into_response()
}

/// The answer to a program that sends its token in an address, where logs and histories keep it.
pub fn token_in_address() -> Response {
    with_message(StatusCode::BAD_REQUEST, "error-token-in-address")
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        kind.starts_with("application/json") || kind.starts_with("application/problem+json")
    })
}

fn has_own_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"))
}

/// The messages of a status: its title, and why.
fn describe(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::UNAUTHORIZED => ("error-signed-out", "error-signed-out-why"),
        StatusCode::FORBIDDEN => ("error-forbidden", "error-forbidden-why"),
        StatusCode::NOT_FOUND => ("error-not-found", "error-not-found-why"),
        StatusCode::METHOD_NOT_ALLOWED => ("error-method", "error-method-why"),
        StatusCode::REQUEST_TIMEOUT => ("error-slow-client", "error-slow-client-why"),
        StatusCode::PAYLOAD_TOO_LARGE => ("error-too-large", "error-too-large-why"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("error-media-type", "error-media-type-why"),
        StatusCode::MISDIRECTED_REQUEST => ("error-misdirected", "error-misdirected-why"),
        StatusCode::TOO_MANY_REQUESTS => ("error-too-many", "error-too-many-why"),
        StatusCode::SERVICE_UNAVAILABLE => ("error-unavailable", "error-unavailable-why"),
        status if status.is_server_error() => ("error-internal", "error-internal-why"),
        _ => ("error-other", "error-other-why"),
    }
}

/// Every message of these pages.
#[cfg(test)]
pub(crate) const MESSAGES: [&str; 47] = [
    "error-scope-write",
    "error-scope-manage",
    "error-token-bound",
    "error-token-unknown",
    "error-token-in-address",
    "error-request",
    "error-not-author",
    "error-role-too-low",
    "error-no-longer-member",
    "error-board-archived",
    "error-owners-only",
    "error-too-many-cards",
    "error-too-many-files",
    "error-too-many-boards",
    "error-too-many-labels",
    "error-too-many-checklists",
    "error-too-many-items",
    "error-too-many-fields",
    "error-cross-site",
    "error-database",
    "error-store",
    "error-signed-out",
    "error-signed-out-why",
    "error-forbidden",
    "error-forbidden-why",
    "error-not-found",
    "error-not-found-why",
    "error-method",
    "error-method-why",
    "error-slow-client",
    "error-slow-client-why",
    "error-too-large",
    "error-too-large-why",
    "error-media-type",
    "error-media-type-why",
    "error-misdirected",
    "error-misdirected-why",
    "error-too-many-requests",
    "error-too-many-uploads",
    "error-too-many",
    "error-too-many-why",
    "error-unavailable",
    "error-unavailable-why",
    "error-internal",
    "error-internal-why",
    "error-other",
    "error-other-why",
];
