//! What a browser remembers of the accounts that have signed in on it. It opens nothing: signing in from such a browser has a
//! budget of its own, which strangers that guess at the account cannot use up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::config::{Secret, SessionSecrets};

/// Accounts that one browser remembers; the one that signed in longest ago is forgotten first.
const ACCOUNTS_MOST: usize = 4;

const ID: usize = 16;
const NUMBER: usize = 8;
const MAC: usize = 32;

/// Tells one browser from another that knows the same account.
pub type DeviceNumber = [u8; NUMBER];

/// The accounts of a browser, the last one first. Each with a random number, signed under SESSION_SECRET.
#[derive(Default)]
pub struct Devices(Vec<(Uuid, DeviceNumber)>);

impl Devices {
    /// Reads a cookie's value, without what was not signed here.
    pub fn parse(text: &str, secrets: &SessionSecrets) -> Self {
        let known = text.split('.').take(ACCOUNTS_MOST).filter_map(|one| {
            let bytes = URL_SAFE_NO_PAD.decode(one).ok().filter(|bytes| bytes.len() == ID + NUMBER + MAC)?;
            let (id, rest) = bytes.split_at(ID);
            let (number, signature) = rest.split_at(NUMBER);
            let (id, number) = (Uuid::from_slice(id).ok()?, number.try_into().ok()?);
            let signed = |secret| mac(secret, id, number).verify_slice(signature).is_ok();
            secrets.all().any(signed).then_some((id, number))
        });
        Self(known.collect())
    }

    /// This browser's number for an account that has signed in on it.
    pub fn number(&self, user_id: Uuid) -> Option<DeviceNumber> {
        self.0.iter().find(|(id, _)| *id == user_id).map(|(_, number)| *number)
    }

    /// The cookie's value once the account has signed in.
    pub fn with(mut self, user_id: Uuid, secret: &Secret) -> String {
        let number = self.number(user_id).unwrap_or_else(rand::random);
        self.0.retain(|(id, _)| *id != user_id);
        self.0.insert(0, (user_id, number));
        let known = self.0.iter().take(ACCOUNTS_MOST).map(|(id, number)| {
            let signature = mac(secret, *id, *number).finalize().into_bytes();
            URL_SAFE_NO_PAD.encode([id.as_bytes(), &number[..], &signature[..]].concat())
        });
        known.collect::<Vec<_>>().join(".")
    }
}

fn mac(secret: &Secret, user_id: Uuid, number: DeviceNumber) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(b"device:");
    mac.update(user_id.as_bytes());
    mac.update(&number);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(secret: &str) -> SessionSecrets {
        SessionSecrets::new(Secret::new(secret), None)
    }

    #[test]
    fn a_browser_knows_the_accounts_that_signed_in_last() {
        let secrets = secrets("a secret");
        let users: Vec<Uuid> = (0..6).map(|_| Uuid::now_v7()).collect();
        let mut text = String::new();
        for user in &users {
            text = Devices::parse(&text, &secrets).with(*user, secrets.current());
        }
        let devices = Devices::parse(&text, &secrets);
        let known: Vec<bool> = users.iter().map(|user| devices.number(*user).is_some()).collect();
        assert_eq!(known, [false, false, true, true, true, true]);
        let number = devices.number(users[5]);
        assert_eq!(
            Devices::parse(&devices.with(users[5], secrets.current()), &secrets).number(users[5]),
            number
        );
    }

    #[test]
    fn what_was_not_signed_here_is_nothing() {
        let user = Uuid::now_v7();
        let text = Devices::default().with(user, &Secret::new("one"));
        assert!(Devices::parse(&text, &secrets("two")).number(user).is_none());
        let mut forged = URL_SAFE_NO_PAD.decode(&text).expect("base64");
        forged[..ID].copy_from_slice(Uuid::now_v7().as_bytes());
        assert!(Devices::parse(&URL_SAFE_NO_PAD.encode(forged), &secrets("one")).0.is_empty());
        for bad in ["", ".", "abc", &"A".repeat(10_000)] {
            assert!(Devices::parse(bad, &secrets("one")).0.is_empty());
        }
    }
}
