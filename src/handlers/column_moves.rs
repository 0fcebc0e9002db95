//! `/columns/{column_id}/move`

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::column::Column;
use crate::models::order::Destination;
use crate::pages;

/// `POST /columns/{column_id}/move`
pub async fn create(on: On<Column, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["after"]);
    let after = form.optional_id("after");
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        match on
            .change(&mut conn, async |change| on.thing.move_to(change, Destination::After(after)).await)
            .await
        {
            Ok(()) => {
                let (board_id, column_id) = (on.access.board.id, on.thing.id);
                let column = pages::columns::changed_one(&conn, &on.access, column_id);
                return on.answer(format!("/boards/{board_id}#column-{column_id}"), column).await;
            }
            Err(error) => form.fail_move(error, FormError::ColumnArchived)?,
        }
    }
    let settings = pages::columns::settings_form(&on.thing);
    on.refuse(&pages::columns::settings(&mut conn, &on.access, &on.thing, settings, Some(form)).await?)
}
