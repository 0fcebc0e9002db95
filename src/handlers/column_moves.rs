//! `/columns/{column_id}/move`

use axum::extract::State;

use super::Htmx;
use super::columns::{answer, settings, settings_with_errors};
use crate::app::App;
use crate::auth::Reached;
use crate::error::{AppError, AppResult};
use crate::forms::{Form, Posted};
use crate::models::access::ColumnAccess;
use crate::models::column::MoveError;

/// `POST /columns/{column_id}/move`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, column) }: Reached<ColumnAccess>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let mut form = posted.form(&["after"]);
    let after = form.optional_id("after");
    if form.is_valid() {
        match column.move_after(&mut conn, user.id(), after, app.clock.now()).await {
            Ok(()) => return answer(&app, &mut conn, &access, column, htmx).await,
            Err(MoveError::Unknown) => return Err(AppError::NotFound),
            Err(MoveError::Gone) => form.fail("after", "That column has been archived meanwhile."),
            Err(MoveError::Query(error)) => return Err(error.into()),
        }
    }
    let limit = column.wip_limit.map(|limit| limit.to_string()).unwrap_or_default();
    let rename = Form::filled([("title", column.title.clone()), ("wip_limit", limit)]);
    let view = settings(&mut conn, &access, column, rename, Some(form)).await?;
    settings_with_errors(&app, &user, view, htmx)
}
