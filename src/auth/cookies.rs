//! The cookies: the session's, the one by which a browser knows accounts, the one that unlocks public boards, and the one that
//! carries a message over a redirect.

use axum::http::{HeaderMap, header};
use cookie::{Cookie, SameSite};
use uuid::Uuid;

use super::device::Devices;
use super::link::Link;
use super::token::Token;
use crate::config::{Config, SessionSecrets};

/// A cookie's name.
struct Name {
    /// Where HTTPS protects it. The prefix makes browsers refuse one without `Secure`, or set by another host of the
    /// domain.
    secure: &'static str,
    /// Over plain HTTP on the machine itself, where browsers take no `Secure` cookie.
    plain: &'static str,
}

const SESSION: Name = Name { secure: "__Host-session", plain: "session" };
const DEVICE: Name = Name { secure: "__Host-device", plain: "device" };
const UNLOCK: Name = Name { secure: "__Host-unlock", plain: "unlock" };
const FLASH: Name = Name { secure: "__Host-flash", plain: "flash" };

/// As long as browsers keep any cookie. When the session ends is for the database to say, where its end moves
/// forward while it is used.
const LIFETIME: cookie::time::Duration = cookie::time::Duration::days(400);

/// Public boards that a browser has unlocked, and for how long each time; the oldest is forgotten first.
const UNLOCKED_MOST: usize = 8;
const UNLOCKED: cookie::time::Duration = cookie::time::Duration::days(30);

/// How the cookies of one request are made.
#[derive(Clone, Copy)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// Secure, except where DOMAIN is reached over plain HTTP and the request came so.
    pub fn of(config: &Config, headers: &HeaderMap) -> Self {
        let over_https = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
        Self { secure: over_https || !config.domain.is_plain_http() }
    }

    /// Whether the browser that sends this form will not take them: it reached the site over plain HTTP.
    pub fn are_lost(self, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).map_or(&b""[..], |origin| origin.as_bytes());
        self.secure && origin.starts_with(b"http://")
    }

    /// The token that the request brought.
    pub fn session_token(self, headers: &HeaderMap) -> Option<Token> {
        Token::parse(&self.read(headers, &SESSION)?)
    }

    /// Keeps a browser signed in.
    pub fn sign_in(self, token: &Token) -> String {
        self.build(&SESSION, token.to_text(), Some(LIFETIME))
    }

    pub fn sign_out(self) -> String {
        self.build(&SESSION, String::new(), Some(cookie::time::Duration::ZERO))
    }

    /// The accounts that the browser knows.
    pub fn devices(self, headers: &HeaderMap, secrets: &SessionSecrets) -> Devices {
        Devices::parse(&self.read(headers, &DEVICE).unwrap_or_default(), secrets)
    }

    /// Lets the browser know an account that has signed in.
    pub fn remember(self, headers: &HeaderMap, user_id: Uuid, secrets: &SessionSecrets) -> String {
        let devices = self.devices(headers, secrets).with(user_id, secrets.current());
        self.build(&DEVICE, devices, Some(LIFETIME))
    }

    /// What unlocks public boards.
    pub fn unlocked(self, headers: &HeaderMap) -> Vec<Link> {
        let texts = self.read(headers, &UNLOCK).unwrap_or_default();
        texts.split('.').take(UNLOCKED_MOST).filter_map(Link::parse).collect()
    }

    /// Unlocks another one.
    pub fn unlock(self, headers: &HeaderMap, link: &Link) -> String {
        let others = self.unlocked(headers).into_iter().filter(|other| other.subject != link.subject);
        let texts: Vec<String> = std::iter::once(link.to_text())
            .chain(others.map(|other| other.to_text()))
            .take(UNLOCKED_MOST)
            .collect();
        self.build(&UNLOCK, texts.join("."), Some(UNLOCKED))
    }

    fn name(self, name: &Name) -> &'static str {
        if self.secure { name.secure } else { name.plain }
    }

    fn read(self, headers: &HeaderMap, name: &Name) -> Option<String> {
        let name = self.name(name);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .find(|cookie| cookie.name() == name)
            .map(|cookie| cookie.value().to_owned())
    }

    fn build(self, name: &Name, value: String, lifetime: Option<cookie::time::Duration>) -> String {
        let mut cookie = Cookie::build((self.name(name), value))
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

/// What is said on the page after a redirect. A cookie carries the name alone, and perhaps the event that can be taken back, so
/// nobody can make the site say something of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flash {
    /// After a change that has no words of its own here.
    Done,
    AccountSaved,
    PasswordChanged,
    SessionEnded,
    SessionsEnded,
    TokenRevoked,
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
    BoardLeft,
    InvitationDeclined,
    BoardWatched,
    BoardUnwatched,
    HandleSaved,
    NotificationsSaved,
    PictureSaved,
    PictureRemoved,
}

impl Flash {
    pub(crate) const ALL: &'static [Self] = &[
        Self::Done,
        Self::AccountSaved,
        Self::PasswordChanged,
        Self::SessionEnded,
        Self::SessionsEnded,
        Self::TokenRevoked,
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
        Self::BoardLeft,
        Self::InvitationDeclined,
        Self::BoardWatched,
        Self::BoardUnwatched,
        Self::HandleSaved,
        Self::NotificationsSaved,
        Self::PictureSaved,
        Self::PictureRemoved,
    ];

    /// The message's id, which the cookie carries too.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Done => "flash-done",
            Self::AccountSaved => "flash-account-saved",
            Self::PasswordChanged => "flash-password-changed",
            Self::SessionEnded => "flash-session-ended",
            Self::SessionsEnded => "flash-sessions-ended",
            Self::TokenRevoked => "flash-token-revoked",
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
            Self::BoardLeft => "flash-board-left",
            Self::InvitationDeclined => "flash-invitation-declined",
            Self::BoardWatched => "flash-board-watched",
            Self::BoardUnwatched => "flash-board-unwatched",
            Self::NotificationsSaved => "flash-notifications-saved",
            Self::HandleSaved => "flash-handle-saved",
            Self::PictureSaved => "flash-picture-saved",
            Self::PictureRemoved => "flash-picture-removed",
        }
    }

    /// The message that the request's cookie names, and the event that can be taken back.
    pub fn read(cookies: Cookies, headers: &HeaderMap) -> Option<(&'static str, Option<Uuid>)> {
        let value = cookies.read(headers, &FLASH)?;
        let (name, event) = value.split_once('.').unwrap_or((&value, ""));
        let message = Self::ALL.iter().map(|flash| flash.message()).find(|message| *message == name)?;
        Some((message, Uuid::try_parse(event).ok()))
    }

    /// The header that carries it to the next page, with the event that can be taken back there.
    pub fn cookie(self, cookies: Cookies, event: Option<Uuid>) -> String {
        let event = event.map(|id| format!(".{id}")).unwrap_or_default();
        cookies.build(&FLASH, format!("{}{event}", self.message()), None)
    }

    /// The header that takes it back, once it has been said.
    pub fn clear(cookies: Cookies) -> String {
        cookies.build(&FLASH, String::new(), Some(cookie::time::Duration::ZERO))
    }

    pub fn is_in(cookies: Cookies, headers: &HeaderMap) -> bool {
        cookies.read(headers, &FLASH).is_some()
    }
}
