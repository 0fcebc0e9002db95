//! Taking back what was done: the offer, and why it was refused.

use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::events::{EventView, Sentence};
use crate::models::access::Access;
use crate::models::change::Recorded;
use crate::models::undo::UndoError;
use crate::templates::View;

/// A notice of what the reader has just done, with a form that takes it back.
#[derive(Clone, Debug, Serialize)]
pub struct UndoOffer {
    /// The event's.
    pub id: Uuid,
    /// The reader's name.
    pub who: String,
    pub what: Sentence,
    /// How many other things were done with it.
    pub more: usize,
}

impl UndoOffer {
    /// None for what is not taken back.
    pub fn new(who: &str, recorded: Recorded) -> Option<Self> {
        recorded.happened.right_to_undo()?;
        Some(Self {
            id: recorded.id,
            who: who.to_owned(),
            more: recorded.count - 1,
            what: Sentence::new(Some(recorded.happened)),
        })
    }
}

impl View for UndoOffer {
    const PART: Option<&'static str> = Some("undos/_offer.html");
}

/// After a change of more than a part: nothing but the offer to take it back.
#[derive(Debug, Serialize)]
pub struct Stale {}

impl View for Stale {
    const PART: Option<&'static str> = Some("undos/_stale.html");
}

/// Why something was not taken back.
#[derive(Debug, Serialize)]
pub struct UndoRefused {
    board: BoardView,
    /// A message's id.
    reason: &'static str,
    /// What stands in the way.
    newer: Option<EventView>,
    /// The path to go back to.
    back: String,
}

impl UndoRefused {
    const NEVER: &'static str = "undo-never";
    const ALREADY: &'static str = "undo-already";
    const IN_THE_WAY: &'static str = "undo-in-the-way";
    const NOTHING: &'static str = "undo-nothing";
    const OTHER_BOARD: &'static str = "undo-other-board";

    /// Every reason.
    #[cfg(test)]
    pub(crate) const REASONS: [&'static str; 5] =
        [Self::NEVER, Self::ALREADY, Self::IN_THE_WAY, Self::NOTHING, Self::OTHER_BOARD];

    /// # Errors
    /// The change failed for a reason of its own, which this page does not say.
    pub fn new(access: &Access, error: UndoError, back: String) -> Result<Self, UndoError> {
        let (reason, newer) = match error {
            UndoError::Never => (Self::NEVER, None),
            UndoError::Already => (Self::ALREADY, None),
            UndoError::OtherBoard => (Self::OTHER_BOARD, None),
            UndoError::InTheWay(newer) => (Self::IN_THE_WAY, newer),
            error @ UndoError::Change(_) => return Err(error),
        };
        Ok(Self { board: access.into(), reason, newer: newer.map(|event| (*event).into()), back })
    }

    /// The reader has done nothing lately.
    pub fn nothing(access: &Access, back: String) -> Self {
        Self { board: access.into(), reason: Self::NOTHING, newer: None, back }
    }
}

impl View for UndoRefused {
    const PAGE: Option<&'static str> = Some("undos/refused.html");
    const PART: Option<&'static str> = Some("undos/_refused.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::color::Color;
    use crate::models::event::Happened;
    use crate::views::samples::{Samples, TEXT};

    impl Samples for UndoOffer {
        fn samples(_: &Access) -> Vec<Self> {
            let id = Uuid::now_v7();
            let (label_id, name, color) = (id, String::new(), Color::Red);
            let happened = [
                (Happened::CardArchived { card_id: id, title: TEXT.to_owned() }, 1),
                (Happened::LabelDeleted { label_id, name, color }, 3),
            ];
            let offer = |(happened, count)| Self::new(TEXT, Recorded { id, happened, count, revision: 1 });
            happened.into_iter().filter_map(offer).collect()
        }
    }

    impl Samples for Stale {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self {}]
        }
    }

    impl Samples for UndoRefused {
        fn samples(access: &Access) -> Vec<Self> {
            let newer = EventView::samples(access).pop();
            let back = || "/back".to_owned();
            vec![
                Self { newer, board: access.into(), reason: Self::IN_THE_WAY, back: back() },
                Self::nothing(access, back()),
            ]
        }
    }
}
