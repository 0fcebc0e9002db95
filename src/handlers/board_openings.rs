//! `/boards/{board_id}/open`: what everybody with an account may do on a board.

use super::extract::{Manage, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::board::Board;
use crate::models::role::Role;
use crate::pages;
use crate::views::members::MemberForms;

/// `POST /boards/{board_id}/open`
pub async fn create(on: On<Board, Manage>, posted: Posted) -> AppResult {
    let form = posted.form(&["role"]);
    let role = match form.value("role") {
        "none" => Some(None),
        word => Role::parse(word).filter(|role| *role < Role::Owner).map(Some),
    };
    let mut conn = on.conn_to_change().await?;
    let Some(role) = role.filter(|_| form.is_valid()) else {
        let forms = MemberForms { problem: Some(FormError::NotOneOf), ..MemberForms::default() };
        return on.refuse(&pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?);
    };
    on.change(&mut conn, async |change| Board::open(change, role).await).await?;
    let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
    on.answer(format!("/boards/{}/members", on.thing.id), page).await
}
