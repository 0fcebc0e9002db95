//! A board's labels, and those of a card.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::color::Color;
use crate::models::label::Label;
use crate::templates::View;

#[derive(Clone, Debug, Serialize)]
pub struct LabelView {
    pub id: Uuid,
    /// May be empty: templates say the color then.
    pub name: String,
    pub color: Color,
}

impl From<&Label> for LabelView {
    fn from(label: &Label) -> Self {
        Self { id: label.id, name: label.name.clone(), color: label.color }
    }
}

/// A label as an opened card offers it.
#[derive(Debug, Serialize)]
pub struct LabelChoice {
    label: LabelView,
    /// Whether it is on the card.
    is_on: bool,
}

impl LabelChoice {
    /// All of a board's `labels`; `of_card` are the ids of those on the card.
    pub fn all(labels: &[Label], of_card: &[Uuid]) -> Vec<Self> {
        let choice = |label: &Label| Self { label: label.into(), is_on: of_card.contains(&label.id) };
        labels.iter().map(choice).collect()
    }
}

#[derive(Debug, Serialize)]
pub struct LabelsPage {
    pub board: BoardView,
    pub labels: Vec<LabelRow>,
    /// The form for a new one.
    pub form: Form,
    pub colors: &'static [Color],
}

impl LabelsPage {
    pub fn new(access: &Access, mut labels: Vec<LabelRow>) -> Self {
        let mut looks: HashMap<(String, Color), usize> = HashMap::new();
        let look = |row: &LabelRow| (row.label.name.clone(), row.label.color);
        for row in &labels {
            *looks.entry(look(row)).or_default() += 1;
        }
        for row in &mut labels {
            row.is_double = looks.get(&look(row)).is_some_and(|count| *count > 1);
        }
        let form = Form::filled([("name", String::new()), ("color", Color::Green.word().to_owned())]);
        Self { board: access.into(), labels, form, colors: Color::ALL }
    }

    /// With what was typed into the form of one of the labels.
    #[must_use]
    pub fn with_form(mut self, id: Uuid, form: Form) -> Self {
        for row in self.labels.iter_mut().filter(|row| row.label.id == id) {
            row.form = form.clone();
            row.is_open = true;
        }
        self
    }

    /// With what was chosen in the form that moves one of the labels.
    #[must_use]
    pub fn with_move_form(mut self, id: Uuid, move_form: Form) -> Self {
        for row in self.labels.iter_mut().filter(|row| row.label.id == id) {
            row.move_form = move_form.clone();
            row.is_open = true;
        }
        self
    }
}

impl View for LabelsPage {
    const PAGE: Option<&'static str> = Some("labels/index.html");
    const PART: Option<&'static str> = Some("labels/_list.html");
}

#[derive(Debug, Serialize)]
pub struct LabelRow {
    label: LabelView,
    /// On how many cards it is.
    cards: i64,
    /// Whether another label of the board has its name and color.
    is_double: bool,
    form: Form,
    move_form: Form,
    /// Whether its forms are shown.
    is_open: bool,
}

impl LabelRow {
    /// `before` is the label that stands before it.
    pub fn new(label: &Label, cards: i64, before: Option<Uuid>) -> Self {
        let after = before.map(|id| id.to_string()).unwrap_or_default();
        Self {
            label: label.into(),
            cards,
            is_double: false,
            form: Form::filled([("name", label.name.clone()), ("color", label.color.word().to_owned())]),
            move_form: Form::filled([("after", after)]),
            is_open: false,
        }
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::views::samples::{Samples, TEXT, failed};

    pub fn label(name: &str) -> Label {
        let (name, rank) = (name.to_owned(), String::new());
        Label { id: Uuid::now_v7(), board_id: Uuid::now_v7(), name, color: Color::Red, rank }
    }

    impl Samples for LabelChoice {
        fn samples(_: &Access) -> Vec<Self> {
            let labels = [label(TEXT), label("")];
            [Self::all(&labels, &[labels[0].id]), Self::all(&labels, &[labels[1].id])]
                .into_iter()
                .flatten()
                .collect()
        }
    }

    impl Samples for LabelsPage {
        fn samples(access: &Access) -> Vec<Self> {
            let labels = [label(TEXT), label(""), label(TEXT)];
            let rows = || labels.iter().map(|label| LabelRow::new(label, 2, Some(labels[0].id))).collect();
            let refused = Self::new(access, rows()).with_form(labels[0].id, failed(&["name", "color"]));
            let refused = refused.with_move_form(labels[0].id, failed(&["after"]));
            vec![
                Self::new(access, vec![]),
                Self::new(access, rows()),
                Self { form: failed(&["name", "color"]), ..refused },
            ]
        }
    }
}
