//! What people say on a card.

use axum::Json;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::body::{Body, check};
use super::paging::Paging;
use super::{ApiResult, ask, things};
use crate::error::{AppError, Refusal};
use crate::handlers::extract::{Comment as MayComment, Look, On};
use crate::markdown::references::Named;
use crate::models::card::Card;
use crate::models::change::ChangeError;
use crate::models::comment::{self, Comment, ListedComment, UpdateError};
use crate::models::reference::References;
use crate::problem::Problem;

/// A card's comments, the newest first
#[utoipa::path(get, path = "/cards/{card_id}/comments", tag = "Comments", params(ask::CardId, Paging),
    responses((status = 200, body = Vec<things::Comment>), ask::Errors))]
pub async fn index(on: On<Card, Look>, Query(paging): Query<Paging>) -> ApiResult {
    let (id, now) = (on.thing.id, on.app.clock.now());
    let comments = Comment::of_card(&*on.conn().await?, id, paging.cursor, paging.wanted(), now).await?;
    let path = format!("/api/v1/cards/{id}/comments");
    let id_of = |listed: &ListedComment| listed.comment.id;
    Ok(paging.answer(&path, &[], comments, id_of, things::Comment::from))
}

/// Say something on a card
#[utoipa::path(post, path = "/cards/{card_id}/comments", tag = "Comments", params(ask::CardId),
    request_body = things::NewComment, responses((status = 201, body = things::Comment), ask::Errors, ask::Refused))]
pub async fn create(on: On<Card, MayComment>, body: Body) -> ApiResult {
    let text = text_of(&body)?;
    let named = Named::of([&*on.app.markdown.render(&text).await?]);
    let mut conn = on.conn_to_change().await?;
    let now = on.app.clock.now();
    let references = References::find(&conn, on.access.board.id, &named, Some(on.principal.id), now).await?;
    let people = references.named_people();
    let saved = on.change(&mut conn, async |change| {
        let comment = Comment::create(change, &on.thing, &text, &people).await?;
        references.keep(change, on.thing.id, Some(comment.id)).await?;
        Ok::<_, ChangeError>(comment)
    });
    let comment = saved.await?;
    let card_id = comment.card_id;
    let comment = find(&conn, card_id, comment.id, now).await?;
    let location = format!("/api/v1/cards/{card_id}/comments");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(comment)).into_response())
}

/// Say something else instead; its author may
#[utoipa::path(put, path = "/comments/{comment_id}", tag = "Comments", params(ask::CommentId),
    request_body = things::NewComment, responses((status = 200, body = things::Comment), ask::Errors, ask::Refused))]
pub async fn update(on: On<Comment, MayComment>, body: Body) -> ApiResult {
    if on.thing.user_id != Some(on.principal.id) {
        return Err(Refusal::NotAuthor.into());
    }
    let text = text_of(&body)?;
    let named = Named::of([&*on.app.markdown.render(&text).await?]);
    let mut conn = on.conn_to_change().await?;
    let now = on.app.clock.now();
    let references = References::find(&conn, on.access.board.id, &named, Some(on.principal.id), now).await?;
    let people = references.named_people();
    let card_id = on.thing.card_id;
    let saved = on.change(&mut conn, async |change| {
        on.thing.update(change, &text, None, &people).await?;
        references.keep(change, card_id, Some(on.thing.id)).await?;
        Ok::<_, UpdateError>(())
    });
    match saved.await {
        // Without a version nothing is compared.
        Ok(()) | Err(UpdateError::Changed { .. }) => {
            Ok(Json(find(&conn, card_id, on.thing.id, now).await?).into_response())
        }
        Err(UpdateError::Change(error)) => Err(error.into()),
    }
}

/// Delete a comment; its author and the board's owners may
#[utoipa::path(delete, path = "/comments/{comment_id}", tag = "Comments", params(ask::CommentId),
    responses((status = 204, description = "It can be taken back for 30 days."), ask::Errors))]
pub async fn destroy(on: On<Comment, MayComment>) -> ApiResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn text_of(body: &Body) -> Result<String, Problem> {
    let mut form = body.form(&["body"])?;
    let text = form.text("body", comment::BODY_MOST);
    if text.trim().is_empty() {
        form.fail("body", crate::forms::FormError::Required);
    }
    check(&form)?;
    Ok(text)
}

async fn find(
    conn: &AsyncPgConnection,
    card_id: Uuid,
    id: Uuid,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<things::Comment, AppError> {
    // The one before the next id.
    let next = Uuid::from_u128(id.as_u128() + 1);
    let found = Comment::of_card(conn, card_id, Some(next), 1, now).await?.pop();
    found.map(things::Comment::from).ok_or(AppError::NotFound)
}
