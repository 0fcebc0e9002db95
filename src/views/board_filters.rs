//! What a board's cards are filtered by: the bar that says so, and the form that asks for it.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::labels::LabelView;
use super::people::PersonView;
use crate::models::access::Access;
use crate::models::field::Field;
use crate::models::field::choice::FieldChoice;
use crate::models::field::kind::FieldKind;
use crate::models::field::value::YES;
use crate::models::filter::{Assigned, Due, FieldTerm, Filter, Term};
use crate::models::label::Label;
use crate::models::member::Person;
use crate::templates::View;

/// What terms name by its id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub labels: Vec<Label>,
    pub people: Vec<Person>,
    /// In order.
    pub fields: Vec<Field>,
    pub choices: HashMap<Uuid, Vec<FieldChoice>>,
}

impl Names {
    fn label(&self, id: Uuid) -> Option<LabelView> {
        self.labels.iter().find(|label| label.id == id).map(Into::into)
    }

    fn person(&self, id: Uuid) -> Option<PersonView> {
        self.people.iter().find(|person| person.id == id).cloned().map(Into::into)
    }

    fn choice(&self, field_id: Uuid, id: Uuid) -> Option<String> {
        let choices = self.choices.get(&field_id)?;
        choices.iter().find(|choice| choice.id == id).map(|choice| choice.name.clone())
    }
}

/// One term, and the way out of it.
#[derive(Debug, Serialize)]
pub struct Chip {
    /// What it is about, for the template.
    kind: &'static str,
    label: Option<LabelView>,
    person: Option<PersonView>,
    /// The field's name.
    field: Option<String>,
    /// What was typed, or a choice's name.
    text: Option<String>,
    /// The address without it.
    remove: String,
}

impl Chip {
    /// The kinds that are a message's id, after `filter-`.
    pub const MESSAGES: [&str; 16] = [
        "label-none",
        "label-gone",
        "me",
        "nobody",
        "person-gone",
        "due-overdue",
        "due-today",
        "due-week",
        "due-none",
        "done-yes",
        "done-no",
        "field-none",
        "field-gone",
        "field-choice-gone",
        "field-yes",
        "field-no",
    ];

    fn new(term: &Term, names: &Names, remove: String) -> Self {
        let blank = Self { kind: "gone", label: None, person: None, field: None, text: None, remove };
        match term {
            Term::Words(words) => Self { kind: "words", text: Some(words.clone()), ..blank },
            Term::Label(None) => Self { kind: "label-none", ..blank },
            Term::Label(Some(id)) => match names.label(*id) {
                Some(label) => Self { kind: "label", label: Some(label), ..blank },
                None => Self { kind: "label-gone", ..blank },
            },
            Term::Assignee(Assigned::Me) => Self { kind: "me", ..blank },
            Term::Assignee(Assigned::Nobody) => Self { kind: "nobody", ..blank },
            Term::Assignee(Assigned::Person(id)) => match names.person(*id) {
                Some(person) => Self { kind: "person", person: Some(person), ..blank },
                None => Self { kind: "person-gone", ..blank },
            },
            Term::Due(due) => Self { kind: due_kind(*due), ..blank },
            Term::Done(true) => Self { kind: "done-yes", ..blank },
            Term::Done(false) => Self { kind: "done-no", ..blank },
            Term::Field(id, term) => {
                let Some(field) = names.fields.iter().find(|field| field.id == *id) else {
                    return Self { kind: "field-gone", ..blank };
                };
                let (kind, text) = match term {
                    FieldTerm::Nothing => ("field-none", None),
                    FieldTerm::Choice(choice_id) => match names.choice(*id, *choice_id) {
                        Some(name) => ("field", Some(name)),
                        None => ("field-choice-gone", None),
                    },
                    FieldTerm::Text(text) if field.kind == FieldKind::YesNo && text == YES => {
                        ("field-yes", None)
                    }
                    FieldTerm::Text(text) if field.kind == FieldKind::YesNo && text == "no" => {
                        ("field-no", None)
                    }
                    FieldTerm::Text(text) => ("field", Some(text.clone())),
                };
                Self { kind, field: Some(field.name.clone()), text, ..blank }
            }
        }
    }
}

fn due_kind(due: Due) -> &'static str {
    match due {
        Due::Overdue => "due-overdue",
        Due::Today => "due-today",
        Due::Week => "due-week",
        Due::None => "due-none",
    }
}

/// What is shown of a board: how much of it, and why.
#[derive(Debug, Serialize)]
pub struct FilterBar {
    pub chips: Vec<Chip>,
    /// How many cards are found.
    pub found: usize,
    pub total: usize,
    left_out: usize,
    is_cut: bool,
    /// The address without any of it, and that of the form that changes it.
    clear: String,
    edit: String,
}

/// The ways to look at a board's cards, with the same filter.
#[derive(Debug, Serialize)]
pub struct ViewTabs {
    board: String,
    table: String,
    is_table: bool,
}

impl ViewTabs {
    pub fn new(board_id: Uuid, filter: &Filter, is_table: bool) -> Self {
        let path = format!("/boards/{board_id}");
        let table = address(&format!("{path}/table"), filter);
        Self { board: address(&path, filter), table, is_table }
    }
}

impl FilterBar {
    /// `path` is the page's own.
    pub fn new(
        path: &str,
        filter: &Filter,
        names: &Names,
        (found, total): (usize, usize),
        edit: String,
    ) -> Self {
        let chip = |term: &Term| Chip::new(term, names, address(path, &filter.without(term)));
        Self {
            chips: filter.terms().iter().map(chip).collect(),
            found,
            total,
            left_out: filter.left_out(),
            is_cut: filter.is_cut(),
            clear: path.to_owned(),
            edit,
        }
    }
}

/// The page of this path with a filter in its address; `path` may have a query already.
pub fn address(path: &str, filter: &Filter) -> String {
    let query = filter.to_string();
    let joint = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() { path.to_owned() } else { format!("{path}{joint}{query}") }
}

/// The form.
#[derive(Debug, Serialize)]
pub struct FilterPage {
    board: BoardView,
    /// Where it goes, and what goes along besides the filter.
    action: String,
    hidden: Vec<(&'static str, String)>,
    words: String,
    labels: Vec<Choice<LabelView>>,
    has_no_label: bool,
    #[serde(rename = "people_of_board")]
    people: Vec<Choice<PersonView>>,
    is_mine: bool,
    is_nobodys: bool,
    due: Vec<Choice<&'static str>>,
    is_done: bool,
    is_open: bool,
    fields: Vec<FieldPart>,
    /// Whether anything is asked for.
    is_on: bool,
}

#[derive(Debug, Serialize)]
struct Choice<T> {
    /// What it is in the address.
    value: String,
    of: T,
    is_on: bool,
}

/// A field of the board.
#[derive(Debug, Serialize)]
struct FieldPart {
    id: Uuid,
    name: String,
    kind: FieldKind,
    choices: Vec<Choice<String>>,
    is_empty: bool,
    is_yes: bool,
    is_no: bool,
    /// What was typed.
    text: String,
}

impl FilterPage {
    pub fn new(access: &Access, filter: &Filter, names: Names) -> Self {
        let person = |person: Person| Choice {
            value: person.id.to_string(),
            is_on: filter.has(&Term::Assignee(Assigned::Person(person.id))),
            of: PersonView::from(person),
        };
        let label = |label: &Label| Choice {
            value: label.id.to_string(),
            is_on: filter.has(&Term::Label(Some(label.id))),
            of: LabelView::from(label),
        };
        let due = |due: &Due| Choice {
            value: due.word().to_owned(),
            of: due_kind(*due),
            is_on: filter.has(&Term::Due(*due)),
        };
        let words = filter.terms().iter().find_map(|term| match term {
            Term::Words(words) => Some(words.clone()),
            _ => None,
        });
        let fields = names.fields.iter().map(|field| FieldPart::new(field, &names.choices, filter)).collect();
        Self {
            board: access.into(),
            action: format!("/boards/{}", access.board.id),
            hidden: Vec::new(),
            words: words.unwrap_or_default(),
            labels: names.labels.iter().map(label).collect(),
            has_no_label: filter.has(&Term::Label(None)),
            people: names.people.into_iter().map(person).collect(),
            is_mine: filter.has(&Term::Assignee(Assigned::Me)),
            is_nobodys: filter.has(&Term::Assignee(Assigned::Nobody)),
            due: Due::ALL.iter().map(due).collect(),
            is_done: filter.has(&Term::Done(true)),
            is_open: filter.has(&Term::Done(false)),
            fields,
            is_on: !filter.is_blank(),
        }
    }

    /// The same for another page of the board, to which this goes along.
    #[must_use]
    pub fn leading_to(self, action: String, hidden: Vec<(&'static str, String)>) -> Self {
        Self { action, hidden, ..self }
    }
}

impl FieldPart {
    fn new(field: &Field, choices: &HashMap<Uuid, Vec<FieldChoice>>, filter: &Filter) -> Self {
        let has = |term: FieldTerm| filter.has(&Term::Field(field.id, term));
        let choice = |choice: &FieldChoice| Choice {
            value: choice.id.to_string(),
            is_on: has(FieldTerm::Choice(choice.id)),
            of: choice.name.clone(),
        };
        let text = filter.terms().iter().find_map(|term| match term {
            Term::Field(id, FieldTerm::Text(text)) if *id == field.id => Some(text.clone()),
            _ => None,
        });
        Self {
            id: field.id,
            name: field.name.clone(),
            kind: field.kind,
            choices: choices.get(&field.id).into_iter().flatten().map(choice).collect(),
            is_empty: has(FieldTerm::Nothing),
            is_yes: has(FieldTerm::Text(YES.to_owned())),
            is_no: has(FieldTerm::Text("no".to_owned())),
            text: text.unwrap_or_default(),
        }
    }
}

impl View for FilterPage {
    const PAGE: Option<&'static str> = Some("board_filters/show.html");
    const PART: Option<&'static str> = Some("board_filters/_form.html");
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::views::fields::samples::field;
    use crate::views::labels::samples::label;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT};

    fn names() -> Names {
        let fields: Vec<Field> = FieldKind::ALL.iter().map(|kind| field(*kind)).collect();
        let choices = fields.iter().filter(|field| field.kind == FieldKind::Choice);
        let choice = || FieldChoice { id: Uuid::now_v7(), name: TEXT.to_owned() };
        Names {
            labels: vec![label(TEXT), label("")],
            people: vec![person()],
            choices: choices.map(|field| (field.id, vec![choice()])).collect(),
            fields,
        }
    }

    /// All kinds of terms, also of what is gone.
    fn filter(names: &Names) -> Filter {
        let gone = Uuid::now_v7();
        let mut pairs = vec![
            ("q".to_owned(), "0123".to_owned()),
            ("label".to_owned(), "none".to_owned()),
            ("label".to_owned(), gone.to_string()),
            ("assignee".to_owned(), "me".to_owned()),
            ("assignee".to_owned(), "none".to_owned()),
            ("assignee".to_owned(), gone.to_string()),
            ("done".to_owned(), "yes".to_owned()),
            ("done".to_owned(), "no".to_owned()),
            (format!("field.{gone}"), "1".to_owned()),
            ("due".to_owned(), "0123".to_owned()),
        ];
        pairs.extend(Due::ALL.iter().map(|due| ("due".to_owned(), due.word().to_owned())));
        pairs.extend(names.labels.iter().map(|label| ("label".to_owned(), label.id.to_string())));
        pairs.extend(names.people.iter().map(|person| ("assignee".to_owned(), person.id.to_string())));
        for field in &names.fields {
            let choice = names.choices.get(&field.id).map_or(gone, |choices| choices[0].id);
            let texts = if field.kind == FieldKind::YesNo { ["yes", "no"] } else { ["0123", "0123"] };
            let values = [&choice.to_string(), &gone.to_string(), "none"];
            for value in values.into_iter().chain(texts) {
                pairs.push((format!("field.{}", field.id), value.to_owned()));
            }
        }
        let query: Vec<String> = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        Filter::parse(&query.join("&"), gone)
    }

    pub fn bar() -> FilterBar {
        let names = names();
        let bar = FilterBar::new("/boards/1", &filter(&names), &names, (1, 5), "/filter".to_owned());
        FilterBar { is_cut: true, ..bar }
    }

    impl Samples for FilterPage {
        fn samples(access: &Access) -> Vec<Self> {
            let names = names();
            let all = Self::new(access, &filter(&names), names);
            let all = Self { hidden: vec![("sort", "0123".to_owned())], ..all };
            vec![all, Self::new(access, &Filter::default(), Names::default())]
        }
    }
}
