//! `/boards/{board_id}/columns` and `/columns/{column_id}`

use axum::http::{HeaderMap, StatusCode};

use super::extract::{Edit, Look, On};
use crate::error::{AppError, AppResult};
use crate::forms::{FormError, Posted};
use crate::models::board::Board;
use crate::models::change::ChangeError;
use crate::models::column::{self, Column, ColumnSettings};
use crate::pages;

/// Columns that a board begins with in one step.
const FIRST_MOST: usize = 10;

/// `POST /boards/{board_id}/columns`
pub async fn create(on: On<Board, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["title"]);
    let title = form.line("title", column::TITLE_MOST);
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let part = async { Ok(pages::columns::new(&on.access, form.clone())) };
        let page = async {
            let mut page = pages::boards::show(&conn, &on.access).await?;
            page.form = form.clone();
            Ok(page)
        };
        return on.refuse_with(StatusCode::UNPROCESSABLE_ENTITY, part, page).await;
    }
    let column = on.change(&mut conn, async |change| Column::create(change, &title).await).await?;
    let part = pages::columns::changed_one(&conn, &on.access, column.id);
    on.answer(format!("/boards/{}#column-{}", on.thing.id, column.id), part).await
}

/// `POST /boards/{board_id}/columns/first`: the columns that most boards begin with, named by the page in its language. A
/// board that has columns keeps them as they are.
pub async fn create_first(on: On<Board, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["titles"]);
    let titles = form.text("titles", FIRST_MOST * column::TITLE_MOST);
    let titles: Vec<&str> = titles.lines().map(str::trim).filter(|title| !title.is_empty()).collect();
    let longest = titles.iter().map(|title| title.chars().count()).max().unwrap_or_default();
    if longest > column::TITLE_MOST {
        form.fail("titles", FormError::TooLong { most: column::TITLE_MOST, length: longest });
    } else if titles.len() > FIRST_MOST {
        form.fail("titles", FormError::NotOneOf);
    }
    let mut conn = on.conn_to_change().await?;
    // The page sends none of this, so it says so where a column's title is typed.
    if let Some((_, error)) = form.first_error() {
        let mut page = pages::boards::show(&conn, &on.access).await?;
        page.form.fail("title", error);
        return on.refuse(&page);
    }
    on.change(&mut conn, async |change| {
        if Column::of_board(change, on.thing.id).await?.is_empty() {
            for title in &titles {
                Column::create(change, title).await?;
            }
        }
        Ok::<_, ChangeError>(())
    })
    .await?;
    on.go(format!("/boards/{}", on.thing.id))
}

/// `GET /columns/{column_id}`: the column alone, for a page that was told of a change
pub async fn show(on: On<Column, Look>, headers: HeaderMap) -> AppResult {
    if !on.is_htmx() {
        return on.go(format!("/boards/{}#column-{}", on.access.board.id, on.thing.id));
    }
    if !on.access.filter.is_blank() {
        return on.show(&pages::columns::changed_one(&*on.conn().await?, &on.access, on.thing.id).await?);
    }
    let kept = pages::columns::kept(&on.app, &on.access, on.shell.language, None).await?;
    let column = kept.column(on.thing.id).ok_or(AppError::NotFound)?;
    on.show_kept(&headers, &column.tag, column.html.as_str().unwrap_or_default())
}

/// `GET /columns/{column_id}/edit`
pub async fn edit(on: On<Column, Edit>) -> AppResult {
    let form = pages::columns::settings_form(&on.thing);
    let mut conn = on.conn().await?;
    on.show(&pages::columns::settings(&mut conn, &on.access, &on.thing, form, None).await?)
}

/// `POST /columns/{column_id}`
pub async fn update(on: On<Column, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["title", "wip_limit"]);
    let title = form.line("title", column::TITLE_MOST);
    let new = ColumnSettings { title: &title, wip_limit: form.optional_number("wip_limit", 1, 999) };
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let view = pages::columns::settings(&mut conn, &on.access, &on.thing, form, None).await?;
        return on.refuse(&view);
    }
    on.change(&mut conn, async |change| on.thing.update(change, new).await).await?;
    let (board_id, column_id) = (on.access.board.id, on.thing.id);
    let column = pages::columns::changed_one(&conn, &on.access, column_id);
    on.answer(format!("/boards/{board_id}#column-{column_id}"), column).await
}
