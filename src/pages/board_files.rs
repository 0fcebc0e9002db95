//! All files of a board.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use crate::error::AppResult;
use crate::forms::encode_query;
use crate::models::access::Access;
use crate::models::file::listing::{ListedFile, Search};
use crate::views::files::{BoardFiles, FileView, OrderChoice};

/// Files per page.
const PAGE: i64 = 50;

/// The page of this number, from 1; the last one where there are not so many.
pub async fn index(
    conn: &mut AsyncPgConnection,
    access: &Access,
    search: Search,
    number: i64,
    now: DateTime<Utc>,
) -> AppResult<BoardFiles> {
    let count = ListedFile::count_of_board(conn, access.board.id, &search.filter).await?;
    let pages = (count + PAGE - 1) / PAGE;
    let number = number.clamp(1, pages.max(1));
    let files = ListedFile::of_board(conn, access.board.id, &search, (number - 1) * PAGE, PAGE).await?;
    let Search { filter, order } = search;
    let path = |number: i64| {
        let (id, words, order) = (access.board.id, encode_query(&filter.words), order.word());
        format!("/boards/{id}/files?q={words}&sort={order}&page={number}")
    };
    Ok(BoardFiles {
        board: access.into(),
        files: FileView::all(files, now),
        orders: OrderChoice::all(order),
        count,
        previous: (number > 1).then(|| path(number - 1)),
        next: (number < pages).then(|| path(number + 1)),
        query: filter.words,
    })
}
