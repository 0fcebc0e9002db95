//! `POST /cards/{card_id}/dates`: when a card begins and is due.

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::card::Card;
use crate::pages;
use crate::views::cards::CardPage;

/// `POST /cards/{card_id}/dates`; a time may stand in a field of its own, or behind its day.
pub async fn update(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let zone = on.access.time.zone;
    let mut form = posted.form(&["start", "start_time", "due", "due_time"]);
    let start = form.when("start", "start_time", zone);
    let due = form.when("due", "due_time", zone);
    if let (Some(start), Some(due)) = (start, due)
        && start.is_after(due, zone)
    {
        form.fail("due", FormError::DueBeforeStart);
    }
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let page = pages::cards::show(&conn, on.reading(), on.thing.id, None).await?;
        return on.refuse(&CardPage { dates_form: form, ..page });
    }
    on.change(&mut conn, async |change| on.thing.set_dates(change, start, due).await).await?;
    on.answer_card(&conn, on.thing.id).await
}
