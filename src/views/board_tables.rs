//! A board's cards as the rows of a table.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::board_filters::{FilterBar, ViewTabs, address};
use super::boards::HeadMembers;
use super::dates::DatesView;
use super::labels::LabelView;
use super::pager::Pager;
use super::people::PersonView;
use crate::models::column::Column;
use crate::models::face::CardFace;
use crate::models::field::Field;
use crate::models::field::kind::FieldKind;
use crate::models::filter::{Filter, Term};
use crate::models::label::Label;
use crate::models::member::Person;
use crate::models::table::{Layout, Property, Sort, TableRow};
use crate::templates::View;
use crate::time_zone::LocalTime;

#[derive(Debug, Serialize)]
pub struct TablePage {
    pub board: BoardView,
    pub members: HeadMembers,
    pub tabs: ViewTabs,
    /// Where not all cards are asked for.
    pub filter: Option<FilterBar>,
    pub table: TableView,
    /// How many cards are found.
    pub count: i64,
    /// The page's own.
    pub address: String,
    pub pager: Pager,
}

impl View for TablePage {
    const PAGE: Option<&'static str> = Some("board_tables/show.html");
}

#[derive(Debug, Serialize)]
pub struct TableView {
    /// That of the titles is the first.
    heads: Vec<Head>,
    rows: Vec<RowView>,
    has_sums: bool,
    /// What can be shown.
    choices: Vec<ShownChoice>,
    /// Where the form of these choices goes, and what goes along.
    path: String,
    hidden: Vec<(String, String)>,
}

/// The head of a column.
#[derive(Debug, Serialize)]
struct Head {
    /// The word of what every card has; none for a field.
    word: Option<&'static str>,
    /// The field's name.
    field: Option<String>,
    kind: Option<FieldKind>,
    /// `ascending` or `descending`, where the rows are in this order.
    order: Option<&'static str>,
    /// The address of the table in the order by this column, the other way round where it is, or as on the board again.
    sort: String,
    /// What the cards that are found come to, in digits.
    sum: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShownChoice {
    value: String,
    word: Option<&'static str>,
    field: Option<String>,
    is_on: bool,
}

#[derive(Debug, Serialize)]
struct RowView {
    id: Uuid,
    title: String,
    is_done: bool,
    cells: Vec<Cell>,
}

/// One of a row's; only what its kind has is there.
#[derive(Debug, Serialize)]
struct Cell {
    /// What it is, for the template.
    kind: &'static str,
    text: Option<String>,
    number: Option<i32>,
    at: Option<DateTime<Utc>>,
    dates: Option<DatesView>,
    labels: Vec<LabelView>,
    people: Vec<PersonView>,
}

/// The rows of a page, and all that they name by its id.
pub struct Rows<'a> {
    pub rows: Vec<TableRow>,
    pub cards: HashMap<Uuid, CardFace>,
    /// By card and field.
    pub values: HashMap<(Uuid, Uuid), String>,
    /// By field.
    pub sums: HashMap<Uuid, String>,
    pub labels: &'a [Label],
    pub people: &'a [Person],
    pub fields: &'a [Field],
    pub columns: &'a [Column],
}

impl Rows<'_> {
    /// `path` is the table's own, without a query.
    pub fn view(
        self,
        layout: &Layout,
        shown: &[Property],
        filter: &Filter,
        path: &str,
        time: LocalTime,
    ) -> TableView {
        let heads: Vec<Head> =
            [Property::Title].iter().chain(shown).map(|by| self.head(*by, layout, filter, path)).collect();
        let row = |row: &TableRow| {
            let card = self.cards.get(&row.id)?;
            let cells = shown.iter().map(|property| self.cell(row, card, *property, time)).collect();
            Some(RowView { id: row.id, title: card.title.clone(), is_done: row.done_at.is_some(), cells })
        };
        let fields = self.fields.iter().map(|field| Property::Field(field.id));
        // What is shown first, in its order.
        let others = Property::OF_CARDS.into_iter().chain(fields).filter(|one| !shown.contains(one));
        let choice = |property: Property| ShownChoice {
            value: property.to_string(),
            word: word(property),
            field: self.field(property).map(|field| field.name.clone()),
            is_on: shown.contains(&property),
        };
        let sort = layout.pairs().into_iter().filter(|(key, _)| *key == "sort");
        let mut hidden: Vec<(String, String)> = filter.terms().iter().map(Term::pair).collect();
        hidden.extend(sort.map(|(key, value)| (key.to_owned(), value)));
        TableView {
            has_sums: heads.iter().any(|head| head.sum.is_some()),
            rows: self.rows.iter().filter_map(row).collect(),
            choices: shown.iter().copied().chain(others).map(choice).collect(),
            path: path.to_owned(),
            hidden,
            heads,
        }
    }

    fn field(&self, property: Property) -> Option<&Field> {
        let Property::Field(id) = property else { return None };
        self.fields.iter().find(|field| field.id == id)
    }

    fn head(&self, by: Property, layout: &Layout, filter: &Filter, path: &str) -> Head {
        let present = layout.sort().filter(|sort| sort.by == by);
        let next = match present {
            None => Some(Sort { by, descending: false }),
            Some(Sort { descending: false, .. }) => Some(Sort { by, descending: true }),
            Some(_) => None,
        };
        let query = layout.sorted(next).to_string();
        let own = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let field = self.field(by);
        Head {
            word: word(by),
            field: field.map(|field| field.name.clone()),
            kind: field.map(|field| field.kind),
            order: present.map(|sort| if sort.descending { "descending" } else { "ascending" }),
            sort: address(&own, filter),
            sum: field.and_then(|field| self.sums.get(&field.id).cloned()),
        }
    }

    fn cell(&self, row: &TableRow, card: &CardFace, property: Property, time: LocalTime) -> Cell {
        let blank = Cell {
            kind: "text",
            text: None,
            number: None,
            at: None,
            dates: None,
            labels: Vec::new(),
            people: Vec::new(),
        };
        let dates = Some(DatesView::new(&card.dates, time));
        match property {
            Property::Title => Cell { text: Some(card.title.clone()), ..blank },
            Property::Number => Cell { kind: "number", number: row.number, ..blank },
            Property::Column => {
                let column = self.columns.iter().find(|column| column.id == row.column_id);
                Cell { text: column.map(|column| column.title.clone()), ..blank }
            }
            Property::Labels => {
                let labels = self.labels.iter().filter(|label| card.labels.contains(&label.id));
                Cell { kind: "labels", labels: labels.map(Into::into).collect(), ..blank }
            }
            Property::Assignees => {
                let people = self.people.iter().filter(|person| card.assignees.contains(&person.id));
                Cell { kind: "people", people: people.cloned().map(Into::into).collect(), ..blank }
            }
            Property::Start => Cell { kind: "start", dates, ..blank },
            Property::Due => Cell { kind: "due", dates, ..blank },
            Property::Done => Cell { kind: "moment", at: row.done_at, ..blank },
            Property::Created => Cell { kind: "moment", at: Some(row.created_at), ..blank },
            Property::Updated => Cell { kind: "moment", at: Some(row.updated_at), ..blank },
            Property::Field(id) => {
                let kind = match self.field(property).map(|field| field.kind) {
                    Some(FieldKind::Number) => "decimal",
                    Some(FieldKind::Date) => "day",
                    Some(FieldKind::YesNo) => "yes_no",
                    _ => "text",
                };
                Cell { kind, text: self.values.get(&(row.id, id)).cloned(), ..blank }
            }
        }
    }
}

/// The word of what every card has; none for a field.
fn word(property: Property) -> Option<&'static str> {
    (!matches!(property, Property::Field(_))).then(|| property.word())
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::board_filters::samples::bar;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT, column, face, faces, now};

    impl Samples for TablePage {
        fn samples(access: &Access) -> Vec<Self> {
            let faces = faces([true, false].map(face).into());
            let columns = [column(None)];
            let row = |card: &CardFace| TableRow {
                id: card.id,
                column_id: columns[0].id,
                number: Some(1),
                done_at: card.dates.done_at,
                created_at: now(),
                updated_at: now(),
            };
            let values = faces
                .cards
                .iter()
                .flat_map(|card| card.fields.iter().map(|(field, value)| ((card.id, *field), value.clone())));
            let sums = faces.fields.iter().filter(|field| field.kind == FieldKind::Number);
            let rows = Rows {
                rows: faces.cards.iter().map(row).collect(),
                values: values.collect(),
                sums: sums.map(|field| (field.id, "12345.60".to_owned())).collect(),
                cards: faces.cards.iter().map(|card| (card.id, card.clone())).collect(),
                labels: &faces.labels,
                people: &faces.members,
                fields: &faces.fields,
                columns: &columns,
            };
            let all: Vec<Property> = Property::OF_CARDS
                .into_iter()
                .chain(faces.fields.iter().map(|field| Property::Field(field.id)))
                .collect();
            let layout = Layout::default().sorted(Some(Sort { by: Property::Due, descending: true }));
            let page = |table, filter| Self {
                board: access.into(),
                members: HeadMembers::new(&[person()]),
                tabs: ViewTabs::new(access.board.id, &Filter::default(), true),
                filter,
                table,
                count: 2,
                address: "/boards/0123/table".to_owned(),
                pager: Pager { previous: None, next: Some("/next".to_owned()) },
            };
            let none = Rows {
                rows: vec![],
                cards: HashMap::new(),
                values: HashMap::new(),
                sums: HashMap::new(),
                labels: &[],
                people: &[],
                fields: &[],
                columns: &[],
            };
            let layout_of_none = Layout::default();
            let filter = Filter::parse(&format!("q={}", TEXT.replace('&', "")), Uuid::nil());
            vec![
                page(rows.view(&layout, &all, &filter, "/boards/1/table", access.time), Some(bar())),
                page(
                    none.view(&layout_of_none, &[], &Filter::default(), "/boards/1/table", access.time),
                    None,
                ),
            ]
        }
    }
}
