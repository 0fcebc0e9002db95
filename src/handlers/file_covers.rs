//! `/files/{file_id}/cover` and `/uncover`

use axum::extract::State;

use super::Htmx;
use super::files::back;
use crate::app::App;
use crate::auth::Reached;
use crate::error::AppResult;
use crate::models::access::FileAccess;
use crate::models::cover::Cover;

/// `POST /files/{file_id}/cover`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
    htmx: Htmx,
) -> AppResult {
    access.require_edit()?;
    let mut conn = app.db.conn().await?;
    Cover::set(&mut conn, (&file, &card, user.id()), app.clock.now()).await?;
    back(&app, &mut conn, &access, &card, htmx).await
}

/// `POST /files/{file_id}/uncover`
pub async fn destroy(
    State(app): State<App>,
    Reached { user, found: (access, _, card, file) }: Reached<FileAccess>,
    htmx: Htmx,
) -> AppResult {
    access.require_edit()?;
    let mut conn = app.db.conn().await?;
    Cover::remove(&mut conn, (&file, &card, user.id()), app.clock.now()).await?;
    back(&app, &mut conn, &access, &card, htmx).await
}
