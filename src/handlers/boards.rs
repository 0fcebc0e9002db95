//! `/boards`

use axum::extract::RawQuery;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};

use super::extract::{Look, Manage, On, SignedIn};
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::access::ShownBoard;
use crate::models::board::copying::{BoardPart, CopyError, NewCopy};
use crate::models::board::{self, Board, NewBoard};
use crate::models::color::Color;
use crate::models::filter::Filter;
use crate::pages;
use crate::views::confirmations::Question;

/// `GET /boards`
pub async fn index(user: SignedIn) -> AppResult {
    let mut conn = user.conn().await?;
    user.show(&pages::boards::index(&mut conn, &user.app, &user.principal, pages::boards::new_form()).await?)
}

/// `POST /boards`
pub async fn create(user: SignedIn, posted: Posted) -> AppResult {
    let mut form = posted.form(&["title", "template_id"]);
    let title = form.line("title", board::TITLE_MOST);
    let template_id = form.id_if_given("template_id");
    let mut conn = user.conn().await?;
    let template = match template_id {
        Some(id) => Board::template(&conn, user.principal.id, id).await?,
        None => None,
    };
    if template_id.is_some() && template.is_none() {
        form.fail("template_id", FormError::NotOneOf);
    }
    if !form.is_valid() {
        return user.refuse(&pages::boards::index(&mut conn, &user.app, &user.principal, form).await?);
    }
    let (now, limits) = (user.app.clock.now(), &user.app.config.files);
    if let Some(template) = template {
        let new = NewCopy { title: &title, parts: &[BoardPart::Cards], progress: false };
        match template.copy(&mut conn, new, user.principal.id, now, limits).await {
            Ok(board) => return user.go(format!("/boards/{}", board.id)),
            Err(CopyError::Change(error)) => return Err(error.into()),
            Err(CopyError::NoRoom) => form.fail_whole(FormError::over_board_quota(limits)),
        }
        return user.refuse(&pages::boards::index(&mut conn, &user.app, &user.principal, form).await?);
    }
    // Boards made one after the other look different.
    let color = Color::ALL[usize::try_from(now.timestamp_micros()).unwrap_or_default() % Color::ALL.len()];
    let board = Board::create(&mut conn, NewBoard { title: &title, color }, user.principal.id, now).await?;
    let list = pages::boards::index(&mut conn, &user.app, &user.principal, pages::boards::new_form());
    user.answer(format!("/boards/{}", board.id), list).await
}

/// `GET /boards/{board_id}`
///
/// With a filter in the address, those cards alone. The ETag holds whatever the page is made of, so an unchanged board is told from its row alone; and until when that is
/// true, for dates look different as time goes by.
pub async fn show(mut on: On<ShownBoard, Look>, RawQuery(query): RawQuery, headers: HeaderMap) -> AppResult {
    on.access.filter = Filter::parse(&query.unwrap_or_default(), on.principal.id);
    if !on.access.filter.is_blank() {
        return on.show(&Box::pin(pages::boards::show_filtered(&*on.conn().await?, &on.access)).await?);
    }
    let view = async {
        let view = Box::pin(pages::boards::show_kept(
            &on.app,
            &on.access,
            on.thing.blockers.clone(),
            on.shell.language,
        ))
        .await?;
        let until = view.valid_until;
        Ok((view, until))
    };
    let blockers = on.thing.blockers.as_deref().unwrap_or_default();
    on.show_unless_known(&headers, &format!("{}-{blockers}", version(&on)), view).await
}

/// `GET /boards/{board_id}/head`: the head of the board's page alone, for a page that was told of a change
pub async fn head(on: On<Board, Look>, headers: HeaderMap) -> AppResult {
    if !on.is_htmx() {
        return on.go(format!("/boards/{}", on.thing.id));
    }
    let view = async {
        let Board { title, color, .. } = on.access.board.clone();
        let head = pages::boards::header(&*on.conn().await?, &on.access, title, color).await?;
        Ok((head, DateTime::<Utc>::MAX_UTC))
    };
    on.show_unless_known(&headers, &version(&on), view).await
}

/// `GET /boards/{board_id}/edit`
pub async fn edit(on: On<Board, Manage>) -> AppResult {
    on.show(&pages::boards::settings(&on.access, pages::boards::settings_form(&on.access)))
}

/// `POST /boards/{board_id}`
pub async fn update(on: On<Board, Manage>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["title", "color"]);
    let title = form.line("title", board::TITLE_MOST);
    let color = form.choice("color", Color::parse);
    if !form.is_valid() {
        return on.refuse(&pages::boards::settings(&on.access, form));
    }
    let new = NewBoard { title: &title, color };
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Board::update(change, new).await).await?;
    let header = pages::boards::header(&conn, &on.access, title.clone(), color);
    on.answer(format!("/boards/{}", on.thing.id), header).await
}

/// `POST /boards/{board_id}/delete`
pub async fn destroy(on: On<Board, Manage>, posted: Posted) -> AppResult {
    let path = format!("/boards/{}", on.thing.id);
    if let Some(page) = on.ask(&posted, Question::DeleteBoard, format!("{path}/delete"), path)? {
        return Ok(page);
    }
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| Board::delete(change).await).await?;
    let list = pages::boards::index(&mut conn, &on.app, &on.principal, pages::boards::new_form());
    on.answer_saying(Flash::BoardDeleted, "/boards", list).await
}

/// Whatever changes the page changes one of these. People's names are part of the revision: see
/// [`crate::models::user::User::update`].
fn version<T>(on: &On<T, Look>) -> String {
    let starred = u8::from(on.access.member.starred_at.is_some());
    format!(
        "{}-{}-{starred}-{}-{}-{}-{}",
        on.access.board.revision,
        on.access.member.role.word(),
        on.principal.updated_at.timestamp_micros(),
        on.principal.unread,
        on.shell.language.word(),
        on.app.templates.fingerprint(),
    )
}
