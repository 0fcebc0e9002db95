//! `/cards/{card_id}/checklists` and `/checklists/{checklist_id}`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::card::Card;
use crate::models::checklist::{self, Checklist};
use crate::pages;

/// `POST /cards/{card_id}/checklists`
pub async fn create(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["title"]);
    let title = form.line("title", checklist::TITLE_MOST);
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let mut page = pages::cards::show(&conn, on.reading(), on.thing.id, None).await?;
        page.checklists.form = form;
        return on.refuse(&page);
    }
    on.change(&mut conn, async |change| Checklist::create(change, on.thing.id, &title).await).await?;
    on.answer_card(&conn, on.thing.id).await
}

/// `POST /checklists/{checklist_id}`
pub async fn update(on: On<Checklist, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["title"]);
    let title = form.line("title", checklist::TITLE_MOST);
    let card_id = on.thing.card_id;
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let mut page = pages::cards::show(&conn, on.reading(), card_id, None).await?;
        page.checklists.refuse_title(on.thing.id, form);
        return on.refuse(&page);
    }
    on.change(&mut conn, async |change| on.thing.rename(change, &title).await).await?;
    on.answer_card(&conn, card_id).await
}

/// `POST /checklists/{checklist_id}/delete`
pub async fn destroy(on: On<Checklist, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    on.answer_card(&conn, on.thing.card_id).await
}
