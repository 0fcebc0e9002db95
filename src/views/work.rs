//! What is a person's to do, over all boards.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::dates::DateView;
use super::pager::Pager;
use crate::models::color::Color;
use crate::models::work::{Work, WorkPart};
use crate::templates::View;
use crate::time_zone::LocalTime;

#[derive(Debug, Serialize)]
pub struct WorkPage {
    /// Which part alone is shown.
    pub part: Option<WorkPart>,
    pub sections: Vec<WorkSection>,
    pub pager: Pager,
}

impl View for WorkPage {
    const PAGE: Option<&'static str> = Some("my/index.html");
}

#[derive(Debug, Serialize)]
pub struct WorkSection {
    part: WorkPart,
    /// Of all its rows.
    count: i64,
    /// Whether it has more rows than are here.
    are_more: bool,
    rows: Vec<WorkView>,
}

#[derive(Debug, Serialize)]
struct WorkView {
    card_id: Uuid,
    title: String,
    number: Option<i32>,
    /// The step; none for the card itself.
    item: Option<String>,
    board_id: Uuid,
    /// The board's title.
    board: String,
    color: Color,
    /// The column's title.
    column: String,
    due: Option<DateView>,
    is_done: bool,
    at: DateTime<Utc>,
}

impl WorkSection {
    pub fn new<'a>(part: WorkPart, works: impl Iterator<Item = &'a Work>, time: LocalTime) -> Self {
        let mut count = 0;
        let view = |work: &Work| {
            count = work.count;
            WorkView {
                card_id: work.card_id,
                title: work.title.clone(),
                number: work.number,
                item: work.item.clone(),
                board_id: work.board_id,
                board: work.board.clone(),
                color: work.color,
                column: work.column.clone(),
                due: work.due().map(|due| DateView::due(due, work.is_done, time)),
                is_done: work.is_done,
                at: work.at,
            }
        };
        let rows: Vec<WorkView> = works.map(view).collect();
        Self { part, count, are_more: i64::try_from(rows.len()).is_ok_and(|shown| shown < count), rows }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::models::when::When;
    use crate::views::samples::{Samples, TEXT, now};

    fn section(part: WorkPart, full: bool) -> WorkSection {
        let row = |item: bool| WorkView {
            card_id: Uuid::now_v7(),
            title: TEXT.to_owned(),
            number: item.then_some(42),
            item: item.then(|| TEXT.to_owned()),
            board_id: Uuid::now_v7(),
            board: TEXT.to_owned(),
            color: Color::Teal,
            column: TEXT.to_owned(),
            due: item.then(|| DateView::due(When::Moment(now()), false, LocalTime::utc(now()))),
            is_done: item,
            at: now(),
        };
        let rows: Vec<WorkView> = if full { vec![row(true), row(false)] } else { Vec::new() };
        WorkSection { part, count: 30, are_more: full, rows }
    }

    impl Samples for WorkPage {
        fn samples(_: &Access) -> Vec<Self> {
            let page = |part, sections| Self {
                part,
                sections,
                pager: Pager { previous: None, next: Some("/next".to_owned()) },
            };
            let all = WorkPart::ALL.iter().map(|part| section(*part, true)).collect();
            vec![
                page(None, vec![]),
                page(None, all),
                page(Some(WorkPart::Later), vec![section(WorkPart::Later, true)]),
                page(Some(WorkPart::Done), vec![section(WorkPart::Done, false)]),
            ]
        }
    }
}
