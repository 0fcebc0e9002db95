//! Every answer that is not the one asked for: its status, and what a person is told.
//!
//! A handler gives an [`AppError`]; [`render_errors`] turns it, and any other error the server gives by
//! itself, into a page. Forms with mistakes are no errors: their handlers render them again with 422.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use diesel::result::DatabaseErrorKind;

use crate::app::App;
use crate::db::RunError;
use crate::storage::StorageError;
use crate::telemetry::RequestId;
use crate::templates::Shell;
use crate::views::errors::ErrorPage;

pub type AppResult<T = Response> = Result<T, AppError>;

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or none that this person may know of.
    #[error("not found")]
    NotFound,
    /// The person may see the thing but not do this to it.
    #[error(transparent)]
    Forbidden(#[from] Refusal),
    /// Nobody is signed in; with the path to come back to.
    #[error("not signed in")]
    SignIn { next: Option<String> },
    /// PostgreSQL does not answer.
    #[error("the database is away: {0:#}")]
    Unavailable(anyhow::Error),
    /// The store of the files does not do what it should.
    #[error("the store: {0}")]
    Storage(#[from] StorageError),
    /// A fault of ours. Told to nobody but the log.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

/// Why a member may not do something on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the role does not allow this")]
    RoleTooLow,
    #[error("the board is archived")]
    BoardArchived,
    #[error("only an owner may do this")]
    OwnersOnly,
}

impl From<RunError> for AppError {
    fn from(error: RunError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error;
        match error {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
            | Error::BrokenTransactionManager => Self::Unavailable(error.into()),
            error => Self::Internal(error.into()),
        }
    }
}

/// What an error page says; travels from the error to [`render_errors`] in the response.
#[derive(Clone, Copy)]
struct Message(&'static str);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Forbidden(refusal) => with_message(StatusCode::FORBIDDEN, say(refusal)),
            Self::SignIn { next } => {
                let path = next.map_or_else(
                    || "/login".to_owned(),
                    |next| format!("/login?next={}", crate::forms::encode_query(&next)),
                );
                Redirect::to(&path).into_response()
            }
            Self::Unavailable(_) => {
                tracing::error!("{self}");
                let mut response = with_message(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database does not answer right now. Nothing you saved is lost.",
                );
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response
            }
            Self::Storage(StorageError::Unavailable(_) | StorageError::NotConfigured) => {
                tracing::error!("{self}");
                with_message(StatusCode::SERVICE_UNAVAILABLE, "The file store does not answer right now.")
            }
            Self::Storage(_) | Self::Internal(_) => {
                tracing::error!("{self}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

fn say(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::RoleTooLow => "Your role on this board lets you look, but not change anything.",
        Refusal::BoardArchived => "This board is archived. Restore it first to change anything on it.",
        Refusal::OwnersOnly => "Only an owner of this board may do that.",
    }
}

fn with_message(status: StatusCode, message: &'static str) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Message(message));
    response
}

/// The answer to a post that another site sent.
pub fn cross_site() -> Response {
    with_message(StatusCode::FORBIDDEN, "This form was sent from another site, so nothing was done.")
}

/// Who reads the answer: a handler finds out, and the error page, rendered outside of it, wants to know.
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
    let reader = Reader::default();
    request.extensions_mut().insert(reader.clone());
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
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let shell = reader.0.get().cloned().unwrap_or_else(Shell::anonymous);
    match app.templates.page(&shell, &page) {
        Ok(html) => (parts, Html(html)).into_response(),
        Err(error) => {
            tracing::error!("the error page cannot be rendered: {error}");
            (parts, title).into_response()
        }
    }
}

fn has_own_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"))
}

/// A title and a sentence by status.
fn describe(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => ("Not allowed", "Your role on this board does not allow that."),
        StatusCode::NOT_FOUND => {
            ("Nothing here", "There is no such page, or it is not shared with you. It may have been deleted.")
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Not that way", "This address does not take that kind of request.")
        }
        StatusCode::REQUEST_TIMEOUT => ("Too slow", "The request took too long to arrive. Please try again."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too large", "What you sent is larger than Xtablo accepts here."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("Not a form", "This address takes an ordinary form and nothing else.")
        }
        StatusCode::TOO_MANY_REQUESTS => ("Too many attempts", "Please wait a minute and try again."),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("Back in a moment", "This took us too long. Please look whether it was done, and try again.")
        }
        status if status.is_server_error() => {
            ("Something broke", "That is our fault, not yours. Nothing half-done was kept; please try again.")
        }
        _ => ("That did not work", "The server could not make sense of this request."),
    }
}
