//! `/cards/{card_id}/move`

use axum::extract::Query;
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Edit, On};
use crate::error::{AppError, AppResult};
use crate::forms::{FormError, Posted};
use crate::models::card::{Card, MoveError, MoveTo};
use crate::pages;

#[derive(Deserialize)]
pub struct Chosen {
    column_id: Option<String>,
}

/// `GET /cards/{card_id}/move`: where to, in the column that `?column_id=` chooses.
pub async fn new(on: On<Card, Edit>, Query(chosen): Query<Chosen>) -> AppResult {
    let column_id = match chosen.column_id.as_deref().map(Uuid::try_parse) {
        None => on.thing.column_id,
        Some(column_id) => column_id.map_err(|_| AppError::NotFound)?,
    };
    let view = pages::card_moves::new(&mut *on.conn().await?, &on.access, &on.thing, column_id).await?;
    on.show(&view)
}

/// `POST /cards/{card_id}/move`
pub async fn create(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["column_id", "after"]);
    let place = MoveTo { column_id: form.id("column_id"), after: form.optional_id("after") };
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        match on.change(&mut conn, async |change| on.thing.move_to(change, place).await).await {
            Ok(()) => {
                // The column it went to, and the one it left.
                let ids = [place.column_id, on.thing.column_id];
                let ids = if ids[0] == ids[1] { &ids[..1] } else { &ids };
                let path = format!("/boards/{}#card-{}", on.access.board.id, on.thing.id);
                return on.answer(path, pages::columns::changed(&conn, &on.access, ids)).await;
            }
            Err(MoveError::Unknown) => return Err(AppError::NotFound),
            Err(MoveError::Change(error)) => return Err(error.into()),
            Err(MoveError::CardArchived) => {
                form.fail_whole(FormError::CardArchived);
            }
            Err(MoveError::ColumnArchived) => {
                form.fail("column_id", FormError::ColumnArchived);
            }
            Err(MoveError::AfterMoved) => form.fail("after", FormError::CardNotInColumn),
        }
    }
    on.refuse(&pages::card_moves::refused(&mut conn, &on.access, &on.thing, place.column_id, form).await?)
}
