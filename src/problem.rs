//! What is wrong with a program's request, as RFC 9457 has it: `application/problem+json`, in English.

use std::sync::LazyLock;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentArgs;
use serde::Serialize;
use utoipa::ToSchema;

use crate::forms::Form;
use crate::language::Language;
use crate::locales::Messages;

static MESSAGES: LazyLock<Option<Messages>> = LazyLock::new(|| Messages::load(Language::English).ok());

#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    status: u16,
    /// What is wrong, for people.
    detail: String,
    /// What is wrong with single fields of the body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    /// By which an operator finds the request in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    pub detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, detail: String) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail,
            errors: Vec::new(),
            request_id: None,
        }
    }

    /// A body that is refused for its fields: 422.
    pub fn of_fields(errors: Vec<FieldProblem>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { errors, ..Self::new(status, text("error-fields")) }
    }

    /// A body with which something is wrong, as its form says it: 422.
    pub fn of_form(form: &Form) -> Self {
        let say = |error| {
            let value = serde_json::to_value(error).ok()?;
            MESSAGES.as_ref()?.of_value(&value).ok()
        };
        let mut problem = Self::of_fields(Vec::new());
        for (field, error) in form.errors() {
            let detail = say(error).unwrap_or_default();
            match field {
                Some(field) => problem.errors.push(FieldProblem { field: field.to_owned(), detail }),
                None => problem.detail = detail,
            }
        }
        problem
    }
}

/// A message that takes no arguments, in English.
pub fn text(id: &str) -> String {
    MESSAGES.as_ref().and_then(|messages| messages.text(id, &FluentArgs::new()).ok()).unwrap_or_default()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
