//! The API, for people to read.

use serde::Serialize;

use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct ApiDocs {
    pub about: String,
    /// A request to try.
    pub example: String,
    pub groups: Vec<Group>,
    pub things: Vec<Thing>,
}

impl View for ApiDocs {
    const PAGE: Option<&'static str> = Some("api_docs/show.html");
}

#[derive(Debug, Serialize)]
pub struct Group {
    pub name: String,
    pub routes: Vec<ApiRoute>,
}

#[derive(Debug, Serialize)]
pub struct ApiRoute {
    pub method: String,
    pub path: String,
    pub summary: String,
    pub about: String,
    pub parameters: Vec<Entry>,
    /// Of the body.
    pub fields: Vec<Entry>,
    pub answers: Vec<Entry>,
}

/// What goes over the wire.
#[derive(Debug, Serialize)]
pub struct Thing {
    pub name: String,
    pub fields: Vec<Entry>,
}

#[derive(Debug, Serialize)]
pub struct Entry {
    pub name: String,
    /// Where a parameter stands, or what kind of value it is.
    pub place: String,
    pub about: String,
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT};

    impl Samples for ApiDocs {
        fn samples(_: &Access) -> Vec<Self> {
            let text = || TEXT.to_owned();
            let entry = || vec![Entry { name: text(), place: text(), about: text() }];
            let route = |parameters, fields| ApiRoute {
                method: text(),
                path: text(),
                summary: text(),
                about: text(),
                parameters,
                fields,
                answers: entry(),
            };
            let empty = ApiRoute { about: String::new(), ..route(vec![], vec![]) };
            let groups = vec![Group { name: text(), routes: vec![route(entry(), entry()), empty] }];
            let things = vec![Thing { name: text(), fields: entry() }];
            vec![
                Self { about: text(), example: text(), groups, things },
                Self { about: text(), example: text(), groups: vec![], things: vec![] },
            ]
        }
    }
}
