//! `/api` and `/api/openapi.json`: what programs can ask for.

use std::sync::LazyLock;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::extract::Visit;
use crate::api;
use crate::error::AppResult;
use crate::views::api_docs::{ApiDocs, ApiRoute, Entry, Group, Thing};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(api::routes().1).unwrap_or_default());

/// `GET /api/openapi.json`
pub async fn document(_: Visit) -> Response {
    Json(&*DOCUMENT).into_response()
}

/// `GET /api`
pub async fn show(visit: Visit) -> AppResult {
    let mut groups: Vec<Group> = Vec::new();
    for (path, routes) in DOCUMENT["paths"].as_object().into_iter().flatten() {
        for (method, route) in routes.as_object().into_iter().flatten() {
            let name = text(&route["tags"][0]);
            let route = described(path, method, route);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.routes.push(route),
                None => groups.push(Group { name, routes: vec![route] }),
            }
        }
    }
    let schemas = DOCUMENT["components"]["schemas"].as_object();
    let thing = |(name, schema): (&String, &Value)| Thing { name: name.clone(), fields: fields(schema) };
    visit.show(&ApiDocs {
        about: text(&DOCUMENT["info"]["description"]),
        example: format!(
            "curl -H \"Authorization: Bearer xt_…\" {}/api/v1/me",
            visit.app.config.domain.origin()
        ),
        groups,
        things: schemas.into_iter().flatten().map(thing).collect(),
    })
}

fn described(path: &str, method: &str, route: &Value) -> ApiRoute {
    let parameter = |one: &Value| Entry {
        name: text(&one["name"]),
        place: text(&one["in"]),
        about: text(&one["description"]),
    };
    let body = &route["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let schema = body.as_str().and_then(|reference| DOCUMENT.pointer(reference.trim_start_matches('#')));
    let answer = |(status, answer): (&String, &Value)| Entry {
        name: status.clone(),
        place: kind(&answer["content"]["application/json"]["schema"]),
        about: text(&answer["description"]),
    };
    ApiRoute {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&route["summary"]),
        about: text(&route["description"]),
        parameters: route["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
        fields: schema.map(fields).unwrap_or_default(),
        answers: route["responses"].as_object().into_iter().flatten().map(answer).collect(),
    }
}

fn fields(schema: &Value) -> Vec<Entry> {
    let properties = schema["properties"].as_object();
    let entry = |(name, field): (&String, &Value)| Entry {
        name: name.clone(),
        place: kind(field),
        about: text(&field["description"]),
    };
    properties.into_iter().flatten().map(entry).collect()
}

/// What kind of value a schema describes, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return name.to_owned();
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("list of {}", kind_of_items(schema)),
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" or ")
        }
        _ => String::new(),
    }
}

fn kind_of_items(schema: &Value) -> String {
    kind(&schema["items"])
}

fn text(value: &Value) -> String {
    // It is written in Markdown.
    value.as_str().unwrap_or_default().replace('`', "")
}
