//! `/checklists/{checklist_id}/items` and `/items/{item_id}`: the steps of a checklist.

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::assignee::AssignError;
use crate::models::checklist::Checklist;
use crate::models::checklist::item::{self, ChecklistItem, NewItem};
use crate::pages;
use crate::plain_text;
use crate::views::checklists::ItemPage;

/// `POST /checklists/{checklist_id}/items`: each line is an item
pub async fn create(on: On<Checklist, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["text"]);
    let text = form.text("text", item::OF_CHECKLIST_MOST * (item::TEXT_MOST + 1));
    let lines: Vec<String> = text.lines().map(plain_text::line).filter(|line| !line.is_empty()).collect();
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    if lines.is_empty() {
        form.fail("text", FormError::Required);
    } else if longest > item::TEXT_MOST {
        form.fail("text", FormError::TooLong { most: item::TEXT_MOST, length: longest });
    }
    let card_id = on.thing.card_id;
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let mut page = pages::cards::show(&conn, on.reading(), card_id, None).await?;
        page.checklists.refuse_items(on.thing.id, form);
        return on.refuse(&page);
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    on.change(&mut conn, async |change| ChecklistItem::create_all(change, &on.thing, &lines).await).await?;
    on.answer_card(&conn, card_id).await
}

/// `GET /items/{item_id}/edit`
pub async fn edit(on: On<ChecklistItem, Edit>) -> AppResult {
    on.show(&pages::checklists::item(&*on.conn().await?, &on.access, &on.thing).await?)
}

/// `POST /items/{item_id}`
pub async fn update(on: On<ChecklistItem, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["text", "user_id", "due", "due_time"]);
    let text = form.line("text", item::TEXT_MOST);
    let user_id = form.id_if_given("user_id");
    let due = form.when("due", "due_time", on.access.time.zone);
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        let new = NewItem { text: &text, user_id, due };
        match on.change(&mut conn, async |change| on.thing.update(change, new).await).await {
            Ok(()) => return on.answer_card(&conn, on.thing.card_id).await,
            Err(AssignError::NotAssignable) => form.fail("user_id", FormError::NotAssignable),
            Err(AssignError::Change(error)) => return Err(error.into()),
        }
    }
    let page = pages::checklists::item(&conn, &on.access, &on.thing).await?;
    on.refuse(&ItemPage { form, ..page })
}

/// `POST /items/{item_id}/check`
pub async fn check(on: On<ChecklistItem, Edit>) -> AppResult {
    set_checked(on, true).await
}

/// `POST /items/{item_id}/uncheck`
pub async fn uncheck(on: On<ChecklistItem, Edit>) -> AppResult {
    set_checked(on, false).await
}

async fn set_checked(on: On<ChecklistItem, Edit>, checked: bool) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.set_checked(change, checked).await).await?;
    let (card_id, item_id) = (on.thing.card_id, on.thing.id);
    // Back to the item: the page begins far above it.
    on.answer(format!("/cards/{card_id}#item-{item_id}"), pages::cards::saved(&conn, on.reading(), card_id))
        .await
}

/// `POST /items/{item_id}/delete`
pub async fn destroy(on: On<ChecklistItem, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    on.answer_card(&conn, on.thing.card_id).await
}

/// `POST /items/{item_id}/convert`: the item becomes a card
pub async fn convert(on: On<ChecklistItem, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.convert(change).await.map(drop)).await?;
    on.answer_card(&conn, on.thing.card_id).await
}
