//! Columns: changed ones on the board, and the settings of one.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::card_link::CardLink;
use crate::models::column::Column;
use crate::models::face::{CardFace, Faces, Scope};
use crate::views::columns::{ChangedColumns, ColumnSettings, ColumnView, EditedColumn, NewColumn};
use crate::views::fields::{ColumnSums, SumView};

/// Columns that have changed, the first of them where the answer goes. An archived one is not on the board: it is left out.
pub async fn changed(conn: &AsyncPgConnection, access: &Access, ids: &[Uuid]) -> AppResult<ChangedColumns> {
    let scope = Scope::Columns { board_id: access.board.id, ids };
    let (columns, faces, templates) = tokio::try_join!(
        Column::find_all(conn, ids),
        Faces::load(conn, scope),
        Card::templates_of_board(conn, access.board.id)
    )?;
    let mut columns = ColumnView::all(columns, faces, access.time);
    ColumnView::offering(&mut columns, &templates.into_iter().map(Into::into).collect::<Vec<_>>());
    columns.sort_by_key(|column| ids.iter().position(|id| *id == column.id));
    Ok(ChangedColumns { board: access.into(), columns })
}

/// One column that has changed.
pub async fn changed_one(conn: &AsyncPgConnection, access: &Access, id: Uuid) -> AppResult<ChangedColumns> {
    changed(conn, access, &[id]).await
}

/// The column that a card has left or come back to, and those with cards that it blocks: their marks have changed with it.
pub async fn changed_around(
    conn: &AsyncPgConnection,
    access: &Access,
    id: Uuid,
    card_id: Uuid,
) -> AppResult<ChangedColumns> {
    let mut ids = vec![id];
    for (_, column_id) in CardLink::blocked_beside(conn, access.board.id, card_id).await? {
        if !ids.contains(&column_id) {
            ids.push(column_id);
        }
    }
    changed(conn, access, &ids).await
}

/// The column with a new card that was refused.
pub async fn with_refused_card(
    conn: &AsyncPgConnection,
    access: &Access,
    id: Uuid,
    form: Form,
) -> AppResult<ChangedColumns> {
    let mut changed = changed(conn, access, &[id]).await?;
    if let Some(column) = changed.columns.first_mut() {
        column.form = form;
    }
    Ok(changed)
}

pub fn new_form() -> Form {
    Form::blank(&["title"])
}

/// The form for a new column, with what was typed.
pub fn new(access: &Access, form: Form) -> NewColumn {
    NewColumn { board: access.into(), form }
}

pub fn settings_form(column: &Column) -> Form {
    let limit = column.wip_limit.map(|limit| limit.to_string()).unwrap_or_default();
    Form::filled([("title", column.title.clone()), ("wip_limit", limit)])
}

/// A column's settings; with `move_form` where a move was refused.
pub async fn settings(
    conn: &mut AsyncPgConnection,
    access: &Access,
    column: &Column,
    form: Form,
    move_form: Option<Form>,
) -> AppResult<ColumnSettings> {
    let columns = Column::of_board(conn, access.board.id).await?;
    let place = columns.iter().position(|one| one.id == column.id).unwrap_or_default();
    let before = place.checked_sub(1).map(|index| columns[index].id.to_string()).unwrap_or_default();
    let count = Card::counts_of_board(conn, access.board.id).await?.get(&column.id).copied().unwrap_or(0);
    Ok(ColumnSettings {
        board: access.into(),
        form,
        move_form: move_form.unwrap_or_else(|| Form::filled([("after", before)])),
        others: columns.iter().filter(|one| one.id != column.id).map(Into::into).collect(),
        column: EditedColumn {
            id: column.id,
            title: column.title.clone(),
            wip_limit: column.wip_limit,
            count,
        },
    })
}

/// What a column's cards come to.
pub async fn sums(conn: &AsyncPgConnection, access: &Access, id: Uuid) -> AppResult<ColumnSums> {
    let faces = Faces::load(conn, Scope::Columns { board_id: access.board.id, ids: &[id] }).await?;
    Ok(ColumnSums { id, sums: SumView::all(&faces.fields, &faces.cards) })
}

/// The faces of a column's cards, in order.
pub async fn faces(conn: &AsyncPgConnection, column: &Column) -> AppResult<Vec<CardFace>> {
    Ok(Faces::load(conn, Scope::Columns { board_id: column.board_id, ids: &[column.id] }).await?.cards)
}
