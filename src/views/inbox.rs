//! What a person is told.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::choice::Choice;
use super::events::Sentence;
use super::pager::Pager;
use crate::forms::Form;
use crate::models::color::Color;
use crate::models::notification::{Line, Reason};
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct InboxPage {
    pub lines: Vec<LineView>,
    pub pager: Pager,
    /// Which alone are shown.
    pub reason: Option<Reason>,
    pub board_id: Option<Uuid>,
    pub reasons: &'static [Reason],
    /// Those that there are lines of.
    pub boards: Vec<Choice>,
    /// What stands behind the address of each form, to come back to the same lines.
    pub query: String,
}

impl InboxPage {
    /// With what was typed into the form that puts a line off.
    #[must_use]
    pub fn with_form(mut self, id: Uuid, form: Form) -> Self {
        for line in self.lines.iter_mut().filter(|line| line.id == id) {
            line.form = form.clone();
            line.is_open = true;
        }
        self
    }
}

impl View for InboxPage {
    const PAGE: Option<&'static str> = Some("inbox/index.html");
    const PART: Option<&'static str> = Some("inbox/_list.html");
}

/// The mark in the top bar, which the frame of each page has, too.
#[derive(Debug, Serialize)]
pub struct InboxMark {}

impl View for InboxMark {
    const PART: Option<&'static str> = Some("inbox/_mark.html");
}

#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    pub id: Uuid,
    reason: Reason,
    /// The card's title, or the board's.
    title: String,
    /// The board's title.
    board: String,
    color: Color,
    /// Where it leads.
    path: String,
    who: Option<String>,
    /// What happened last; none where the calendar says it.
    what: Option<Sentence>,
    /// How much else has happened since it was read.
    more: i32,
    at: DateTime<Utc>,
    is_read: bool,
    /// The form that puts it off.
    form: Form,
    is_open: bool,
}

impl LineView {
    pub fn new(line: Line) -> Self {
        let matter = line.matter;
        let path = match (matter.card_id, matter.reason) {
            (Some(id), _) => format!("/cards/{id}"),
            // There it is answered.
            (None, Reason::Invitation) => "/boards".to_owned(),
            (None, _) => format!("/boards/{}", matter.board_id),
        };
        Self {
            id: line.id,
            reason: matter.reason,
            path,
            what: matter.happened().map(|happened| Sentence::new(Some(happened))),
            title: matter.card.unwrap_or_else(|| matter.board.clone()),
            board: matter.board,
            color: line.color,
            who: matter.who,
            more: matter.count - 1,
            at: line.happened_at,
            is_read: line.is_read,
            form: Form::blank(&["until"]),
            is_open: false,
        }
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::models::event::Happened;
    use crate::views::samples::{Samples, TEXT, failed, now};

    pub fn line(reason: Reason, full: bool) -> LineView {
        let happened = Happened::CardDone { card_id: Uuid::now_v7(), title: TEXT.to_owned() };
        LineView {
            id: Uuid::now_v7(),
            reason,
            title: TEXT.to_owned(),
            board: TEXT.to_owned(),
            color: Color::Teal,
            path: "/cards".to_owned(),
            who: full.then(|| TEXT.to_owned()),
            what: full.then(|| Sentence::new(Some(happened))),
            more: i32::from(full) * 3,
            at: now(),
            is_read: !full,
            form: if full { failed(&["until"]) } else { Form::blank(&["until"]) },
            is_open: full,
        }
    }

    impl Samples for InboxPage {
        fn samples(_: &Access) -> Vec<Self> {
            let page = |lines, reason| Self {
                lines,
                pager: Pager { previous: None, next: Some("/next".to_owned()) },
                reason,
                board_id: None,
                reasons: Reason::ALL,
                boards: vec![Choice { id: Uuid::now_v7(), title: TEXT.to_owned() }],
                query: "?page=2".to_owned(),
            };
            let lines = Reason::ALL.iter().flat_map(|reason| [true, false].map(|full| line(*reason, full)));
            vec![page(vec![], None), page(vec![], Some(Reason::Comment)), page(lines.collect(), None)]
        }
    }

    impl Samples for InboxMark {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self {}]
        }
    }
}
