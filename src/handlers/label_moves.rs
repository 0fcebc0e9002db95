//! `/labels/{label_id}/move`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::label::Label;
use crate::models::order::Destination;
use crate::pages;

/// `POST /labels/{label_id}/move`
pub async fn create(on: On<Label, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["after"]);
    let after = form.optional_id("after");
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        match on
            .change(&mut conn, async |change| on.thing.move_to(change, Destination::After(after)).await)
            .await
        {
            Ok(()) => {
                let path = format!("/boards/{}/labels", on.access.board.id);
                return on.answer(path, pages::labels::index(&conn, &on.access)).await;
            }
            Err(error) => form.fail_move(error, FormError::NotOneOf)?,
        }
    }
    let page = pages::labels::index(&conn, &on.access).await?;
    on.refuse(&page.with_move_form(on.thing.id, form))
}
