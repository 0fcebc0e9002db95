//! `/boards/{board_id}/public-link`: the link by which anybody looks at a board.

use super::extract::{Manage, On};
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::board::Board;
use crate::models::public_link::{NewPublicLink, PublicLink};
use crate::pages;
use crate::views::members::MemberForms;

/// Days.
const LASTS_MOST: i32 = 3650;

/// `POST /boards/{board_id}/public-link`
pub async fn create(on: On<Board, Manage>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["days", "password", "comments"]);
    let days = if form.is_blank("days") { None } else { form.optional_number("days", 1, LASTS_MOST) };
    let password = if form.is_blank("password") { None } else { Some(form.password("password", 1)) };
    let shows_comments = form.value("comments") == "on";
    if !form.is_valid() {
        let conn = on.conn().await?;
        let forms = MemberForms { public_link: form, ..MemberForms::default() };
        return on.refuse(&pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?);
    }
    let password_hash = match password {
        Some(password) => Some(on.app.passwords.hash(password).await?),
        None => None,
    };
    let mut conn = on.conn_to_change().await?;
    let new = NewPublicLink { days, password_hash: password_hash.as_deref(), shows_comments };
    on.change(&mut conn, async |change| PublicLink::create(change, new).await).await?;
    let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
    on.answer(format!("/boards/{}/members", on.thing.id), page).await
}

/// `POST /boards/{board_id}/public-link/revoke`
pub async fn destroy(on: On<Board, Manage>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| PublicLink::revoke(change).await).await?;
    let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
    on.answer(format!("/boards/{}/members", on.thing.id), page).await
}
