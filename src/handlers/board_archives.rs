//! `/boards/{board_id}/archive` and `/restore`: what a board has archived, and the board itself.

use axum::extract::State;

use super::boards::list_partial;
use super::{Htmx, page, see_other};
use crate::app::App;
use crate::auth::Reached;
use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::column::Column;
use crate::views::boards::BoardArchive;

/// As many archived cards as one page shows.
const CARDS_MOST: i64 = 500;

/// `GET /boards/{board_id}/archive`
pub async fn show(State(app): State<App>, Reached { user, found: access }: Reached<Access>) -> AppResult {
    let mut conn = app.db.conn().await?;
    let columns = Column::archived_of_board(&mut conn, access.board.id).await?;
    let cards = Card::archived_of_board(&mut conn, access.board.id, CARDS_MOST).await?;
    page(&app, &user, &BoardArchive::new(&access, columns, cards))
}

/// `POST /boards/{board_id}/archive`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    htmx: Htmx,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_manage()?;
    access.board.archive(&mut conn, user.id(), app.clock.now()).await?;
    if htmx.0 { list_partial(&app, &mut conn, &user).await } else { see_other("/boards") }
}

/// `POST /boards/{board_id}/restore`
pub async fn destroy(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    htmx: Htmx,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_manage()?;
    access.board.restore(&mut conn, user.id(), app.clock.now()).await?;
    if htmx.0 {
        list_partial(&app, &mut conn, &user).await
    } else {
        see_other(format!("/boards/{}", access.board.id))
    }
}
