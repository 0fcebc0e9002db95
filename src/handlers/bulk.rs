//! `/boards/{board_id}/cards/bulk`: the same done to many cards at once.

use uuid::Uuid;

use super::extract::{Edit, On};
use crate::error::{AppError, AppResult};
use crate::forms::{Form, FormError, Posted};
use crate::models::assignee::AssignError;
use crate::models::board::Board;
use crate::models::card::{BULK_MOST, BulkAction, BulkError, Card, MoveError};
use crate::pages;
use crate::time_zone::TimeZone;

/// `GET /boards/{board_id}/cards/bulk`
pub async fn edit(on: On<Board, Edit>) -> AppResult {
    let form = Form::blank(&pages::bulk::FIELDS);
    on.show(&pages::bulk::edit(&*on.conn().await?, &on.access, &[], form).await?)
}

/// `POST /boards/{board_id}/cards/bulk`
pub async fn update(on: On<Board, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.several("card_id").form(&pages::bulk::FIELDS);
    let ids = form.choices("card_id", |id| Uuid::try_parse(id).ok());
    if ids.is_empty() {
        form.fail("card_id", FormError::NoCards);
    }
    if ids.len() > BULK_MOST {
        form.fail("card_id", FormError::TooManyCards { most: BULK_MOST });
    }
    let action = action(&mut form, on.access.time.zone);
    let mut conn = on.conn_to_change().await?;
    if let Some(action) = action.filter(|_| form.is_valid()) {
        match on.change(&mut conn, async |change| Card::change_all(change, &ids, action).await).await {
            Ok(()) => return on.answer_stale(format!("/boards/{}", on.thing.id)),
            Err(BulkError::Move(MoveError::Unknown)) => return Err(AppError::NotFound),
            Err(BulkError::Move(MoveError::Change(error))) => return Err(error.into()),
            Err(BulkError::Move(_)) => form.fail("column_id", FormError::ColumnArchived),
            Err(BulkError::Assign(AssignError::NotAssignable)) => {
                form.fail("user_id", FormError::NotAssignable);
            }
            Err(BulkError::DueBeforeStart(n)) => form.fail("due", FormError::SomeBeginLater { n }),
            Err(BulkError::Assign(AssignError::Change(error)) | BulkError::Change(error)) => {
                return Err(error.into());
            }
        }
    }
    on.refuse(&pages::bulk::edit(&conn, &on.access, &ids, form).await?)
}

/// What is to be done; only that action's own fields are read.
fn action(form: &mut Form, zone: TimeZone) -> Option<BulkAction> {
    let action = match form.value("action").to_owned().as_str() {
        "move" => BulkAction::Move { column_id: form.id("column_id") },
        "label" => BulkAction::Label(form.id("label_id")),
        "unlabel" => BulkAction::Unlabel(form.id("label_id")),
        "assign" => BulkAction::Assign(form.id("user_id")),
        "unassign" => BulkAction::Unassign(form.id("user_id")),
        "due" => BulkAction::Due { due: form.when("due", "due_time", zone), zone },
        "done" => BulkAction::Done,
        "archive" => BulkAction::Archive,
        "delete" => BulkAction::Delete,
        _ => {
            form.fail("action", FormError::NotOneOf);
            return None;
        }
    };
    Some(action)
}
