//! `/cards/{card_id}/labels`: which of the board's labels a card has.

use super::extract::{Edit, Id, On};
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::card::Card;
use crate::models::label::Label;
use crate::pages;
use crate::views::cards::CardPage;

/// `POST /cards/{card_id}/labels`
pub async fn create(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["label_id"]);
    let label_id = form.id("label_id");
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let page = pages::cards::show(&conn, on.reading(), on.thing.id, None).await?;
        return on.refuse(&CardPage { label_form: form, ..page });
    }
    on.change(&mut conn, async |change| Label::put_on(change, &on.thing, label_id).await).await?;
    on.answer_card(&conn, on.thing.id).await
}

/// `POST /cards/{card_id}/labels/{label_id}/remove`
pub async fn destroy(on: On<Card, Edit>, Id(label_id): Id) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Label::take_off(change, &on.thing, label_id).await).await?;
    on.answer_card(&conn, on.thing.id).await
}
