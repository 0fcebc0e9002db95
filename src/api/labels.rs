//! Labels, and which of them a card has.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::body::{Body, check};
use super::things;
use super::{ApiResult, ask, cards};
use crate::handlers::extract::{Edit, Id, Look, On};
use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::color::Color;
use crate::models::label::{self, Label, NewLabel};

/// A board's labels, in order
#[utoipa::path(get, path = "/boards/{board_id}/labels", tag = "Labels", params(ask::BoardId),
    responses((status = 200, body = Vec<things::Label>), ask::Errors))]
pub async fn index(on: On<Board, Look>) -> ApiResult {
    let labels = Label::of_board(&*on.conn().await?, on.thing.id).await?;
    Ok(Json(labels.into_iter().map(things::Label::from).collect::<Vec<_>>()).into_response())
}

/// Add a label
#[utoipa::path(post, path = "/boards/{board_id}/labels", tag = "Labels", params(ask::BoardId),
    request_body = things::NewLabel, responses((status = 201, body = things::Label), ask::Errors, ask::Refused))]
pub async fn create(on: On<Board, Edit>, body: Body) -> ApiResult {
    let mut form = body.form(&["name", "color"])?;
    let (name, color) = (form.optional_line("name", label::NAME_MOST), form.choice("color", Color::parse));
    check(&form)?;
    let new = NewLabel { name: &name, color };
    let mut conn = on.conn_to_change().await?;
    let label = on.change(&mut conn, async |change| Label::create(change, new).await).await?;
    let location = format!("/api/v1/boards/{}/labels", label.board_id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(things::Label::from(label)))
        .into_response())
}

/// Give a label another name and color
#[utoipa::path(put, path = "/labels/{label_id}", tag = "Labels", params(ask::LabelId),
    request_body = things::NewLabel, responses((status = 200, body = things::Label), ask::Errors, ask::Refused))]
pub async fn update(on: On<Label, Edit>, body: Body) -> ApiResult {
    let mut form = body.form(&["name", "color"])?;
    let (name, color) = (form.optional_line("name", label::NAME_MOST), form.choice("color", Color::parse));
    check(&form)?;
    let new = NewLabel { name: &name, color };
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.update(change, new).await).await?;
    let label = Label { name, color, ..on.thing.clone() };
    Ok(Json(things::Label::from(label)).into_response())
}

/// Delete a label, which takes it off all cards
#[utoipa::path(delete, path = "/labels/{label_id}", tag = "Labels", params(ask::LabelId),
    responses((status = 204, description = "It is in the trash."), ask::Errors))]
pub async fn destroy(on: On<Label, Edit>) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Put a label on a card
#[utoipa::path(put, path = "/cards/{card_id}/labels/{label_id}", tag = "Labels", params(ask::CardId, ask::LabelId),
    responses((status = 200, body = things::Card), ask::Errors))]
pub async fn put_on(on: On<Card, Edit>, Id(label_id): Id) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Label::put_on(change, &on.thing, label_id).await).await?;
    cards::answer(&conn, on.thing.id).await
}

/// Take a label off a card
#[utoipa::path(delete, path = "/cards/{card_id}/labels/{label_id}", tag = "Labels",
    params(ask::CardId, ask::LabelId), responses((status = 200, body = things::Card), ask::Errors))]
pub async fn take_off(on: On<Card, Edit>, Id(label_id): Id) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Label::take_off(change, &on.thing, label_id).await).await?;
    cards::answer(&conn, on.thing.id).await
}
