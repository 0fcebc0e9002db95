//! Boards, their people and their history.

use axum::Json;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::body::{Body, check};
use super::paging::Paging;
use super::things::{self, Happening, Me};
use super::{ApiResult, ask};
use crate::error::Refusal;
use crate::handlers::extract::{Look, On, SignedIn};
use crate::models::api_token::Scope;
use crate::models::board::{self, Board, NewBoard};
use crate::models::color::Color;
use crate::models::event::Event;
use crate::models::member::Member;

/// Who the token belongs to, and what it may do
#[utoipa::path(get, path = "/me", tag = "Account", responses((status = 200, body = Me), ask::Errors))]
pub async fn whoami(caller: SignedIn) -> ApiResult {
    let scope = caller.grant.as_ref().map_or(Scope::Read, |grant| grant.scope);
    Ok(Json(Me::new(&caller.principal, scope.word())).into_response())
}

/// The boards that the token reaches
#[utoipa::path(get, path = "/boards", tag = "Boards",
    responses((status = 200, body = Vec<things::Board>), ask::Errors))]
pub async fn index(caller: SignedIn) -> ApiResult {
    let listed = Board::of_user(&mut *caller.conn().await?, caller.principal.id).await?;
    let is_reached = |board: &Board| caller.grant.as_ref().is_none_or(|grant| grant.reaches(board.id));
    let boards = listed.into_iter().filter(|listed| is_reached(&listed.board));
    let json = |listed: board::ListedBoard| {
        let role = listed.member.map(|member| member.role).or(listed.board.open_role);
        things::Board::new(listed.board, role)
    };
    Ok(Json(boards.map(json).collect::<Vec<_>>()).into_response())
}

/// Make a board
///
/// A token that is bound to some boards cannot.
#[utoipa::path(post, path = "/boards", tag = "Boards", request_body = things::NewBoard,
    responses((status = 201, body = things::Board), ask::Errors, ask::Refused))]
pub async fn create(caller: SignedIn, body: Body) -> ApiResult {
    if caller.grant.as_ref().is_some_and(|grant| !grant.reaches_all()) {
        return Err(Refusal::BoundToken.into());
    }
    let mut form = body.form(&["title", "color"])?;
    let title = form.line("title", board::TITLE_MOST);
    let color = if form.is_blank("color") { Color::ALL[0] } else { form.choice("color", Color::parse) };
    check(&form)?;
    let now = caller.app.clock.now();
    let new = NewBoard { title: &title, color };
    let board = Board::create(&mut *caller.conn().await?, new, caller.principal.id, now).await?;
    let location = format!("/api/v1/boards/{}", board.id);
    let board = things::Board::new(board, Some(crate::models::role::Role::Owner));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(board)).into_response())
}

/// A board
#[utoipa::path(get, path = "/boards/{board_id}", tag = "Boards", params(ask::BoardId),
    responses((status = 200, body = things::Board), ask::Errors))]
pub async fn show(on: On<Board, Look>) -> ApiResult {
    Ok(Json(things::Board::of(&on.access)).into_response())
}

/// Its members
#[utoipa::path(get, path = "/boards/{board_id}/members", tag = "Boards", params(ask::BoardId),
    responses((status = 200, body = Vec<things::Member>), ask::Errors))]
pub async fn members(on: On<Board, Look>) -> ApiResult {
    let members = Member::of_board(&*on.conn().await?, on.thing.id).await?;
    Ok(Json(members.into_iter().map(things::Member::from).collect::<Vec<_>>()).into_response())
}

/// What happened on it, the newest first
#[utoipa::path(get, path = "/boards/{board_id}/events", tag = "Boards", params(ask::BoardId, Paging),
    responses((status = 200, body = Vec<Happening>), ask::Errors))]
pub async fn events(on: On<Board, Look>, Query(paging): Query<Paging>) -> ApiResult {
    let id = on.thing.id;
    let events = Event::page_of_board(&*on.conn().await?, id, paging.cursor, paging.wanted()).await?;
    let path = format!("/api/v1/boards/{id}/events");
    Ok(paging.answer(&path, &[], events, |event| event.id, Happening::from))
}
