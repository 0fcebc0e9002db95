//! `/boards/{board_id}/fields` and `/fields/{field_id}`: what cards of a board can say beyond what all cards say.

use super::extract::{Edit, Look, On};
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::models::board::Board;
use crate::models::field::choice::{self, NAME_MOST as CHOICE_MOST};
use crate::models::field::kind::FieldKind;
use crate::models::field::{self, Field, FieldError, NewField};
use crate::pages;
use crate::views::confirmations::Question;
use crate::views::fields::FieldsPage;

/// `GET /boards/{board_id}/fields`
pub async fn index(on: On<Board, Look>) -> AppResult {
    on.show(&pages::fields::index(&*on.conn().await?, &on.access).await?)
}

/// `POST /boards/{board_id}/fields`
pub async fn create(on: On<Board, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["name", "kind", "choices", "on_card", "sum"]);
    let kind = form.choice("kind", FieldKind::parse);
    let (name, choices) = name_and_choices(&mut form, kind);
    let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let page = pages::fields::index(&conn, &on.access).await?;
        return on.refuse(&FieldsPage { form, ..page });
    }
    let new = new_field(&form, &name, &choices);
    on.change(&mut conn, async |change| Field::create(change, kind, new).await).await?;
    on.answer(path(&on.access.board), pages::fields::index(&conn, &on.access)).await
}

/// `POST /fields/{field_id}`: all but its kind; a choice that is removed and on cards takes a `confirmed`
pub async fn update(on: On<Field, Edit>, posted: Posted) -> AppResult {
    let is_confirmed = posted.is_confirmed();
    let mut form = posted.form(&["name", "choices", "on_card", "sum"]);
    let (name, choices) = name_and_choices(&mut form, on.thing.kind);
    let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        let new = new_field(&form, &name, &choices);
        match on.change(&mut conn, async |change| on.thing.update(change, new, is_confirmed).await).await {
            Ok(()) => {
                return on.answer(path(&on.access.board), pages::fields::index(&conn, &on.access)).await;
            }
            Err(FieldError::ChoicesInUse { cards }) => {
                form.fail("choices", FormError::ChoicesInUse { cards });
            }
            Err(FieldError::Change(error)) => return Err(error.into()),
        }
    }
    on.refuse(&pages::fields::index(&conn, &on.access).await?.with_form(on.thing.id, form))
}

/// `POST /fields/{field_id}/delete`
pub async fn destroy(on: On<Field, Edit>, posted: Posted) -> AppResult {
    let cards = Field::counts_of_board(&*on.conn().await?, on.access.board.id).await?;
    let question = Question::DeleteField { n: cards.get(&on.thing.id).copied().unwrap_or(0) };
    let action = format!("/fields/{}/delete", on.thing.id);
    if let Some(page) = on.ask(&posted, question, action, path(&on.access.board))? {
        return Ok(page);
    }
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    on.answer(path(&on.access.board), pages::fields::index(&conn, &on.access)).await
}

/// The choices of a field that has none are not read.
fn name_and_choices(form: &mut Form, kind: FieldKind) -> (String, Vec<String>) {
    let name = form.line("name", field::NAME_MOST);
    let choices = if kind == FieldKind::Choice {
        form.lines("choices", choice::OF_FIELD_MOST, CHOICE_MOST)
    } else {
        Vec::new()
    };
    (name, choices)
}

fn new_field<'a>(form: &Form, name: &'a str, choices: &'a [&'a str]) -> NewField<'a> {
    let (on_card, shows_sum) = (form.value("on_card") == "on", form.value("sum") == "on");
    NewField { name, on_card, shows_sum, choices }
}

fn path(board: &Board) -> String {
    format!("/boards/{}/fields", board.id)
}
