//! Where a card can go.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::columns::faces;
use crate::error::{AppError, AppResult};
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::column::Column;
use crate::views::cards::MovePage;

/// The places in the column `column_id`.
///
/// # Errors
/// `NotFound` where the board shows no such column.
pub async fn new(
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    column_id: Uuid,
) -> AppResult<MovePage> {
    let columns = Column::of_board(conn, access.board.id).await?;
    let chosen = columns.iter().find(|column| column.id == column_id).ok_or(AppError::NotFound)?;
    page(conn, access, card, &columns, chosen, None).await
}

/// A move that was refused: the places in the column it was to go to, or in the card's own where that is not shown.
///
/// # Errors
/// `NotFound` where the board shows no column at all.
pub async fn refused(
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    column_id: Uuid,
    form: Form,
) -> AppResult<MovePage> {
    let columns = Column::of_board(conn, access.board.id).await?;
    let by_id = |id: Uuid| columns.iter().find(|column| column.id == id);
    let chosen = by_id(column_id).or_else(|| by_id(card.column_id)).or(columns.first());
    page(conn, access, card, &columns, chosen.ok_or(AppError::NotFound)?, Some(form)).await
}

async fn page(
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    columns: &[Column],
    chosen: &Column,
    form: Option<Form>,
) -> AppResult<MovePage> {
    let positions = faces(conn, chosen).await?;
    let counts = Card::counts_of_board(conn, access.board.id).await?;
    let last = positions.iter().rfind(|one| one.id != card.id).map(|one| one.id.to_string());
    let form = form.unwrap_or_else(|| Form::filled([("after", last.unwrap_or_default())]));
    Ok(MovePage::new(access, card, columns, &counts, chosen, positions, form))
}
