//! Session tokens: 256 random bits in the cookie, their keyed hash in the database, so that reading the database does not
//! let anyone sign in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::{Secret, SessionSecrets};

/// What the cookie holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Reads a cookie's value; `None` for anything [`Token::to_text`] would not have written.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database holds: HMAC-SHA-256 under SESSION_SECRET.
    pub fn hash(&self, secret: &Secret) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(b"session:");
        mac.update(&self.0);
        mac.finalize().into_bytes().into()
    }

    /// What the database may hold: the hash under the current secret first.
    pub fn hashes(&self, secrets: &SessionSecrets) -> Vec<Vec<u8>> {
        secrets.all().map(|secret| self.hash(secret).to_vec()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_cookie() {
        let token = Token::random();
        assert!(Token::parse(&token.to_text()) == Some(token));
        for bad in ["", "abc", "===", &"A".repeat(44)] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn another_secret_gives_another_hash() {
        let token = Token::random();
        assert_ne!(token.hash(&Secret::new("one")), token.hash(&Secret::new("two")));
    }
}
