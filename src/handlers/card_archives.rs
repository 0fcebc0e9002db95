//! `/cards/{card_id}/archive` and `/restore`

use axum::extract::State;

use super::columns::answer;
use super::{Htmx, see_other};
use crate::app::App;
use crate::auth::Reached;
use crate::error::AppResult;
use crate::models::access::CardAccess;

/// `POST /cards/{card_id}/archive`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, column, card) }: Reached<CardAccess>,
    htmx: Htmx,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    card.archive(&mut conn, user.id(), app.clock.now()).await?;
    answer(&app, &mut conn, &access, column, htmx).await
}

/// `POST /cards/{card_id}/restore`
pub async fn destroy(
    State(app): State<App>,
    Reached { user, found: (access, column, card) }: Reached<CardAccess>,
    htmx: Htmx,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    card.restore(&mut conn, user.id(), app.clock.now()).await?;
    if htmx.0 {
        return answer(&app, &mut conn, &access, column, htmx).await;
    }
    see_other(format!("/boards/{}#card-{}", access.board.id, card.id))
}
