//! A form that came without a session: what was typed waits in the sign-in page, and is sent on after signing in.

use serde::Serialize;

use super::{Posted, local_path};

/// Where a sign-in form carries the address of the kept form, and before the names of its fields.
const ACTION: &str = "kept_action";
const PREFIX: &str = "kept.";

/// A posted form: where it goes, and its fields. Without passwords, which no page repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptForm {
    pub action: String,
    pub fields: Vec<KeptField>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptField {
    pub name: String,
    pub value: String,
    /// Whether a person typed it, rather than the page.
    pub typed: bool,
}

impl KeptForm {
    /// A form that was posted to `action`; `None` where that is not an address of this site.
    pub fn new(action: &str, posted: Posted) -> Option<Self> {
        let action = local_path(action)?.to_owned();
        let fields = posted.into_fields().filter(|(name, _)| !name.contains("password"));
        let fields = fields.map(|(name, value)| KeptField {
            typed: TYPED.contains(&name.as_str()) && !value.is_empty(),
            name,
            value,
        });
        Some(Self { action, fields: fields.collect() })
    }

    /// The form that a posted sign-in form carries.
    pub fn of(posted: &Posted) -> Option<Self> {
        let action = posted.value(ACTION)?.to_owned();
        Self::new(&action, posted.below(PREFIX))
    }
}

/// The fields that hold text of a person's.
const TYPED: [&str; 5] = ["title", "body", "text", "name", "email"];

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::*;

    fn kept(body: &[u8]) -> Option<KeptForm> {
        KeptForm::of(&decode(body))
    }

    #[test]
    fn a_sign_in_form_carries_another_form() {
        let form =
            kept(b"email=a&password=b&kept_action=/cards/1&kept.title=T&kept.version=3").expect("a form");
        assert_eq!(form.action, "/cards/1");
        let fields: Vec<_> =
            form.fields.iter().map(|one| (one.name.as_str(), one.value.as_str(), one.typed)).collect();
        assert_eq!(fields, [("title", "T", true), ("version", "3", false)]);
    }

    #[test]
    fn no_password_is_kept_and_no_other_site_is_sent_to() {
        let form = kept(b"kept_action=/account&kept.current_password=secret&kept.name=Ada").expect("a form");
        assert_eq!(form.fields.len(), 1);
        assert_eq!(kept(b"kept_action=https://evil.example/&kept.title=T"), None);
        assert_eq!(kept(b"kept_action=//evil.example/&kept.title=T"), None);
        assert_eq!(kept(b"email=a&password=b"), None);
    }
}
