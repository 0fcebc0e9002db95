//! Cards.

use axum::Json;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use diesel_async::AsyncPgConnection;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::{Body, check};
use super::paging::Paging;
use super::{ApiResult, ask, things};
use crate::forms::FormError;
use crate::handlers::extract::{Edit, Id, Look, On};
use crate::markdown::references::Named;
use crate::models::assignee::{self, AssignError};
use crate::models::board::Board;
use crate::models::card::listing::Listing;
use crate::models::card::{self, Card, MoveTo, NewCard, UpdateError};
use crate::models::column::Column;
use crate::models::reference::References;
use crate::models::watch;
use crate::pages::destinations::explain;
use crate::problem::{Problem, text};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Those in this column alone.
    column_id: Option<Uuid>,
    /// Archived ones alone, or others alone; both if left out.
    archived: Option<bool>,
}

/// A board's cards, in the order in which they were made
#[utoipa::path(get, path = "/boards/{board_id}/cards", tag = "Cards", params(ask::BoardId, Which, Paging),
    responses((status = 200, body = Vec<things::Card>), ask::Errors))]
pub async fn index(
    on: On<Board, Look>,
    Query(which): Query<Which>,
    Query(paging): Query<Paging>,
) -> ApiResult {
    let listing = Listing {
        column_id: which.column_id,
        archived: which.archived,
        after: paging.cursor,
        limit: paging.wanted(),
    };
    let cards = Card::list(&*on.conn().await?, on.thing.id, listing).await?;
    let column = which.column_id.map(|id| ("column_id", id.to_string()));
    let archived = which.archived.map(|archived| ("archived", archived.to_string()));
    let filter: Vec<_> = column.into_iter().chain(archived).collect();
    let path = format!("/api/v1/boards/{}/cards", on.thing.id);
    Ok(paging.answer(&path, &filter, cards, |card| card.detail.card.id, things::Card::from))
}

/// Add a card at a column's end
#[utoipa::path(post, path = "/columns/{column_id}/cards", tag = "Cards", params(ask::ColumnId),
    request_body = things::NewCard, responses((status = 201, body = things::Card), ask::Errors, ask::Refused))]
pub async fn create(on: On<Column, Edit>, body: Body) -> ApiResult {
    let mut form = body.form(&["title", "body", "id"])?;
    let title = form.line("title", card::TITLE_MOST);
    let text = if body.has("body") { form.text("body", card::BODY_MOST) } else { String::new() };
    let id = form.id_if_given("id").unwrap_or_else(Uuid::now_v7);
    check(&form)?;
    let new = NewCard { title: &title, body: &text };
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Card::create_once(change, &on.thing, new, id).await).await?;
    let card = things::Card::from(Card::listed(&conn, id).await?);
    let location = format!("/api/v1/cards/{id}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(card)).into_response())
}

/// A card
#[utoipa::path(get, path = "/cards/{card_id}", tag = "Cards", params(ask::CardId),
    responses((status = 200, body = things::Card), ask::Errors))]
pub async fn show(on: On<Card, Look>) -> ApiResult {
    answer(&*on.conn().await?, on.thing.id).await
}

/// Give a card another title or body
///
/// With `If-Match` and the `ETag` of the card as you have read it, only if nobody has changed them since.
#[utoipa::path(patch, path = "/cards/{card_id}", tag = "Cards",
    params(ask::CardId, ("If-Match" = Option<String>, Header)), request_body = things::CardChange,
    responses((status = 200, body = things::Card), ask::Errors, ask::Refused,
        (status = 412, description = "Somebody has changed it since.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn update(on: On<Card, Edit>, headers: HeaderMap, body: Body) -> ApiResult {
    let id = on.thing.id;
    let mut form = body.form(&["title", "body"])?;
    let matched = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let version = matched.filter(|tag| *tag != "*").map(|tag| tag.trim_matches('"').parse::<i32>());
    // A tag that is none of ours matches nothing.
    let version = version.map(|version| version.unwrap_or(-1));
    let before = Card::detail(&*on.conn().await?, id).await?;
    let title = if body.has("title") { form.line("title", card::TITLE_MOST) } else { before.card.title };
    let text_of_card = if body.has("body") { form.text("body", card::BODY_MOST) } else { before.body };
    check(&form)?;
    let named = Named::of([&*on.app.markdown.render(&text_of_card).await?]);
    let new = NewCard { title: &title, body: &text_of_card };
    let mut conn = on.conn_to_change().await?;
    let now = on.app.clock.now();
    let references = References::find(&conn, on.access.board.id, &named, Some(on.principal.id), now).await?;
    let people = references.named_people();
    let saved = on.change(&mut conn, async |change| {
        on.thing.update(change, new, version).await?;
        watch::watch_card(change.conn(), id, &people, change.at()).await?;
        references.keep(change, id, None).await?;
        Ok::<_, UpdateError>(())
    });
    match saved.await {
        Ok(()) => answer(&conn, id).await,
        Err(UpdateError::Changed(_)) => {
            Ok(Problem::new(StatusCode::PRECONDITION_FAILED, text("error-changed-since")).into_response())
        }
        Err(UpdateError::Change(error)) => Err(error.into()),
    }
}

/// Put a card into the trash, where it stays 30 days
#[utoipa::path(delete, path = "/cards/{card_id}", tag = "Cards", params(ask::CardId),
    responses((status = 204, description = "It is in the trash."), ask::Errors))]
pub async fn destroy(on: On<Card, Edit>) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Move a card to another place on its board
#[utoipa::path(post, path = "/cards/{card_id}/move", tag = "Cards", params(ask::CardId),
    request_body = things::CardPlace, responses((status = 200, body = things::Card), ask::Errors, ask::Refused))]
pub async fn relocate(on: On<Card, Edit>, body: Body) -> ApiResult {
    let mut form = body.form(&["column_id", "after"])?;
    let column_id = form.id("column_id");
    let after = if body.has("after") { form.optional_id("after") } else { None };
    check(&form)?;
    let mut conn = on.conn_to_change().await?;
    let place = MoveTo { column_id, after };
    if let Err(error) = on.change(&mut conn, async |change| on.thing.move_to(change, place).await).await {
        explain(&mut form, error, &on.app.config.files)?;
    }
    check(&form)?;
    answer(&conn, on.thing.id).await
}

/// Take a card off the board
#[utoipa::path(post, path = "/cards/{card_id}/archive", tag = "Cards", params(ask::CardId),
    responses((status = 200, body = things::Card), ask::Errors))]
pub async fn archive(on: On<Card, Edit>) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.archive(change).await).await?;
    answer(&conn, on.thing.id).await
}

/// Put an archived card back on the board, and its column with it
#[utoipa::path(post, path = "/cards/{card_id}/restore", tag = "Cards", params(ask::CardId),
    responses((status = 200, body = things::Card), ask::Errors))]
pub async fn restore(on: On<Card, Edit>) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.restore(change).await).await?;
    answer(&conn, on.thing.id).await
}

/// Say when a card begins and is due
#[utoipa::path(put, path = "/cards/{card_id}/dates", tag = "Cards", params(ask::CardId),
    request_body = things::CardDates, responses((status = 200, body = things::Card), ask::Errors, ask::Refused))]
pub async fn dates(on: On<Card, Edit>, body: Body) -> ApiResult {
    let zone = on.access.time.zone;
    let mut form = body.form(&["start", "due"])?;
    let (start, due) = (form.when("start", "", zone), form.when("due", "", zone));
    if let (Some(start), Some(due)) = (start, due)
        && start.is_after(due, zone)
    {
        form.fail("due", FormError::DueBeforeStart);
    }
    check(&form)?;
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.set_dates(change, start, due).await).await?;
    answer(&conn, on.thing.id).await
}

/// Mark a card as done
#[utoipa::path(post, path = "/cards/{card_id}/done", tag = "Cards", params(ask::CardId),
    responses((status = 200, body = things::Card), ask::Errors))]
pub async fn done(on: On<Card, Edit>) -> ApiResult {
    set_done(&on, true).await
}

/// Mark a card as not done
#[utoipa::path(post, path = "/cards/{card_id}/undone", tag = "Cards", params(ask::CardId),
    responses((status = 200, body = things::Card), ask::Errors))]
pub async fn undone(on: On<Card, Edit>) -> ApiResult {
    set_done(&on, false).await
}

async fn set_done(on: &On<Card, Edit>, done: bool) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.set_done(change, done).await).await?;
    answer(&conn, on.thing.id).await
}

/// Give a card to a member
#[utoipa::path(put, path = "/cards/{card_id}/assignees/{user_id}", tag = "Cards", params(ask::CardId, ask::UserId),
    responses((status = 200, body = things::Card), ask::Errors,
        (status = 422, description = "They are not on the board, or only look on.", body = Problem,
            content_type = "application/problem+json")))]
pub async fn assign(on: On<Card, Edit>, Id(user_id): Id) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    match on.change(&mut conn, async |change| assignee::assign(change, &on.thing, user_id).await).await {
        Ok(()) => answer(&conn, on.thing.id).await,
        Err(AssignError::NotAssignable) => {
            let mut form = crate::forms::Form::blank(&["user_id"]);
            form.fail("user_id", FormError::NotAssignable);
            Ok(Problem::of_form(&form).into_response())
        }
        Err(AssignError::Change(error)) => Err(error.into()),
    }
}

/// Take a card from a member
#[utoipa::path(delete, path = "/cards/{card_id}/assignees/{user_id}", tag = "Cards",
    params(ask::CardId, ask::UserId), responses((status = 200, body = things::Card), ask::Errors))]
pub async fn unassign(on: On<Card, Edit>, Id(user_id): Id) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| assignee::unassign(change, &on.thing, user_id).await).await?;
    answer(&conn, on.thing.id).await
}

/// The card as it is now.
pub(super) async fn answer(conn: &AsyncPgConnection, id: Uuid) -> ApiResult {
    let card = Card::listed(conn, id).await?;
    let etag = format!("\"{}\"", card.detail.version);
    Ok(([(header::ETAG, etag)], Json(things::Card::from(card))).into_response())
}
