//! `/dev/outbox`: the mails that `xtablo dev` would have sent. Links in them open accounts, so nobody from another
//! machine sees any.

use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};
use uuid::Uuid;

use super::extract::{Id, Visit};
use crate::app::App;
use crate::auth::peer::ClientAddress;
use crate::error::{AppError, AppResult};
use crate::mail::outbox::{Outbox, SentMail};
use crate::views::outbox::{OutboxMail, OutboxPage};

/// What a mail may do: have its own styles, and lead to where it says.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox \
                           allow-top-navigation-by-user-activation";

/// `GET /dev/outbox`
pub async fn index(visit: Visit, address: ClientAddress) -> AppResult {
    let mails = outbox(&visit.app, address)?.list()?;
    visit.show(&OutboxPage { mails: mails.into_iter().map(OutboxMail::from).collect() })
}

/// `GET /dev/outbox/{mail_id}`
pub async fn show(visit: Visit, address: ClientAddress, Id(id): Id) -> AppResult {
    visit.show(&OutboxMail::from(find(&visit.app, address, id)?))
}

/// `GET /dev/outbox/{mail_id}/html`: what stands in the page's frame.
pub async fn html(visit: Visit, address: ClientAddress, Id(id): Id) -> AppResult {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (HeaderName::from_static("x-frame-options"), "SAMEORIGIN"),
    ];
    // A link leaves the frame.
    let html = find(&visit.app, address, id)?.html.replacen("<head>", "<head><base target=\"_top\">", 1);
    Ok((headers, Html(html)).into_response())
}

fn find(app: &App, address: ClientAddress, id: Uuid) -> AppResult<SentMail> {
    outbox(app, address)?.find(id)?.ok_or(AppError::NotFound)
}

fn outbox(app: &App, ClientAddress(address): ClientAddress) -> AppResult<&Outbox> {
    let is_here = address.is_none_or(|address| address.to_canonical().is_loopback());
    app.mailer.outbox().filter(|_| is_here).ok_or(AppError::NotFound)
}
