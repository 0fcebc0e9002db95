//! Where a copy of a card can go, and what comes along.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::destinations::{self, Chosen};
use super::stream::Reading;
use crate::error::AppResult;
use crate::forms::Form;
use crate::models::card::Card;
use crate::views::card_copies::CopyPage;

/// What comes along unless it is taken out.
const USUAL: &str = "checklists labels assignees files";

/// # Errors
/// As [`destinations::find`].
pub async fn new(
    conn: &mut AsyncPgConnection,
    reading: Reading<'_>,
    card: &Card,
    chosen: Chosen,
) -> AppResult<CopyPage> {
    let (to, fit) = destinations::find(conn, reading, card, chosen).await?;
    let form = Form::filled([
        ("column_id", String::new()),
        ("after", to.last(card.id)),
        ("title", card.title.clone()),
        ("with", USUAL.to_owned()),
    ]);
    Ok(CopyPage::new(reading.access, card, to, &fit, form))
}

/// A copy that was refused.
///
/// # Errors
/// As [`destinations::find_again`].
pub async fn refused(
    conn: &mut AsyncPgConnection,
    reading: Reading<'_>,
    card: &Card,
    column_id: Uuid,
    form: Form,
) -> AppResult<CopyPage> {
    let (to, fit) = destinations::find_again(conn, reading, card, column_id).await?;
    Ok(CopyPage::new(reading.access, card, to, &fit, form))
}
