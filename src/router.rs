//! Every route, grouped by resource, and what every request passes through.

mod restarts;
mod route;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::auth::cookies::{Cookies, Flash};
use crate::forms::BODY_MOST;
use crate::handlers::{
    account, account_exports, account_handle, account_notifications, account_password, account_picture,
    account_sessions, account_tokens, api_docs, assignees, board_archives, board_copies, board_events,
    board_exports, board_files, board_filters, board_openings, board_people, board_stars, board_streams,
    board_tables, board_templates, board_trash, boards, boards_trash, bulk, card_archives, card_copies,
    card_dates, card_done, card_fields, card_labels, card_links, card_moves, card_recurrences, card_tasks,
    card_templates, card_titles, cards, cards_csv, checklist_moves, checklists, column_archives,
    column_moves, columns, comments, downloads, email_confirmations, error_pages, field_moves, fields,
    file_covers, file_replacements, files, health, home, inbox, invitation_answers, invitations, item_moves,
    items, join_links, joins, kept_forms, label_moves, labels, members, my, outbox, palette, password_resets,
    public_boards, public_cards, public_links, registrations, search, sessions, thumbnails, undeletions,
    undos, unsubscriptions, watches,
};
use crate::models::right::Right;
use crate::receiving::{ENVELOPE_MOST, linger};
use crate::{assets, host, security_log, telemetry};

pub use route::{Audience, Route};
use route::{get, post};

/// Longer than any statement may take, so that what is slow fails with its own reason first.
const REQUEST_MOST: Duration = Duration::from_secs(25);

/// Every page and form.
pub fn routes() -> Vec<Route> {
    [routes_of_accounts(), routes_of_boards(), routes_of_cards()].into_iter().flatten().collect()
}

/// Signing in, accounts, and what links lead to: method, path, audience, handler.
#[rustfmt::skip]
fn routes_of_accounts() -> Vec<Route> {
    use Audience::{Anyone, SignedIn};
    vec![
        get("/", Anyone, home::show),
        get("/register", Anyone, registrations::new),
        post("/register", Anyone, registrations::create),
        get("/login", Anyone, sessions::new),
        post("/login", Anyone, sessions::create),
        post("/login/kept", Anyone, kept_forms::create),
        post("/logout", Anyone, sessions::destroy),
        get("/password/reset", Anyone, password_resets::new),
        post("/password/reset", Anyone, password_resets::create),
        get("/password/reset/sent", Anyone, password_resets::sent),
        get("/password/reset/{token}", Anyone, password_resets::edit),
        post("/password/reset/{token}", Anyone, password_resets::update),
        get("/email/confirm/{token}", Anyone, email_confirmations::edit),
        post("/email/confirm/{token}", Anyone, email_confirmations::update),

        get("/invitations/accept/{token}", Anyone, invitation_answers::show),
        post("/invitations/accept/{token}", Anyone, invitation_answers::create),
        get("/join/{token}", Anyone, joins::show),
        post("/join/{token}", Anyone, joins::create),

        get("/unsubscribe/{token}", Anyone, unsubscriptions::show),
        post("/unsubscribe/{token}", Anyone, unsubscriptions::create),

        get("/public/{token}", Anyone, public_boards::show),
        post("/public/{token}", Anyone, public_boards::unlock),
        get("/public/{token}/cards/{card_id}", Anyone, public_cards::show),
        get("/public/{token}/files/{file_id}/content/{name}", Anyone, downloads::show_public),
        get("/public/{token}/thumbnails/{file_id}", Anyone, thumbnails::show_public),

        get("/account", SignedIn, account::show),
        post("/account", SignedIn, account::update),
        post("/account/handle", SignedIn, account_handle::update),
        post("/account/password", SignedIn, account_password::update),
        post("/account/email/confirm", SignedIn, email_confirmations::create),
        post("/account/email/keep", SignedIn, email_confirmations::destroy),
        post("/account/picture", SignedIn, account_picture::update).upload(),
        post("/account/picture/remove", SignedIn, account_picture::destroy),
        get("/people/{user_id}/picture", SignedIn, account_picture::show),
        get("/account/export", SignedIn, account_exports::show),
        post("/account/export", SignedIn, account_exports::create),
        get("/account/export/zip", SignedIn, account_exports::download),
        get("/account/notifications", SignedIn, account_notifications::show),
        post("/account/notifications", SignedIn, account_notifications::update),
        get("/account/sessions", SignedIn, account_sessions::index),
        post("/account/sessions/revoke", SignedIn, account_sessions::destroy_others),
        post("/account/sessions/{session_id}/revoke", SignedIn, account_sessions::destroy),

        get("/account/tokens", SignedIn, account_tokens::index),
        post("/account/tokens", SignedIn, account_tokens::create),
        post("/account/tokens/{token_id}/revoke", SignedIn, account_tokens::destroy),
        get("/api", Anyone, api_docs::show),
        get("/api/openapi.json", Anyone, api_docs::document),
        get("/search", SignedIn, search::index),
        get("/palette", SignedIn, palette::index),
        get("/my", SignedIn, my::index),

        get("/inbox", SignedIn, inbox::index),
        get("/inbox/mark", SignedIn, inbox::mark),
        post("/inbox/read", SignedIn, inbox::read_all),
        post("/inbox/{notification_id}/read", SignedIn, inbox::read),
        post("/inbox/{notification_id}/unread", SignedIn, inbox::unread),
        post("/inbox/{notification_id}/snooze", SignedIn, inbox::snooze),
    ]
}

/// Boards, their people and their columns.
#[rustfmt::skip]
fn routes_of_boards() -> Vec<Route> {
    use Audience::{Member, SignedIn};
    use Right::{Comment, Edit, Look, Manage};
    vec![
        get("/boards", SignedIn, boards::index),
        get("/boards/trash", SignedIn, boards_trash::index),
        post("/boards", SignedIn, boards::create),
        get("/boards/{board_id}", Member(Look), boards::show),
        post("/boards/{board_id}", Member(Manage), boards::update),
        get("/boards/{board_id}/filter", Member(Look), board_filters::show),
        get("/boards/{board_id}/head", Member(Look), boards::head),
        get("/boards/{board_id}/stream", Member(Look), board_streams::show),
        get("/boards/{board_id}/table", Member(Look), board_tables::show),
        get("/boards/{board_id}/edit", Member(Manage), boards::edit),
        post("/boards/{board_id}/delete", Member(Manage), boards::destroy),
        post("/boards/{board_id}/undelete", Member(Manage), undeletions::create_board),
        post("/boards/{board_id}/star", Member(Look), board_stars::create),
        post("/boards/{board_id}/unstar", Member(Look), board_stars::destroy),
        get("/boards/{board_id}/archive", Member(Look), board_archives::show),
        post("/boards/{board_id}/archive", Member(Manage), board_archives::create),
        post("/boards/{board_id}/restore", Member(Manage), board_archives::destroy),
        post("/boards/{board_id}/template", Member(Manage), board_templates::create),
        post("/boards/{board_id}/untemplate", Member(Manage), board_templates::destroy),
        get("/boards/{board_id}/copy", Member(Look), board_copies::new),
        post("/boards/{board_id}/copy", Member(Look), board_copies::create),
        get("/boards/{board_id}/export", Member(Look), board_exports::show),
        post("/boards/{board_id}/export", Member(Look), board_exports::create),
        get("/boards/{board_id}/export/zip", Member(Look), board_exports::download),
        get("/boards/{board_id}/cards.csv", Member(Look), cards_csv::show),
        get("/boards/{board_id}/trash", Member(Look), board_trash::show),
        get("/boards/{board_id}/events", Member(Look), board_events::index),
        post("/boards/{board_id}/undo", Member(Look), undos::create_of_newest),
        // The right that the event itself needed is weighed under the board's lock.
        post("/events/{event_id}/undo", Member(Look), undos::create),
        get("/boards/{board_id}/files", Member(Look), board_files::index),
        get("/boards/{board_id}/members", Member(Look), members::index),
        post("/boards/{board_id}/members/{user_id}", Member(Manage), members::update),
        post("/boards/{board_id}/members/{user_id}/remove", Member(Manage), members::destroy),
        get("/boards/{board_id}/people", Member(Look), board_people::index),
        get("/boards/{board_id}/cards/{number}", Member(Look), cards::by_number),
        get("/boards/{board_id}/cards/bulk", Member(Edit), bulk::edit),
        post("/boards/{board_id}/cards/bulk", Member(Edit), bulk::update),
        post("/boards/{board_id}/watch", Member(Comment), watches::create_of_board),
        post("/boards/{board_id}/unwatch", Member(Look), watches::destroy_of_board),
        post("/boards/{board_id}/leave", Member(Look), members::leave),
        post("/boards/{board_id}/open", Member(Manage), board_openings::create),
        post("/boards/{board_id}/invitations", Member(Manage), invitations::create),
        post("/boards/{board_id}/join-links", Member(Manage), join_links::create),
        post("/boards/{board_id}/public-link", Member(Manage), public_links::create),
        post("/boards/{board_id}/public-link/revoke", Member(Manage), public_links::destroy),
        post("/invitations/{invitation_id}/resend", Member(Manage), invitations::resend),
        post("/invitations/{invitation_id}/revoke", Member(Manage), invitations::destroy),
        post("/join-links/{link_id}/revoke", Member(Manage), join_links::destroy),

        get("/boards/{board_id}/labels", Member(Look), labels::index),
        post("/boards/{board_id}/labels", Member(Edit), labels::create),
        post("/labels/{label_id}", Member(Edit), labels::update),
        post("/labels/{label_id}/move", Member(Edit), label_moves::create),
        post("/labels/{label_id}/delete", Member(Edit), labels::destroy),
        post("/labels/{label_id}/undelete", Member(Edit), undeletions::create_label),

        get("/boards/{board_id}/fields", Member(Look), fields::index),
        post("/boards/{board_id}/fields", Member(Edit), fields::create),
        post("/fields/{field_id}", Member(Edit), fields::update),
        post("/fields/{field_id}/move", Member(Edit), field_moves::create),
        post("/fields/{field_id}/delete", Member(Edit), fields::destroy),
        post("/fields/{field_id}/undelete", Member(Edit), undeletions::create_field),

        post("/boards/{board_id}/columns", Member(Edit), columns::create),
        post("/boards/{board_id}/columns/first", Member(Edit), columns::create_first),

        get("/columns/{column_id}", Member(Look), columns::show),
        post("/columns/{column_id}", Member(Edit), columns::update),
        get("/columns/{column_id}/edit", Member(Edit), columns::edit),
        post("/columns/{column_id}/move", Member(Edit), column_moves::create),
        post("/columns/{column_id}/archive", Member(Edit), column_archives::create),
        post("/columns/{column_id}/restore", Member(Edit), column_archives::destroy),
        post("/columns/{column_id}/cards", Member(Edit), cards::create),
        get("/columns/{column_id}/cards/new", Member(Edit), cards::new),
    ]
}

/// Cards, and all that is on them.
#[rustfmt::skip]
fn routes_of_cards() -> Vec<Route> {
    use Audience::Member;
    use Right::{Comment, Edit, Look};
    vec![
        get("/cards/{card_id}", Member(Look), cards::show),
        get("/cards/{card_id}/face", Member(Look), cards::face),
        post("/cards/{card_id}", Member(Edit), cards::update),
        post("/cards/{card_id}/title", Member(Edit), card_titles::update),
        post("/cards/{card_id}/tasks", Member(Edit), card_tasks::update),
        post("/cards/{card_id}/delete", Member(Edit), cards::destroy),
        post("/cards/{card_id}/undelete", Member(Edit), undeletions::create_card),
        get("/cards/{card_id}/move", Member(Edit), card_moves::new),
        post("/cards/{card_id}/move", Member(Edit), card_moves::create),
        post("/cards/{card_id}/template", Member(Edit), card_templates::create),
        post("/cards/{card_id}/untemplate", Member(Edit), card_templates::destroy),
        get("/cards/{card_id}/copy", Member(Look), card_copies::new),
        post("/cards/{card_id}/copy", Member(Look), card_copies::create),
        post("/cards/{card_id}/archive", Member(Edit), card_archives::create),
        post("/cards/{card_id}/restore", Member(Edit), card_archives::destroy),
        get("/cards/{card_id}/files", Member(Look), files::index),
        post("/cards/{card_id}/files", Member(Edit), files::create).upload(),

        post("/cards/{card_id}/comments", Member(Comment), comments::create),
        post("/cards/{card_id}/assignees", Member(Edit), assignees::create),
        post("/cards/{card_id}/assignees/{user_id}/remove", Member(Edit), assignees::destroy),
        post("/cards/{card_id}/dates", Member(Edit), card_dates::update),
        post("/cards/{card_id}/done", Member(Edit), card_done::create),
        post("/cards/{card_id}/undone", Member(Edit), card_done::destroy),
        get("/cards/{card_id}/recurrence", Member(Edit), card_recurrences::edit),
        post("/cards/{card_id}/recurrence", Member(Edit), card_recurrences::update),
        post("/cards/{card_id}/recurrence/delete", Member(Edit), card_recurrences::destroy),
        post("/cards/{card_id}/checklists", Member(Edit), checklists::create),
        post("/cards/{card_id}/labels", Member(Edit), card_labels::create),
        post("/cards/{card_id}/labels/{label_id}/remove", Member(Edit), card_labels::destroy),
        post("/cards/{card_id}/links", Member(Edit), card_links::create),
        post("/links/{link_id}/remove", Member(Edit), card_links::destroy),
        post("/cards/{card_id}/fields/{field_id}", Member(Edit), card_fields::update),
        post("/cards/{card_id}/watch", Member(Comment), watches::create),
        post("/cards/{card_id}/unwatch", Member(Look), watches::destroy),

        post("/checklists/{checklist_id}", Member(Edit), checklists::update),
        post("/checklists/{checklist_id}/move", Member(Edit), checklist_moves::create),
        post("/checklists/{checklist_id}/delete", Member(Edit), checklists::destroy),
        post("/checklists/{checklist_id}/undelete", Member(Edit), undeletions::create_checklist),
        post("/checklists/{checklist_id}/items", Member(Edit), items::create),
        get("/items/{item_id}/edit", Member(Edit), items::edit),
        post("/items/{item_id}", Member(Edit), items::update),
        post("/items/{item_id}/check", Member(Edit), items::check),
        post("/items/{item_id}/uncheck", Member(Edit), items::uncheck),
        post("/items/{item_id}/move", Member(Edit), item_moves::create),
        post("/items/{item_id}/delete", Member(Edit), items::destroy),
        post("/items/{item_id}/undelete", Member(Edit), undeletions::create_item),
        post("/items/{item_id}/convert", Member(Edit), items::convert),

        post("/comments/{comment_id}", Member(Comment), comments::update),
        post("/comments/{comment_id}/delete", Member(Comment), comments::destroy),
        post("/comments/{comment_id}/undelete", Member(Comment), comments::restore),
        post("/comments/{comment_id}/reactions", Member(Comment), comments::react),
        get("/comments/{comment_id}/versions", Member(Look), comments::versions),

        get("/files/{file_id}", Member(Look), files::show),
        post("/files/{file_id}", Member(Edit), files::update),
        get("/files/{file_id}/content/{name}", Member(Look), downloads::show),
        post("/files/{file_id}/delete", Member(Edit), files::destroy),
        post("/files/{file_id}/undelete", Member(Edit), undeletions::create_file),
        post("/files/{file_id}/cover", Member(Edit), file_covers::create),
        post("/files/{file_id}/uncover", Member(Edit), file_covers::destroy),
        post("/files/{file_id}/replace", Member(Edit), file_replacements::create).upload(),
        // The addresses of contents before version 0.2; a file may be called like a verb.
        get("/files/{file_id}/{name}", Member(Look), downloads::moved),
        get("/files/{file_id}/delete", Member(Look), downloads::moved),
        get("/files/{file_id}/cover", Member(Look), downloads::moved),
        get("/files/{file_id}/uncover", Member(Look), downloads::moved),
        get("/files/{file_id}/replace", Member(Look), downloads::moved),
        get("/thumbnails/{file_id}", Member(Look), thumbnails::show),
    ]
}

/// Where mail goes to the outbox, which is in `xtablo dev` alone, it can be looked at; elsewhere there is no such
/// address.
fn routes_of_dev() -> Vec<Route> {
    vec![
        get("/dev/outbox", Audience::Anyone, outbox::index),
        get("/dev/outbox/{mail_id}", Audience::Anyone, outbox::show),
        get("/dev/outbox/{mail_id}/html", Audience::Anyone, outbox::html),
    ]
}

pub fn router(app: App) -> Router {
    router_within(REQUEST_MOST, app)
}

/// The router with another limit for requests that are not uploads.
pub fn router_within(limit: Duration, app: App) -> Router {
    let dev = if app.mailer.outbox().is_some() { routes_of_dev() } else { Vec::new() };
    let (uploads, pages): (Vec<_>, Vec<_>) =
        routes().into_iter().chain(dev).partition(|route| route.is_upload);
    let all = |routes: Vec<Route>| {
        routes.into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
    };
    let pages = all(pages)
        .layer(DefaultBodyLimit::max(BODY_MOST))
        .layer(from_fn_with_state(app.clone(), restarts::outlive))
        .layer(in_time(limit));
    // These take as long as they take: they look after their time and size themselves.
    let upload_most = usize::try_from(app.config.files.upload_most + ENVELOPE_MOST).unwrap_or(usize::MAX);
    let uploads = all(uploads).layer(DefaultBodyLimit::max(upload_most)).layer(from_fn(linger));
    let pages = pages.merge(uploads).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(app.clone(), security_log::write))
            .layer(from_fn_with_state(app.clone(), page_headers))
            .layer(CsrfLayer::new().with_rejection_response(|_| error_pages::cross_site())),
    );
    let services = Router::new()
        .route("/static/{*path}", routing::get(asset))
        .route("/healthz", routing::get(health::live))
        .route("/readyz", routing::get(health::ready))
        .layer(in_time(limit));
    let api = crate::api::routes().0.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(app.clone(), security_log::write))
            .layer(DefaultBodyLimit::max(BODY_MOST))
            .layer(from_fn_with_state(app.clone(), crate::api::authorize))
            .layer(in_time(limit)),
    );
    pages
        .merge(services)
        .merge(api)
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(telemetry::observe))
                .layer(from_fn(security_headers))
                .layer(from_fn_with_state(app.clone(), error_pages::render_errors))
                .layer(from_fn_with_state(app.clone(), host::check))
                .layer(CatchPanicLayer::custom(panicked)),
        )
        .with_state(app)
}

/// A form that arrives slowly is answered before ([`crate::forms::Posted`]), so what exceeds this is our own delay.
fn in_time(limit: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limit)
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    assets::serve(&path, &headers)
}

/// A page is one person's, and asked for anew each time; a message it said is not said again.
async fn page_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let cookies = Cookies::of(&app.config, request.headers());
    let said = Flash::is_in(cookies, request.headers());
    let is_public = request.uri().path().starts_with("/public/");
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    // A page and its part for htmx share an address; the browser must not keep one for the other.
    headers.append(header::VARY, HeaderValue::from_static("hx-request, accept-language"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    if is_public {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    }
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
