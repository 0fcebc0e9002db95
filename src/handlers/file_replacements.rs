//! `/files/{file_id}/replace`

use axum::extract::{Request, State};
use axum::response::IntoResponse;

use super::files::{back, file_page, refused};
use super::{Htmx, page};
use crate::app::App;
use crate::auth::{CurrentUser, Reached};
use crate::error::{AppError, AppResult};
use crate::models::access::FileAccess;
use crate::models::card::Card;
use crate::models::file::File;
use crate::receiving::{Incoming, ReceiveError};
use crate::views::files::FilePage;

/// `POST /files/{file_id}/replace`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
    htmx: Htmx,
    request: Request,
) -> AppResult {
    access.require_edit()?;
    match replace(&app, &user, (&card, &file), request).await {
        Ok(()) => back(&app, &mut *app.db.conn().await?, &access, &card, htmx).await,
        Err(error) => {
            let (status, replace_form) = refused(&app, error)?;
            let view = FilePage { replace_form, ..file_page(&access, &card, file) };
            Ok((status, page(&app, &user, &view)?).into_response())
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
