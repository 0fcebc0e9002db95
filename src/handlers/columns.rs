//! `/boards/{board_id}/columns` and `/columns/{column_id}`

use axum::extract::State;
use diesel_async::AsyncPgConnection;

use super::boards::board_page;
use super::{Htmx, page, page_with_errors, partial, partial_with_errors, see_other};
use crate::app::App;
use crate::auth::{CurrentUser, Reached};
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::models::access::{Access, ColumnAccess};
use crate::models::card::Card;
use crate::models::column::{self, Column};
use crate::views::access::BoardView;
use crate::views::columns::{
    ColumnPartial, ColumnSettings, ColumnSettingsPartial, ColumnView, EditedColumn, NewColumn,
};

/// `POST /boards/{board_id}/columns`
pub async fn create(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let mut form = posted.form(&["title"]);
    let title = form.line("title", column::TITLE_MOST);
    if !form.is_valid() {
        if htmx.0 {
            return partial_with_errors(&app, &NewColumn { board: &BoardView::from(&access), form });
        }
        let mut view = board_page(&conn, &access).await?;
        view.form = form;
        return page_with_errors(&app, &user, &view);
    }
    let column = Column::create(&mut conn, access.board.id, user.id(), &title, app.clock.now()).await?;
    answer(&app, &mut conn, &access, column, htmx).await
}

/// `GET /columns/{column_id}/edit`
pub async fn edit(
    State(app): State<App>,
    Reached { user, found: (access, column) }: Reached<ColumnAccess>,
    htmx: Htmx,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let limit = column.wip_limit.map(|limit| limit.to_string()).unwrap_or_default();
    let form = Form::filled([("title", column.title.clone()), ("wip_limit", limit)]);
    let view = settings(&mut conn, &access, column, form, None).await?;
    if htmx.0 { partial(&app, &ColumnSettingsPartial(view)) } else { page(&app, &user, &view) }
}

/// `POST /columns/{column_id}`
pub async fn update(
    State(app): State<App>,
    Reached { user, found: (access, column) }: Reached<ColumnAccess>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_edit()?;
    let mut form = posted.form(&["title", "wip_limit"]);
    let title = form.line("title", column::TITLE_MOST);
    let wip_limit = form.optional_number("wip_limit", 1, 999);
    if !form.is_valid() {
        let view = settings(&mut conn, &access, column, form, None).await?;
        return settings_with_errors(&app, &user, view, htmx);
    }
    let column = column.update(&mut conn, user.id(), (&title, wip_limit), app.clock.now()).await?;
    answer(&app, &mut conn, &access, column, htmx).await
}

/// After a change of a column: the column, or on to the board.
pub(super) async fn answer(
    app: &App,
    conn: &mut AsyncPgConnection,
    access: &Access,
    column: Column,
    htmx: Htmx,
) -> AppResult {
    if !htmx.0 {
        return see_other(format!("/boards/{}#column-{}", access.board.id, column.id));
    }
    let cards = Card::of_column(conn, &column).await?;
    let column = ColumnView::new(column, cards);
    partial(app, &ColumnPartial { board: &BoardView::from(access), column, oob: false })
}

/// The column's settings; with `move_form` where a move was refused.
pub(super) async fn settings(
    conn: &mut AsyncPgConnection,
    access: &Access,
    column: Column,
    form: Form,
    move_form: Option<Form>,
) -> AppResult<ColumnSettings> {
    let columns = Column::of_board(conn, access.board.id).await?;
    let place = columns.iter().position(|one| one.id == column.id).unwrap_or_default();
    let before = place.checked_sub(1).map(|index| columns[index].id.to_string()).unwrap_or_default();
    let count = Card::counts_of_board(conn, access.board.id).await?.get(&column.id).copied().unwrap_or(0);
    Ok(ColumnSettings {
        board: access.into(),
        form,
        move_form: move_form.unwrap_or_else(|| Form::filled([("after", before)])),
        others: columns.iter().filter(|one| one.id != column.id).map(Into::into).collect(),
        column: EditedColumn { id: column.id, title: column.title, wip_limit: column.wip_limit, count },
    })
}

pub(super) fn settings_with_errors(
    app: &App,
    user: &CurrentUser,
    view: ColumnSettings,
    htmx: Htmx,
) -> AppResult {
    if htmx.0 {
        return partial_with_errors(app, &ColumnSettingsPartial(view));
    }
    page_with_errors(app, user, &view)
}
