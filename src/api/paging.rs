//! Lists in pages: each names the next one by where it begins, so that what is added meanwhile moves nothing.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

/// Things on a page, where nothing else is asked for, and at most.
const USUAL: i64 = 100;
const MOST: i64 = 200;

#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many, from 1 to 200; 100 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where the page begins: the id of the last thing before it. The `Link` header of each page names the next one.
    pub cursor: Option<Uuid>,
}

impl Paging {
    /// One more than the page has, so that it is known whether there is another.
    pub fn wanted(self) -> i64 {
        self.limit() + 1
    }

    fn limit(self) -> i64 {
        self.limit.unwrap_or(USUAL).clamp(1, MOST)
    }

    /// The page's things of those that were `wanted`, and the address of the next page in a `Link` header.
    pub fn answer<T, J: Serialize>(
        self,
        path: &str,
        filter: &[(&str, String)],
        mut things: Vec<T>,
        id: impl Fn(&T) -> Uuid,
        json: impl Fn(T) -> J,
    ) -> Response {
        let limit = self.limit();
        let has_next = things.len() as i64 > limit;
        things.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = things.last().filter(|_| has_next).map(|last| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(filter);
            query.append_pair("limit", &limit.to_string()).append_pair("cursor", &id(last).to_string());
            format!("<{path}?{}>; rel=\"next\"", query.finish())
        });
        let things: Vec<J> = things.into_iter().map(json).collect();
        let mut response = Json(things).into_response();
        if let Some(next) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
            response.headers_mut().insert(header::LINK, next);
        }
        response
    }
}
