//! How a card comes back.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::recurrence::Recurrence;
use crate::models::recurrence::rule::{ComesBack, RuleText, Unit};
use crate::views::card_recurrences::{RecurrencePage, RuleView};

/// # Errors
/// The card was deleted meanwhile.
pub async fn edit(conn: &AsyncPgConnection, access: &Access, card_id: Uuid) -> AppResult<RecurrencePage> {
    page(conn, access, card_id, None).await
}

/// A rule that was refused.
///
/// # Errors
/// As [`edit`].
pub async fn refused(
    conn: &AsyncPgConnection,
    access: &Access,
    card_id: Uuid,
    form: Form,
) -> AppResult<RecurrencePage> {
    page(conn, access, card_id, Some(form)).await
}

async fn page(
    conn: &AsyncPgConnection,
    access: &Access,
    card_id: Uuid,
    form: Option<Form>,
) -> AppResult<RecurrencePage> {
    let detail = Card::detail(conn, card_id).await?;
    let rule = Recurrence::of_card(conn, card_id).await?.map(|recurrence| recurrence.rule);
    let form = form.unwrap_or_else(|| match rule.clone().map(RuleText::from) {
        Some(text) => filled(&text),
        None if detail.dates.due().is_some() => usual(ComesBack::Due),
        None => usual(ComesBack::Done),
    });
    Ok(RecurrencePage::new(access, &detail.card, rule.as_ref().map(RuleView::new), form))
}

fn usual(comes_back: ComesBack) -> Form {
    form("1".to_owned(), Unit::default(), String::new(), comes_back)
}

fn filled(rule: &RuleText) -> Form {
    // The day of a year is the due date's, and not typed.
    let days = if rule.unit == Unit::Year { String::new() } else { rule.days.clone() };
    form(rule.every.to_string(), rule.unit, days, rule.comes_back)
}

fn form(every: String, unit: Unit, on: String, from: ComesBack) -> Form {
    Form::filled([
        ("every", every),
        ("unit", unit.word().to_owned()),
        ("on", on),
        ("from", from.word().to_owned()),
    ])
}
