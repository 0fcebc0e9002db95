//! What was found on all boards of a person.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::dates::DateView;
use super::pager::Pager;
use crate::models::color::Color;
use crate::models::search::Hit;
use crate::models::search::highlight::{Highlighter, Piece};
use crate::models::search::query::Note;
use crate::templates::View;
use crate::time_zone::LocalTime;

/// Places beside its title where a card shows that it has what was searched for.
const PLACES_MOST: usize = 2;

#[derive(Debug, Serialize)]
pub struct SearchPage {
    /// As it was typed.
    pub query: String,
    /// Whether that looks for anything.
    pub finds_anything: bool,
    /// What is to be said about it.
    pub notes: Vec<Note>,
    pub hits: Vec<HitView>,
    pub count: i64,
    /// Whether more cards than that are as the query says.
    pub are_more: bool,
    /// Whether some boards cannot be searched as they are yet.
    pub is_behind: bool,
    pub pager: Pager,
}

impl View for SearchPage {
    const PAGE: Option<&'static str> = Some("search/index.html");
    const PART: Option<&'static str> = Some("search/_found.html");
}

/// A card that was found.
#[derive(Clone, Debug, Serialize)]
pub struct HitView {
    id: Uuid,
    title: Vec<Piece>,
    number: Option<i32>,
    board_id: Uuid,
    /// The board's title.
    board: String,
    color: Color,
    /// The column's title.
    column: String,
    is_archived: bool,
    is_done: bool,
    due: Option<DateView>,
    changed_at: DateTime<Utc>,
    places: Vec<Place>,
}

/// Where on a card it was found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Place {
    kind: &'static str,
    /// Whose comment it is, or which field.
    name: Option<String>,
    pieces: Vec<Piece>,
}

impl Place {
    /// What a place is called, by its kind.
    #[cfg(test)]
    pub const MESSAGES: [&'static str; 5] =
        ["search-in-body", "search-in-item", "search-in-file", "search-in-field", "search-in-comment"];
}

impl HitView {
    pub fn new(hit: Hit, highlighter: &Highlighter, time: LocalTime) -> Self {
        let due = hit.due().map(|due| DateView::due(due, hit.is_done, time));
        let texts = [
            ("body", None, hit.body),
            ("item", None, hit.item),
            ("file", None, hit.file),
            ("field", hit.field_name, hit.field),
            ("comment", hit.comment_by, hit.comment),
        ];
        let place = |(kind, name, text): (&'static str, Option<String>, Option<String>)| {
            Some(Place { kind, name, pieces: highlighter.snippet(&text?)? })
        };
        Self {
            id: hit.id,
            title: highlighter.pieces(&hit.title),
            number: hit.number,
            board_id: hit.board_id,
            board: hit.board,
            color: hit.color,
            column: hit.column,
            is_archived: hit.is_archived,
            is_done: hit.is_done,
            due,
            changed_at: hit.changed_at,
            places: texts.into_iter().filter_map(place).take(PLACES_MOST).collect(),
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::models::when::When;
    use crate::views::samples::{Samples, TEXT, now};

    fn hit(full: bool) -> HitView {
        let piece = |is_found| Piece { text: TEXT.to_owned(), is_found };
        let place = |kind| Place {
            kind,
            name: full.then(|| TEXT.to_owned()),
            pieces: vec![piece(false), piece(true)],
        };
        let time = LocalTime::utc(now());
        HitView {
            id: Uuid::now_v7(),
            title: vec![piece(true), piece(false)],
            number: full.then_some(42),
            board_id: Uuid::now_v7(),
            board: TEXT.to_owned(),
            color: Color::Teal,
            column: TEXT.to_owned(),
            is_archived: full,
            is_done: full,
            due: full.then(|| DateView::due(When::Moment(now()), false, time)),
            changed_at: now(),
            places: ["body", "item", "file", "field", "comment"].map(place).into(),
        }
    }

    impl Samples for SearchPage {
        fn samples(_: &Access) -> Vec<Self> {
            let page = |query: &str, hits: Vec<HitView>, notes, are_more| Self {
                query: query.to_owned(),
                finds_anything: !query.is_empty(),
                notes,
                count: i64::try_from(hits.len()).unwrap_or_default(),
                hits,
                are_more,
                is_behind: are_more,
                pager: Pager { previous: None, next: Some("/next".to_owned()) },
            };
            let notes = vec![
                Note::UnknownOperator(TEXT.to_owned()),
                Note::UnknownValue(TEXT.to_owned()),
                Note::Unclosed,
                Note::Cut,
                Note::TooMany,
                Note::NothingToFind,
            ];
            vec![
                page("", vec![], vec![], false),
                page(TEXT, vec![], notes, false),
                page(TEXT, vec![hit(true), hit(false)], vec![], true),
                page(TEXT, vec![hit(false)], vec![], false),
            ]
        }
    }
}
