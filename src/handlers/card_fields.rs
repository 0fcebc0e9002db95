//! `/cards/{card_id}/fields/{field_id}`: what a card says in one of its board's fields.

use super::extract::{Edit, Id, On};
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::language::Language;
use crate::models::card::Card;
use crate::models::field::Field;
use crate::models::field::kind::FieldKind;
use crate::models::field::value::{FieldValue, FillError, NO, TEXT_MOST, YES};
use crate::models::when::When;
use crate::pages;
use crate::plain_text;

/// `POST /cards/{card_id}/fields/{field_id}`: an empty `value` clears it
pub async fn update(on: On<Card, Edit>, Id(field_id): Id, posted: Posted) -> AppResult {
    let mut form = posted.form(&["value"]);
    let card_id = on.thing.id;
    let mut conn = on.conn_to_change().await?;
    let field = Field::find_on(&conn, on.access.board.id, field_id).await?;
    let value = value(&mut form, field.kind, on.shell.language);
    if form.is_valid() {
        let filled = on.change(&mut conn, async |change| {
            FieldValue::fill(change, &on.thing, field_id, value.clone()).await
        });
        match filled.await {
            Ok(()) => {
                let saved = pages::cards::saved_with_sums(&conn, on.reading(), card_id);
                return on.answer(format!("/cards/{card_id}"), saved).await;
            }
            Err(FillError::ChoiceGone) => form.fail("value", FormError::ChoiceGone),
            Err(FillError::Change(error)) => return Err(error.into()),
        }
    }
    let page = pages::cards::show(&conn, on.reading(), card_id, None).await?;
    on.refuse(&page.with_field_form(field_id, &form))
}

/// What was typed, in the one form that its kind has; none for nothing, and for what is refused.
fn value(form: &mut Form, kind: FieldKind, language: Language) -> Option<FieldValue> {
    let plain = match kind {
        FieldKind::Choice => return form.optional_id("value").map(FieldValue::Choice),
        FieldKind::Text => Some(plain_text::line(&form.text("value", TEXT_MOST))),
        FieldKind::Number => form.optional_decimal("value", language).map(|number| number.to_string()),
        FieldKind::Date => form.optional_day("value").map(|day| When::Day(day).to_string()),
        FieldKind::YesNo => {
            let word = plain_text::line(&form.text("value", TEXT_MOST));
            if !["", YES, NO].contains(&word.as_str()) {
                form.fail("value", FormError::NotOneOf);
            }
            Some(word)
        }
    };
    plain.filter(|value| !value.is_empty()).map(FieldValue::Plain)
}
