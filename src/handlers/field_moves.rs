//! `/fields/{field_id}/move`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::field::Field;
use crate::models::order::Destination;
use crate::pages;

/// `POST /fields/{field_id}/move`
pub async fn create(on: On<Field, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["after"]);
    let after = form.optional_id("after");
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        match on
            .change(&mut conn, async |change| on.thing.move_to(change, Destination::After(after)).await)
            .await
        {
            Ok(()) => {
                let path = format!("/boards/{}/fields", on.access.board.id);
                return on.answer(path, pages::fields::index(&conn, &on.access)).await;
            }
            Err(error) => form.fail_move(error, FormError::NotOneOf)?,
        }
    }
    let page = pages::fields::index(&conn, &on.access).await?;
    on.refuse(&page.with_move_form(on.thing.id, form))
}
