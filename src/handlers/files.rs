//! `/cards/{card_id}/files` and `/files/{file_id}`

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use diesel_async::AsyncPgConnection;

use super::cards::{card_page, form_of};
use super::{Htmx, page, page_with_errors, partial, see_other};
use crate::app::App;
use crate::auth::{CurrentUser, Reached};
use crate::error::AppResult;
use crate::files::name;
use crate::forms::{Form, Posted};
use crate::models::access::{Access, CardAccess, FileAccess};
use crate::models::card::Card;
use crate::models::file::File;
use crate::receiving::{Incoming, ReceiveError};
use crate::views::files::{FileList, FilePage};

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
        Ok(()) if htmx.0 => (StatusCode::OK, Form::blank(&["file"])),
        Ok(()) => return see_other(format!("/cards/{}#files", card.id)),
        Err(error) => refused(&app, error)?,
    };
    if htmx.0 {
        return Ok((status, file_list(&app, &mut conn, &access, &card, form).await?).into_response());
    }
    let mut view = card_page(&mut conn, &access, &column, &card, form_of(&card), false).await?;
    view.files_form = form;
    Ok((status, page(&app, &user, &view)?).into_response())
}

/// `GET /files/{file_id}`
pub async fn show(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
) -> AppResult {
    page(&app, &user, &file_page(&access, &card, file))
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
        return page_with_errors(&app, &user, &FilePage { form, ..file_page(&access, &card, file) });
    }
    let mut conn = app.db.conn().await?;
    file.rename(&mut conn, (&card, user.id()), &name::clean(&typed), app.clock.now()).await?;
    back(&app, &mut conn, &access, &card, htmx).await
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

pub(super) fn file_page(access: &Access, card: &Card, file: File) -> FilePage {
    FilePage {
        board: access.into(),
        card: card.into(),
        form: Form::filled([("name", file.name.clone())]),
        replace_form: Form::blank(&["file"]),
        file: file.into(),
    }
}

/// After a change of a file: its card's files, or its card.
pub(super) async fn back(
    app: &App,
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    htmx: Htmx,
) -> AppResult {
    if htmx.0 {
        return file_list(app, conn, access, card, Form::blank(&["file"])).await;
    }
    see_other(format!("/cards/{}#files", card.id))
}

async fn file_list(
    app: &App,
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    files_form: Form,
) -> AppResult {
    let files = File::of_card(conn, card.id).await?.into_iter().map(Into::into).collect();
    partial(app, &FileList { board: access.into(), card: card.into(), files, files_form })
}
