//! `GET /boards/{board_id}/people`: members to name or to give a card to, found while typing.

use axum::extract::Query;
use serde::Deserialize;

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::filter::words::Words;
use crate::models::member::Member;
use crate::views::people::PeoplePage;

/// As many as are looked over at a glance.
const FOUND_MOST: i64 = 10;

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// `GET /boards/{board_id}/people`, with `?q=` those whose name or handle holds it
pub async fn index(on: On<Board, Look>, Query(search): Query<Search>) -> AppResult {
    let words = Words::parse(&search.q);
    let found = Member::search(&mut *on.conn().await?, on.thing.id, &words, FOUND_MOST).await?;
    on.show(&PeoplePage::new(&on.access, words, found))
}
