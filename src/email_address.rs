//! E-mail addresses: which are taken, and the one form of all spellings of one.
//!
//! Everything that finds or counts an account by its address does so by [`canonical`], and by no other rule: where two
//! places fold differently, one account has many names, and each of them a budget of guesses.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Bytes; RFC 5321, section 4.5.3.1.1.
const LOCAL_PART_MOST: usize = 64;

/// Whether mail can be sent to this address: a plain local part (RFC 5322's dot-atom, RFC 6532's letters) at a domain.
/// Whether it arrives is for a mail to find out.
pub fn is_deliverable(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_of_atom);
    local.len() <= LOCAL_PART_MOST && local.split('.').all(is_atom) && is_domain(domain)
}

fn is_of_atom(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    }
    // Marks that nobody sees, or that turn the direction, would make two addresses look like one.
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
    )
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    // Strict: letters, digits and hyphens alone, so no literals such as [192.0.2.1], whose dots and digits pass else.
    idna::domain_to_ascii_strict(domain).is_ok_and(|ascii| {
        ascii.len() <= 253 && ascii.split('.').all(is_label) && ascii.parse::<std::net::Ipv4Addr>().is_err()
    })
}

/// The form that all spellings of an address share: the local part composed (NFC) and with its case folded by Unicode's rule,
/// which no locale changes; the domain in UTS 46's ASCII form.
pub fn canonical(address: &str) -> String {
    let fold = |text: &str| text.chars().nfc().default_case_fold().nfc().collect::<String>();
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| fold(domain));
            format!("{}@{domain}", fold(local))
        }
        None => fold(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_an_address_have_one_form() {
        for (one, other) in [
            ("Ada@Example.COM", "ada@example.com"),
            ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
            ("ada@bu\u{308}cher.example", "ada@bücher.example"),
            ("jose\u{301}@example.com", "JOSÉ@example.com"),
            ("STRASSE@example.com", "straße@example.com"),
            ("İ@example.com", "i\u{307}@example.com"),
            ("ΣΊΣΥΦΟΣ@example.com", "σίσυφος@example.com"),
            ("\u{212a}@example.com", "k@example.com"),
        ] {
            assert_eq!(canonical(one), canonical(other), "{one}");
            assert_eq!(canonical(&canonical(one)), canonical(one), "{one}");
        }
        assert_ne!(canonical("i@example.com"), canonical("İ@example.com"));
        assert_ne!(canonical("i@example.com"), canonical("ı@example.com"));
    }

    #[test]
    fn what_no_mail_reaches_is_no_address() {
        let long = format!("{}@example.com", "a".repeat(65));
        for good in [
            "ada@example.com",
            "a.d+a_'x@mail.example.co.uk",
            "ada@localhost",
            "用户@例え.jp",
            "josé@bücher.example",
        ] {
            assert!(is_deliverable(good), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a@b@c.example",
            ".ada@example.com",
            "a..da@example.com",
            "ada@example..com",
            "ada@.example.com",
            "ada@example.com.",
            "ada@-example.com",
            "ada@exa_mple.com",
            "a da@example.com",
            "ada@[192.0.2.1]",
            "ada@192.0.2.1",
            "ada@[IPv6:::1]",
            "ada(work)@example.com",
            "\"ada\"@example.com",
            "<ada@example.com>",
            "ada@example.com,eve@example.com",
            "a\\da@example.com",
            "a\u{200b}da@example.com",
            "ada@exa\u{200b}mple.com\u{7}",
            "a\u{202e}da@example.com",
            "ada\u{200f}@example.com",
            "a\u{ad}da@example.com",
            "a\u{feff}da@example.com",
            &long,
        ] {
            assert!(!is_deliverable(bad), "{bad:?}");
        }
    }
}
