//! `/my`: what is a person's to do, over all boards.

use axum::extract::Query;
use serde::Deserialize;

use super::extract::SignedIn;
use crate::error::AppResult;
use crate::models::work::WorkPart;
use crate::pages;
use crate::time_zone::LocalTime;

/// Which part of it the page shows; what makes no sense is left out.
#[derive(Deserialize)]
pub struct Looked {
    #[serde(default)]
    part: String,
    /// From 1.
    #[serde(default)]
    page: String,
}

/// `GET /my`
pub async fn index(user: SignedIn, Query(looked): Query<Looked>) -> AppResult {
    let time = LocalTime { now: user.app.clock.now(), zone: user.principal.time_zone() };
    let (conn, id) = (user.conn().await?, user.principal.id);
    let page = match WorkPart::parse(&looked.part) {
        None => pages::work::index(&conn, id, time).await?,
        Some(part) => pages::work::part(&conn, id, part, looked.page.parse().unwrap_or(1), time).await?,
    };
    user.show(&page)
}
