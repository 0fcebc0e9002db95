//! A column with its cards, and its settings.

use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::choice::Choice;
use super::faces::{CardView, Common};
use super::fields::SumView;
use crate::forms::Form;
use crate::models::column::Column;
use crate::models::face::{CardFace, Faces};
use crate::models::filter::matches::{ColumnMatches, Matches};
use crate::templates::View;
use crate::time_zone::LocalTime;

/// A column as the board shows it.
#[derive(Debug, Serialize)]
pub struct ColumnView {
    pub id: Uuid,
    pub title: String,
    pub wip_limit: Option<i32>,
    pub over_limit: bool,
    /// How many cards are shown.
    pub count: usize,
    /// How many there are, where not all of them are shown.
    pub of: Option<usize>,
    /// The card that is not shown, before the first one that is.
    pub before_first: Option<Uuid>,
    /// What its cards come to.
    pub sums: Vec<SumView>,
    /// A sequence of [`CardView`] and [`KeptFaces`](super::faces::KeptFaces).
    pub cards: Value,
    /// Cards of the board that a new card can begin with.
    pub templates: Vec<Choice>,
    /// The form for a new card.
    pub form: Form,
}

impl ColumnView {
    pub fn new(column: &Column, cards: Vec<CardFace>, common: &Common) -> Self {
        let column = Self::empty(column, cards.len());
        Self {
            sums: SumView::all(&common.summed, &cards),
            cards: cards.into_iter().map(|card| Value::from_object(CardView::new(card, common))).collect(),
            ..column
        }
    }

    fn empty(column: &Column, count: usize) -> Self {
        Self {
            id: column.id,
            title: column.title.clone(),
            wip_limit: column.wip_limit,
            over_limit: column.wip_limit.is_some_and(|limit| i64::from(limit) < count as i64),
            count,
            of: None,
            before_first: None,
            sums: Vec::new(),
            cards: Value::default(),
            templates: Vec::new(),
            form: Form::blank(&["title", "template_id"]),
        }
    }

    /// A column of faces that were rendered before and others, in order; `count` of them.
    pub fn patched(column: &Column, count: usize, cards: Vec<Value>) -> Self {
        Self { cards: Value::from(cards), ..Self::empty(column, count) }
    }

    /// The columns with only those cards in them that were asked for. A limit is one for all.
    pub fn showing(columns: &mut [Self], matches: &Matches) {
        for column in columns {
            let ColumnMatches { total, before_first, .. } =
                matches.columns.get(&column.id).copied().unwrap_or_default();
            column.over_limit = column.wip_limit.is_some_and(|limit| i64::from(limit) < total as i64);
            column.of = Some(total);
            column.before_first = before_first;
        }
    }

    /// The columns, each offering these templates.
    pub fn offering(columns: &mut [Self], templates: &[Choice]) {
        for column in columns {
            column.templates = templates.to_vec();
        }
    }

    /// A board's columns, each with its cards.
    pub fn all(columns: &[Column], faces: Faces, time: LocalTime) -> Vec<Self> {
        let common = Common::new(&faces, time);
        let mut by_column: std::collections::HashMap<Uuid, Vec<CardFace>> = std::collections::HashMap::new();
        for card in faces.cards {
            by_column.entry(card.column_id).or_default().push(card);
        }
        let with_cards = |column: &Column| {
            let cards = by_column.remove(&column.id).unwrap_or_default();
            Self::new(column, cards, &common)
        };
        columns.iter().map(with_cards).collect()
    }
}

/// Columns that have changed: each takes its place on the page.
#[derive(Debug, Serialize)]
pub struct ChangedColumns {
    pub board: BoardView,
    /// The first one goes where the answer goes, the others to their own places.
    pub columns: Vec<ColumnView>,
}

impl View for ChangedColumns {
    const PART: Option<&'static str> = Some("columns/_changed.html");
}

/// Columns that have changed, as they were rendered for all readers: each takes its place on the page.
#[derive(Debug, Serialize)]
pub struct RenderedParts {
    /// HTML.
    pub columns: Vec<Value>,
}

impl View for RenderedParts {
    const PART: Option<&'static str> = Some("columns/_rendered.html");
}

/// The form for a new column.
#[derive(Debug, Serialize)]
pub struct NewColumn {
    pub board: BoardView,
    pub form: Form,
}

impl View for NewColumn {
    const PART: Option<&'static str> = Some("columns/_new.html");
}

/// What a column's settings show.
#[derive(Debug, Serialize)]
pub struct ColumnSettings {
    pub board: BoardView,
    pub column: EditedColumn,
    pub form: Form,
    pub move_form: Form,
    /// The board's other columns, in order.
    pub others: Vec<Choice>,
}

impl View for ColumnSettings {
    const PAGE: Option<&'static str> = Some("columns/edit.html");
    const PART: Option<&'static str> = Some("columns/_edit.html");
}

#[derive(Debug, Serialize)]
pub struct EditedColumn {
    pub id: Uuid,
    pub title: String,
    pub wip_limit: Option<i32>,
    pub count: i64,
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT, column, face, faces, failed};
    impl Samples for ColumnView {
        fn samples(access: &Access) -> Vec<Self> {
            // Over its limit, and with a new card that was refused.
            let faces = faces([true, false].map(face).into());
            let common = Common::new(&faces, access.time);
            let view = Self::new(&column(None), faces.cards, &common);
            let templates = vec![Choice { id: Uuid::now_v7(), title: TEXT.to_owned() }];
            // With some of its cards alone.
            let filtered = Self::new(&column(None), vec![], &common);
            let filtered = Self { of: Some(5), before_first: Some(Uuid::now_v7()), ..filtered };
            vec![Self { form: failed(&["title", "template_id"]), templates, ..view }, filtered]
        }
    }

    impl Samples for ChangedColumns {
        fn samples(access: &Access) -> Vec<Self> {
            let columns = [ColumnView::samples(access), ColumnView::samples(access)].into_iter().flatten();
            vec![Self { board: access.into(), columns: columns.collect() }]
        }
    }

    impl Samples for RenderedParts {
        fn samples(_: &Access) -> Vec<Self> {
            let html = || Value::from_safe_string("<section></section>".to_owned());
            vec![Self { columns: vec![html(), html()] }]
        }
    }

    impl Samples for NewColumn {
        fn samples(access: &Access) -> Vec<Self> {
            vec![Self { board: access.into(), form: failed(&["title"]) }]
        }
    }

    impl Samples for ColumnSettings {
        fn samples(access: &Access) -> Vec<Self> {
            let title = || TEXT.to_owned();
            let column = || EditedColumn { id: Uuid::now_v7(), title: title(), wip_limit: Some(3), count: 2 };
            let settings = |form, move_form| Self {
                board: access.into(),
                column: column(),
                form,
                move_form,
                others: vec![Choice { id: Uuid::now_v7(), title: title() }],
            };
            let fields = ["title", "wip_limit"];
            vec![
                settings(Form::blank(&fields), Form::blank(&["after"])),
                settings(failed(&fields), failed(&["after"])),
            ]
        }
    }
}
