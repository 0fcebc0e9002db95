//! `/boards/{board_id}/copy`

use super::extract::{Look, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::board::copying::{BoardPart, CopyError, NewCopy};
use crate::models::board::{self, Board};
use crate::pages;

/// `GET /boards/{board_id}/copy`
pub async fn new(on: On<Board, Look>) -> AppResult {
    let form = pages::board_copies::new_form(&on.access);
    on.show(&pages::board_copies::new(&*on.conn().await?, &on.access, form).await?)
}

/// `POST /boards/{board_id}/copy`: another board, which is the reader's. This one is only read.
pub async fn create(on: On<Board, Look>, posted: Posted) -> AppResult {
    let mut form = posted.several("with").form(&["title", "with"]);
    let title = form.line("title", board::TITLE_MOST);
    let parts = form.choices("with", BoardPart::parse);
    let (now, limits) = (on.app.clock.now(), &on.app.config.files);
    let mut conn = on.conn().await?;
    if form.is_valid() {
        let new = NewCopy { title: &title, parts: &parts, progress: true };
        match on.thing.copy(&mut conn, new, on.principal.id, now, limits).await {
            Ok(board) => return on.go(format!("/boards/{}", board.id)),
            Err(CopyError::Change(error)) => return Err(error.into()),
            Err(CopyError::NoRoom) => form.fail_whole(FormError::over_board_quota(limits)),
        }
    }
    on.refuse(&pages::board_copies::new(&conn, &on.access, form).await?)
}
