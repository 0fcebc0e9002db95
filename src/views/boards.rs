//! Boards: the list of them, one of them, its settings, its archive.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::columns::ColumnView;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::board::ListedBoard;
use crate::models::card::Card;
use crate::models::color::Color;
use crate::models::column::Column;
use crate::models::role::Role;
use crate::templates::View;
use crate::views::pager::Pager;

/// A board in the list of boards.
#[derive(Debug, Serialize)]
pub struct Tile {
    id: Uuid,
    title: String,
    color: Color,
    starred: bool,
    archived: bool,
    role: Role,
    can_manage: bool,
    columns: i64,
    cards: i64,
    updated_at: DateTime<Utc>,
}

impl From<ListedBoard> for Tile {
    fn from(listed: ListedBoard) -> Self {
        Self {
            id: listed.board.id,
            title: listed.board.title,
            color: listed.board.color,
            starred: listed.member.starred_at.is_some(),
            archived: listed.board.archived_at.is_some(),
            role: listed.member.role,
            can_manage: listed.member.role >= Role::Owner,
            columns: listed.columns,
            cards: listed.cards,
            updated_at: listed.board.updated_at,
        }
    }
}

/// The three lists of a user's boards.
#[derive(Debug, Serialize)]
pub struct BoardList {
    starred: Vec<Tile>,
    boards: Vec<Tile>,
    archived: Vec<Tile>,
}

impl From<Vec<ListedBoard>> for BoardList {
    fn from(listed: Vec<ListedBoard>) -> Self {
        let (archived, live): (Vec<Tile>, Vec<Tile>) =
            listed.into_iter().map(Tile::from).partition(|tile| tile.archived);
        let (starred, boards) = live.into_iter().partition(|tile| tile.starred);
        Self { starred, boards, archived }
    }
}

#[derive(Debug, Serialize)]
pub struct BoardsPage {
    #[serde(flatten)]
    pub list: BoardList,
    /// The form for a new board.
    pub form: Form,
}

impl View for BoardsPage {
    const PAGE: Option<&'static str> = Some("boards/index.html");
    const PART: Option<&'static str> = Some("boards/_list.html");
}

#[derive(Debug, Serialize)]
pub struct BoardPage {
    pub board: BoardView,
    pub columns: Vec<ColumnView>,
    /// The form for a new column.
    pub form: Form,
}

impl View for BoardPage {
    const PAGE: Option<&'static str> = Some("boards/show.html");
}

/// The head of a board's page.
#[derive(Debug, Serialize)]
pub struct BoardHeader {
    pub board: BoardView,
}

impl View for BoardHeader {
    const PART: Option<&'static str> = Some("boards/_header.html");
}

#[derive(Debug, Serialize)]
pub struct BoardSettings {
    pub board: BoardView,
    pub form: Form,
    pub colors: &'static [Color],
}

impl View for BoardSettings {
    const PAGE: Option<&'static str> = Some("boards/edit.html");
}

/// What has been archived on a board.
#[derive(Debug, Serialize)]
pub struct BoardArchive {
    board: BoardView,
    columns: Vec<ArchivedColumn>,
    cards: Vec<ArchivedCard>,
    pager: Pager,
}

#[derive(Debug, Serialize)]
struct ArchivedColumn {
    id: Uuid,
    title: String,
    archived_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct ArchivedCard {
    id: Uuid,
    title: String,
    column_title: String,
    column_archived: bool,
    archived_at: Option<DateTime<Utc>>,
}

impl BoardArchive {
    pub fn new(access: &Access, columns: Vec<Column>, cards: Vec<(Card, Column)>, pager: Pager) -> Self {
        let column = |column: Column| ArchivedColumn {
            id: column.id,
            title: column.title,
            archived_at: column.archived_at,
        };
        let card = |(card, column): (Card, Column)| ArchivedCard {
            id: card.id,
            title: card.title,
            column_archived: column.archived_at.is_some(),
            column_title: column.title,
            archived_at: card.archived_at,
        };
        Self {
            board: access.into(),
            columns: columns.into_iter().map(column).collect(),
            cards: cards.into_iter().map(card).collect(),
            pager,
        }
    }
}

impl View for BoardArchive {
    const PAGE: Option<&'static str> = Some("board_archives/show.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::board::ListedBoard;
    use crate::views::samples::{Samples, card, column, failed, now};
    impl Samples for BoardsPage {
        fn samples(access: &Access) -> Vec<Self> {
            let (board, member) = (access.board.clone(), access.member.clone());
            let listed = ListedBoard { board, member, columns: 1, cards: 2 };
            vec![
                Self { list: vec![].into(), form: Form::blank(&["title"]) },
                Self { list: vec![listed].into(), form: failed(&["title"]) },
            ]
        }
    }

    impl Samples for BoardPage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |columns, form| Self { board: access.into(), columns, form };
            vec![page(vec![], Form::blank(&["title"])), page(ColumnView::samples(access), failed(&["title"]))]
        }
    }

    impl Samples for BoardHeader {
        fn samples(access: &Access) -> Vec<Self> {
            vec![Self { board: access.into() }]
        }
    }

    impl Samples for BoardSettings {
        fn samples(access: &Access) -> Vec<Self> {
            let fields = ["title", "color"];
            [Form::blank(&fields), failed(&fields)]
                .map(|form| Self { board: access.into(), form, colors: Color::ALL })
                .into()
        }
    }

    impl Samples for BoardArchive {
        fn samples(access: &Access) -> Vec<Self> {
            let card = (card(Some(now())), column(None));
            let pager = Pager { previous: None, next: Some("/next".to_owned()) };
            vec![
                Self::new(access, vec![], vec![], Pager::default()),
                Self::new(access, vec![column(Some(now()))], vec![card], pager),
            ]
        }
    }
}
