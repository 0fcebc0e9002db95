//! What was deleted from a board.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::access::BoardView;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct TrashPage {
    pub board: BoardView,
    /// Those that have anything.
    pub sections: Vec<TrashSection>,
}

impl View for TrashPage {
    const PAGE: Option<&'static str> = Some("board_trash/show.html");
}

/// Boards that the reader has deleted, or another owner.
#[derive(Debug, Serialize)]
pub struct BoardsTrash {
    pub rows: Vec<TrashRow>,
}

impl View for BoardsTrash {
    const PAGE: Option<&'static str> = Some("boards_trash/index.html");
}

#[derive(Debug, Serialize)]
pub struct TrashSection {
    /// The id of its heading's message.
    pub kind: &'static str,
    pub rows: Vec<TrashRow>,
}

impl TrashSection {
    /// The headings of all kinds.
    pub const KINDS: [&'static str; 6] =
        ["trash-cards", "trash-files", "trash-checklists", "trash-items", "trash-labels", "trash-fields"];
}

#[derive(Debug, Serialize)]
pub struct TrashRow {
    /// What it is called; may be empty.
    pub title: String,
    pub at: Option<DateTime<Utc>>,
    /// Where the form goes that brings it back.
    pub action: String,
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT, now};

    impl Samples for BoardsTrash {
        fn samples(access: &Access) -> Vec<Self> {
            let sections = TrashPage::samples(access).into_iter().flat_map(|page| page.sections);
            let rows = sections.take(1).flat_map(|section| section.rows).collect();
            vec![Self { rows }, Self { rows: vec![] }]
        }
    }

    impl Samples for TrashPage {
        fn samples(access: &Access) -> Vec<Self> {
            let row = |title: &str| TrashRow {
                title: title.to_owned(),
                at: Some(now()),
                action: "/cards/1/undelete".to_owned(),
            };
            let section = |kind| TrashSection { kind, rows: vec![row(TEXT), row("")] };
            let page = |sections| Self { board: access.into(), sections };
            vec![page(vec![]), page(TrashSection::KINDS.map(section).into())]
        }
    }
}
