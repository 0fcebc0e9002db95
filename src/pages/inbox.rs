//! What a person is told, page by page.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::notification::{Filter, Line, Reason};
use crate::views::choice::Choice;
use crate::views::inbox::{InboxPage, LineView};
use crate::views::pager::Page;

/// Lines per page.
const LINES: i64 = 50;

/// Which part of the inbox it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    pub filter: Filter,
    /// The page's, from 1.
    pub number: i64,
}

impl Place {
    /// Its address.
    pub fn path(self) -> String {
        format!("/inbox{}", self.query())
    }

    /// What stands behind the `?` of an address, with it; nothing for the whole inbox from its beginning.
    fn query(self) -> String {
        let parts = [
            self.filter.reason.map(|reason| format!("reason={}", reason.word())),
            self.filter.board_id.map(|id| format!("board={id}")),
            (self.number > 1).then(|| format!("page={}", self.number)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// The lines of one page, the last told first.
pub async fn index(conn: &AsyncPgConnection, user_id: Uuid, place: Place) -> AppResult<InboxPage> {
    let Place { filter, number } = place;
    let (count, boards) =
        tokio::try_join!(Line::count(conn, user_id, filter), Line::boards_of_user(conn, user_id))?;
    let page = Page::new(number, count, LINES, |number| Place { filter, number }.path());
    let lines = Line::of_user(conn, user_id, filter, page.offset, LINES).await?;
    Ok(InboxPage {
        lines: lines.into_iter().map(LineView::new).collect(),
        pager: page.pager,
        reason: filter.reason,
        board_id: filter.board_id,
        reasons: Reason::ALL,
        boards: boards.into_iter().map(|(id, title)| Choice { id, title }).collect(),
        query: place.query(),
    })
}
