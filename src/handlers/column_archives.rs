//! `/columns/{column_id}/archive` and `/restore`

use axum::extract::State;
use axum::response::IntoResponse;

use super::columns::answer;
use super::{Htmx, see_other};
use crate::app::App;
use crate::auth::Reached;
use crate::error::AppResult;
use crate::models::access::ColumnAccess;

/// `POST /columns/{column_id}/archive`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, column) }: Reached<ColumnAccess>,
    htmx: Htmx,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    column.archive(&mut conn, user.id(), app.clock.now()).await?;
    // What is left of the column on the page is nothing.
    if htmx.0 { Ok("".into_response()) } else { see_other(format!("/boards/{}", access.board.id)) }
}

/// `POST /columns/{column_id}/restore`
pub async fn destroy(
    State(app): State<App>,
    Reached { user, found: (access, column) }: Reached<ColumnAccess>,
    htmx: Htmx,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    column.restore(&mut conn, user.id(), app.clock.now()).await?;
    answer(&app, &mut conn, &access, column, htmx).await
}
