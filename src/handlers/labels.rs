//! `/boards/{board_id}/labels` and `/labels/{label_id}`: what cards can be marked with.

use super::extract::{Edit, Look, On};
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::models::board::Board;
use crate::models::color::Color;
use crate::models::label::{self, Label, NewLabel};
use crate::pages;
use crate::views::confirmations::Question;
use crate::views::labels::LabelsPage;

/// `GET /boards/{board_id}/labels`
pub async fn index(on: On<Board, Look>) -> AppResult {
    on.show(&pages::labels::index(&*on.conn().await?, &on.access).await?)
}

/// `POST /boards/{board_id}/labels`
pub async fn create(on: On<Board, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["name", "color"]);
    let (name, color) = name_and_color(&mut form);
    let new = NewLabel { name: &name, color };
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let page = pages::labels::index(&conn, &on.access).await?;
        return on.refuse(&LabelsPage { form, ..page });
    }
    on.change(&mut conn, async |change| Label::create(change, new).await).await?;
    on.answer(path(&on.access.board), pages::labels::index(&conn, &on.access)).await
}

/// `POST /labels/{label_id}`
pub async fn update(on: On<Label, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["name", "color"]);
    let (name, color) = name_and_color(&mut form);
    let new = NewLabel { name: &name, color };
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        return on.refuse(&pages::labels::index(&conn, &on.access).await?.with_form(on.thing.id, form));
    }
    on.change(&mut conn, async |change| on.thing.update(change, new).await).await?;
    on.answer(path(&on.access.board), pages::labels::index(&conn, &on.access)).await
}

/// `POST /labels/{label_id}/delete`
pub async fn destroy(on: On<Label, Edit>, posted: Posted) -> AppResult {
    let cards = Label::counts_of_board(&*on.conn().await?, on.access.board.id).await?;
    let question = Question::DeleteLabel { n: cards.get(&on.thing.id).copied().unwrap_or(0) };
    let action = format!("/labels/{}/delete", on.thing.id);
    if let Some(page) = on.ask(&posted, question, action, path(&on.access.board))? {
        return Ok(page);
    }
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    on.answer(path(&on.access.board), pages::labels::index(&conn, &on.access)).await
}

fn name_and_color(form: &mut Form) -> (String, Color) {
    (form.optional_line("name", label::NAME_MOST), form.choice("color", Color::parse))
}

fn path(board: &Board) -> String {
    format!("/boards/{}/labels", board.id)
}
