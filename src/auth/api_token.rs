//! The tokens of programs: `xt_` and 256 random bits with a checksum, so that scanners know a leaked one and a mistyped one is
//! told from an unknown one without a query. The database holds their keyed hash alone.

use data_encoding::{Encoding, Specification};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

use crate::config::{Secret, SessionSecrets};

const PREFIX: &str = "xt_";
const BYTES: usize = 32;
const CHECKSUM: usize = 4;

/// Base 32 in lower case, which a double click marks whole.
static LETTERS: LazyLock<Encoding> = LazyLock::new(|| {
    let mut letters = Specification::new();
    letters.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    letters.encoding().expect("32 different letters")
});

#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken([u8; BYTES]);

impl ApiToken {
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// `None` for anything [`ApiToken::to_text`] would not have written.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = LETTERS.decode(text.strip_prefix(PREFIX)?.as_bytes()).ok()?;
        let (bytes, sum) = bytes.split_at_checked(BYTES)?;
        let token = Self(bytes.try_into().ok()?);
        (token.checksum() == sum).then_some(token)
    }

    /// Shown once, to whom it is made for.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", LETTERS.encode(&[&self.0[..], &self.checksum()].concat()))
    }

    /// Its end, by which its owner knows it in a list.
    pub fn hint(&self) -> String {
        let text = self.to_text();
        text[text.len() - 4..].to_owned()
    }

    /// HMAC-SHA-256 under SESSION_SECRET; another one than that of a cookie with the same bytes.
    pub fn hash(&self, secret: &Secret) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(b"api:");
        mac.update(&self.0);
        mac.finalize().into_bytes().into()
    }

    /// What the database may hold: the hash under the current secret first.
    pub fn hashes(&self, secrets: &SessionSecrets) -> Vec<Vec<u8>> {
        secrets.all().map(|secret| self.hash(secret).to_vec()).collect()
    }

    fn checksum(&self) -> [u8; CHECKSUM] {
        let mut sum = [0; CHECKSUM];
        sum.copy_from_slice(&Sha256::digest(self.0)[..CHECKSUM]);
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_and_a_mistyped_one_is_none() {
        let text = ApiToken::random().to_text();
        assert!(
            text.starts_with("xt_")
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        );
        assert!(ApiToken::parse(&text).is_some_and(|token| token.to_text() == text));
        let other = if text.ends_with('a') { "c" } else { "a" };
        for bad in
            ["", "xt_", &text[3..], &text[..text.len() - 1], &format!("{}{other}", &text[..text.len() - 2])]
        {
            assert!(ApiToken::parse(bad).is_none(), "{bad}");
        }
    }
}
