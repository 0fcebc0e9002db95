//! A copy of a card, before it is made.

use serde::Serialize;

use super::access::BoardView;
use super::choice::Choice;
use super::destinations::{Destination, Loss};
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::card::fitting::Fit;
use crate::models::copying::CardPart;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct CopyPage {
    /// The card's own.
    pub board: BoardView,
    pub card: Choice,
    pub to: Destination,
    /// Whether it is on the card's own board, and so on the page beneath.
    pub stays: bool,
    pub losses: Vec<Loss>,
    pub parts: Vec<PartChoice>,
    pub form: Form,
}

/// Something that can come along, where the card has any.
#[derive(Debug, Serialize)]
pub struct PartChoice {
    part: CardPart,
    chosen: bool,
}

impl CopyPage {
    pub fn new(access: &Access, card: &Card, to: Destination, fit: &Fit, mut form: Form) -> Self {
        let column_id = to.column.as_ref().map(|column| column.id.to_string());
        form.set("column_id", column_id.unwrap_or_default());
        let chosen: Vec<&str> = form.value("with").split_ascii_whitespace().collect();
        let is_there = |part: &CardPart| match part {
            // There may be items without people; they are not counted.
            CardPart::Checklists => true,
            CardPart::Labels => fit.labels.of > 0,
            CardPart::Assignees => fit.assignees.of > 0 || fit.items.of > 0,
            CardPart::Files => fit.files.of > 0,
            CardPart::Comments => fit.comments > 0,
        };
        let choice = |part: CardPart| PartChoice { part, chosen: chosen.contains(&part.word()) };
        Self {
            board: access.into(),
            card: card.into(),
            stays: to.is_on(card.board_id),
            losses: Loss::of_copy(fit),
            parts: CardPart::ALL.iter().copied().filter(is_there).map(choice).collect(),
            to,
            form,
        }
    }
}

impl View for CopyPage {
    const PAGE: Option<&'static str> = Some("card_copies/new.html");
    const PART: Option<&'static str> = Some("card_copies/_form.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::card::fitting::Lost;
    use crate::views::destinations::samples::{destination, empty, losses};
    use crate::views::samples::{Samples, card, failed};

    impl Samples for CopyPage {
        fn samples(access: &Access) -> Vec<Self> {
            let fields = ["column_id", "after", "title", "with"];
            let some = Lost { n: 0, of: 1 };
            let full = Fit { labels: some, assignees: some, files: some, comments: 1, ..Fit::default() };
            let page =
                |to, form| Self { losses: losses(), ..Self::new(access, &card(None), to, &full, form) };
            let form = || {
                Form::filled(
                    [("with", "labels comments".to_owned())]
                        .into_iter()
                        .chain(["column_id", "after", "title"].map(|name| (name, String::new()))),
                )
            };
            vec![
                page(destination(), failed(&fields)),
                Self { stays: true, ..page(destination(), form()) },
                page(empty(), form()),
                page(Destination::nowhere(), form()),
            ]
        }
    }
}
