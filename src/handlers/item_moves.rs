//! `/items/{item_id}/move`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::checklist::item::{ChecklistItem, MoveItemTo};
use crate::models::order::Destination;
use crate::pages;
use crate::views::checklists::ItemPage;

/// `POST /items/{item_id}/move`
pub async fn create(on: On<ChecklistItem, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["checklist_id", "after"]);
    let to = MoveItemTo {
        checklist_id: form.id("checklist_id"),
        to: Destination::After(form.optional_id("after")),
    };
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        match on.change(&mut conn, async |change| on.thing.move_to(change, to).await).await {
            Ok(()) => return on.answer_card(&conn, on.thing.card_id).await,
            Err(error) => form.fail_move(error, FormError::NotOneOf)?,
        }
    }
    let page = pages::checklists::item(&conn, &on.access, &on.thing).await?;
    on.refuse(&ItemPage { move_form: form, ..page })
}
