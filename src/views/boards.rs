//! Boards: the list of them, one of them, its settings, its archive.

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::board_filters::{FilterBar, ViewTabs};
use super::columns::ColumnView;
use super::people::PersonView;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::board::ListedBoard;
use crate::models::card::Card;
use crate::models::color::Color;
use crate::models::column::Column;
use crate::models::member::Person;
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
    is_template: bool,
    can_manage: bool,
    /// Whether the reader is a member.
    is_member: bool,
    /// The name of its owner, where that is somebody else.
    owner: Option<String>,
    columns: i64,
    cards: i64,
    updated_at: DateTime<Utc>,
}

impl From<ListedBoard> for Tile {
    fn from(listed: ListedBoard) -> Self {
        let owns = listed.member.as_ref().is_some_and(|member| member.role >= Role::Owner);
        Self {
            id: listed.board.id,
            title: listed.board.title,
            color: listed.board.color,
            starred: listed.member.as_ref().is_some_and(|member| member.starred_at.is_some()),
            archived: listed.board.archived_at.is_some(),
            is_template: listed.board.is_template,
            can_manage: owns,
            is_member: listed.member.is_some(),
            owner: listed.owner.filter(|_| !owns),
            columns: listed.columns,
            cards: listed.cards,
            updated_at: listed.board.updated_at,
        }
    }
}

/// The lists of a user's boards.
#[derive(Debug, Default, Serialize)]
pub struct BoardList {
    starred: Vec<Tile>,
    own: Vec<Tile>,
    shared: Vec<Tile>,
    /// Open to everybody with an account.
    open: Vec<Tile>,
    /// Those that other boards can begin with.
    templates: Vec<Tile>,
    archived: Vec<Tile>,
}

impl From<Vec<ListedBoard>> for BoardList {
    fn from(listed: Vec<ListedBoard>) -> Self {
        let mut list = Self::default();
        for tile in listed.into_iter().map(Tile::from) {
            let part = match &tile {
                Tile { archived: true, .. } => &mut list.archived,
                Tile { is_template: true, .. } => &mut list.templates,
                Tile { is_member: false, .. } => &mut list.open,
                Tile { starred: true, .. } => &mut list.starred,
                Tile { can_manage: true, .. } => &mut list.own,
                _ => &mut list.shared,
            };
            part.push(tile);
        }
        list
    }
}

/// A board that the reader is invited to.
#[derive(Debug, Serialize)]
pub struct InvitationLine {
    pub id: Uuid,
    /// The board's title.
    pub board: String,
    pub color: Color,
    /// Who invites; none where the account is gone.
    pub by: Option<String>,
    pub role: Role,
    /// With which it is answered.
    pub token: String,
}

#[derive(Debug, Serialize)]
pub struct BoardsPage {
    #[serde(flatten)]
    pub list: BoardList,
    pub invitations: Vec<InvitationLine>,
    /// Whether there are invitations to an address that the reader has not confirmed.
    pub is_invited_unconfirmed: bool,
    /// The form for a new board.
    pub form: Form,
}

impl View for BoardsPage {
    const PAGE: Option<&'static str> = Some("boards/index.html");
    const PART: Option<&'static str> = Some("boards/_list.html");
}

/// The board's members in its head: a few, and how many more there are.
#[derive(Clone, Debug, Serialize)]
pub struct HeadMembers {
    shown: Vec<PersonView>,
    more: usize,
}

impl HeadMembers {
    const SHOWN: usize = 5;

    pub fn new(members: &[Person]) -> Self {
        let (shown, more) = members.split_at(members.len().min(Self::SHOWN));
        Self { shown: shown.iter().cloned().map(Into::into).collect(), more: more.len() }
    }
}

#[derive(Debug, Serialize)]
pub struct BoardPage {
    pub board: BoardView,
    pub members: HeadMembers,
    pub columns: Vec<ColumnView>,
    /// In their place, the same as HTML.
    pub kept_columns: Option<Vec<Value>>,
    pub has_columns: bool,
    pub tabs: ViewTabs,
    /// Where not all cards are asked for.
    pub filter: Option<FilterBar>,
    /// The page's own, with the filter in it.
    pub address: String,
    /// The form for a new column.
    pub form: Form,
    /// Until when the page is true as long as nobody changes the board: dates look different as time goes by.
    #[serde(skip)]
    pub valid_until: DateTime<Utc>,
}

impl View for BoardPage {
    const PAGE: Option<&'static str> = Some("boards/show.html");
}

/// The head of a board's page.
#[derive(Debug, Serialize)]
pub struct BoardHeader {
    pub board: BoardView,
    pub members: HeadMembers,
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
    use crate::models::board::Board;
    use crate::models::filter::Filter;
    use crate::models::member::Member;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT, card, column, failed, now};
    impl Samples for BoardsPage {
        fn samples(access: &Access) -> Vec<Self> {
            let (board, member) = (access.board.clone(), access.member.clone());
            let listed = |member| ListedBoard {
                board: board.clone(),
                member,
                owner: Some(TEXT.to_owned()),
                columns: 1,
                cards: 2,
            };
            let unstarred = Member { starred_at: None, ..member.clone() };
            let template = listed(Some(member.clone()));
            let template = ListedBoard { board: Board { is_template: true, ..template.board }, ..template };
            let all = [Some(member), Some(unstarred), None].map(listed).into_iter().chain([template]);
            let invitation = |by: Option<&str>| InvitationLine {
                id: Uuid::now_v7(),
                board: TEXT.to_owned(),
                color: Color::Pink,
                by: by.map(str::to_owned),
                role: Role::Editor,
                token: "0123".to_owned(),
            };
            let page = |list: Vec<ListedBoard>, invitations, form| Self {
                list: list.into(),
                is_invited_unconfirmed: !Vec::is_empty(&invitations),
                invitations,
                form,
            };
            vec![
                page(vec![], vec![], Form::blank(&["title", "template_id"])),
                page(
                    all.collect(),
                    vec![invitation(None), invitation(Some(TEXT))],
                    failed(&["title", "template_id"]),
                ),
            ]
        }
    }

    impl Samples for BoardPage {
        fn samples(access: &Access) -> Vec<Self> {
            let valid_until = access.time.now;
            let page = |columns: Vec<ColumnView>, members, form| Self {
                board: access.into(),
                members,
                has_columns: !columns.is_empty(),
                columns,
                kept_columns: None,
                tabs: ViewTabs::new(access.board.id, &Filter::default(), false),
                filter: None,
                address: "/boards/0123".to_owned(),
                form,
                valid_until,
            };
            let kept = page(vec![], HeadMembers::new(&[person()]), Form::blank(&["title"]));
            let kept =
                Self { kept_columns: Some(vec![Value::from_safe_string("<p></p>".to_owned())]), ..kept };
            let (one, many) = (HeadMembers::new(&[person()]), HeadMembers::new(&vec![person(); 7]));
            let filtered = page(ColumnView::samples(access), one.clone(), Form::blank(&["title"]));
            let filtered = Self { filter: Some(super::super::board_filters::samples::bar()), ..filtered };
            vec![
                filtered,
                page(vec![], one, Form::blank(&["title"])),
                page(ColumnView::samples(access), many, failed(&["title"])),
                kept,
            ]
        }
    }

    impl Samples for BoardHeader {
        fn samples(access: &Access) -> Vec<Self> {
            vec![Self { board: access.into(), members: HeadMembers::new(&vec![person(); 7]) }]
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
