//! The two cookies: the session's, and the one that carries a message over a redirect.

use axum::http::{HeaderMap, header, request::Parts};
use cookie::{Cookie, SameSite};

use super::token::Token;
use crate::config::Config;

/// The session's cookie where HTTPS protects it. The prefix makes browsers refuse one without `Secure`, or set
/// by another host of the domain.
const SECURE_NAME: &str = "__Host-session";
/// The same over plain HTTP on the machine itself, where browsers take no `Secure` cookie.
const PLAIN_NAME: &str = "session";

/// As long as browsers keep any cookie. When the session ends is for the database to say, where its end moves
/// forward while it is used.
const LIFETIME: cookie::time::Duration = cookie::time::Duration::days(400);

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
    CardDeleted,
    CardRestoredWithColumn,
    PasswordReset,
    EmailToConfirm,
    EmailConfirmed,
    ConfirmationSent,
    EmailKept,
}

impl Flash {
    const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::AccountSaved, "account_saved", "Your account is saved."),
        (
            Self::PasswordChanged,
            "password_changed",
            "Your password is changed, and every other session has ended.",
        ),
        (Self::SessionEnded, "session_ended", "That session has ended."),
        (Self::BoardDeleted, "board_deleted", "The board is deleted."),
        (Self::CardDeleted, "card_deleted", "The card is deleted."),
        (
            Self::CardRestoredWithColumn,
            "card_restored_with_column",
            "The card is restored, and so is its column, which was archived.",
        ),
        (
            Self::PasswordReset,
            "password_reset",
            "Your password is changed, and every session has ended. Sign in with the new one.",
        ),
        (
            Self::EmailToConfirm,
            "email_to_confirm",
            "Your account is saved. The new address is yours once you open the link in the mail sent there.",
        ),
        (Self::EmailConfirmed, "email_confirmed", "Your e-mail address is confirmed."),
        (Self::ConfirmationSent, "confirmation_sent", "A mail with a link is on its way."),
        (Self::EmailKept, "email_kept", "Your e-mail address stays as it is."),
    ];

    /// What the request's cookie says.
    pub fn read(parts: &Parts) -> Option<&'static str> {
        let name = read(&parts.headers, FLASH_NAME)?;
        Self::ALL.iter().find(|(_, one, _)| *one == name).map(|(.., text)| *text)
    }

    /// The header that carries it to the next page.
    pub fn cookie(self, cookies: Cookies) -> String {
        let name = Self::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(_, name, _)| name);
        cookies.build(FLASH_NAME, name.to_owned(), None)
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
