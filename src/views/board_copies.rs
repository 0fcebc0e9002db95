//! A copy of a board, before it is made.

use serde::Serialize;

use super::access::BoardView;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::board::copying::BoardPart;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct CopyPage {
    pub board: BoardView,
    /// How many a copy has, where they come along.
    pub cards: i64,
    pub files: i64,
    pub parts: Vec<PartChoice>,
    pub form: Form,
}

#[derive(Debug, Serialize)]
pub struct PartChoice {
    part: BoardPart,
    chosen: bool,
}

impl CopyPage {
    /// `size` are cards and files.
    pub fn new(access: &Access, size: (i64, i64), form: Form) -> Self {
        let board = BoardView::from(access);
        let chosen: Vec<&str> = form.value("with").split_ascii_whitespace().collect();
        let can_choose = |part: &BoardPart| *part != BoardPart::People || board.can_manage;
        let choice = |part: BoardPart| PartChoice { part, chosen: chosen.contains(&part.word()) };
        let parts = BoardPart::ALL.iter().copied().filter(can_choose).map(choice).collect();
        Self { board, cards: size.0, files: size.1, parts, form }
    }
}

impl View for CopyPage {
    const PAGE: Option<&'static str> = Some("board_copies/new.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::views::samples::{Samples, failed};

    impl Samples for CopyPage {
        fn samples(access: &Access) -> Vec<Self> {
            let form = Form::filled([("title", String::new()), ("with", "cards".to_owned())]);
            vec![Self::new(access, (500, 2), form), Self::new(access, (0, 0), failed(&["title", "with"]))]
        }
    }
}
