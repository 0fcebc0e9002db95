//! The header `Content-Disposition`: whether a browser shows a file or saves it, and under which name (RFC 6266).

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a browser is to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Show it, where it can.
    Inline,
    /// Save it.
    Attachment,
}

impl Disposition {
    /// The header's value for a file of this name, whatever the name.
    ///
    /// A name of plain ASCII is given as it is. Any other is given twice: spelled out by RFC 8187, and for old
    /// clients with a `_` for each character that cannot be said or that some of them read as more than itself.
    pub fn header(self, name: &str) -> HeaderValue {
        let kind = match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        };
        let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        let value = if plain == name {
            format!("{kind}; filename=\"{plain}\"")
        } else {
            format!(
                "{kind}; filename=\"{plain}\"; filename*=UTF-8''{}",
                utf8_percent_encode(name, NOT_IN_ATTR)
            )
        };
        HeaderValue::try_from(value).expect("ASCII without control characters")
    }
}

/// All but the `attr-char` of RFC 8187.
const NOT_IN_ATTR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// A quoted string could hold quotes, backslashes and percent signs; clients differ in how they read them.
fn is_plain(c: char) -> bool {
    (c == ' ' || c.is_ascii_graphic()) && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    fn attachment(name: &str) -> String {
        Disposition::Attachment.header(name).to_str().expect("ASCII").to_owned()
    }

    #[test]
    fn a_plain_name_is_given_as_it_is() {
        assert_eq!(attachment("plan b; 2.pdf"), "attachment; filename=\"plan b; 2.pdf\"");
        assert_eq!(Disposition::Inline.header("a.png"), "inline; filename=\"a.png\"");
    }

    #[test]
    fn any_other_name_is_spelled_out() {
        for (name, value) in [
            ("naïve.txt", "filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"),
            ("a\"b.txt", "filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
            ("a\\.txt", "filename=\"a_.txt\"; filename*=UTF-8''a%5C.txt"),
            ("50%20.txt", "filename=\"50_20.txt\"; filename*=UTF-8''50%2520.txt"),
            ("a\r\nb: c", "filename=\"a__b: c\"; filename*=UTF-8''a%0D%0Ab%3A%20c"),
            ("合", "filename=\"_\"; filename*=UTF-8''%E5%90%88"),
        ] {
            assert_eq!(attachment(name), format!("attachment; {value}"));
        }
    }

    proptest! {
        #[test]
        fn any_name_is_said_and_comes_back(name in any::<String>()) {
            let said = attachment(&name);
            prop_assert!(said.chars().all(|c| c == ' ' || c.is_ascii_graphic()));
            // Two quotes, both ours, and nothing that would end a header or begin another.
            prop_assert_eq!(said.matches('"').count(), 2);
            let read = match said.split_once("UTF-8''") {
                Some((_, spelled)) => percent_decode_str(spelled).decode_utf8().expect("UTF-8").into_owned(),
                None => said["attachment; filename=\"".len()..said.len() - 1].to_owned(),
            };
            prop_assert_eq!(read, name);
        }
    }
}
