//! `/boards/{board_id}/public-link`: the link by which a board is looked at without an account.

use chrono::TimeDelta;

use super::extract::{Manage, On};
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::board::Board;
use crate::models::public_link::{NewPublicLink, PublicLink};
use crate::pages;
use crate::views::members::MemberForms;

/// Days.
const LASTS_MOST: i32 = 3650;
/// Characters. It is passed on with the link, and guesses are throttled.
const PASSWORD_LEAST: usize = 8;

/// `POST /boards/{board_id}/public-link`: opens it, or changes what the open one shows
pub async fn create(on: On<Board, Manage>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["days", "password", "comments"]);
    let days = form.optional_number("days", 1, LASTS_MOST);
    let password = if form.value("password").is_empty() {
        None
    } else {
        Some(form.password("password", PASSWORD_LEAST))
    };
    let shows_comments = form.value("comments") == "on";
    if !form.is_valid() {
        let forms = MemberForms { public_link: form, ..MemberForms::default() };
        let conn = on.conn().await?;
        return on.refuse(&pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?);
    }
    let password_hash = match password {
        Some(password) => Some(on.app.passwords.hash(password).await?),
        None => None,
    };
    let expires_at = days.map(|days| on.app.clock.now() + TimeDelta::days(days.into()));
    let new = NewPublicLink { shows_comments, password_hash, expires_at };
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| PublicLink::publish(change, new.clone()).await).await?;
    let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
    on.answer(format!("/boards/{}/members#public-link", on.thing.id), page).await
}

/// `POST /boards/{board_id}/public-link/revoke`
pub async fn destroy(on: On<Board, Manage>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| PublicLink::revoke(change).await).await?;
    let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
    on.answer(format!("/boards/{}/members#public-link", on.thing.id), page).await
}
