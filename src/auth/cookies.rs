//! The three cookies: the session's, the one by which a browser knows accounts, and the one that carries a message over a
//! redirect.

use axum::http::{HeaderMap, header, request::Parts};
use cookie::{Cookie, SameSite};
use uuid::Uuid;

use super::device::Devices;
use super::token::Token;
use crate::config::{Config, Secret};

/// The session's cookie where HTTPS protects it. The prefix makes browsers refuse one without `Secure`, or set
/// by another host of the domain.
const SECURE_NAME: &str = "__Host-session";
/// The same over plain HTTP on the machine itself, where browsers take no `Secure` cookie.
const PLAIN_NAME: &str = "session";

/// As long as browsers keep any cookie. When the session ends is for the database to say, where its end moves
/// forward while it is used.
const LIFETIME: cookie::time::Duration = cookie::time::Duration::days(400);

const SECURE_DEVICE_NAME: &str = "__Host-device";
const PLAIN_DEVICE_NAME: &str = "device";

const FLASH_NAME: &str = "flash";

/// How the cookies of one request are made.
#[derive(Clone, Copy)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// Secure, except where DOMAIN is this machine and the request came over plain HTTP.
    pub fn of(config: &Config, headers: &HeaderMap) -> Self {
        let over_https = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
        Self { secure: over_https || !config.domain.is_loopback() }
    }

    /// The token that the request brought.
    pub fn session_token(self, headers: &HeaderMap) -> Option<Token> {
        Token::parse(&read(headers, self.session_name())?)
    }

    /// Keeps a browser signed in.
    pub fn sign_in(self, token: &Token) -> String {
        self.build(self.session_name(), token.to_text(), Some(LIFETIME))
    }

    pub fn sign_out(self) -> String {
        self.build(self.session_name(), String::new(), Some(cookie::time::Duration::ZERO))
    }

    /// The accounts that the browser knows.
    pub fn devices(self, headers: &HeaderMap, secret: &Secret) -> Devices {
        Devices::parse(&read(headers, self.device_name()).unwrap_or_default(), secret)
    }

    /// Lets the browser know an account that has signed in.
    pub fn remember(self, headers: &HeaderMap, user_id: Uuid, secret: &Secret) -> String {
        self.build(self.device_name(), self.devices(headers, secret).with(user_id, secret), Some(LIFETIME))
    }

    fn device_name(self) -> &'static str {
        if self.secure { SECURE_DEVICE_NAME } else { PLAIN_DEVICE_NAME }
    }

    fn session_name(self) -> &'static str {
        if self.secure { SECURE_NAME } else { PLAIN_NAME }
    }

    fn build(self, name: &'static str, value: String, lifetime: Option<cookie::time::Duration>) -> String {
        let mut cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure);
        if let Some(lifetime) = lifetime {
            cookie = cookie.max_age(lifetime);
        }
        cookie.build().to_string()
    }
}

/// What is said on the page after a redirect. A cookie carries the name alone, so nobody can make the site say
/// something of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flash {
    AccountSaved,
    PasswordChanged,
    SessionEnded,
    BoardDeleted,
    CardArchived,
    ColumnArchived,
    CardDeleted,
    CardRestoredWithColumn,
    PasswordReset,
    EmailToConfirm,
    EmailConfirmed,
    ConfirmationSent,
    EmailKept,
}

impl Flash {
    pub(crate) const ALL: &'static [Self] = &[
        Self::AccountSaved,
        Self::PasswordChanged,
        Self::SessionEnded,
        Self::BoardDeleted,
        Self::CardArchived,
        Self::ColumnArchived,
        Self::CardDeleted,
        Self::CardRestoredWithColumn,
        Self::PasswordReset,
        Self::EmailToConfirm,
        Self::EmailConfirmed,
        Self::ConfirmationSent,
        Self::EmailKept,
    ];

    /// The message's id, which the cookie carries too.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::AccountSaved => "flash-account-saved",
            Self::PasswordChanged => "flash-password-changed",
            Self::SessionEnded => "flash-session-ended",
            Self::BoardDeleted => "flash-board-deleted",
            Self::CardArchived => "flash-card-archived",
            Self::ColumnArchived => "flash-column-archived",
            Self::CardDeleted => "flash-card-deleted",
            Self::CardRestoredWithColumn => "flash-card-restored-with-column",
            Self::PasswordReset => "flash-password-reset",
            Self::EmailToConfirm => "flash-email-to-confirm",
            Self::EmailConfirmed => "flash-email-confirmed",
            Self::ConfirmationSent => "flash-confirmation-sent",
            Self::EmailKept => "flash-email-kept",
        }
    }

    /// The message that the request's cookie names.
    pub fn read(parts: &Parts) -> Option<&'static str> {
        let name = read(&parts.headers, FLASH_NAME)?;
        Self::ALL.iter().map(|flash| flash.message()).find(|message| *message == name)
    }

    /// The header that carries it to the next page.
    pub fn cookie(self, cookies: Cookies) -> String {
        cookies.build(FLASH_NAME, self.message().to_owned(), None)
    }

    /// The header that takes it back, once it has been said.
    pub fn clear(cookies: Cookies) -> String {
        cookies.build(FLASH_NAME, String::new(), Some(cookie::time::Duration::ZERO))
    }

    pub fn is_in(headers: &HeaderMap) -> bool {
        read(headers, FLASH_NAME).is_some()
    }
}

fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}
