//! Every route, grouped by resource, and what every request passes through.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::auth::cookies::{Cookies, Flash};
use crate::handlers::{
    account, account_password, account_sessions, board_archives, board_events, board_files, board_stars,
    boards, card_archives, card_moves, cards, column_archives, column_moves, columns, downloads,
    email_confirmations, file_covers, file_replacements, files, health, home, outbox, password_resets,
    registrations, sessions, thumbnails,
};
use crate::receiving::{ENVELOPE_MOST, linger};
use crate::{assets, error, telemetry};

/// Bytes. The largest form is a card's: 50,000 characters of up to four bytes, each escaped to three.
const FORM_MOST: usize = 1024 * 1024;

/// Longer than any statement may take, so that what is slow fails with its own reason first.
const REQUEST_MOST: Duration = Duration::from_secs(25);

pub fn router(app: App) -> Router {
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/register", get(registrations::new).post(registrations::create))
        .route("/login", get(sessions::new).post(sessions::create))
        .route("/logout", post(sessions::destroy))
        .route("/password/reset", get(password_resets::new).post(password_resets::create))
        .route("/password/reset/sent", get(password_resets::sent))
        .route("/password/reset/{token}", get(password_resets::edit).post(password_resets::update))
        .route("/email/confirm/{token}", get(email_confirmations::edit).post(email_confirmations::update))
        .route("/account/email/confirm", post(email_confirmations::create))
        .route("/account/email/keep", post(email_confirmations::destroy))
        .route("/account", get(account::show).post(account::update))
        .route("/account/password", post(account_password::update))
        .route("/account/sessions", get(account_sessions::index))
        .route("/account/sessions/{session_id}/revoke", post(account_sessions::destroy))
        .route("/boards", get(boards::index).post(boards::create))
        .route("/boards/{board_id}", get(boards::show).post(boards::update))
        .route("/boards/{board_id}/edit", get(boards::edit))
        .route("/boards/{board_id}/delete", post(boards::destroy))
        .route("/boards/{board_id}/star", post(board_stars::create))
        .route("/boards/{board_id}/unstar", post(board_stars::destroy))
        .route("/boards/{board_id}/archive", get(board_archives::show).post(board_archives::create))
        .route("/boards/{board_id}/restore", post(board_archives::destroy))
        .route("/boards/{board_id}/events", get(board_events::index))
        .route("/boards/{board_id}/files", get(board_files::index))
        .route("/boards/{board_id}/columns", post(columns::create))
        .route("/columns/{column_id}", post(columns::update))
        .route("/columns/{column_id}/edit", get(columns::edit))
        .route("/columns/{column_id}/move", post(column_moves::create))
        .route("/columns/{column_id}/archive", post(column_archives::create))
        .route("/columns/{column_id}/restore", post(column_archives::destroy))
        .route("/columns/{column_id}/cards", post(cards::create))
        .route("/cards/{card_id}", get(cards::show).post(cards::update))
        .route("/cards/{card_id}/delete", post(cards::destroy))
        .route("/cards/{card_id}/move", get(card_moves::new).post(card_moves::create))
        .route("/cards/{card_id}/archive", post(card_archives::create))
        .route("/cards/{card_id}/restore", post(card_archives::destroy))
        .route("/files/{file_id}", get(files::show).post(files::update))
        .route("/files/{file_id}/{name}", get(downloads::show))
        // A file may be called so.
        .route("/files/{file_id}/delete", post(files::destroy).get(downloads::show))
        .route("/files/{file_id}/cover", post(file_covers::create).get(downloads::show))
        .route("/files/{file_id}/uncover", post(file_covers::destroy).get(downloads::show))
        .route("/thumbnails/{file_id}", get(thumbnails::show))
        .merge(outbox_of_dev(&app))
        .layer(DefaultBodyLimit::max(FORM_MOST))
        .layer(in_time());
    // These take as long as they take: they look after their time and size themselves.
    let upload_most = usize::try_from(app.config.files.upload_most + ENVELOPE_MOST).unwrap_or(usize::MAX);
    let uploads = Router::new()
        .route("/cards/{card_id}/files", get(files::index).post(files::create))
        .route("/files/{file_id}/replace", post(file_replacements::create).get(downloads::show))
        .layer(DefaultBodyLimit::max(upload_most))
        .layer(from_fn(linger));
    let pages = pages.merge(uploads).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(app.clone(), page_headers))
            .layer(CsrfLayer::new().with_rejection_response(|_| error::cross_site())),
    );
    let services = Router::new()
        .route("/static/{*path}", get(asset))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .layer(in_time());
    pages
        .merge(services)
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(telemetry::observe))
                .layer(from_fn(security_headers))
                .layer(from_fn_with_state(app.clone(), error::render_errors))
                .layer(CatchPanicLayer::custom(panicked)),
        )
        .with_state(app)
}

/// A form that arrives slowly is answered before ([`crate::forms::Posted`]), so what exceeds this is our own delay.
fn in_time() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_MOST)
}

/// Where mail goes to the outbox, which is in `xtablo dev` alone, it can be looked at; elsewhere there is no such
/// address.
fn outbox_of_dev(app: &App) -> Router<App> {
    if app.mailer.outbox().is_none() {
        return Router::new();
    }
    Router::new()
        .route("/dev/outbox", get(outbox::index))
        .route("/dev/outbox/{mail_id}", get(outbox::show))
        .route("/dev/outbox/{mail_id}/html", get(outbox::html))
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    assets::serve(&path, &headers)
}

/// A page is one person's, and asked for anew each time; a message it said is not said again.
async fn page_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let cookies = Cookies::of(&app.config, request.headers());
    let said = Flash::is_in(request.headers());
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    // A page and its part for htmx share an address; the browser must not keep one for the other.
    headers.append(header::VARY, HeaderValue::from_static("hx-request"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    if said
        && is_page
        && let Ok(clear) = HeaderValue::from_str(&Flash::clear(cookies))
    {
        headers.append(header::SET_COOKIE, clear);
    }
    response
}

/// The policy allows what the site itself serves, and no script or style inside a page. A handler whose answer is no
/// page of ours sets a policy of its own.
const SECURITY_HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        let header = response.headers_mut().entry(HeaderName::from_static(name));
        header.or_insert(HeaderValue::from_static(value));
    }
    response
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!("a handler panicked: {}", said.unwrap_or("without a word"));
    let mut response = Response::default();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
