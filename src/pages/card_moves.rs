//! Where a card can go.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::destinations::{self, Chosen};
use super::stream::Reading;
use crate::error::AppResult;
use crate::forms::Form;
use crate::models::card::Card;
use crate::views::cards::MovePage;

/// # Errors
/// As [`destinations::find`].
pub async fn new(
    conn: &mut AsyncPgConnection,
    reading: Reading<'_>,
    card: &Card,
    chosen: Chosen,
) -> AppResult<MovePage> {
    let (to, fit) = destinations::find(conn, reading, card, chosen).await?;
    let form = Form::filled([("after", to.last(card.id))]);
    Ok(MovePage::new(reading.access, card, to, &fit, form))
}

/// A move that was refused.
///
/// # Errors
/// As [`destinations::find_again`].
pub async fn refused(
    conn: &mut AsyncPgConnection,
    reading: Reading<'_>,
    card: &Card,
    column_id: Uuid,
    form: Form,
) -> AppResult<MovePage> {
    let (to, fit) = destinations::find_again(conn, reading, card, column_id).await?;
    Ok(MovePage::new(reading.access, card, to, &fit, form))
}
