//! Exports: the page on which one is begun and fetched, and the pages that lie in it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::dates::DateView;
use crate::files::content_type;
use crate::models::access::Access;
use crate::models::board_file::{AccountBoard, CardEntry, FieldEntry, ItemEntry, LabelEntry};
use crate::models::color::Color;
use crate::models::export::{Export, Failure};
use crate::models::field::kind::FieldKind;
use crate::models::object::Object;
use crate::models::user::User;
use crate::templates::View;
use crate::time_zone::LocalTime;

/// The page of an export of a board, or of all of a person's.
#[derive(Debug, Serialize)]
pub struct ExportPage {
    /// None for all.
    board: Option<BoardView>,
    /// Where it is begun and looked at.
    path: String,
    export: Option<ExportView>,
}

#[derive(Debug, Serialize)]
struct ExportView {
    state: State,
    /// How many of its cards and files have been written, of how many.
    done: i32,
    total: i32,
    /// Files that could not be read.
    missing: i32,
    /// Bytes.
    size: i64,
    made_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Waiting,
    Making,
    Made,
    NoRoom,
    Broken,
}

impl State {
    fn of(export: &Export) -> Self {
        match (export.made_at, export.failure) {
            (Some(_), _) => Self::Made,
            (None, Some(Failure::NoRoom)) => Self::NoRoom,
            (None, Some(Failure::Broken)) => Self::Broken,
            (None, None) if export.total == 0 => Self::Waiting,
            (None, None) => Self::Making,
        }
    }
}

impl ExportPage {
    /// With the export and its content, where these are there.
    pub fn new(access: Option<&Access>, export: Option<(Export, Option<Object>)>) -> Self {
        let path = match access {
            Some(access) => format!("/boards/{}/export", access.board.id),
            None => "/account/export".to_owned(),
        };
        let view = |(export, object): (Export, Option<Object>)| ExportView {
            state: State::of(&export),
            done: export.done,
            total: export.total,
            missing: export.missing,
            size: object.map_or(0, |object| object.size),
            made_at: export.made_at,
            expires_at: export.expires_at,
        };
        Self { board: access.map(Into::into), path, export: export.map(view) }
    }
}

impl View for ExportPage {
    const PAGE: Option<&'static str> = Some("exports/show.html");
    const PART: Option<&'static str> = Some("exports/_state.html");
}

/// A piece of the page of a board that lies in its export. One after the other they are the page, which is never whole in memory.
#[derive(Debug, Serialize)]
#[serde(tag = "piece", rename_all = "snake_case")]
pub enum BoardPiece {
    Begin {
        title: String,
        color: Color,
        at: DateTime<Utc>,
    },
    ColumnBegins {
        title: String,
        /// Cards that are not archived.
        count: usize,
        archived: bool,
    },
    ArchiveBegins {
        count: usize,
    },
    CardBegins(Box<CardPiece>),
    Comment {
        author: Option<String>,
        at: DateTime<Utc>,
        edited: bool,
        html: Value,
        is_first: bool,
    },
    CardEnds {
        has_comments: bool,
    },
    ColumnEnds {
        in_archive: bool,
    },
    End {},
}

impl View for BoardPiece {
    const PART: Option<&'static str> = Some("exports/_piece.html");
}

#[derive(Debug, Serialize)]
pub struct CardPiece {
    anchor: String,
    number: Option<i32>,
    title: String,
    done: bool,
    is_template: bool,
    labels: Vec<LabelPiece>,
    assignees: Vec<String>,
    start: Option<DateView>,
    due: Option<DateView>,
    fields: Vec<FieldPiece>,
    author: Option<String>,
    at: DateTime<Utc>,
    body_html: Value,
    checklists: Vec<ChecklistPiece>,
    files: Vec<FilePiece>,
}

#[derive(Debug, Serialize)]
struct LabelPiece {
    name: String,
    color: Color,
}

#[derive(Debug, Serialize)]
struct FieldPiece {
    id: Uuid,
    name: String,
    kind: FieldKind,
    shown: Option<String>,
}

#[derive(Debug, Serialize)]
struct ChecklistPiece {
    title: String,
    done: usize,
    items: Vec<ItemPiece>,
}

#[derive(Debug, Serialize)]
pub struct ItemPiece {
    html: Value,
    checked: bool,
    person: Option<String>,
    due: Option<DateView>,
}

#[derive(Debug, Serialize)]
struct FilePiece {
    name: String,
    /// Percent-encoded, so that nothing in it is escaped once more.
    url: Value,
    size: i64,
    is_picture: bool,
}

impl ItemPiece {
    pub fn new(item: &ItemEntry, html: String, person: Option<String>) -> Self {
        let time = LocalTime::utc(item.created_at);
        Self {
            html: Value::from_safe_string(html),
            checked: item.checked_at.is_some(),
            person,
            due: item.due.map(|due| DateView::due(due, true, time)),
        }
    }
}

impl CardPiece {
    /// `items` are those of its checklists, `url` makes an address of a path.
    #[expect(clippy::too_many_arguments, reason = "what a card's page is put together of")]
    pub fn new(
        card: &CardEntry,
        anchor: String,
        body: String,
        labels: &[LabelEntry],
        fields: &[FieldEntry],
        mut items: HashMap<Uuid, Vec<ItemPiece>>,
        names: &HashMap<Uuid, String>,
        url: impl Fn(&str) -> String,
    ) -> Self {
        // How near a date is depends on when the page is read.
        let date = |when| DateView::due(when, true, LocalTime::utc(card.created_at));
        let name = |id: &Uuid| names.get(id).cloned();
        Self {
            anchor,
            number: card.number,
            title: card.title.clone(),
            done: card.done_at.is_some(),
            is_template: card.is_template,
            labels: labels
                .iter()
                .filter(|label| card.labels.contains(&label.id))
                .map(|label| LabelPiece { name: label.name.clone(), color: label.color })
                .collect(),
            assignees: card.assignees.iter().filter_map(name).collect(),
            start: card.start.map(date),
            due: card.due.map(date),
            fields: fields.iter().filter_map(|field| FieldPiece::of(field, card)).collect(),
            author: card.created_by.as_ref().and_then(name),
            at: card.created_at,
            body_html: Value::from_safe_string(body),
            checklists: card
                .checklists
                .iter()
                .map(|list| ChecklistPiece {
                    title: list.title.clone(),
                    done: list.items.iter().filter(|item| item.checked_at.is_some()).count(),
                    items: items.remove(&list.id).unwrap_or_default(),
                })
                .collect(),
            files: card
                .files
                .iter()
                .map(|file| FilePiece {
                    name: file.name.clone(),
                    url: Value::from_safe_string(url(&file.path)),
                    size: file.size,
                    is_picture: content_type::has_preview(&file.content_type),
                })
                .collect(),
        }
    }
}

impl FieldPiece {
    fn of(field: &FieldEntry, card: &CardEntry) -> Option<Self> {
        let entry = card.fields.iter().find(|entry| entry.field_id == field.id)?;
        let chosen =
            |id| field.choices.iter().find(|choice| choice.id == id).map(|choice| choice.name.clone());
        let shown = entry.value.clone().or_else(|| entry.choice_id.and_then(chosen));
        Some(Self { id: field.id, name: field.name.clone(), kind: field.kind, shown })
    }
}

/// The words at the head of a board's cards as a table, a line each; behind an empty line those of the colors.
#[derive(Debug, Serialize)]
pub struct TableHead {
    pub colors: &'static [Color],
}

impl View for TableHead {
    const PART: Option<&'static str> = Some("exports/table_head.txt");
}

/// The first page of an export of all of a person's boards.
#[derive(Debug, Serialize)]
pub struct AccountIndex {
    name: String,
    at: DateTime<Utc>,
    boards: Vec<IndexedBoard>,
}

#[derive(Debug, Serialize)]
struct IndexedBoard {
    title: String,
    url: String,
}

impl AccountIndex {
    pub fn new(user: &User, boards: &[AccountBoard], at: DateTime<Utc>) -> Self {
        let indexed = |board: &AccountBoard| IndexedBoard {
            title: board.title.clone(),
            url: format!("{}/index.html", board.folder),
        };
        Self { name: user.name.clone(), at, boards: boards.iter().map(indexed).collect() }
    }
}

impl View for AccountIndex {
    const PART: Option<&'static str> = Some("exports/_account.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::views::samples::{Samples, TEXT, now};

    impl Samples for ExportPage {
        fn samples(access: &Access) -> Vec<Self> {
            let states = [State::Waiting, State::Making, State::Made, State::NoRoom, State::Broken];
            let view = |state| ExportView {
                state,
                done: 1,
                total: 4,
                missing: i32::from(state == State::Made),
                size: 1_234_567,
                made_at: (state == State::Made).then(now),
                expires_at: now(),
            };
            let page = |board: bool, export| Self {
                board: board.then(|| access.into()),
                path: "/account/export".to_owned(),
                export,
            };
            let all = states
                .into_iter()
                .flat_map(|state| [page(true, Some(view(state))), page(false, Some(view(state)))]);
            all.chain([page(true, None), page(false, None)]).collect()
        }
    }

    impl Samples for BoardPiece {
        fn samples(_: &Access) -> Vec<Self> {
            let text = || TEXT.to_owned();
            let date =
                || Some(DateView::due(crate::models::when::When::Moment(now()), true, LocalTime::utc(now())));
            let field = |kind, shown: &str| FieldPiece {
                id: Uuid::nil(),
                name: text(),
                kind,
                shown: Some(shown.to_owned()),
            };
            let card = |full: bool| CardPiece {
                anchor: "card-1".to_owned(),
                number: full.then_some(1),
                title: text(),
                done: full,
                is_template: full,
                labels: [TEXT, ""].map(|name| LabelPiece { name: name.to_owned(), color: Color::Red }).into(),
                assignees: if full { vec![text(), text()] } else { vec![] },
                start: date().filter(|_| full),
                due: date().filter(|_| full),
                fields: if full {
                    vec![
                        field(FieldKind::Number, "2.5"),
                        field(FieldKind::Date, "2026-12-24"),
                        field(FieldKind::YesNo, "yes"),
                        field(FieldKind::Text, TEXT),
                    ]
                } else {
                    vec![]
                },
                author: full.then(text),
                at: now(),
                body_html: Value::from_safe_string(if full {
                    "<em>done</em>".to_owned()
                } else {
                    String::new()
                }),
                checklists: if full {
                    let item = |checked| ItemPiece {
                        html: Value::from_safe_string("done".to_owned()),
                        checked,
                        person: checked.then(text),
                        due: date().filter(|_| checked),
                    };
                    vec![ChecklistPiece { title: text(), done: 1, items: vec![item(true), item(false)] }]
                } else {
                    vec![]
                },
                files: if full {
                    let file = |is_picture| FilePiece {
                        name: text(),
                        url: Value::from_safe_string("files".to_owned()),
                        size: 2048,
                        is_picture,
                    };
                    vec![file(true), file(false)]
                } else {
                    vec![]
                },
            };
            let comment = |author, is_first| Self::Comment {
                author,
                at: now(),
                edited: is_first,
                html: Value::from_safe_string("done".to_owned()),
                is_first,
            };
            vec![
                Self::Begin { title: text(), color: Color::Teal, at: now() },
                Self::ColumnBegins { title: text(), count: 2, archived: true },
                Self::ColumnBegins { title: text(), count: 0, archived: false },
                Self::ArchiveBegins { count: 3 },
                Self::CardBegins(Box::new(card(true))),
                Self::CardBegins(Box::new(card(false))),
                comment(Some(text()), true),
                comment(None, false),
                Self::CardEnds { has_comments: true },
                Self::CardEnds { has_comments: false },
                Self::ColumnEnds { in_archive: true },
                Self::ColumnEnds { in_archive: false },
                Self::End {},
            ]
        }
    }

    impl Samples for TableHead {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self { colors: Color::ALL }]
        }
    }

    impl Samples for AccountIndex {
        fn samples(_: &Access) -> Vec<Self> {
            let board = IndexedBoard { title: TEXT.to_owned(), url: "boards".to_owned() };
            let index = |boards| Self { name: TEXT.to_owned(), at: now(), boards };
            vec![index(vec![board]), index(vec![])]
        }
    }
}
