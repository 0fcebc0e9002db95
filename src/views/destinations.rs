//! Where a card can go: board, column, place, and what is lost on the way.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::choice::Choice;
use crate::models::board::Board;
use crate::models::card::fitting::{Fit, Lost};
use crate::models::column::Column;
use crate::models::face::CardFace;

#[derive(Debug, Serialize)]
pub struct Destination {
    /// Those whose cards the reader may change.
    pub boards: Vec<Choice>,
    /// The chosen one of them; none where there is none.
    pub board: Option<Choice>,
    /// Its columns.
    pub columns: Vec<ColumnChoice>,
    /// The chosen one of them; none where the board has none.
    pub column: Option<Choice>,
    /// Its cards in order.
    pub positions: Vec<Choice>,
}

#[derive(Debug, Serialize)]
pub struct ColumnChoice {
    pub id: Uuid,
    pub title: String,
    pub selected: bool,
    pub count: i64,
}

impl Destination {
    /// For those who may change no board.
    pub fn nowhere() -> Self {
        Self { boards: Vec::new(), board: None, columns: Vec::new(), column: None, positions: Vec::new() }
    }

    /// `counts` are the cards of each of `columns`; `positions` the cards of `column`.
    pub fn new(
        boards: &[Board],
        board: &Board,
        columns: &[Column],
        counts: &HashMap<Uuid, i64>,
        column: Option<&Column>,
        positions: Vec<CardFace>,
    ) -> Self {
        let choice = |one: &Column| ColumnChoice {
            id: one.id,
            title: one.title.clone(),
            selected: column.is_some_and(|column| column.id == one.id),
            count: counts.get(&one.id).copied().unwrap_or(0),
        };
        Self {
            boards: boards.iter().map(Into::into).collect(),
            board: Some(board.into()),
            columns: columns.iter().map(choice).collect(),
            column: column.map(Into::into),
            positions: positions.into_iter().map(|one| Choice { id: one.id, title: one.title }).collect(),
        }
    }

    /// Whether it is on this board.
    pub fn is_on(&self, board_id: Uuid) -> bool {
        self.board.as_ref().is_some_and(|board| board.id == board_id)
    }

    /// The id of the last card, but for this one; what a form begins with.
    pub fn last(&self, but: Uuid) -> String {
        self.positions.iter().rfind(|one| one.id != but).map(|one| one.id.to_string()).unwrap_or_default()
    }
}

/// What cannot come, or what else the other board will have: a message's `id`, and how many of how many.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Loss {
    id: &'static str,
    n: i64,
    of: i64,
}

impl Loss {
    const ASSIGNEES: &'static str = "lost-assignees";
    const ITEMS: &'static str = "lost-items";
    const WATCHERS: &'static str = "lost-watchers";
    const LABELS: &'static str = "lost-labels";
    const FIELDS: &'static str = "lost-fields";
    const NEW_LABELS: &'static str = "lost-new-labels";
    const FILES: &'static str = "lost-files";
    const NUMBERS: &'static str = "lost-numbers";

    /// Every message of these.
    #[cfg(test)]
    pub(crate) const MESSAGES: [&'static str; 8] = [
        Self::ASSIGNEES,
        Self::ITEMS,
        Self::WATCHERS,
        Self::LABELS,
        Self::FIELDS,
        Self::NEW_LABELS,
        Self::FILES,
        Self::NUMBERS,
    ];

    /// Of a card that goes there.
    pub fn of_move(fit: &Fit) -> Vec<Self> {
        let mut all = Self::of_copy(fit);
        all.extend(Self::some(Self::WATCHERS, fit.watchers));
        all
    }

    /// Of a copy.
    pub fn of_copy(fit: &Fit) -> Vec<Self> {
        let kinds = [
            (Self::ASSIGNEES, fit.assignees),
            (Self::ITEMS, fit.items),
            (Self::LABELS, fit.labels),
            (Self::FIELDS, fit.fields),
            (Self::FILES, fit.files),
            (Self::NUMBERS, Lost { n: fit.numbers, of: fit.numbers }),
            (Self::NEW_LABELS, Lost { n: fit.new_labels, of: fit.labels.of }),
        ];
        kinds.into_iter().filter_map(|(id, lost)| Self::some(id, lost)).collect()
    }

    fn some(id: &'static str, Lost { n, of }: Lost) -> Option<Self> {
        (n > 0).then_some(Self { id, n, of })
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::views::samples::TEXT;

    fn choice() -> Choice {
        Choice { id: Uuid::now_v7(), title: TEXT.to_owned() }
    }

    /// On another board than any sample's.
    pub fn destination() -> Destination {
        let column = ColumnChoice { id: Uuid::now_v7(), title: TEXT.to_owned(), selected: true, count: 1 };
        Destination {
            boards: vec![choice(), choice()],
            board: Some(choice()),
            columns: vec![column],
            column: Some(choice()),
            positions: vec![choice()],
        }
    }

    /// A board without columns.
    pub fn empty() -> Destination {
        Destination { columns: vec![], column: None, positions: vec![], ..destination() }
    }

    pub fn losses() -> Vec<Loss> {
        Loss::MESSAGES.map(|id| Loss { id, n: 1, of: 3 }).into()
    }

    #[test]
    fn only_what_is_lost_is_said() {
        let none = Lost { n: 0, of: 2 };
        let fit = Fit { assignees: Lost { n: 2, of: 3 }, labels: none, new_labels: 1, ..Fit::default() };
        let watched = Fit { watchers: Lost { n: 1, of: 1 }, ..fit };
        let said = |losses: Vec<Loss>| losses.iter().map(|one| (one.id, one.n, one.of)).collect::<Vec<_>>();
        assert_eq!(said(Loss::of_copy(&watched)), [("lost-assignees", 2, 3), ("lost-new-labels", 1, 2)]);
        assert_eq!(said(Loss::of_move(&watched)).len(), 3);
        assert_eq!(said(Loss::of_copy(&Fit::default())), []);
    }
}
