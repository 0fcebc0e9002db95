//! What was found on all boards of a person.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::forms::encode_query;
use crate::models::search::highlight::Highlighter;
use crate::models::search::query::Query;
use crate::models::search::{self, Hit};
use crate::time_zone::LocalTime;
use crate::views::pager::Page;
use crate::views::search::{HitView, SearchPage};

/// Cards per page.
const PAGE: i64 = 20;

/// The page of this number, from 1, of what is as `typed` says; the last one where there are not so many.
pub async fn index(
    conn: &AsyncPgConnection,
    reader: Uuid,
    typed: &str,
    number: i64,
    time: LocalTime,
) -> AppResult<SearchPage> {
    let query = Query::parse(typed, time.today());
    let (found, is_behind) = if query.finds_anything() {
        tokio::try_join!(search::find(conn, reader, &query, time), search::is_behind(conn, reader))?
    } else {
        Default::default()
    };
    let count = i64::try_from(found.cards.len()).unwrap_or(i64::MAX);
    let words = encode_query(&query.typed);
    let page = Page::new(number, count, PAGE, |number| format!("/search?q={words}&page={number}"));
    let shown = usize::try_from(page.offset).unwrap_or_default()..;
    let ids: Vec<Uuid> = found
        .cards
        .get(shown)
        .unwrap_or_default()
        .iter()
        .take(PAGE.unsigned_abs() as usize)
        .copied()
        .collect();
    let hits = Hit::load(conn, reader, &ids, &query.words).await?;
    let highlighter = Highlighter::new(&query.words);
    Ok(SearchPage {
        hits: hits.into_iter().map(|hit| HitView::new(hit, &highlighter, time)).collect(),
        finds_anything: query.finds_anything(),
        query: query.typed,
        notes: query.notes,
        count,
        are_more: found.are_more,
        is_behind,
        pager: page.pager,
    })
}
