//! All files of a board.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use crate::error::AppResult;
use crate::forms::encode_query;
use crate::models::access::Access;
use crate::models::file::listing::{ListedFile, Search};
use crate::views::files::{BoardFiles, FileView, OrderChoice};
use crate::views::pager::Page;

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
    let count = ListedFile::count_of_board(conn, access.board.id, &search.words).await?;
    let page = Page::new(number, count, PAGE, |number| {
        let (id, words, order) = (access.board.id, encode_query(&search.words.text), search.order.word());
        format!("/boards/{id}/files?q={words}&sort={order}&page={number}")
    });
    let files = ListedFile::of_board(conn, access.board.id, &search, page.offset, PAGE).await?;
    let Search { words, order } = search;
    Ok(BoardFiles {
        board: access.into(),
        files: FileView::all(files, now),
        orders: OrderChoice::all(order),
        count,
        pager: page.pager,
        query: words.text,
    })
}
