//! A board, and the list of a user's boards.

use diesel_async::AsyncPgConnection;

use crate::app::App;
use crate::auth::link::Link;
use crate::error::AppResult;
use crate::forms::Form;
use crate::language::Language;
use crate::models::access::Access;
use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::color::Color;
use crate::models::column::Column;
use crate::models::filter::Filter;
use crate::models::invitation::{Asked, Invitation};
use crate::models::member::{Member, Person};
use crate::models::principal::Principal;
use crate::models::user::User;
use crate::views::access::BoardView;
use crate::views::board_filters::{FilterBar, ViewTabs, address};
use crate::views::boards::{
    BoardArchive, BoardHeader, BoardPage, BoardSettings, BoardsPage, HeadMembers, InvitationLine,
};
use crate::views::pager::Page;

/// Archived cards per page.
const ARCHIVED_CARDS: i64 = 100;

/// A user's boards, those they are invited to, and the form for a new one.
///
/// An invitation is shown to those alone who have proved that its address is theirs; where the site sends no mail, nobody can.
pub async fn index(
    conn: &mut AsyncPgConnection,
    app: &App,
    reader: &Principal,
    form: Form,
) -> AppResult<BoardsPage> {
    let list = Board::of_user(conn, reader.id).await?.into();
    let asked = Invitation::open_to(conn, &reader.email, app.clock.now()).await?;
    let proved = asked.is_empty() || !app.config.sends_mail() || User::is_confirmed(conn, reader.id).await?;
    let line = |asked: Asked| InvitationLine {
        id: asked.invitation.id,
        board: asked.board.title,
        color: asked.board.color,
        by: asked.by.map(|(name, _)| name),
        role: asked.invitation.role,
        token: Link::to(&asked.invitation, app.config.session_secrets.current()).to_text(),
    };
    let invitations = if proved { asked.into_iter().map(line).collect() } else { Vec::new() };
    Ok(BoardsPage { list, invitations, is_invited_unconfirmed: !proved, form })
}

pub fn new_form() -> Form {
    Form::blank(&["title", "template_id"])
}

/// A board with all of its columns and cards: one query for each kind of thing on it, all sent together.
pub async fn show(conn: &AsyncPgConnection, access: &Access) -> AppResult<BoardPage> {
    let (whole, members) = super::columns::whole(conn, access.board.id).await?;
    let valid_until = whole.faces.change_at(access.time);
    let columns = whole.views(access.time);
    Ok(BoardPage {
        valid_until,
        board: access.into(),
        members,
        has_columns: !columns.is_empty(),
        columns,
        kept_columns: None,
        tabs: ViewTabs::new(access.board.id, &Filter::default(), false),
        filter: None,
        address: format!("/boards/{}", access.board.id),
        form: super::columns::new_form(),
    })
}

/// The same with those cards alone that the reader asks for.
pub async fn show_filtered(conn: &AsyncPgConnection, access: &Access) -> AppResult<BoardPage> {
    let (whole, members) = super::columns::whole_filtered(conn, access).await?;
    let names = super::board_filters::names(conn, access, &whole.faces).await?;
    let (path, filter) = (format!("/boards/{}", access.board.id), &access.filter);
    let edit = address(&format!("{path}/filter"), filter);
    let matches = whole.matches.clone().unwrap_or_default();
    let bar = FilterBar::new(&path, filter, &names, (matches.ids.len(), matches.total()), edit);
    let columns = whole.views(access.time);
    Ok(BoardPage {
        valid_until: access.time.now,
        board: access.into(),
        members,
        has_columns: !columns.is_empty(),
        columns,
        kept_columns: None,
        tabs: ViewTabs::new(access.board.id, filter, false),
        filter: Some(bar),
        address: address(&path, filter),
        form: super::columns::new_form(),
    })
}

/// The same with the columns that were rendered for somebody else, where they are kept.
pub async fn show_kept(
    app: &App,
    access: &Access,
    blockers: Option<String>,
    language: Language,
) -> AppResult<BoardPage> {
    let kept = super::columns::kept(app, access, language, Some(blockers)).await?;
    Ok(BoardPage {
        valid_until: kept.valid_until().unwrap_or_else(|| access.time.zone.ends(access.time.today())),
        board: access.into(),
        members: kept.members.clone(),
        has_columns: !kept.columns.is_empty(),
        columns: Vec::new(),
        kept_columns: Some(kept.columns.iter().map(|column| column.html.clone()).collect()),
        tabs: ViewTabs::new(access.board.id, &Filter::default(), false),
        filter: None,
        address: format!("/boards/{}", access.board.id),
        form: super::columns::new_form(),
    })
}

/// The head of the board's page, with the title and color the board has now.
pub async fn header(
    conn: &AsyncPgConnection,
    access: &Access,
    title: String,
    color: Color,
) -> AppResult<BoardHeader> {
    let members = Member::of_board(conn, access.board.id).await?;
    let people: Vec<Person> = members.into_iter().map(|member| member.person).collect();
    Ok(BoardHeader { board: BoardView { title, color, ..access.into() }, members: HeadMembers::new(&people) })
}

pub fn settings_form(access: &Access) -> Form {
    Form::filled([("title", access.board.title.clone()), ("color", access.board.color.word().to_owned())])
}

pub fn settings(access: &Access, form: Form) -> BoardSettings {
    BoardSettings { board: access.into(), form, colors: Color::ALL }
}

/// What has been archived on the board.
pub async fn archive(conn: &mut AsyncPgConnection, access: &Access, number: i64) -> AppResult<BoardArchive> {
    let id = access.board.id;
    let count = Card::count_archived_of_board(conn, id).await?;
    let page =
        Page::new(number, count, ARCHIVED_CARDS, |number| format!("/boards/{id}/archive?page={number}"));
    // They are few, and stand on the first page.
    let columns = if page.offset == 0 { Column::archived_of_board(conn, id).await? } else { Vec::new() };
    let cards = Card::archived_of_board(conn, id, page.offset, ARCHIVED_CARDS).await?;
    Ok(BoardArchive::new(access, columns, cards, page.pager))
}
