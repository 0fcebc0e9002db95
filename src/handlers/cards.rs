//! `/columns/{column_id}/cards` and `/cards/{card_id}`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse};
use diesel_async::AsyncPgConnection;
use serde::Deserialize;

use super::boards::board_page;
use super::columns::answer;
use super::{Htmx, page, page_with_errors, partial, partial_with_errors, see_other, see_other_with};
use crate::app::App;
use crate::auth::cookies::{Cookies, Flash};
use crate::auth::{CurrentUser, Reached};
use crate::error::{AppError, AppResult};
use crate::forms::{Form, Posted};
use crate::models::access::{Access, CardAccess, ColumnAccess};
use crate::models::card::{self, Card, UpdateError};
use crate::models::column::Column;
use crate::models::event::Event;
use crate::models::file::listing::ListedFile;
use crate::views::access::BoardView;
use crate::views::cards::{CardDetail, CardPage, CardPartial, OpenCard};
use crate::views::columns::{ColumnPartial, ColumnView};
use crate::views::files::FileView;

/// As much of a card's history as the card shows.
const EVENTS_MOST: i64 = 20;

/// `POST /columns/{column_id}/cards`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, column) }: Reached<ColumnAccess>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let mut form = posted.form(&["title"]);
    let title = form.line("title", card::TITLE_MOST);
    if !form.is_valid() {
        return refuse(&app, &mut conn, &user, &access, column, form, htmx).await;
    }
    Card::create(&mut conn, &column, user.id(), (&title, ""), app.clock.now()).await?;
    answer(&app, &mut conn, &access, column, htmx).await
}

#[derive(Deserialize)]
pub struct Mode {
    edit: Option<String>,
}

/// `GET /cards/{card_id}`, with `?edit=1` its form
pub async fn show(
    State(app): State<App>,
    Reached { user, found: (access, column, card) }: Reached<CardAccess>,
    htmx: Htmx,
    Query(mode): Query<Mode>,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    let editing = mode.edit.is_some() && access.can_edit();
    let view = card_page(&app, &mut conn, &access, &column, &card, form_of(&card), editing).await?;
    if htmx.0 { partial(&app, &CardDetail(view)) } else { page(&app, &user, &view) }
}

/// `POST /cards/{card_id}`
pub async fn update(
    State(app): State<App>,
    Reached { user, found: (access, column, card) }: Reached<CardAccess>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let mut form = posted.form(&["title", "body", "version"]);
    let (title, body) = (form.line("title", card::TITLE_MOST), form.text("body", card::BODY_MOST));
    // Who sends no version does not mind what was there before.
    let version = if form.is_blank("version") { None } else { form.optional_number("version", 0, i32::MAX) };
    if form.is_valid() {
        match card.update(&mut conn, user.id(), (&title, &body), version, app.clock.now()).await {
            Ok(card) => return updated(&app, &mut conn, &access, &column, &card, htmx).await,
            Err(UpdateError::Changed(current)) => {
                form.set("version", current.version.to_string());
                form.fail_whole(
                    "Somebody changed this card while you were writing. This is your text; saving it again puts \
                     it in the place of theirs.",
                );
            }
            Err(UpdateError::Query(error)) => return Err(error.into()),
        }
    }
    let view = card_page(&app, &mut conn, &access, &column, &card, form, true).await?;
    if htmx.0 {
        return partial_with_errors(&app, &CardDetail(view));
    }
    page_with_errors(&app, &user, &view)
}

/// `POST /cards/{card_id}/delete`
pub async fn destroy(
    State(app): State<App>,
    Reached { user, found: (access, column, card) }: Reached<CardAccess>,
    htmx: Htmx,
    headers: HeaderMap,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    card.delete(&mut conn, user.id(), app.clock.now()).await?;
    if htmx.0 {
        return answer(&app, &mut conn, &access, column, htmx).await;
    }
    let path = format!("/boards/{}/archive", access.board.id);
    see_other_with(Flash::CardDeleted, Cookies::of(&app.config, &headers), &path)
}

/// After an edit: the card opened, and the one on the board beneath.
async fn updated(
    app: &App,
    conn: &mut AsyncPgConnection,
    access: &Access,
    column: &Column,
    card: &Card,
    htmx: Htmx,
) -> AppResult {
    if !htmx.0 {
        return see_other(format!("/cards/{}", card.id));
    }
    let view = card_page(app, conn, access, column, card, form_of(card), false).await?;
    let mut html = app.templates.partial(&CardDetail(view))?;
    if card.archived_at.is_none() {
        let board = BoardView::from(access);
        html.push_str(
            &app.templates.partial(&CardPartial::in_its_place(&board, card.on_board(conn).await?))?,
        );
    }
    Ok(Html(html).into_response())
}

/// A new card that was refused: its column, or the whole board, with what was typed.
async fn refuse(
    app: &App,
    conn: &mut AsyncPgConnection,
    user: &CurrentUser,
    access: &Access,
    column: Column,
    form: Form,
    htmx: Htmx,
) -> AppResult {
    if htmx.0 {
        let cards = Card::of_column(conn, &column).await?;
        let column = ColumnView { form, ..ColumnView::new(column, cards) };
        return partial_with_errors(
            app,
            &ColumnPartial { board: &BoardView::from(access), column, oob: false },
        );
    }
    let mut view = board_page(conn, access).await?;
    match view.columns.iter_mut().find(|one| one.id == column.id) {
        Some(shown) => shown.form = form,
        None => return Err(AppError::NotFound),
    }
    page_with_errors(app, user, &view)
}

pub(super) async fn card_page(
    app: &App,
    conn: &mut AsyncPgConnection,
    access: &Access,
    column: &Column,
    card: &Card,
    form: Form,
    editing: bool,
) -> AppResult<CardPage> {
    let author = card.author(conn).await?;
    let files = ListedFile::of_card(conn, card.id).await?;
    let events = Event::of_card(conn, card.id, EVENTS_MOST).await?;
    Ok(CardPage {
        board: access.into(),
        column: column.into(),
        card: OpenCard::new(card, author),
        form,
        editing,
        files: FileView::all(files, app.clock.now()),
        files_form: Form::blank(&["file"]),
        events: events.into_iter().map(Into::into).collect(),
    })
}

pub(super) fn form_of(card: &Card) -> Form {
    Form::filled([
        ("title", card.title.clone()),
        ("body", card.body.clone()),
        ("version", card.version.to_string()),
    ])
}
