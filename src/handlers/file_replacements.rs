//! `/files/{file_id}/replace`

use axum::extract::{Request, State};
use axum::response::IntoResponse;

use super::files::{changed, file_page, refused};
use super::{Htmx, page, partial};
use crate::app::App;
use crate::auth::{CurrentUser, Reached};
use crate::error::{AppError, AppResult};
use crate::models::access::FileAccess;
use crate::models::card::Card;
use crate::models::file::File;
use crate::receiving::{Incoming, ReceiveError};
use crate::views::files::{FileDetail, FilePage};

/// `POST /files/{file_id}/replace`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
    htmx: Htmx,
    request: Request,
) -> AppResult {
    access.require_edit()?;
    match replace(&app, &user, (&card, &file), request).await {
        Ok(()) => changed(&app, &access, &card, file.id, htmx).await,
        Err(error) => {
            let (status, replace_form) = refused(&app, error)?;
            let page_of = file_page(&app, &access, &card, file.id).await?;
            let view = FilePage { replace_form, editing: true, ..page_of };
            let answer = if htmx.0 { partial(&app, &FileDetail(view))? } else { page(&app, &user, &view)? };
            Ok((status, answer).into_response())
        }
    }
}

async fn replace(
    app: &App,
    user: &CurrentUser,
    (card, file): (&Card, &File),
    request: Request,
) -> Result<(), ReceiveError> {
    let mut incoming = Incoming::open(app, request, card.board_id, file.object.size).await?;
    let received = incoming.next().await?.ok_or(ReceiveError::NoFile)?;
    let mut conn = app.db.conn().await.map_err(AppError::from)?;
    let by = (card, user.id());
    file.replace(&mut conn, by, &received.content, &app.config.files, app.clock.now()).await?;
    received.keep();
    Ok(())
}
