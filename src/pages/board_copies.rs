//! What a copy of a board would have.

use diesel_async::AsyncPgConnection;

use crate::error::AppResult;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::board::Board;
use crate::views::board_copies::CopyPage;

pub async fn new(conn: &AsyncPgConnection, access: &Access, form: Form) -> AppResult<CopyPage> {
    Ok(CopyPage::new(access, Board::size(conn, access.board.id).await?, form))
}

/// The board's own title, with its cards.
pub fn new_form(access: &Access) -> Form {
    Form::filled([("title", access.board.title.clone()), ("with", "cards".to_owned())])
}
