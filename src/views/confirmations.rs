//! The question before something is destroyed, where no script could ask it.

use serde::Serialize;

use super::access::BoardView;
use crate::models::access::Access;
use crate::templates::View;

/// `id` is the message's.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "id")]
pub enum Question {
    #[serde(rename = "board-delete-confirm")]
    DeleteBoard,
    #[serde(rename = "card-delete-confirm")]
    DeleteCard,
    #[serde(rename = "file-delete-confirm")]
    DeleteFile,
    /// With the number of cards that it is on.
    #[serde(rename = "label-delete-confirm")]
    DeleteLabel { n: i64 },
    /// With the number of cards on which it is filled in.
    #[serde(rename = "field-delete-confirm")]
    DeleteField { n: i64 },
    #[serde(rename = "member-remove-confirm")]
    RemoveMember { name: String },
    #[serde(rename = "member-leave-confirm")]
    LeaveBoard,
}

#[derive(Debug, Serialize)]
pub struct Confirmation {
    pub board: BoardView,
    pub question: Question,
    /// Where the form goes once more.
    pub action: String,
    /// The path of the page that it came from.
    pub back: String,
}

impl Confirmation {
    pub fn new(access: &Access, question: Question, action: String, back: String) -> Self {
        Self { board: access.into(), question, action, back }
    }
}

impl View for Confirmation {
    const PAGE: Option<&'static str> = Some("confirmations/show.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::views::samples::{Samples, TEXT};

    impl Samples for Confirmation {
        fn samples(access: &Access) -> Vec<Self> {
            let questions = [
                Question::DeleteBoard,
                Question::DeleteCard,
                Question::DeleteFile,
                Question::DeleteLabel { n: 2 },
                Question::DeleteField { n: 2 },
                Question::RemoveMember { name: TEXT.to_owned() },
                Question::LeaveBoard,
            ];
            let page = |question| Self::new(access, question, "/x".to_owned(), "/".to_owned());
            questions.map(page).into()
        }
    }
}
