//! The mail that tells a person what they have not read. Unlike other mails it has words that people wrote: those with whom the
//! reader shares a board.

use serde::Serialize;
use uuid::Uuid;

use super::events::Sentence;
use crate::models::notification::Reason;
use crate::models::notification::mailing::MailedLine;
use crate::models::notification::settings::Unwanted;
use crate::templates::MailView;

#[derive(Debug, Serialize)]
pub struct NotificationsMail {
    boards: Vec<MailedBoard>,
    /// How many lines there are.
    count: usize,
    /// Whether an answer becomes a comment.
    can_reply: bool,
    /// The addresses by which mail for a reason stops, one for each of them.
    reasons: Vec<MailedReason>,
    /// The address by which all of these mails stop.
    stop_all: String,
    settings: String,
}

#[derive(Debug, Serialize)]
struct MailedBoard {
    #[serde(skip)]
    id: Uuid,
    title: String,
    lines: Vec<LineInMail>,
}

#[derive(Debug, Serialize)]
struct MailedReason {
    reason: Reason,
    stop: String,
}

#[derive(Debug, Serialize)]
struct LineInMail {
    reason: Reason,
    /// The card's title; none where it is about the board.
    title: Option<String>,
    link: String,
    who: Option<String>,
    /// What happened last; none where the calendar says it.
    what: Option<Sentence>,
    /// How much else has happened.
    more: i32,
    said: Option<String>,
    /// Whether more was said.
    is_cut: bool,
    /// The address by which mails of the card stop.
    stop: Option<String>,
}

impl MailView for NotificationsMail {
    const FOLDER: &'static str = "emails/notifications";
}

impl NotificationsMail {
    /// Lines in their order; `unsubscribe` makes the address by which mail of something stops.
    pub fn new(lines: Vec<MailedLine>, origin: &str, unsubscribe: impl Fn(Unwanted) -> String) -> Self {
        let count = lines.len();
        let mut reasons: Vec<Reason> = lines.iter().map(|line| line.matter.reason).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let mut boards: Vec<MailedBoard> = Vec::new();
        for MailedLine { matter, said, is_cut } in lines {
            if boards.last().is_none_or(|last| last.id != matter.board_id) {
                let title = matter.board.clone();
                boards.push(MailedBoard { id: matter.board_id, title, lines: Vec::new() });
            }
            let link = match matter.card_id {
                Some(id) => format!("{origin}/cards/{id}"),
                None => format!("{origin}/boards/{}", matter.board_id),
            };
            let what = matter.happened().filter(|_| !matter.reason.is_of_calendar());
            if let Some(board) = boards.last_mut() {
                board.lines.push(LineInMail {
                    reason: matter.reason,
                    link,
                    what: what.map(|happened| Sentence::new(Some(happened))),
                    more: matter.count - 1,
                    stop: matter.card_id.map(|id| unsubscribe(Unwanted::Card(id))),
                    title: matter.card,
                    who: matter.who,
                    said,
                    is_cut,
                });
            }
        }
        let stop = |reason| MailedReason { reason, stop: unsubscribe(Unwanted::Reason(reason)) };
        Self {
            boards,
            count,
            can_reply: false,
            reasons: reasons.into_iter().map(stop).collect(),
            stop_all: unsubscribe(Unwanted::All),
            settings: format!("{origin}/account/notifications"),
        }
    }

    /// Whether an answer becomes a comment.
    #[must_use]
    pub fn with_replies(self, can_reply: bool) -> Self {
        Self { can_reply, ..self }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::models::event::Happened;
    use crate::views::samples::{Samples, TEXT};

    const LINK: &str = "https://boards.example.com/x?a=1&b=2";

    impl Samples for NotificationsMail {
        fn samples(_: &Access) -> Vec<Self> {
            let line = |reason, full: bool| {
                let happened = Happened::CardDone { card_id: Uuid::now_v7(), title: TEXT.to_owned() };
                LineInMail {
                    reason,
                    title: full.then(|| TEXT.to_owned()),
                    link: LINK.to_owned(),
                    who: full.then(|| TEXT.to_owned()),
                    what: full.then(|| Sentence::new(Some(happened))),
                    more: i32::from(full) * 3,
                    said: full.then(|| TEXT.to_owned()),
                    is_cut: full,
                    stop: full.then(|| LINK.to_owned()),
                }
            };
            let mail = |lines: Vec<LineInMail>| Self {
                count: lines.len(),
                can_reply: lines.len() == 1,
                boards: vec![MailedBoard { id: Uuid::now_v7(), title: TEXT.to_owned(), lines }],
                reasons: Reason::ALL
                    .iter()
                    .map(|reason| MailedReason { reason: *reason, stop: LINK.to_owned() })
                    .collect(),
                stop_all: LINK.to_owned(),
                settings: LINK.to_owned(),
            };
            let lines = Reason::ALL.iter().flat_map(|reason| [true, false].map(|full| line(*reason, full)));
            vec![
                mail(lines.collect()),
                mail(vec![line(Reason::Mentioned, true)]),
                mail(vec![line(Reason::RoleChanged, false)]),
            ]
        }
    }
}
