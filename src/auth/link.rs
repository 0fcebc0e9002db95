//! Links that prove something: a person who can open one has read the mail it was sent in.
//!
//! A link names an account, an invitation or another thing, and when it ends, and carries an HMAC under SESSION_SECRET over both and over what it is
//! bound to. Nothing is kept of it: once what it is bound to has changed, it is a link to nothing. That is how one
//! is used once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::config::{Secret, SessionSecrets};
use crate::models::invitation::Invitation;
use crate::models::join_link::JoinLink;
use crate::models::notification::settings::Unwanted;
use crate::models::public_link::PublicLink;
use crate::models::user::User;

/// What a link is for. One for one thing is of no use for another.
#[derive(Clone, Copy)]
pub enum Purpose {
    ResetPassword,
    ConfirmEmail,
    Invite,
    Join,
    LookOn,
    /// Stops mail, whoever opens it: it is in mails alone.
    Unsubscribe,
    /// Sent with requests for a board whose public link has a password.
    Unlock,
}

impl Purpose {
    fn word(self) -> &'static [u8] {
        match self {
            Self::ResetPassword => b"reset password",
            Self::ConfirmEmail => b"confirm e-mail",
            Self::Invite => b"invite",
            Self::Join => b"join",
            Self::LookOn => b"look on",
            Self::Unsubscribe => b"unsubscribe",
            Self::Unlock => b"unlock",
        }
    }
}

/// A kind of row that a link of its own leads to. The row says whether the link is still good, so the link itself never ends.
pub trait Linked {
    const PURPOSE: Purpose;

    fn id(&self) -> Uuid;
}

macro_rules! linked {
    ($($thing:ident for $purpose:ident;)*) => { $(
        impl Linked for $thing {
            const PURPOSE: Purpose = Purpose::$purpose;

            fn id(&self) -> Uuid {
                self.id
            }
        }
    )* };
}

linked! {
    Invitation for Invite;
    JoinLink for Join;
    PublicLink for LookOn;
}

/// The unguessable part of a link. It proves nothing until it was compared with what it is for.
pub struct Link {
    /// The account's, or another thing's.
    pub subject: Uuid,
    /// Seconds since 1970.
    ends: i64,
    mac: [u8; 32],
}

impl Link {
    /// Lets the person who opens it choose this account's password. Bound to the password and the address as they are.
    pub fn to_reset(user: &User, secret: &Secret, ends: DateTime<Utc>) -> Self {
        let bound_to = [user.password_hash.as_str(), &user.email];
        Self::sign(secret, Purpose::ResetPassword, user.id, ends, &bound_to)
    }

    /// Whether it may set this account's password.
    pub fn resets(&self, user: &User, secrets: &SessionSecrets, now: DateTime<Utc>) -> bool {
        let bound_to = [user.password_hash.as_str(), &user.email];
        user.disabled_at.is_none()
            && self.subject == user.id
            && self.is_genuine(secrets, Purpose::ResetPassword, &bound_to, now)
    }

    /// Proves that the person who opens it reads mail to this address.
    pub fn to_confirm(user: &User, address: &str, secret: &Secret, ends: DateTime<Utc>) -> Self {
        Self::sign(secret, Purpose::ConfirmEmail, user.id, ends, &[address])
    }

    /// Which of this account's addresses it confirms: the one it is to have, or its own.
    pub fn confirms<'u>(
        &self,
        user: &'u User,
        secrets: &SessionSecrets,
        now: DateTime<Utc>,
    ) -> Option<&'u str> {
        if user.disabled_at.is_some() || self.subject != user.id {
            return None;
        }
        let both = [user.new_email.as_deref(), Some(user.email.as_str())];
        let genuine = |address: &&str| self.is_genuine(secrets, Purpose::ConfirmEmail, &[address], now);
        both.into_iter().flatten().find(genuine)
    }

    /// Leads to a row for as long as the row says.
    pub fn to<T: Linked>(thing: &T, secret: &Secret) -> Self {
        Self::sign(secret, T::PURPOSE, thing.id(), DateTime::<Utc>::MAX_UTC, &[])
    }

    /// The id of the row that a text of [`Link::to`] leads to.
    pub fn lead<T: Linked>(text: &str, secrets: &SessionSecrets, now: DateTime<Utc>) -> Option<Uuid> {
        let link = Self::parse(text)?;
        link.is_genuine(secrets, T::PURPOSE, &[], now).then_some(link.subject)
    }

    /// Proves that a browser was given the password of a public link, as long as it has that password.
    pub fn to_unlock(link: &PublicLink, secret: &Secret, ends: DateTime<Utc>) -> Self {
        let password = link.password_hash.as_deref().unwrap_or_default();
        Self::sign(secret, Purpose::Unlock, link.id, ends, &[password])
    }

    /// Whether it unlocks this public link.
    pub fn unlocks(&self, link: &PublicLink, secrets: &SessionSecrets, now: DateTime<Utc>) -> bool {
        let password = link.password_hash.as_deref().unwrap_or_default();
        self.subject == link.id && self.is_genuine(secrets, Purpose::Unlock, &[password], now)
    }

    /// Stops mail of this to a person, for ever: old mails are kept.
    pub fn to_unsubscribe(user_id: Uuid, unwanted: Unwanted, secret: &Secret) -> Self {
        let ends = DateTime::<Utc>::MAX_UTC;
        Self::sign(secret, Purpose::Unsubscribe, user_id, ends, &[&unwanted.to_text()])
    }

    /// Whether it does.
    pub fn unsubscribes(&self, unwanted: Unwanted, secrets: &SessionSecrets, now: DateTime<Utc>) -> bool {
        self.is_genuine(secrets, Purpose::Unsubscribe, &[&unwanted.to_text()], now)
    }

    fn sign(secret: &Secret, purpose: Purpose, subject: Uuid, ends: DateTime<Utc>, to: &[&str]) -> Self {
        let ends = ends.timestamp();
        let mac = mac(secret, purpose, subject, ends, to).finalize().into_bytes().into();
        Self { subject, ends, mac }
    }

    /// Reads what [`Link::to_text`] wrote; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 56] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (subject, rest) = bytes.split_first_chunk()?;
        let (ends, mac) = rest.split_first_chunk()?;
        Some(Self {
            subject: Uuid::from_bytes(*subject),
            ends: i64::from_be_bytes(*ends),
            mac: mac.try_into().ok()?,
        })
    }

    pub fn to_text(&self) -> String {
        let parts = [self.subject.as_bytes().as_slice(), &self.ends.to_be_bytes(), &self.mac];
        URL_SAFE_NO_PAD.encode(parts.concat())
    }

    /// Whether we signed it, for this, bound to these texts, and it has not ended.
    fn is_genuine(
        &self,
        secrets: &SessionSecrets,
        purpose: Purpose,
        to: &[&str],
        now: DateTime<Utc>,
    ) -> bool {
        let signed =
            |secret| mac(secret, purpose, self.subject, self.ends, to).verify_slice(&self.mac).is_ok();
        now.timestamp() < self.ends && secrets.all().any(signed)
    }
}

fn mac(secret: &Secret, purpose: Purpose, subject: Uuid, ends: i64, to: &[&str]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(b"link:");
    // With its length before each, no two lists of texts are the same bytes.
    for part in [purpose.word(), subject.as_bytes(), &ends.to_be_bytes()]
        .into_iter()
        .chain(to.iter().map(|text| text.as_bytes()))
    {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn secret() -> Secret {
        Secret::new("a secret of the tests")
    }

    fn secrets() -> SessionSecrets {
        SessionSecrets::new(secret(), None)
    }

    #[test]
    fn a_link_outlives_a_change_of_the_secret() {
        let now = Utc::now();
        let link =
            Link::sign(&secret(), Purpose::ConfirmEmail, Uuid::now_v7(), now + TimeDelta::hours(1), &["a"]);
        let changed = SessionSecrets::new(Secret::new("another"), Some(secret()));
        assert!(link.is_genuine(&changed, Purpose::ConfirmEmail, &["a"], now));
    }

    #[test]
    fn a_link_is_good_for_what_it_was_signed_for_and_nothing_else() {
        let (user, now) = (Uuid::now_v7(), Utc::now());
        let ends = now + TimeDelta::hours(1);
        let link = Link::sign(&secret(), Purpose::ResetPassword, user, ends, &["hash", "ada@example.com"]);
        let link = Link::parse(&link.to_text()).expect("what was written");
        assert_eq!(link.subject, user);
        let to = &["hash", "ada@example.com"];
        assert!(link.is_genuine(&secrets(), Purpose::ResetPassword, to, now));
        assert!(!link.is_genuine(&secrets(), Purpose::ResetPassword, to, ends));
        assert!(!link.is_genuine(&secrets(), Purpose::ConfirmEmail, to, now));
        assert!(!link.is_genuine(
            &SessionSecrets::new(Secret::new("another"), None),
            Purpose::ResetPassword,
            to,
            now
        ));
        for other in
            [&["hashada@example.com"][..], &["hash", "eve@example.com"], &["other", "ada@example.com"]]
        {
            assert!(!link.is_genuine(&secrets(), Purpose::ResetPassword, other, now), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn no_link_that_was_changed_is_genuine(at in 0..56_usize, bit in 0..8_u8) {
            let now = Utc::now();
            let ends = now + TimeDelta::hours(1);
            let link = Link::sign(&secret(), Purpose::ConfirmEmail, Uuid::now_v7(), ends, &["a"]);
            let mut bytes = URL_SAFE_NO_PAD.decode(link.to_text()).expect("base64");
            bytes[at] ^= 1 << bit;
            let link = Link::parse(&URL_SAFE_NO_PAD.encode(bytes)).expect("as long");
            prop_assert!(!link.is_genuine(&secrets(), Purpose::ConfirmEmail, &["a"], now));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,120}") {
            if let Some(link) = Link::parse(&text) {
                prop_assert_eq!(link.to_text(), text);
            }
        }
    }
}
