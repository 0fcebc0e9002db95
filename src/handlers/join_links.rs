//! `/boards/{board_id}/join-links` and `/join-links/{link_id}`: links by which people join a board.

use super::extract::{Manage, On};
use crate::error::{AppError, AppResult};
use crate::forms::{FormError, Posted};
use crate::models::board::Board;
use crate::models::join_link::{JoinLink, JoinLinkError, NewJoinLink};
use crate::models::role::Role;
use crate::pages;
use crate::views::members::MemberForms;

/// Days.
const LASTS_MOST: i32 = 90;
/// More people than a board can have use no link.
const USES_MOST: i32 = 500;

/// `POST /boards/{board_id}/join-links`
pub async fn create(on: On<Board, Manage>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["role", "days", "uses"]);
    let role = form.choice("role", |word| Role::parse(word).filter(|role| *role < Role::Owner).map(Some));
    if form.is_blank("days") {
        form.fail("days", FormError::Required);
    }
    let days = form.optional_number("days", 1, LASTS_MOST);
    let uses_most = form.optional_number("uses", 1, USES_MOST);
    let mut conn = on.conn_to_change().await?;
    if let (Some(role), Some(days), true) = (role, days, form.is_valid()) {
        let new = NewJoinLink { role, days, uses_most };
        match on.change(&mut conn, async |change| JoinLink::create(change, new).await).await {
            Ok(_) => {
                let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
                return on.answer(format!("/boards/{}/members", on.thing.id), page).await;
            }
            Err(JoinLinkError::TooMany) => form.fail_whole(FormError::TooManyLinks),
            Err(JoinLinkError::Change(error)) => return Err(error.into()),
            Err(JoinLinkError::Over(_) | JoinLinkError::Members(_)) => return Err(AppError::NotFound),
        }
    }
    let forms = MemberForms { join_link: form, ..MemberForms::default() };
    on.refuse(&pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?)
}

/// `POST /join-links/{link_id}/revoke`
pub async fn destroy(on: On<JoinLink, Manage>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.revoke(change).await).await?;
    let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
    on.answer(format!("/boards/{}/members", on.access.board.id), page).await
}
