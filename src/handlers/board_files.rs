//! `/boards/{board_id}/files`: all files of a board.

use axum::extract::{Query, State};
use serde::Deserialize;

use super::page;
use crate::app::App;
use crate::auth::Reached;
use crate::error::AppResult;
use crate::forms::encode_query;
use crate::models::access::Access;
use crate::models::file::listing::{ListedFile, Order};
use crate::views::files::{BoardFiles, FileView, OrderChoice};

/// Files a page.
const PAGE: i64 = 50;

/// Characters. What is searched for beyond them is left out.
const QUERY_MOST: usize = 200;

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    /// From 1.
    #[serde(default)]
    page: String,
}

/// `GET /boards/{board_id}/files`
pub async fn index(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    Query(search): Query<Search>,
) -> AppResult {
    // PostgreSQL's text has no NUL.
    let query: String = search.q.trim().replace('\0', "").chars().take(QUERY_MOST).collect();
    let order = Order::parse(&search.sort).unwrap_or_default();
    let mut conn = app.db.conn().await?;
    let count = ListedFile::count_of_board(&mut conn, access.board.id, &query).await?;
    let pages = (count + PAGE - 1) / PAGE;
    let number = search.page.parse().unwrap_or(1).clamp(1, pages.max(1));
    let wanted = (access.board.id, query.as_str(), order);
    let files = ListedFile::of_board(&mut conn, wanted, ((number - 1) * PAGE, PAGE)).await?;
    let path = |number: i64| {
        let (id, query, order) = (access.board.id, encode_query(&query), order.word());
        format!("/boards/{id}/files?q={query}&sort={order}&page={number}")
    };
    let view = BoardFiles {
        board: (&access).into(),
        files: FileView::all(files, app.clock.now()),
        orders: OrderChoice::all(order),
        count,
        previous: (number > 1).then(|| path(number - 1)),
        next: (number < pages).then(|| path(number + 1)),
        query,
    };
    page(&app, &user, &view)
}
