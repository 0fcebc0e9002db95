//! A board's fields, what an opened card says in them, and the sums over a column.

use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::choice::Choice;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::face::CardFace;
use crate::models::field::Field;
use crate::models::field::choice::FieldChoice;
use crate::models::field::kind::FieldKind;
use crate::models::field::number::Number;
use crate::models::field::value::FieldValue;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct FieldsPage {
    pub board: BoardView,
    pub fields: Vec<FieldRow>,
    /// The form for a new one.
    pub form: Form,
    pub kinds: &'static [FieldKind],
}

impl FieldsPage {
    pub fn new(access: &Access, fields: Vec<FieldRow>) -> Self {
        let text = |text: &str| text.to_owned();
        let form = Form::filled([
            ("name", String::new()),
            ("kind", text(FieldKind::Text.word())),
            ("choices", String::new()),
            ("on_card", text("on")),
            ("sum", String::new()),
        ]);
        Self { board: access.into(), fields, form, kinds: FieldKind::ALL }
    }

    /// With what was typed into the form of one of the fields.
    #[must_use]
    pub fn with_form(mut self, id: Uuid, form: Form) -> Self {
        for row in self.fields.iter_mut().filter(|row| row.id == id) {
            row.form = form.clone();
            row.is_open = true;
        }
        self
    }

    /// With what was chosen in the form that moves one of the fields.
    #[must_use]
    pub fn with_move_form(mut self, id: Uuid, move_form: Form) -> Self {
        for row in self.fields.iter_mut().filter(|row| row.id == id) {
            row.move_form = move_form.clone();
            row.is_open = true;
        }
        self
    }
}

impl View for FieldsPage {
    const PAGE: Option<&'static str> = Some("fields/index.html");
    const PART: Option<&'static str> = Some("fields/_list.html");
}

#[derive(Debug, Serialize)]
pub struct FieldRow {
    id: Uuid,
    name: String,
    kind: FieldKind,
    /// On how many cards it is filled in.
    cards: i64,
    form: Form,
    move_form: Form,
    /// Whether its forms are shown.
    is_open: bool,
}

impl FieldRow {
    /// `before` is the field that stands before it.
    pub fn new(field: &Field, choices: &[FieldChoice], cards: i64, before: Option<Uuid>) -> Self {
        let after = before.map(|id| id.to_string()).unwrap_or_default();
        let choices: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
        let checked = |checked: bool| if checked { "on".to_owned() } else { String::new() };
        Self {
            id: field.id,
            name: field.name.clone(),
            kind: field.kind,
            cards,
            form: Form::filled([
                ("name", field.name.clone()),
                ("choices", choices.join("\n")),
                ("on_card", checked(field.on_card)),
                ("sum", checked(field.shows_sum)),
            ]),
            move_form: Form::filled([("after", after)]),
            is_open: false,
        }
    }
}

/// A field as an opened card shows it.
#[derive(Debug, Serialize)]
pub struct CardField {
    id: Uuid,
    name: String,
    kind: FieldKind,
    choices: Vec<Choice>,
    /// What the card says in it, a choice by its name; none for nothing.
    shown: Option<String>,
    form: Form,
}

impl CardField {
    pub fn new(field: Field, choices: Vec<FieldChoice>, value: Option<FieldValue>) -> Self {
        let shown = match &value {
            Some(FieldValue::Choice(id)) => {
                choices.iter().find(|choice| choice.id == *id).map(|choice| choice.name.clone())
            }
            Some(FieldValue::Plain(value)) => Some(value.clone()),
            None => None,
        };
        let value = value.map(FieldValue::into_text).unwrap_or_default();
        Self {
            id: field.id,
            name: field.name,
            kind: field.kind,
            choices: choices.into_iter().map(|choice| Choice { id: choice.id, title: choice.name }).collect(),
            shown,
            form: Form::filled([("value", value)]),
        }
    }

    /// Shows what was typed into one of the fields' forms.
    pub fn refuse(fields: &mut [Self], id: Uuid, form: &Form) {
        for field in fields.iter_mut().filter(|field| field.id == id) {
            field.form = form.clone();
        }
    }
}

/// The sum of a column's cards.
#[derive(Debug, Serialize)]
pub struct SumView {
    /// The field's name.
    name: String,
    /// In digits with a point.
    value: String,
}

impl SumView {
    /// The sums of some cards, in the order of the fields; without those that no card has a number in.
    pub fn all<'f>(fields: impl IntoIterator<Item = &'f Field>, cards: &[CardFace]) -> Vec<Self> {
        let sum = |field: &Field| {
            let values = cards.iter().flat_map(|card| &card.fields).filter(|(id, _)| *id == field.id);
            let sum = Number::sum(values.filter_map(|(_, value)| Number::read(value)))?;
            Some(Self { name: field.name.clone(), value: sum.to_string() })
        };
        fields.into_iter().filter(|field| field.shows_sum).filter_map(sum).collect()
    }
}

/// The sums of a column, which take their place in its head.
#[derive(Debug, Serialize)]
pub struct ColumnSums {
    /// The column's.
    pub id: Uuid,
    pub sums: Vec<SumView>,
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::views::samples::{Samples, TEXT, failed};

    pub fn field(kind: FieldKind) -> Field {
        let (id, board_id) = (Uuid::now_v7(), Uuid::now_v7());
        Field {
            id,
            board_id,
            name: TEXT.to_owned(),
            kind,
            on_card: true,
            shows_sum: kind == FieldKind::Number,
            rank: String::new(),
        }
    }

    fn choice() -> FieldChoice {
        FieldChoice { id: Uuid::now_v7(), name: TEXT.to_owned() }
    }

    pub fn value_of(kind: FieldKind) -> String {
        match kind {
            FieldKind::Text | FieldKind::Choice => TEXT.to_owned(),
            FieldKind::Number => "-12345.60".to_owned(),
            FieldKind::Date => "2026-12-24".to_owned(),
            FieldKind::YesNo => "yes".to_owned(),
        }
    }

    impl Samples for FieldsPage {
        fn samples(access: &Access) -> Vec<Self> {
            let fields: Vec<Field> = FieldKind::ALL.iter().map(|kind| field(*kind)).collect();
            let rows = || {
                let row = |field| FieldRow::new(field, &[choice(), choice()], 2, Some(fields[0].id));
                fields.iter().map(row).collect()
            };
            let names = ["name", "kind", "choices", "on_card", "sum"];
            let mut refused = Self::new(access, rows()).with_move_form(fields[0].id, failed(&["after"]));
            for field in &fields {
                refused = refused.with_form(field.id, failed(&names));
            }
            let mut used = Form::blank(&names);
            used.fail("choices", crate::forms::FormError::ChoicesInUse { cards: 2 });
            let choices = fields.iter().find(|field| field.kind == FieldKind::Choice).expect("there is one");
            vec![
                Self::new(access, vec![]),
                Self::new(access, rows()).with_form(choices.id, used),
                Self { form: failed(&names), ..refused },
            ]
        }
    }

    impl Samples for CardField {
        fn samples(_: &Access) -> Vec<Self> {
            let mut samples = Vec::new();
            for kind in FieldKind::ALL {
                let choice = choice();
                let value = match kind {
                    FieldKind::Choice => FieldValue::Choice(choice.id),
                    kind => FieldValue::Plain(value_of(*kind)),
                };
                samples.push(Self::new(field(*kind), vec![choice], Some(value)));
                let mut refused = Self::new(field(*kind), vec![], None);
                refused.form = failed(&["value"]);
                samples.extend([refused, Self::new(field(*kind), vec![], None)]);
            }
            let no = FieldValue::Plain("no".to_owned());
            samples.push(Self::new(field(FieldKind::YesNo), vec![], Some(no)));
            samples
        }
    }

    impl Samples for SumView {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self { name: TEXT.to_owned(), value: "12345.60".to_owned() }]
        }
    }
}
