//! `/columns/{column_id}/cards` and `/cards/{card_id}`

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Edit, Look, On};
use crate::auth::cookies::Flash;
use crate::error::{AppError, AppResult};
use crate::forms::{FormError, Posted};
use crate::markdown::references::Named as NamedInText;
use crate::models::board::Board;
use crate::models::card::{self, Card, NewCard, UpdateError};
use crate::models::column::Column;
use crate::models::notification;
use crate::models::quick_add::{Named, QuickCard};
use crate::models::reference::References;
use crate::models::right::Right;
use crate::models::watch;
use crate::pages;
use crate::views::cards::{CardPage, QuickCardView};
use crate::views::confirmations::Question;

/// `POST /columns/{column_id}/cards`
pub async fn create(on: On<Column, Edit>, posted: Posted) -> AppResult {
    let (board_id, column_id) = (on.access.board.id, on.thing.id);
    let mut form = posted.form(&["title", "key", "template_id"]);
    let title = form.line("title", card::TITLE_MOST);
    // A script sends one, so that a second try after a lost answer makes no second card.
    let key = form.id_if_given("key");
    let template_id = form.id_if_given("template_id");
    let mut conn = on.conn_to_change().await?;
    if let Some(template_id) = template_id {
        let templates = Card::templates_of_board(&conn, board_id).await?;
        if !templates.iter().any(|(id, _)| *id == template_id) {
            form.fail("template_id", FormError::NotOneOf);
        }
    }
    if !form.is_valid() {
        let part = pages::columns::with_refused_card(&conn, &on.access, column_id, form.clone());
        let page = async {
            let mut page = pages::boards::show(&conn, &on.access).await?;
            let column = page.columns.iter_mut().find(|column| column.id == column_id);
            column.ok_or(AppError::NotFound)?.form = form.clone();
            Ok(page)
        };
        return on.refuse_with(StatusCode::UNPROCESSABLE_ENTITY, part, page).await;
    }
    let named = Named::find(&conn, board_id, &title).await?;
    let mut card = QuickCard::parse(&title, &named, on.access.time);
    if card.title.is_empty() {
        // Marks alone are a title, for a card has one.
        card.title = title;
    }
    let id = key.unwrap_or_else(Uuid::now_v7);
    on.change(&mut conn, async |change| match template_id {
        Some(template_id) => {
            Card::create_from(change, &on.thing, &card.title, template_id, id).await?;
            card.apply(change, id).await
        }
        None => card.create_once(change, &on.thing, id).await,
    })
    .await?;
    let is_hidden = pages::columns::hides(&conn, &on.access, column_id, id).await?;
    drop(conn);
    let path = format!("/boards/{board_id}#column-{column_id}");
    let mut answer = on.answer_columns(None, path, &[column_id]).await?;
    if is_hidden {
        // Else it would seem to be lost.
        answer.headers_mut().insert("hx-trigger", HeaderValue::from_static("xtablo:hidden"));
    }
    Ok(answer)
}

#[derive(Deserialize)]
pub struct Typed {
    title: String,
}

/// `GET /columns/{column_id}/cards/new`: what of a typed line is understood, before the card is made.
pub async fn new(on: On<Column, Edit>, Query(typed): Query<Typed>) -> AppResult {
    let line: String = typed.title.chars().take(card::TITLE_MOST).collect();
    let named = Named::find(&*on.conn().await?, on.access.board.id, &line).await?;
    let card = QuickCard::parse(&line, &named, on.access.time);
    on.show(&QuickCardView::new(&on.access, on.thing.id, line, card))
}

#[derive(Deserialize)]
pub struct Mode {
    edit: Option<String>,
    /// What came before this entry of what was said and done.
    before: Option<Uuid>,
}

/// `GET /cards/{card_id}`, with `?edit=1` its form
///
/// Opening the card reads what its reader was told of it. A reader who is told of nothing pays no statement for that.
pub async fn show(mut on: On<Card, Look>, Query(mode): Query<Mode>) -> AppResult {
    let (reader, now) = (on.principal.id, on.app.clock.now());
    let has_read = on.principal.unread > 0
        && notification::read_card(&*on.conn().await?, reader, on.thing.id, now).await?;
    if has_read {
        on.has_read();
    }
    let conn = on.conn().await?;
    let editing = mode.edit.is_some() && on.access.may(Right::Edit);
    let page = pages::cards::show(&conn, on.reading(), on.thing.id, mode.before).await?;
    drop(conn);
    let mut response = on.show(&CardPage { editing, ..page })?;
    if has_read {
        // The mark in the top bar asks for itself anew.
        response.headers_mut().insert("hx-trigger", HeaderValue::from_static("xtablo:read"));
    }
    Ok(response)
}

/// `GET /cards/{card_id}/face`: what the board shows of it, for a page that was told of a change
pub async fn face(on: On<Card, Look>, headers: HeaderMap) -> AppResult {
    if !on.is_htmx() {
        return on.go(format!("/boards/{}#card-{}", on.access.board.id, on.thing.id));
    }
    let kept = pages::columns::kept(&on.app, &on.access, on.shell.language, None).await?;
    let column = kept.column(on.thing.column_id).ok_or(AppError::NotFound)?;
    let (html, tag) = column.face(on.thing.id).ok_or(AppError::NotFound)?;
    on.show_kept(&headers, &tag, html)
}

/// `GET /boards/{board_id}/cards/{number}`: where the card of this number is
pub async fn by_number(on: On<Board, Look>, Path((_, number)): Path<(String, String)>) -> AppResult {
    let number = number.parse().map_err(|_| AppError::NotFound)?;
    let id = Card::id_of_number(&*on.conn().await?, on.thing.id, number).await?;
    on.go(format!("/cards/{}", id.ok_or(AppError::NotFound)?))
}

/// `POST /cards/{card_id}`
pub async fn update(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let id = on.thing.id;
    let mut form = posted.form(&["title", "body", "version"]);
    let (title, body) = (form.line("title", card::TITLE_MOST), form.text("body", card::BODY_MOST));
    // A form without a version saves whatever was there before.
    let version = if form.is_blank("version") { None } else { form.optional_number("version", 0, i32::MAX) };
    let new = NewCard { title: &title, body: &body };
    let named = if form.is_valid() {
        NamedInText::of([&*on.app.markdown.render(&body).await?])
    } else {
        NamedInText::default()
    };
    let mut conn = on.conn_to_change().await?;
    if form.is_valid() {
        let now = on.app.clock.now();
        let references =
            References::find(&conn, on.access.board.id, &named, Some(on.principal.id), now).await?;
        let people = references.named_people();
        let saved = on.change(&mut conn, async |change| {
            on.thing.update(change, new, version).await?;
            watch::watch_card(change.conn(), id, &people, change.at()).await?;
            references.keep(change, id, None).await?;
            Ok::<_, UpdateError>(())
        });
        match saved.await {
            Ok(()) => return on.answer_card(&conn, id).await,
            Err(UpdateError::Changed(current)) => {
                form.set("version", current.version.to_string());
                form.fail_whole(FormError::CardChanged);
            }
            Err(UpdateError::Change(error)) => return Err(error.into()),
        }
    }
    let page = pages::cards::show(&conn, on.reading(), id, None).await?;
    on.refuse(&CardPage { form, editing: true, ..page })
}

/// `POST /cards/{card_id}/delete`
pub async fn destroy(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let path = format!("/cards/{}", on.thing.id);
    if let Some(page) = on.ask(&posted, Question::DeleteCard, format!("{path}/delete"), path)? {
        return Ok(page);
    }
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    let ids = pages::columns::around(&conn, &on.access, on.thing.column_id, on.thing.id).await?;
    drop(conn);
    on.answer_columns(Some(Flash::CardDeleted), format!("/boards/{}/trash", on.access.board.id), &ids).await
}
