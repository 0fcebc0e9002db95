//! Reading a posted form: `application/x-www-form-urlencoded`, as browsers send it.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode;
use tokio::time::timeout;

use super::{Field, Form, FormError};

/// How long a form may take to arrive. Shorter than a request's own limit, so that its answer is the client's 408 and not
/// our 503.
const ARRIVAL_MOST: Duration = Duration::from_secs(20);

/// The fields of a request's body, each with every value it was sent with.
#[derive(Debug, Default)]
pub struct Posted(BTreeMap<String, Vec<Decoded>>);

/// A value; where its bytes were not UTF-8, what could be read of it.
#[derive(Debug, PartialEq, Eq)]
struct Decoded {
    text: String,
    is_utf8: bool,
}

impl Posted {
    /// These fields as a form. What was sent twice or is not text is an error of its field; fields of
    /// other names are left out.
    pub fn form(mut self, names: &[&'static str]) -> Form {
        let mut form = Form::default();
        for name in names {
            form.fields.insert(name, field(self.0.remove(*name).unwrap_or_default()));
        }
        form
    }
}

impl Posted {
    /// Whether the person said yes to the question before something is destroyed.
    pub fn is_confirmed(&self) -> bool {
        self.value("confirmed") == Some("yes")
    }

    /// The same, where this field may be sent several times, as checkboxes of one name are: its values become one, with spaces between
    /// them. [`Form::choices`] reads it.
    #[must_use]
    pub fn several(mut self, name: &str) -> Self {
        if let Some(values) = self.0.get_mut(name) {
            let texts: Vec<&str> = values.iter().map(|one| one.text.as_str()).collect();
            let joined = Decoded { text: texts.join(" "), is_utf8: values.iter().all(|one| one.is_utf8) };
            *values = vec![joined];
        }
        self
    }

    /// The first value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        Some(self.0.get(name)?.first()?.text.as_str())
    }

    /// The fields whose names begin with a prefix, under the rest of their names.
    pub fn below(&self, prefix: &str) -> Self {
        let below = self.0.iter().filter_map(|(name, values)| {
            let values = values.iter().map(|one| Decoded { text: one.text.clone(), is_utf8: one.is_utf8 });
            Some((name.strip_prefix(prefix)?.to_owned(), values.collect()))
        });
        Self(below.collect())
    }

    /// Every field with its first value.
    pub fn into_fields(self) -> impl Iterator<Item = (String, String)> {
        let first = |(name, values): (String, Vec<Decoded>)| Some((name, values.into_iter().next()?.text));
        self.0.into_iter().filter_map(first)
    }
}

fn field(mut values: Vec<Decoded>) -> Field {
    let error = match values.as_slice() {
        [] | [Decoded { is_utf8: true, .. }] => None,
        [_] => Some(FormError::NotText),
        _ => Some(FormError::SentTwice),
    };
    let present = !values.is_empty();
    let value = if present { values.swap_remove(0).text } else { String::new() };
    Field { value, error, present }
}

/// Decodes a body. Total: any bytes give some fields.
pub fn decode(body: &[u8]) -> Posted {
    let mut fields: BTreeMap<String, Vec<Decoded>> = BTreeMap::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = unescape(halves.next().unwrap_or_default());
        let value = unescape(halves.next().unwrap_or_default());
        fields.entry(name.text).or_default().push(value);
    }
    Posted(fields)
}

fn unescape(bytes: &[u8]) -> Decoded {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, is_utf8: true },
        Err(error) => {
            Decoded { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), is_utf8: false }
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    /// 408 for a body that does not arrive in time, 413 for one over the limit, 415 for another content type.
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        // A form without fields is posted without a body, by some clients without a type.
        let is_form = kind.split(';').next().is_some_and(|kind| {
            kind.is_empty() || kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if !is_form {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        match timeout(ARRIVAL_MOST, Bytes::from_request(request, state)).await {
            Ok(body) => Ok(decode(&body.map_err(IntoResponse::into_response)?)),
            Err(_) => Err(StatusCode::REQUEST_TIMEOUT.into_response()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(body: &[u8]) -> Form {
        decode(body).form(&["title", "after"])
    }

    #[test]
    fn fields_are_unescaped() {
        let form = form(b"title=a+b%26c%3D%C3%A4&after=");
        assert_eq!(form.value("title"), "a b&c=ä");
        assert!(form.is_valid() && form.fields["after"].present);
    }

    #[test]
    fn a_field_sent_twice_is_an_error_of_that_field() {
        let form = form(b"title=a&title=b");
        assert_eq!(form.fields["title"].error, Some(FormError::SentTwice));
        assert_eq!(form.value("title"), "a");
    }

    #[test]
    fn checkboxes_of_one_name_are_one_field() {
        let decoded = |body: &[u8]| decode(body).several("with").form(&["with"]);
        let choices = |body: &[u8]| {
            let mut form = decoded(body);
            let chosen = form.choices("with", |word| ["a", "b"].into_iter().find(|one| *one == word));
            form.is_valid().then_some(chosen)
        };
        assert_eq!(choices(b"with=a&with=b&with=a"), Some(vec!["a", "b"]));
        assert_eq!(choices(b""), Some(vec![]));
        assert_eq!(choices(b"with=a&with=c"), None);
        assert_eq!(decoded(b"with=a&with=c").value("with"), "a c", "what was chosen stays");
        assert!(!decoded(b"with=a&with=%FF").is_valid());
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error_of_their_field() {
        let form = form(b"title=a%FFb&after=x");
        assert!(form.fields["title"].error.is_some() && form.fields["after"].error.is_none());
    }

    #[test]
    fn a_broken_escape_is_taken_as_it_stands() {
        assert_eq!(form(b"title=100%&=x&&").value("title"), "100%");
    }

    proptest! {
        #[test]
        fn any_bytes_give_some_fields(body: Vec<u8>) {
            form(&body);
        }

        #[test]
        fn what_a_browser_encodes_is_what_is_read(title in "\\PC{0,40}") {
            let body = format!("title={}", super::super::encode_query(&title));
            let form = form(body.as_bytes());
            prop_assert_eq!(form.value("title"), title);
        }
    }
}
