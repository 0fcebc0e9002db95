//! `/cards/{card_id}/recurrence`: how a card comes back.

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::models::card::Card;
use crate::models::recurrence::rule::{Chosen, ComesBack, EVERY_MOST, Unit};
use crate::models::recurrence::{NewRule, Recurrence, RecurrenceError};
use crate::pages;
use crate::time_zone::TimeZone;

/// `GET /cards/{card_id}/recurrence`
pub async fn edit(on: On<Card, Edit>) -> AppResult {
    let conn = on.conn().await?;
    on.show(&pages::card_recurrences::edit(&conn, &on.access, on.thing.id).await?)
}

/// `POST /cards/{card_id}/recurrence`: `on` may be sent several times, as [`Chosen::parse`] reads it
pub async fn update(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.several("on").form(&["every", "unit", "on", "from"]);
    let mut conn = on.conn_to_change().await?;
    if let Some(new) = rule(&mut form, on.access.time.zone) {
        let set = on.change(&mut conn, async |change| Recurrence::set(change, &on.thing, new.clone()).await);
        match set.await {
            Ok(()) => return on.answer_card(&conn, on.thing.id).await,
            Err(RecurrenceError::NoDueDate) => form.fail("from", FormError::RecurrenceNoDueDate),
            Err(RecurrenceError::Never) => form.fail("every", FormError::RecurrenceNever),
            Err(RecurrenceError::Change(error)) => return Err(error.into()),
        }
    }
    on.refuse(&pages::card_recurrences::refused(&conn, &on.access, on.thing.id, form).await?)
}

/// `POST /cards/{card_id}/recurrence/delete`
pub async fn destroy(on: On<Card, Edit>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Recurrence::remove(change, &on.thing).await).await?;
    on.answer_card(&conn, on.thing.id).await
}

/// What was typed; none where something is wrong with it.
fn rule(form: &mut Form, zone: TimeZone) -> Option<NewRule> {
    let every = form.optional_number("every", 1, EVERY_MOST);
    if form.is_blank("every") {
        form.fail("every", FormError::Required);
    }
    let unit = form.choice("unit", Unit::parse);
    let comes_back = form.choice("from", ComesBack::parse);
    let chosen = Chosen::parse(unit, form.value("on"));
    if chosen.is_none() {
        form.fail("on", FormError::NotOneOf);
    }
    let every = u32::try_from(every?).ok()?;
    chosen.filter(|_| form.is_valid()).map(|chosen| NewRule { every, chosen, comes_back, zone })
}
