//! A board's fields, and what a card says in them.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::field::Field;
use crate::models::field::choice::FieldChoice;
use crate::models::field::value::FieldValue;
use crate::views::fields::{CardField, FieldRow, FieldsPage};

/// The fields, and on how many cards each of them is filled in.
pub async fn index(conn: &AsyncPgConnection, access: &Access) -> AppResult<FieldsPage> {
    let id = access.board.id;
    let (fields, mut choices, counts) = tokio::try_join!(
        Field::of_board(conn, id),
        FieldChoice::of_board(conn, id),
        Field::counts_of_board(conn, id)
    )?;
    let row = |(index, field): (usize, &Field)| {
        let before = index.checked_sub(1).map(|index| fields[index].id);
        let choices = choices.remove(&field.id).unwrap_or_default();
        FieldRow::new(field, &choices, counts.get(&field.id).copied().unwrap_or(0), before)
    };
    Ok(FieldsPage::new(access, fields.iter().enumerate().map(row).collect()))
}

/// All fields of a card's board, with what the card says in them.
pub async fn of_card(conn: &AsyncPgConnection, board_id: Uuid, card_id: Uuid) -> AppResult<Vec<CardField>> {
    let (fields, mut choices, mut values) = tokio::try_join!(
        Field::of_board(conn, board_id),
        FieldChoice::of_board(conn, board_id),
        FieldValue::of_card(conn, card_id)
    )?;
    let field = |field: Field| {
        let (id, choices) = (field.id, choices.remove(&field.id).unwrap_or_default());
        CardField::new(field, choices, values.remove(&id))
    };
    Ok(fields.into_iter().map(field).collect())
}
