//! The security log: what happened to accounts and what was refused, a line each, with account, address and browser. The
//! lines have the field `security`, by which an operator, or fail2ban (`deploy/fail2ban/`), finds them.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::auth::peer::ClientAddress;

/// Characters of a User-Agent in a line.
const USER_AGENT_MOST: usize = 200;

/// What the log tells of; the documentation lists the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityEvent {
    SignedIn,
    /// A wrong password, or an address without an account.
    SignInFailed,
    /// A wrong password where a signed-in person was asked for theirs.
    PasswordWrong,
    /// More tries or requests than are allowed.
    Throttled,
    PasswordChanged,
    EmailChanged,
    /// By signing out, or from another browser.
    SessionEnded,
    TokenMade,
    TokenRevoked,
    /// A form that another site sent.
    CrossSite,
    /// What the person's role does not allow.
    Forbidden,
}

impl SecurityEvent {
    fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::PasswordWrong => "password_wrong",
            Self::Throttled => "throttled",
            Self::PasswordChanged => "password_changed",
            Self::EmailChanged => "email_changed",
            Self::SessionEnded => "session_ended",
            Self::TokenMade => "token_made",
            Self::TokenRevoked => "token_revoked",
            Self::CrossSite => "cross_site",
            Self::Forbidden => "forbidden",
        }
    }
}

/// Goes with a request, and is told what is to be in the log.
#[derive(Clone, Default)]
pub struct Witness(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// Who is signed in.
    account: Option<String>,
    events: Vec<(SecurityEvent, Option<String>)>,
}

impl Witness {
    /// This request is of that account's.
    pub fn is_of(&self, account: &str) {
        self.seen(|seen| seen.account = Some(account.to_owned()));
    }

    /// Something happened to the signed-in account.
    pub fn note(&self, event: SecurityEvent) {
        self.seen(|seen| seen.events.push((event, None)));
    }

    /// Something happened to an account that the form names.
    pub fn note_of(&self, event: SecurityEvent, account: &str) {
        self.seen(|seen| seen.events.push((event, Some(account.to_owned()))));
    }

    fn seen<T>(&self, tell: impl FnOnce(&mut Seen) -> T) -> T {
        tell(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes what was noted while a request was answered, or what its answer itself says: an extension of the response.
pub async fn write(State(app): State<App>, request: Request, next: Next) -> Response {
    use axum::extract::FromRequestParts;
    let (mut parts, body) = request.into_parts();
    let witness = Witness::default();
    parts.extensions.insert(witness.clone());
    let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(&mut parts, &app).await;
    let user_agent = parts.headers.get(header::USER_AGENT).cloned();
    let response = next.run(Request::from_parts(parts, body)).await;
    let (account, mut events) = witness.seen(|seen| (seen.account.take(), std::mem::take(&mut seen.events)));
    events.extend(response.extensions().get::<SecurityEvent>().map(|event| (*event, None)));
    for (event, of) in events {
        let word = event.word();
        metrics::counter!("xtablo_security_events_total", "event" => word).increment(1);
        let user_agent = user_agent.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
        let user_agent: String = user_agent.chars().take(USER_AGENT_MOST).collect();
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        let account = of.or_else(|| account.clone()).unwrap_or_default();
        // The address comes first: what follows the client has made up.
        tracing::info!(security = word, address, account, user_agent, "security");
    }
    response
}
