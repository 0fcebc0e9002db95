//! Columns.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::body::{Body, check};
use super::things;
use super::{ApiResult, ask};
use crate::error::AppError;
use crate::forms::FormError;
use crate::handlers::extract::{Edit, Look, On};
use crate::models::board::Board;
use crate::models::column::{self, Column, ColumnSettings};
use crate::models::order::Destination;

/// A board's columns, in order; archived ones are left out
#[utoipa::path(get, path = "/boards/{board_id}/columns", tag = "Columns", params(ask::BoardId),
    responses((status = 200, body = Vec<things::Column>), ask::Errors))]
pub async fn index(on: On<Board, Look>) -> ApiResult {
    let columns = Column::of_board(&*on.conn().await?, on.thing.id).await?;
    Ok(Json(columns.into_iter().map(things::Column::from).collect::<Vec<_>>()).into_response())
}

/// Add a column at the board's end
#[utoipa::path(post, path = "/boards/{board_id}/columns", tag = "Columns", params(ask::BoardId),
    request_body = things::NewColumn, responses((status = 201, body = things::Column), ask::Errors, ask::Refused))]
pub async fn create(on: On<Board, Edit>, body: Body) -> ApiResult {
    let mut form = body.form(&["title"])?;
    let title = form.line("title", column::TITLE_MOST);
    check(&form)?;
    let mut conn = on.conn_to_change().await?;
    let column = on.change(&mut conn, async |change| Column::create(change, &title).await).await?;
    let location = format!("/api/v1/boards/{}/columns", column.board_id);
    let column = things::Column::from(column);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(column)).into_response())
}

/// Give a column another title or limit
#[utoipa::path(patch, path = "/columns/{column_id}", tag = "Columns", params(ask::ColumnId),
    request_body = things::ColumnChange, responses((status = 200, body = things::Column), ask::Errors, ask::Refused))]
pub async fn update(on: On<Column, Edit>, body: Body) -> ApiResult {
    let mut form = body.form(&["title", "wip_limit"])?;
    let title =
        if body.has("title") { form.line("title", column::TITLE_MOST) } else { on.thing.title.clone() };
    let wip_limit =
        if body.has("wip_limit") { form.optional_number("wip_limit", 1, 999) } else { on.thing.wip_limit };
    check(&form)?;
    let new = ColumnSettings { title: &title, wip_limit };
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.update(change, new).await).await?;
    answer(&on).await
}

/// Move a column to another place on its board
#[utoipa::path(post, path = "/columns/{column_id}/move", tag = "Columns", params(ask::ColumnId),
    request_body = things::ColumnPlace, responses((status = 200, body = things::Column), ask::Errors, ask::Refused))]
pub async fn relocate(on: On<Column, Edit>, body: Body) -> ApiResult {
    let mut form = body.form(&["after"])?;
    let after = form.optional_id("after");
    check(&form)?;
    let mut conn = on.conn_to_change().await?;
    let moved =
        on.change(&mut conn, async |change| on.thing.move_to(change, Destination::After(after)).await);
    if let Err(error) = moved.await {
        form.fail_move(error, FormError::ColumnArchived)?;
    }
    drop(conn);
    check(&form)?;
    answer(&on).await
}

/// Take a column and its cards off the board
#[utoipa::path(post, path = "/columns/{column_id}/archive", tag = "Columns", params(ask::ColumnId),
    responses((status = 200, body = things::Column), ask::Errors))]
pub async fn archive(on: On<Column, Edit>) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.archive(change).await).await?;
    drop(conn);
    answer(&on).await
}

/// Put an archived column back on the board
#[utoipa::path(post, path = "/columns/{column_id}/restore", tag = "Columns", params(ask::ColumnId),
    responses((status = 200, body = things::Column), ask::Errors))]
pub async fn restore(on: On<Column, Edit>) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.restore(change).await).await?;
    drop(conn);
    answer(&on).await
}

async fn answer(on: &On<Column, Edit>) -> Result<Response, super::ApiError> {
    let column = Column::find(&*on.conn().await?, on.thing.id).await.map_err(AppError::from)?;
    Ok(Json(things::Column::from(column)).into_response())
}
