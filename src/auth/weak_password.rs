//! Passwords that guessers try first are refused, with the reason (NIST SP 800-63B, section 3.1.1.2). There are no rules about
//! kinds of characters: they make passwords worse.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::forms::{Form, FormError};

/// The 10,000 most used passwords of at least [`super::password::LEAST`] characters, by the beginnings of their hashes;
/// `common_passwords.py` makes it and names the source.
const COMMON: &[u8] = include_bytes!("common_passwords.bin");
const COMMON_BYTES: usize = 5;

/// Characters that have to be left of a password without what everybody knows of the person.
const OWN_LEAST: usize = 6;

/// Says of a password that is being chosen what is weak about it. `about` is what others know: name, address.
pub fn refuse(form: &mut Form, field: &'static str, password: &str, about: &[&str], config: &Config) {
    let domain = config.domain.to_string();
    let about: Vec<&str> = about.iter().copied().chain([domain.as_str(), "xtablo"]).collect();
    if let Some(weakness) = weakness(password, &about) {
        form.fail(field, weakness);
    }
}

fn weakness(password: &str, about: &[&str]) -> Option<FormError> {
    let folded: Vec<char> = password.to_lowercase().chars().collect();
    if repeats(&folded) {
        Some(FormError::PasswordRepeats)
    } else if is_sequence(&folded) {
        Some(FormError::PasswordSequence)
    } else if is_common(password) {
        Some(FormError::PasswordCommon)
    } else if is_about(&folded, about) {
        Some(FormError::PasswordAboutYou)
    } else {
        None
    }
}

/// One to three characters, again and again.
fn repeats(password: &[char]) -> bool {
    (1..=3).any(|period| {
        password.len() > period && password.iter().skip(period).zip(password).all(|(later, one)| later == one)
    })
}

/// Nearly all characters follow the one before, up or down, in the alphabet, in the digits or on a keyboard.
fn is_sequence(password: &[char]) -> bool {
    const ROWS: [&str; 6] =
        ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm"];
    let mut follows = HashMap::<(char, char), [bool; 2]>::new();
    for row in ROWS {
        for (one, next) in row.chars().zip(row.chars().skip(1)) {
            follows.entry((one, next)).or_default()[0] = true;
            follows.entry((next, one)).or_default()[1] = true;
        }
    }
    let pairs = || password.iter().copied().zip(password.iter().copied().skip(1));
    let breaks = pairs().filter(|pair| pair.0 != pair.1 && !follows.contains_key(pair)).count();
    // "abcdef123456" has one break; a word has one at nearly each letter.
    breaks * 4 <= password.len()
}

fn is_common(password: &str) -> bool {
    let hash = Sha256::digest(password.to_lowercase());
    let (known, _) = COMMON.as_chunks::<COMMON_BYTES>();
    known.binary_search_by(|known| known.as_slice().cmp(&hash[..COMMON_BYTES])).is_ok()
}

/// Little is left without the words that everybody knows.
fn is_about(password: &[char], about: &[&str]) -> bool {
    let is_word = |c: &char| c.is_alphanumeric();
    let mut left: String = password.iter().filter(|c| is_word(c)).collect();
    let mut words: Vec<String> = about
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= 3)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = left.len();
    for word in words {
        left = left.replace(&word, "");
    }
    left.len() < whole && left.chars().count() < OWN_LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: [&str; 3] = ["Ada Lovelace", "ada.lovelace@analytical.example", "boards.example.com"];

    #[test]
    fn what_guessers_try_first_is_refused_with_the_reason() {
        for (password, reason) in [
            ("aaaaaaaaaa", FormError::PasswordRepeats),
            ("abcabcabcabc", FormError::PasswordRepeats),
            ("          ", FormError::PasswordRepeats),
            ("ÄÄÄÄÄääääää", FormError::PasswordRepeats),
            ("1234567890", FormError::PasswordSequence),
            ("9876543210", FormError::PasswordSequence),
            ("abcdefghijk", FormError::PasswordSequence),
            ("abcdef123456", FormError::PasswordSequence),
            ("QwertyUiop", FormError::PasswordSequence),
            ("qwertzuiop", FormError::PasswordSequence),
            ("1122334455", FormError::PasswordSequence),
            ("1q2w3e4r5t", FormError::PasswordCommon),
            ("Password123", FormError::PasswordCommon),
            ("iloveyou123", FormError::PasswordCommon),
            ("4815162342", FormError::PasswordCommon),
            ("adalovelace", FormError::PasswordAboutYou),
            ("Ada-Lovelace-1815", FormError::PasswordAboutYou),
            ("lovelace2026!", FormError::PasswordAboutYou),
            ("analytical.example", FormError::PasswordAboutYou),
            ("xtablo2026", FormError::PasswordAboutYou),
        ] {
            assert_eq!(
                weakness(password, &[ADA.as_slice(), &["xtablo"]].concat()),
                Some(reason),
                "{password}"
            );
        }
    }

    #[test]
    fn what_they_do_not_is_taken() {
        for password in [
            "correct horse battery",
            "five other words in there",
            "a quiet afternoon",
            "tabellenkalkulation",
            "gWx8!q0pZr",
            "Ada likes green tea and rain",
            "Дождь на крыше",
            "雨の日の静かな午後の庭",
        ] {
            assert_eq!(weakness(password, &ADA), None, "{password}");
        }
    }

    #[test]
    fn the_list_is_whole_and_sorted() {
        let (known, rest) = COMMON.as_chunks::<COMMON_BYTES>();
        assert!(rest.is_empty() && known.is_sorted());
        assert_eq!(known.len(), 10_000);
    }
}
