//! The part of an address by which a reply finds its person and card: small enough for the 64 characters that stand before an @, and
//! the same whatever a mail server makes of capital letters.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::config::{Secret, SessionSecrets};

/// Bytes of the HMAC that are kept: 80 bits, and each guess is a mail.
const MAC: usize = 10;

/// The token of a row of `reply_addresses`.
pub fn sign(id: Uuid, secret: &Secret) -> String {
    let whole = mac(id, secret).finalize().into_bytes();
    let parts = [id.as_bytes().as_slice(), &whole[..MAC]].concat();
    BASE32_NOPAD.encode(&parts).to_ascii_lowercase()
}

/// The row's id, where we signed it.
pub fn read(token: &str, secrets: &SessionSecrets) -> Option<Uuid> {
    let bytes: [u8; 16 + MAC] =
        BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).ok()?.try_into().ok()?;
    let (id, given) = bytes.split_first_chunk::<16>()?;
    let id = Uuid::from_bytes(*id);
    secrets.all().any(|secret| mac(id, secret).verify_truncated_left(given).is_ok()).then_some(id)
}

fn mac(id: Uuid, secret: &Secret) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(b"reply:");
    mac.update(id.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_signed_however_it_is_spelled() {
        let (id, secret) = (Uuid::now_v7(), Secret::new("a secret of the tests"));
        let secrets = SessionSecrets::new(Secret::new("another"), Some(secret.clone()));
        let token = sign(id, &secret);
        assert!(token.len() + "reply+".len() <= 64, "{token}");
        for spelled in [token.clone(), token.to_ascii_uppercase()] {
            assert_eq!(read(&spelled, &secrets), Some(id));
        }
        assert_eq!(read(&token, &SessionSecrets::new(Secret::new("another"), None)), None);
        let other = if token.starts_with('a') { "b" } else { "a" };
        for bad in ["", "a", &token[1..], &format!("{token}a"), &format!("{other}{}", &token[1..]), "ä+@"] {
            assert_eq!(read(bad, &secrets), None, "{bad}");
        }
    }
}
