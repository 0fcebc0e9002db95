//! What a program sends: a JSON object, read as the fields of a form, so that both are weighed alike.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::forms::{Form, Posted, decode};
use crate::problem::{FieldProblem, Problem};

pub struct Body(Map<String, Value>);

impl Body {
    /// Whether a field was sent.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The fields as a form. Null is an empty field; lists of texts are fields that were sent several times.
    ///
    /// # Errors
    /// 422 for a field that is not known here, and for what no field can hold.
    pub fn form(&self, names: &[&'static str]) -> Result<Form, Problem> {
        Ok(self.posted(names)?.form(names))
    }

    /// # Errors
    /// As [`Body::form`].
    pub fn posted(&self, names: &[&'static str]) -> Result<Posted, Problem> {
        let mut errors = Vec::new();
        let mut fail = |field: &str, detail: &str| {
            errors.push(FieldProblem { field: field.to_owned(), detail: detail.to_owned() });
        };
        let mut fields = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            if !names.contains(&name.as_str()) {
                fail(name, &format!("There is no such field here. There are: {}.", names.join(", ")));
                continue;
            }
            let values = match value {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            for value in values {
                match value {
                    Value::Null => fields.append_pair(name, ""),
                    Value::Bool(yes) => fields.append_pair(name, if *yes { "on" } else { "" }),
                    Value::Number(number) => fields.append_pair(name, &number.to_string()),
                    Value::String(text) => fields.append_pair(name, text),
                    Value::Array(_) | Value::Object(_) => {
                        fail(name, "This is a text, a number, true, false or null.");
                        &mut fields
                    }
                };
            }
        }
        if errors.is_empty() {
            Ok(decode(fields.finish().as_bytes()))
        } else {
            Err(Problem::of_fields(errors))
        }
    }
}

/// The form's errors as an answer, where there are any.
pub fn check(form: &Form) -> Result<(), Problem> {
    if form.is_valid() { Ok(()) } else { Err(Problem::of_form(form)) }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    /// 415 for another content type, 400 for what is no JSON object.
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let detail = "The body has to be JSON, with Content-Type: application/json.".to_owned();
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into_response());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let bad = |detail: String| Problem::new(StatusCode::BAD_REQUEST, detail).into_response();
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(bad("The body has to be a JSON object.".to_owned())),
            Err(error) => Err(bad(format!("The body is no JSON: {error}."))),
        }
    }
}
