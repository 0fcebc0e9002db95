//! `/cards/{card_id}/comments` and `/comments/{comment_id}`: what people say on a card.

use super::extract::{Comment as MayComment, Look, On};
use crate::error::{AppError, AppResult, Refusal};
use crate::forms::{Form, FormError, Posted};
use crate::markdown::references::Named;
use crate::models::card::Card;
use crate::models::comment::{self, Comment, UpdateError};
use crate::models::reaction::Reaction;
use crate::models::reference::References;
use crate::models::right::Right;
use crate::pages;

/// `POST /cards/{card_id}/comments`
pub async fn create(on: On<Card, MayComment>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["body"]);
    let Some(body) = body(&mut form) else { return refuse(&on, on.thing.id, None, form).await };
    let named = Named::of([&*on.app.markdown.render(&body).await?]);
    let mut conn = on.conn_to_change().await?;
    let references =
        References::find(&conn, on.access.board.id, &named, Some(on.principal.id), on.app.clock.now())
            .await?;
    let people = references.named_people();
    let comment = on
        .change(&mut conn, async |change| {
            let comment = Comment::create(change, &on.thing, &body, &people).await?;
            references.keep(change, on.thing.id, Some(comment.id)).await?;
            Ok::<_, crate::models::change::ChangeError>(comment)
        })
        .await?;
    let path = format!("/cards/{}#comment-{}", on.thing.id, comment.id);
    on.answer(path, pages::stream::changed(&conn, on.reading(), on.thing.id)).await
}

/// `POST /comments/{comment_id}`
pub async fn update(on: On<Comment, MayComment>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["body", "version"]);
    let version = if form.is_blank("version") { None } else { form.optional_number("version", 0, i32::MAX) };
    let card_id = on.thing.card_id;
    if on.thing.user_id != Some(on.principal.id) {
        return Err(Refusal::NotAuthor.into());
    }
    let Some(body) = body(&mut form) else { return refuse(&on, card_id, Some(on.thing.id), form).await };
    let named = Named::of([&*on.app.markdown.render(&body).await?]);
    let mut conn = on.conn_to_change().await?;
    let references =
        References::find(&conn, on.access.board.id, &named, Some(on.principal.id), on.app.clock.now())
            .await?;
    let people = references.named_people();
    let saved = on
        .change(&mut conn, async |change| {
            on.thing.update(change, &body, version, &people).await?;
            references.keep(change, card_id, Some(on.thing.id)).await?;
            Ok::<_, UpdateError>(())
        })
        .await;
    match saved {
        Ok(()) => answer(&on, &conn).await,
        Err(UpdateError::Changed { version }) => {
            form.set("version", version.to_string());
            form.fail_whole(FormError::CommentChanged);
            drop(conn);
            refuse(&on, card_id, Some(on.thing.id), form).await
        }
        Err(UpdateError::Change(error)) => Err(error.into()),
    }
}

/// `POST /comments/{comment_id}/delete`
pub async fn destroy(on: On<Comment, MayComment>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    answer(&on, &conn).await
}

/// `POST /comments/{comment_id}/undelete`
pub async fn restore(on: On<Comment, MayComment>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.restore(change).await).await?;
    answer(&on, &conn).await
}

/// `POST /comments/{comment_id}/reactions`
pub async fn react(on: On<Comment, MayComment>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["reaction"]);
    let Some(reaction) = form.choice("reaction", |word| Reaction::parse(word).map(Some)) else {
        let mut form = pages::stream::new_form();
        form.fail_whole(FormError::NotOneOf);
        return refuse(&on, on.thing.card_id, None, form).await;
    };
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.react(change, reaction).await).await?;
    answer(&on, &conn).await
}

/// `GET /comments/{comment_id}/versions`: what it said before, for its author and owners.
pub async fn versions(on: On<Comment, Look>) -> AppResult {
    let is_author = on.thing.user_id == Some(on.principal.id);
    if !is_author && !on.access.may(Right::Manage) {
        return Err(Refusal::NotAuthor.into());
    }
    on.show(&pages::comments::versions(&*on.conn().await?, &on.access, &on.thing).await?)
}

/// What was said; none where the form now says what is wrong with it.
fn body(form: &mut Form) -> Option<String> {
    let body = form.text("body", comment::BODY_MOST);
    if body.trim().is_empty() {
        form.fail("body", FormError::Required);
    }
    form.is_valid().then_some(body)
}

async fn answer(on: &On<Comment, MayComment>, conn: &diesel_async::AsyncPgConnection) -> AppResult {
    let card_id = on.thing.card_id;
    let path = format!("/cards/{card_id}#comment-{}", on.thing.id);
    on.answer(path, pages::stream::changed(conn, on.reading(), card_id)).await
}

/// The card with the form that was refused: for a new comment, or for the text of one.
async fn refuse<T>(
    on: &On<T, MayComment>,
    card_id: uuid::Uuid,
    comment_id: Option<uuid::Uuid>,
    form: Form,
) -> AppResult {
    let conn = on.conn().await?;
    let put = |stream: &mut crate::views::stream::Stream| match comment_id {
        None => stream.form = form.clone(),
        Some(id) => {
            let comments = stream.entries.iter_mut().filter_map(|entry| entry.comment.as_mut());
            if let Some(comment) = comments.into_iter().find(|comment| comment.id() == id) {
                comment.form = form.clone();
            }
        }
    };
    let part = async {
        let mut part = pages::stream::changed(&conn, on.reading(), card_id).await?;
        put(&mut part.stream);
        Ok::<_, AppError>(part)
    };
    let page = async {
        let mut page = pages::cards::show(&conn, on.reading(), card_id, None).await?;
        put(&mut page.stream);
        Ok::<_, AppError>(page)
    };
    on.refuse_with(axum::http::StatusCode::UNPROCESSABLE_ENTITY, part, page).await
}
