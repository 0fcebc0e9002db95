//! `/boards`

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use diesel_async::AsyncPgConnection;

use super::{Htmx, page, page_with_errors, partial, see_other, see_other_with};
use crate::app::App;
use crate::auth::cookies::{Cookies, Flash};
use crate::auth::{CurrentUser, Reached};
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::models::access::Access;
use crate::models::board::{self, Board};
use crate::models::card::Card;
use crate::models::color::Color;
use crate::models::column::Column;
use crate::views::access::BoardView;
use crate::views::boards::{BoardHeader, BoardList, BoardPage, BoardSettings, BoardsPage};
use crate::views::columns::ColumnView;

/// `GET /boards`
pub async fn index(State(app): State<App>, user: CurrentUser) -> AppResult {
    let list = list(&mut *app.db.conn().await?, &user).await?;
    page(&app, &user, &BoardsPage { list, form: Form::blank(&["title"]) })
}

/// `POST /boards`
pub async fn create(State(app): State<App>, user: CurrentUser, htmx: Htmx, posted: Posted) -> AppResult {
    let mut form = posted.form(&["title"]);
    let title = form.line("title", board::TITLE_MOST);
    let mut conn = app.db.conn().await?;
    if !form.is_valid() {
        let list = list(&mut conn, &user).await?;
        return page_with_errors(&app, &user, &BoardsPage { list, form });
    }
    let now = app.clock.now();
    // Boards made one after the other look different.
    let color = Color::ALL[usize::try_from(now.timestamp_micros()).unwrap_or_default() % Color::ALL.len()];
    let board = Board::create(&mut conn, user.id(), &title, color, now).await?;
    if htmx.0 {
        return list_partial(&app, &mut conn, &user).await;
    }
    see_other(format!("/boards/{}", board.id))
}

/// `GET /boards/{board_id}`
///
/// The ETag holds whatever the page is made of, so an unchanged board is told from its row alone.
pub async fn show(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    headers: HeaderMap,
) -> AppResult {
    let etag = etag(&app, &user, &access);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag);
    let response = if known && !Flash::is_in(&headers) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // Rendering needs no connection, so it is back in the pool by then.
        let view = board_page(&*app.db.conn().await?, &access).await?;
        page(&app, &user, &view)?
    };
    Ok(([(header::ETAG, etag)], response).into_response())
}

/// `GET /boards/{board_id}/edit`
pub async fn edit(State(app): State<App>, Reached { user, found: access }: Reached<Access>) -> AppResult {
    access.require_manage()?;
    let form = Form::filled([
        ("title", access.board.title.clone()),
        ("color", access.board.color.word().to_owned()),
    ]);
    page(&app, &user, &settings(&access, form))
}

/// `POST /boards/{board_id}`
pub async fn update(
    State(app): State<App>,
    Reached { user, found: mut access }: Reached<Access>,
    htmx: Htmx,
    posted: Posted,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_manage()?;
    let mut form = posted.form(&["title", "color"]);
    let title = form.line("title", board::TITLE_MOST);
    let color = form.choice("color", Color::parse);
    if !form.is_valid() {
        return page_with_errors(&app, &user, &settings(&access, form));
    }
    access.board = access.board.update(&mut conn, user.id(), (&title, color), app.clock.now()).await?;
    if htmx.0 {
        return partial(&app, &BoardHeader { board: BoardView::from(&access) });
    }
    see_other(format!("/boards/{}", access.board.id))
}

/// `POST /boards/{board_id}/delete`
pub async fn destroy(
    State(app): State<App>,
    Reached { user, found: access }: Reached<Access>,
    htmx: Htmx,
    headers: HeaderMap,
) -> AppResult {
    let mut conn = app.db.conn().await?;
    access.require_manage()?;
    access.board.delete(&mut conn, user.id(), app.clock.now()).await?;
    if htmx.0 {
        return list_partial(&app, &mut conn, &user).await;
    }
    see_other_with(Flash::BoardDeleted, Cookies::of(&app.config, &headers), "/boards")
}

/// A board with all of its columns and cards: two queries in one round trip, however many.
pub(super) async fn board_page(conn: &AsyncPgConnection, access: &Access) -> AppResult<BoardPage> {
    let (columns, cards) =
        tokio::try_join!(Column::of_board(conn, access.board.id), Card::of_board(conn, access.board.id))?;
    Ok(BoardPage {
        board: access.into(),
        columns: ColumnView::all(columns, cards),
        form: Form::blank(&["title"]),
    })
}

/// The lists of the user's boards, for an answer.
pub(super) async fn list_partial(app: &App, conn: &mut AsyncPgConnection, user: &CurrentUser) -> AppResult {
    partial(app, &list(conn, user).await?)
}

async fn list(conn: &mut AsyncPgConnection, user: &CurrentUser) -> AppResult<BoardList> {
    Ok(Board::of_user(conn, user.id()).await?.into())
}

fn settings(access: &Access, form: Form) -> BoardSettings {
    BoardSettings { board: access.into(), form, colors: Color::ALL }
}

fn etag(app: &App, user: &CurrentUser, access: &Access) -> HeaderValue {
    let starred = u8::from(access.member.starred_at.is_some());
    let etag = format!(
        "W/\"{}-{}-{starred}-{}-{}\"",
        access.board.revision,
        access.member.role.word(),
        user.user.updated_at.timestamp_micros(),
        app.templates.fingerprint(),
    );
    HeaderValue::from_str(&etag).expect("digits and words")
}
