//! `/cards/{card_id}/files` and `/files/{file_id}`

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use diesel_async::AsyncPgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::cards::{card_page, form_of};
use super::{Htmx, page, page_with_errors, partial, partial_with_errors, see_other};
use crate::app::App;
use crate::auth::{CurrentUser, Reached};
use crate::error::AppResult;
use crate::files::name;
use crate::forms::{Form, Posted};
use crate::models::access::{Access, CardAccess, FileAccess};
use crate::models::card::Card;
use crate::models::file::File;
use crate::models::file::listing::ListedFile;
use crate::receiving::{Incoming, ReceiveError};
use crate::views::access::BoardView;
use crate::views::cards::CardPartial;
use crate::views::files::{FileDetail, FileList, FilePage, FileView, Look};

/// Characters. What is typed may be long; what is kept of it is for [`name::clean`] to say.
const TYPED_MOST: usize = 1000;

/// `POST /cards/{card_id}/files`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, column, card) }: Reached<CardAccess>,
    htmx: Htmx,
    request: Request,
) -> AppResult {
    access.require_edit()?;
    let taken = attach_all(&app, &user, &card, request).await;
    let mut conn = app.db.conn().await?;
    let (status, form) = match taken {
        Ok(()) => return back(&app, &mut conn, &access, &card, htmx).await,
        Err(error) => refused(&app, error)?,
    };
    if htmx.0 {
        let html = file_list(&app, &mut conn, &access, &card, form).await?;
        return Ok((status, Html(html)).into_response());
    }
    let mut view = card_page(&app, &mut conn, &access, &column, &card, form_of(&card), false).await?;
    view.files_form = form;
    Ok((status, page(&app, &user, &view)?).into_response())
}

/// `GET /cards/{card_id}/files`: for a page that waits for a preview
pub async fn index(
    State(app): State<App>,
    Reached { found: (access, _, card), .. }: Reached<CardAccess>,
    htmx: Htmx,
) -> AppResult {
    back(&app, &mut *app.db.conn().await?, &access, &card, htmx).await
}

#[derive(Deserialize)]
pub struct Mode {
    edit: Option<String>,
}

/// `GET /files/{file_id}`, with `?edit=1` its forms
pub async fn show(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
    htmx: Htmx,
    Query(mode): Query<Mode>,
) -> AppResult {
    let mut view = file_page(&app, &access, &card, file.id).await?;
    view.editing = mode.edit.is_some();
    if htmx.0 { partial(&app, &FileDetail(view)) } else { page(&app, &user, &view) }
}

/// `POST /files/{file_id}`
pub async fn update(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    access.require_edit()?;
    let mut form = posted.form(&["name"]);
    let typed = form.line("name", TYPED_MOST);
    if !form.is_valid() {
        let view = FilePage { form, editing: true, ..file_page(&app, &access, &card, file.id).await? };
        if htmx.0 {
            return partial_with_errors(&app, &FileDetail(view));
        }
        return page_with_errors(&app, &user, &view);
    }
    let mut conn = app.db.conn().await?;
    file.rename(&mut conn, (&card, user.id()), &name::clean(&typed), app.clock.now()).await?;
    drop(conn);
    changed(&app, &access, &card, file.id, htmx).await
}

/// `POST /files/{file_id}/delete`
pub async fn destroy(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
    htmx: Htmx,
) -> AppResult {
    access.require_edit()?;
    let mut conn = app.db.conn().await?;
    file.delete(&mut conn, (&card, user.id()), app.clock.now()).await?;
    back(&app, &mut conn, &access, &card, htmx).await
}

/// Each file is attached when it has arrived; what is wrong with one is no matter of those before it.
async fn attach_all(
    app: &App,
    user: &CurrentUser,
    card: &Card,
    request: Request,
) -> Result<(), ReceiveError> {
    let mut incoming = Incoming::open(app, request, card.board_id, 0).await?;
    let mut attached = 0;
    while let Some(received) = incoming.next().await? {
        let mut conn = app.db.conn().await.map_err(crate::error::AppError::from)?;
        let what = (received.name.as_str(), &received.content);
        File::attach(&mut conn, card, user.id(), what, &app.config.files, app.clock.now()).await?;
        received.keep();
        attached += 1;
    }
    if attached == 0 { Err(ReceiveError::NoFile) } else { Ok(()) }
}

/// The answer's status, and the form that says what is wrong; the error itself where it is none of the upload's.
pub(super) fn refused(app: &App, error: ReceiveError) -> AppResult<(StatusCode, Form)> {
    let (status, why) = error.explain(&app.config.files)?;
    let mut form = Form::blank(&["file"]);
    form.fail_whole(why);
    Ok((status, form))
}

pub(super) async fn file_page(app: &App, access: &Access, card: &Card, id: Uuid) -> AppResult<FilePage> {
    let listed = ListedFile::find(&mut *app.db.conn().await?, id).await?;
    Ok(FilePage {
        board: access.into(),
        card: card.into(),
        form: Form::filled([("name", listed.file.name.clone())]),
        replace_form: Form::blank(&["file"]),
        editing: false,
        look: Look::of(&listed.file.content_type),
        file: FileView::new(listed, app.clock.now()),
    })
}

/// After another name or content: the file.
pub(super) async fn changed(app: &App, access: &Access, card: &Card, id: Uuid, htmx: Htmx) -> AppResult {
    if htmx.0 {
        return partial(app, &FileDetail(file_page(app, access, card, id).await?));
    }
    see_other(format!("/files/{id}"))
}

/// After a change of a card's files: they, and the card beneath, or on to the card.
pub(super) async fn back(
    app: &App,
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    htmx: Htmx,
) -> AppResult {
    if !htmx.0 {
        return see_other(format!("/cards/{}#files", card.id));
    }
    let mut html = file_list(app, conn, access, card, Form::blank(&["file"])).await?;
    if card.archived_at.is_none() {
        let board = BoardView::from(access);
        let card = CardPartial::in_its_place(&board, card.on_board(conn).await?);
        html.push_str(&app.templates.partial(&card)?);
    }
    Ok(Html(html).into_response())
}

async fn file_list(
    app: &App,
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    files_form: Form,
) -> AppResult<String> {
    let files = FileView::all(ListedFile::of_card(conn, card.id).await?, app.clock.now());
    let view = FileList { board: access.into(), card: card.into(), files, files_form };
    Ok(app.templates.partial(&view)?)
}
