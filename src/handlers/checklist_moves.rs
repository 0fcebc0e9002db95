//! `/checklists/{checklist_id}/move`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::checklist::Checklist;
use crate::models::order::Destination;
use crate::pages;

/// `POST /checklists/{checklist_id}/move`
pub async fn create(on: On<Checklist, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["after"]);
    let after = form.optional_id("after");
    let card_id = on.thing.card_id;
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        match on
            .change(&mut conn, async |change| on.thing.move_to(change, Destination::After(after)).await)
            .await
        {
            Ok(()) => return on.answer_card(&conn, card_id).await,
            Err(error) => form.fail_move(error, FormError::NotOneOf)?,
        }
    }
    let mut page = pages::cards::show(&conn, on.reading(), card_id, None).await?;
    page.checklists.refuse_move(on.thing.id, form);
    on.refuse(&page)
}
