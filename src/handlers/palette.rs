//! `/palette`: what the palette offers for what is typed.

use axum::extract::Query;
use serde::Deserialize;

use super::extract::SignedIn;
use crate::error::AppResult;
use crate::forms::encode_query;
use crate::models::search::palette::Offers;
use crate::time_zone::LocalTime;
use crate::views::palette::PaletteOffers;

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    q: String,
}

/// `GET /palette`: a part of every page. Without a script the same is the page of search.
pub async fn index(user: SignedIn, Query(typed): Query<Typed>) -> AppResult {
    if !user.is_htmx() {
        return user.go(format!("/search?q={}", encode_query(&typed.q)));
    }
    let time = LocalTime { now: user.app.clock.now(), zone: user.principal.time_zone() };
    let offers = Offers::find(&*user.conn().await?, user.principal.id, &typed.q, time).await?;
    user.show(&PaletteOffers::new(offers, &typed.q))
}
