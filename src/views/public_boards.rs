//! A board as people without an account see it, by its public link: no person has a name here.

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use serde::Serialize;

use super::cards::OpenCard;
use super::checklists::ChecklistView;
use super::columns::ColumnView;
use super::fields::CardField;
use super::files::FileView;
use super::labels::LabelView;
use crate::forms::Form;
use crate::models::board::Board;
use crate::models::color::Color;
use crate::models::public_link::State;
use crate::templates::View;

/// What every page of the board says of it.
#[derive(Debug, Serialize)]
pub struct PublicBoardView {
    title: String,
    color: Color,
    archived: bool,
    /// What the paths of its pages begin with.
    path: Value,
}

impl PublicBoardView {
    pub fn new(board: &Board, token: &str) -> Self {
        Self {
            title: board.title.clone(),
            color: board.color,
            archived: board.archived_at.is_some(),
            // A token has nothing to escape.
            path: Value::from_safe_string(format!("/public/{token}")),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct PublicBoardPage {
    pub board: PublicBoardView,
    pub columns: Vec<ColumnView>,
    /// As of [`super::boards::BoardPage`].
    #[serde(skip)]
    pub valid_until: DateTime<Utc>,
}

impl View for PublicBoardPage {
    const PAGE: Option<&'static str> = Some("public_boards/show.html");
}

#[derive(Debug, Serialize)]
pub struct PublicCardPage {
    pub board: PublicBoardView,
    /// The title of the card's column.
    pub column: String,
    pub card: OpenCard,
    pub labels: Vec<LabelView>,
    pub fields: Vec<CardField>,
    /// Without the people that items are for.
    pub checklists: Vec<ChecklistView>,
    pub files: Vec<FileView>,
    /// None where the link shows no comments.
    pub comments: Option<Vec<PublicComment>>,
    /// The path of what was said before.
    pub earlier: Option<String>,
}

impl View for PublicCardPage {
    const PAGE: Option<&'static str> = Some("public_cards/show.html");
}

#[derive(Debug, Serialize)]
pub struct PublicComment {
    /// Sanitized HTML.
    pub body_html: Value,
    pub at: DateTime<Utc>,
    pub edited: bool,
}

/// The page that asks for the link's password.
#[derive(Debug, Serialize)]
pub struct PublicPassword {
    pub token: String,
    pub form: Form,
}

impl View for PublicPassword {
    const PAGE: Option<&'static str> = Some("public_boards/password.html");
}

/// A public link that leads nowhere any more, or never did.
#[derive(Debug, Serialize)]
pub struct PublicLinkOver {
    /// The message's id.
    why: &'static str,
}

impl PublicLinkOver {
    const UNKNOWN: &'static str = "public-unknown";
    const REVOKED: &'static str = "public-revoked";
    const EXPIRED: &'static str = "public-expired";

    /// Every message of these pages.
    #[cfg(test)]
    pub(crate) const MESSAGES: [&'static str; 3] = [Self::UNKNOWN, Self::REVOKED, Self::EXPIRED];

    /// None for a link that leads nowhere.
    pub fn new(state: Option<State>) -> Self {
        let why = match state {
            None | Some(State::Open) => Self::UNKNOWN,
            Some(State::Revoked) => Self::REVOKED,
            Some(State::Expired) => Self::EXPIRED,
        };
        Self { why }
    }
}

impl View for PublicLinkOver {
    const PAGE: Option<&'static str> = Some("public_boards/over.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::checklists::Checklists;
    use crate::views::labels::samples::label;
    use crate::views::samples::{Samples, TEXT, card_detail, failed, now};

    impl Samples for PublicBoardPage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |columns| Self {
                board: PublicBoardView::new(&access.board, "0123"),
                columns,
                valid_until: access.time.now,
            };
            vec![page(vec![]), page(ColumnView::samples(access))]
        }
    }

    impl Samples for PublicCardPage {
        fn samples(access: &Access) -> Vec<Self> {
            let comment = |edited| PublicComment {
                body_html: Value::from_safe_string("<p>done</p>".to_owned()),
                at: now(),
                edited,
            };
            let page = |comments: Option<Vec<PublicComment>>| Self {
                board: PublicBoardView::new(&access.board, "0123"),
                column: TEXT.to_owned(),
                card: OpenCard::new(&card_detail(None), "<p><em>done</em></p>", access.time),
                checklists: Checklists::samples(access).remove(usize::from(comments.is_some())).lists,
                labels: if comments.is_some() {
                    vec![(&label(TEXT)).into(), (&label("")).into()]
                } else {
                    vec![]
                },
                fields: if comments.is_some() { CardField::samples(access) } else { vec![] },
                files: if comments.is_some() { FileView::samples(access) } else { vec![] },
                earlier: comments.as_ref().map(|_| "/older".to_owned()),
                comments,
            };
            vec![page(None), page(Some(vec![])), page(Some(vec![comment(false), comment(true)]))]
        }
    }

    impl Samples for PublicPassword {
        fn samples(_: &Access) -> Vec<Self> {
            let page = |form| Self { token: "0123".to_owned(), form };
            vec![page(Form::blank(&["password"])), page(failed(&["password"]))]
        }
    }

    impl Samples for PublicLinkOver {
        fn samples(_: &Access) -> Vec<Self> {
            Self::MESSAGES.map(|why| Self { why }).into()
        }
    }
}
