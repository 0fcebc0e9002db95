//! `/cards/{card_id}/undelete`, and the same for boards, files, labels, fields, checklists and items: out of the trash.

use super::extract::{Edit, Manage, On};
use crate::error::AppResult;
use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::change::Author;
use crate::models::checklist::Checklist;
use crate::models::checklist::item::ChecklistItem;
use crate::models::field::Field;
use crate::models::file::File;
use crate::models::label::Label;
use crate::models::trash::{
    DeletedBoard, DeletedCard, DeletedChecklist, DeletedField, DeletedFile, DeletedItem, DeletedLabel,
};
use crate::pages;

/// `POST /boards/{board_id}/undelete`
pub async fn create_board(on: On<DeletedBoard, Manage>) -> AppResult {
    let (id, now) = (on.thing.id, on.app.clock.now());
    Board::undelete(&mut *on.conn().await?, id, Author::owner(on.principal.id), now).await?;
    on.go(format!("/boards/{id}"))
}

/// `POST /cards/{card_id}/undelete`
pub async fn create_card(on: On<DeletedCard, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    let back = on.change(&mut conn, async |change| Card::undelete(change, on.thing.id).await).await?;
    let board = format!("/boards/{}", on.access.board.id);
    let path =
        if back.is_archived { format!("{board}/archive") } else { format!("{board}#card-{}", on.thing.id) };
    let ids = pages::columns::around(&conn, &on.access, back.column_id, on.thing.id).await?;
    drop(conn);
    on.answer_columns(None, path, &ids).await
}

/// `POST /files/{file_id}/undelete`
pub async fn create_file(on: On<DeletedFile, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    let card_id = on.change(&mut conn, async |change| File::undelete(change, on.thing.id).await).await?;
    let files = pages::files::changed(&conn, &on.access, card_id, on.app.clock.now());
    on.answer(format!("/cards/{card_id}#files"), files).await
}

/// `POST /labels/{label_id}/undelete`
pub async fn create_label(on: On<DeletedLabel, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Label::undelete(change, on.thing.id).await).await?;
    let path = format!("/boards/{}/labels", on.access.board.id);
    on.answer(path, pages::labels::index(&conn, &on.access)).await
}

/// `POST /fields/{field_id}/undelete`
pub async fn create_field(on: On<DeletedField, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Field::undelete(change, on.thing.id).await).await?;
    let path = format!("/boards/{}/fields", on.access.board.id);
    on.answer(path, pages::fields::index(&conn, &on.access)).await
}

/// `POST /checklists/{checklist_id}/undelete`
pub async fn create_checklist(on: On<DeletedChecklist, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    let card_id = on.change(&mut conn, async |change| Checklist::undelete(change, on.thing.id).await).await?;
    on.answer_card(&conn, card_id).await
}

/// `POST /items/{item_id}/undelete`
pub async fn create_item(on: On<DeletedItem, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    let card_id =
        on.change(&mut conn, async |change| ChecklistItem::undelete(change, on.thing.id).await).await?;
    on.answer_card(&conn, card_id).await
}
