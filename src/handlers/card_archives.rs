//! `/cards/{card_id}/archive` and `/restore`

use axum::extract::State;

use super::columns::answer;
use super::{Htmx, Id, see_other};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::AppResult;
use crate::models::access::Access;

/// `POST /cards/{card_id}/archive`
pub async fn create(State(app): State<App>, user: CurrentUser, Id(id): Id, htmx: Htmx) -> AppResult {
    let mut conn = app.db.conn().await?;
    let (access, column, card) = Access::to_card(&mut conn, user.id(), id).await?;
    access.require_edit()?;
    card.archive(&mut conn, user.id(), app.clock.now()).await?;
    answer(&app, &mut conn, &access, column, htmx).await
}

/// `POST /cards/{card_id}/restore`
pub async fn destroy(State(app): State<App>, user: CurrentUser, Id(id): Id, htmx: Htmx) -> AppResult {
    let mut conn = app.db.conn().await?;
    let (access, column, card) = Access::to_card(&mut conn, user.id(), id).await?;
    access.require_edit()?;
    card.restore(&mut conn, user.id(), app.clock.now()).await?;
    if htmx.0 {
        return answer(&app, &mut conn, &access, column, htmx).await;
    }
    see_other(format!("/boards/{}#card-{id}", access.board.id))
}
