//! `POST /cards/{card_id}/title`: a card's title, changed in its place.

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::card::{self, Card};
use crate::pages;
use crate::views::cards::CardPage;

/// `POST /cards/{card_id}/title`
pub async fn update(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let id = on.thing.id;
    let mut form = posted.form(&["title"]);
    let title = form.line("title", card::TITLE_MOST);
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let page = pages::cards::show(&conn, on.reading(), id, None).await?;
        return on.refuse(&CardPage { title_form: form, ..page });
    }
    on.change(&mut conn, async |change| on.thing.rename(change, &title).await).await?;
    on.answer_card(&conn, id).await
}
