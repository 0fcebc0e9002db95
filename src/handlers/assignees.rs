//! `/cards/{card_id}/assignees`: who a card is for.

use super::extract::{Edit, Id, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::assignee::{self, AssignError};
use crate::models::card::Card;
use crate::pages;

/// `POST /cards/{card_id}/assignees`
pub async fn create(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["user_id"]);
    let user_id = form.id("user_id");
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        match on.change(&mut conn, async |change| assignee::assign(change, &on.thing, user_id).await).await {
            Ok(()) => return on.answer_card(&conn, on.thing.id).await,
            Err(AssignError::NotAssignable) => form.fail("user_id", FormError::NotAssignable),
            Err(AssignError::Change(error)) => return Err(error.into()),
        }
    }
    let page = pages::cards::show(&conn, on.reading(), on.thing.id, None).await?;
    on.refuse(&crate::views::cards::CardPage { assignee_form: form, ..page })
}

/// `POST /cards/{card_id}/assignees/{user_id}/remove`
pub async fn destroy(on: On<Card, Edit>, Id(user_id): Id) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| assignee::unassign(change, &on.thing, user_id).await).await?;
    on.answer_card(&conn, on.thing.id).await
}
