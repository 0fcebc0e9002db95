//! A filter as a condition on cards.

use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use uuid::Uuid;

use super::words::Words;
use super::{Assigned, Due, FieldTerm, Filter, Term, YES};
use crate::models::field::kind::FieldKind;
use crate::models::field::number::Number;
use crate::models::field::value;
use crate::models::when::When;
use crate::schema::{
    assignees, card_fields, card_labels, cards, columns_ as columns, field_choices, fields, labels,
};
use crate::time_zone::{LocalTime, TimeZone};

/// Words of a text that are each looked for by itself; what comes after them is looked for as it stands.
const WORDS_MOST: usize = 5;

/// Days of a week, today among them.
const WEEK: u64 = 7;

/// What is true of a card, or not; null where it cannot be said, which is no.
pub type Condition = Box<dyn BoxableExpression<cards::table, Pg, SqlType = Nullable<Bool>>>;

diesel::define_sql_function! {
    /// The number that a value is; null for what is none.
    fn decimal_of(value: Nullable<Text>) -> Nullable<Numeric>;
}

impl Filter {
    /// Those of the cards on a board that are asked for, to select from.
    pub fn cards(&self, board_id: Uuid, time: LocalTime) -> cards::BoxedQuery<'static, Pg> {
        let on_board =
            columns::table.filter(columns::board_id.eq(board_id).and(columns::archived_at.is_null()));
        let query = cards::table
            .filter(cards::board_id.eq(board_id))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .filter(cards::column_id.eq_any(on_board.select(columns::id)))
            .into_boxed();
        match self.condition(board_id, time) {
            Some(condition) => query.filter(condition),
            None => query,
        }
    }

    /// What is true of those of a board's cards that are asked for; none where all are. Whether a card is on the board is not
    /// part of it.
    pub fn condition(&self, board_id: Uuid, time: LocalTime) -> Option<Condition> {
        let of_one = |one: &Term, other: &Term| match (one, other) {
            (Term::Field(one, _), Term::Field(other, _)) => one == other,
            _ => std::mem::discriminant(one) == std::mem::discriminant(other),
        };
        let conditions = self.terms.chunk_by(of_one).filter_map(|terms| self.any(terms, board_id, time));
        conditions.reduce(|one, other| Box::new(one.and(other)))
    }

    /// What is true where one of the terms is, which are all about the same thing.
    fn any(&self, terms: &[Term], board_id: Uuid, time: LocalTime) -> Option<Condition> {
        let (mut conditions, mut ids): (Vec<Condition>, Vec<Uuid>) = (Vec::new(), Vec::new());
        for term in terms {
            match term {
                Term::Words(words) => conditions.push(says(words)),
                Term::Label(Some(id)) => ids.push(*id),
                Term::Label(None) => conditions.push(is_unlabeled(board_id)),
                Term::Assignee(Assigned::Me) => ids.push(self.me),
                Term::Assignee(Assigned::Person(id)) => ids.push(*id),
                Term::Assignee(Assigned::Nobody) => conditions.push(is_unassigned(board_id)),
                Term::Due(due) => conditions.push(is_due(*due, time)),
                Term::Done(true) => conditions.push(Box::new(cards::done_at.is_not_null().nullable())),
                Term::Done(false) => conditions.push(Box::new(cards::done_at.is_null().nullable())),
                Term::Field(id, FieldTerm::Choice(choice_id)) => {
                    conditions.push(chose(board_id, *id, *choice_id));
                }
                Term::Field(id, FieldTerm::Nothing) => conditions.push(is_unfilled(board_id, *id)),
                Term::Field(id, FieldTerm::Text(text)) => conditions.push(has_filled_in(board_id, *id, text)),
            }
        }
        if !ids.is_empty() {
            let is_label = matches!(terms, [Term::Label(_), ..]);
            let one_of = if is_label { has_label(board_id, ids) } else { is_for(board_id, ids) };
            conditions.push(one_of);
        }
        conditions.into_iter().reduce(|one, other| Box::new(one.or(other)))
    }
}

/// All of the words are in the title or the text; a word such as `#42` may be the number, too.
fn says(text: &str) -> Condition {
    let words = text.splitn(WORDS_MOST, char::is_whitespace).filter(|word| !word.trim().is_empty());
    let conditions = words.map(|word| -> Condition {
        let pattern = Words::parse(word).pattern();
        let is_said = cards::title.ilike(pattern.clone()).or(cards::body.ilike(pattern)).nullable();
        match word.strip_prefix('#').and_then(|number| number.parse::<i32>().ok()) {
            Some(number) => Box::new(is_said.or(cards::number.eq(number))),
            None => Box::new(is_said),
        }
    });
    let all = conditions.reduce(|one, other| Box::new(one.and(other)));
    all.unwrap_or_else(|| Box::new(cards::id.is_not_null().nullable()))
}

fn has_label(board_id: Uuid, ids: Vec<Uuid>) -> Condition {
    let labeled = card_labels::table
        .inner_join(labels::table)
        .filter(card_labels::board_id.eq(board_id).and(labels::deleted_at.is_null()))
        .filter(card_labels::label_id.eq_any(ids));
    Box::new(cards::id.eq_any(labeled.select(card_labels::card_id)).nullable())
}

fn is_unlabeled(board_id: Uuid) -> Condition {
    let labeled = card_labels::table
        .inner_join(labels::table)
        .filter(card_labels::board_id.eq(board_id).and(labels::deleted_at.is_null()));
    Box::new(cards::id.ne_all(labeled.select(card_labels::card_id)).nullable())
}

fn is_for(board_id: Uuid, ids: Vec<Uuid>) -> Condition {
    let assigned =
        assignees::table.filter(assignees::board_id.eq(board_id).and(assignees::user_id.eq_any(ids)));
    Box::new(cards::id.eq_any(assigned.select(assignees::card_id)).nullable())
}

fn is_unassigned(board_id: Uuid) -> Condition {
    let assigned = assignees::table.filter(assignees::board_id.eq(board_id));
    Box::new(cards::id.ne_all(assigned.select(assignees::card_id)).nullable())
}

fn is_due(due: Due, time: LocalTime) -> Condition {
    let (today, zone) = (time.today(), time.zone);
    let days = match due {
        Due::None => return Box::new(cards::due_on.is_null().and(cards::due_at.is_null()).nullable()),
        Due::Overdue => {
            let is_past = cards::due_on.lt(today).or(cards::due_at.le(time.now));
            return Box::new(cards::done_at.is_null().nullable().and(is_past));
        }
        Due::Today => 1,
        Due::Week => WEEK,
    };
    let end = today.checked_add_days(chrono::Days::new(days)).unwrap_or(today);
    let on = cards::due_on.ge(today).and(cards::due_on.lt(end));
    Box::new(on.or(cards::due_at.ge(zone.begins(today)).and(cards::due_at.lt(zone.begins(end)))))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn filled_in(board_id: Uuid, field_id: Uuid) -> _ {
    let of_field = card_fields::board_id.eq(board_id).and(card_fields::field_id.eq(field_id));
    let is_there = fields::deleted_at.is_null().and(field_choices::deleted_at.is_null());
    card_fields::table
        .inner_join(fields::table)
        .left_join(field_choices::table)
        .filter(of_field)
        .filter(is_there)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn field_of_board(board_id: Uuid, field_id: Uuid) -> _ {
    let is_there = fields::board_id.eq(board_id).and(fields::deleted_at.is_null());
    fields::table.filter(fields::id.eq(field_id)).filter(is_there)
}

fn chose(board_id: Uuid, field_id: Uuid, choice_id: Uuid) -> Condition {
    let chosen = filled_in(board_id, field_id).filter(card_fields::choice_id.eq(choice_id));
    Box::new(cards::id.eq_any(chosen.select(card_fields::card_id)).nullable())
}

fn is_unfilled(board_id: Uuid, field_id: Uuid) -> Condition {
    let filled = filled_in(board_id, field_id).select(card_fields::card_id);
    Box::new(exists(field_of_board(board_id, field_id)).and(cards::id.ne_all(filled)).nullable())
}

/// What the text means is for the field's kind to say, which the query finds.
fn has_filled_in(board_id: Uuid, field_id: Uuid, text: &str) -> Condition {
    let ((least, most), (first, last)) = (numbers(text), days(text));
    let says = fields::kind.eq(FieldKind::Text).nullable();
    let says = says.and(card_fields::value.ilike(Words::parse(text).pattern()));
    let number = decimal_of(card_fields::value);
    let counts = fields::kind.eq(FieldKind::Number).nullable();
    let counts = counts.and(number.ge(decimal_of(least))).and(number.le(decimal_of(most)));
    let is_day = fields::kind.eq(FieldKind::Date).nullable();
    let is_day = is_day.and(card_fields::value.ge(first)).and(card_fields::value.le(last));
    let yes = (text == YES).then_some(value::YES);
    let is_yes = fields::kind.eq(FieldKind::YesNo).nullable().and(card_fields::value.eq(yes));
    let filled = filled_in(board_id, field_id).filter(says.or(counts).or(is_day).or(is_yes));
    let has = cards::id.eq_any(filled.select(card_fields::card_id)).nullable();
    if text != super::NO {
        return Box::new(has);
    }
    // What says nothing else is a no.
    let yes = filled_in(board_id, field_id).filter(card_fields::value.eq(value::YES));
    let is_yes_no = exists(field_of_board(board_id, field_id).filter(fields::kind.eq(FieldKind::YesNo)));
    let is_no = is_yes_no.and(cards::id.ne_all(yes.select(card_fields::card_id)));
    Box::new(has.or(is_no.nullable()))
}

/// The two ends of what `from..to` names, of which one may be left out; twice the same for anything else.
fn ends<T: Clone>(text: &str, read: impl Fn(&str) -> Option<T>, widest: (T, T)) -> Option<(T, T)> {
    let Some((from, to)) = text.split_once("..") else {
        return read(text).map(|one| (one.clone(), one));
    };
    let end = |text: &str, open: T| if text.trim().is_empty() { Some(open) } else { read(text) };
    let is_open = from.trim().is_empty() && to.trim().is_empty();
    if is_open { None } else { Some((end(from, widest.0)?, end(to, widest.1)?)) }
}

/// None for what is no number, nor two of them.
fn numbers(text: &str) -> (Option<String>, Option<String>) {
    // More than any number has digits.
    let beyond = "9".repeat(30);
    let read = |text: &str| {
        let text = text.trim().replace('\u{2212}', "-").replace(',', ".");
        Number::read(&text).map(|number| number.to_string())
    };
    ends(text, read, (format!("-{beyond}"), beyond)).unzip()
}

/// None for what is no day, nor two of them.
fn days(text: &str) -> (Option<String>, Option<String>) {
    let read = |text: &str| match When::parse(text.trim(), TimeZone::default()) {
        Some(day @ When::Day(_)) => Some(day.to_string()),
        _ => None,
    };
    ends(text, read, ("0000".to_owned(), "9999".to_owned())).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_two_ends_or_one_thing() {
        let of = |text| {
            let (least, most) = numbers(text);
            format!("{} {}", least.unwrap_or_default(), most.unwrap_or_default())
        };
        let beyond = "9".repeat(30);
        assert_eq!(of("5"), "5 5");
        assert_eq!(of("2,50"), "2.50 2.50");
        assert_eq!(of("1 .. 5"), "1 5");
        assert_eq!(of("-3.."), format!("-3 {beyond}"));
        assert_eq!(of("..5"), format!("-{beyond} 5"));
        for none in ["", "..", "a", "1..b", "1...5", "1..2..3"] {
            assert_eq!(of(none), " ", "{none}");
        }
        assert_eq!(days("2026-12-01.."), (Some("2026-12-01".to_owned()), Some("9999".to_owned())));
        assert_eq!(days("2026-12-24").0, days("2026-12-24").1);
        assert_eq!(days("24.12.2026"), (None, None));
        assert_eq!(days("2026-02-30"), (None, None));
    }
}
