//! `/cards/{card_id}/move`

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use diesel_async::AsyncPgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::{Htmx, page, page_with_errors, partial, partial_with_errors, see_other};
use crate::app::App;
use crate::auth::Reached;
use crate::error::{AppError, AppResult};
use crate::forms::{Form, Posted};
use crate::models::access::{Access, CardAccess};
use crate::models::card::{Card, MoveError};
use crate::models::column::Column;
use crate::views::access::BoardView;
use crate::views::cards::{MovePage, MovePartial};
use crate::views::columns::{ColumnPartial, ColumnView};

#[derive(Deserialize)]
pub struct Chosen {
    column_id: Option<String>,
}

/// `GET /cards/{card_id}/move`: where to, in the column that `?column_id=` chooses.
pub async fn new(
    State(app): State<App>,
    Reached { user, found: (access, column, card) }: Reached<CardAccess>,
    htmx: Htmx,
    Query(chosen): Query<Chosen>,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let column_id = match chosen.column_id.as_deref().map(Uuid::try_parse) {
        None => column.id,
        Some(Ok(column_id)) => column_id,
        Some(Err(_)) => return Err(AppError::NotFound),
    };
    let view = move_page(&mut conn, &access, &card, column_id, None).await?;
    if htmx.0 { partial(&app, &MovePartial(view)) } else { page(&app, &user, &view) }
}

/// `POST /cards/{card_id}/move`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: (access, from, card) }: Reached<CardAccess>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let mut form = posted.form(&["column_id", "after"]);
    let place = (form.id("column_id"), form.optional_id("after"));
    if form.is_valid() {
        match card.move_to(&mut conn, user.id(), place, app.clock.now()).await {
            Ok(to) => return moved(&app, &conn, &access, &card, from, to, htmx).await,
            Err(MoveError::Unknown) => return Err(AppError::NotFound),
            Err(MoveError::CardGone) => {
                form.fail_whole("This card has been archived, so it stays where it is.")
            }
            Err(MoveError::ColumnGone) => form.fail("column_id", "That column has been archived meanwhile."),
            Err(MoveError::AfterGone) => form.fail("after", "That card is not in this column any more."),
            Err(MoveError::Query(error)) => return Err(error.into()),
        }
    }
    let view = move_page(&mut conn, &access, &card, place.0, Some(form)).await?;
    if htmx.0 {
        return partial_with_errors(&app, &MovePartial(view));
    }
    page_with_errors(&app, &user, &view)
}

/// After a move: the column it went to, and the one it left.
async fn moved(
    app: &App,
    conn: &AsyncPgConnection,
    access: &Access,
    card: &Card,
    from: Column,
    to: Column,
    htmx: Htmx,
) -> AppResult {
    if !htmx.0 {
        return see_other(format!("/boards/{}#card-{}", access.board.id, card.id));
    }
    let left = (from.id != to.id).then_some(from);
    let cards_left = async {
        match &left {
            Some(column) => Card::of_column(conn, column).await,
            None => Ok(Vec::new()),
        }
    };
    let (cards_to, cards_left) = tokio::try_join!(Card::of_column(conn, &to), cards_left)?;
    let board = BoardView::from(access);
    let show = |column, cards, oob| {
        app.templates.partial(&ColumnPartial { board: &board, column: ColumnView::new(column, cards), oob })
    };
    let mut html = show(to, cards_to, false)?;
    if let Some(left) = left {
        html.push_str(&show(left, cards_left, true)?);
    }
    Ok(Html(html).into_response())
}

/// The page on which to choose a place; the card's own column where `column_id` is none of the board's.
async fn move_page(
    conn: &mut AsyncPgConnection,
    access: &Access,
    card: &Card,
    column_id: Uuid,
    form: Option<Form>,
) -> AppResult<MovePage> {
    let columns = Column::of_board(conn, access.board.id).await?;
    let by_id = |id: Uuid| columns.iter().find(|column| column.id == id);
    let refused = form.is_some();
    let chosen = match by_id(column_id) {
        Some(column) => column,
        // A refused form is shown with some column; a link to none is a link to nothing.
        None if refused => by_id(card.column_id).or(columns.first()).ok_or(AppError::NotFound)?,
        None => return Err(AppError::NotFound),
    };
    let positions = Card::of_column(conn, chosen).await?;
    let counts = Card::counts_of_board(conn, access.board.id).await?;
    let last = positions.iter().rfind(|one| one.id != card.id).map(|one| one.id.to_string());
    let form = form.unwrap_or_else(|| Form::filled([("after", last.unwrap_or_default())]));
    Ok(MovePage::new(access, card, &columns, &counts, chosen, positions, form))
}
