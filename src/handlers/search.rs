//! `/search`: what is on all boards of a person.

use axum::extract::Query;
use serde::Deserialize;

use super::extract::SignedIn;
use crate::error::AppResult;
use crate::pages;
use crate::time_zone::LocalTime;

#[derive(Deserialize)]
pub struct Searched {
    #[serde(default)]
    q: String,
    /// From 1.
    #[serde(default)]
    page: String,
}

/// `GET /search`
pub async fn index(user: SignedIn, Query(searched): Query<Searched>) -> AppResult {
    let time = LocalTime { now: user.app.clock.now(), zone: user.principal.time_zone() };
    let number = searched.page.parse().unwrap_or(1);
    let page =
        pages::search::index(&*user.conn().await?, user.principal.id, &searched.q, number, time).await?;
    user.show(&page)
}
