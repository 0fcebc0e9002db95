//! `/boards/{board_id}/members`: who is on a board.

use super::extract::{Id, Look, Manage, On, RightType};
use crate::auth::cookies::Flash;
use crate::error::{AppError, AppResult};
use crate::forms::{FormError, Posted};
use crate::models::board::Board;
use crate::models::member::{Member, MemberError};
use crate::models::role::Role;
use crate::pages;
use crate::views::confirmations::Question;
use crate::views::members::MemberForms;

/// `GET /boards/{board_id}/members`
pub async fn index(on: On<Board, Look>) -> AppResult {
    let conn = on.conn().await?;
    let forms = MemberForms::default();
    on.show(&pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?)
}

/// `POST /boards/{board_id}/members/{user_id}`
pub async fn update(on: On<Board, Manage>, Id(user_id): Id, posted: Posted) -> AppResult {
    let mut form = posted.form(&["role"]);
    let Some(role) = form.choice("role", |word| Role::parse(word).map(Some)) else {
        return refuse(&on, FormError::NotOneOf).await;
    };
    let mut conn = on.conn_to_change().await?;
    match on.change(&mut conn, async |change| Member::set_role(change, user_id, role).await).await {
        Ok(()) => {
            let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
            on.answer(path(&on), page).await
        }
        Err(error) => {
            drop(conn);
            refuse(&on, problem(error)?).await
        }
    }
}

/// `POST /boards/{board_id}/members/{user_id}/remove`
pub async fn destroy(on: On<Board, Manage>, Id(user_id): Id, posted: Posted) -> AppResult {
    let members = Member::of_board(&*on.conn().await?, on.thing.id).await?;
    let member = members.into_iter().find(|member| member.person.id == user_id).ok_or(AppError::NotFound)?;
    let question = Question::RemoveMember { name: member.person.name };
    if let Some(page) = on.ask(&posted, question, format!("{}/{user_id}/remove", path(&on)), path(&on))? {
        return Ok(page);
    }
    let mut conn = on.conn_to_change().await?;
    match on.change(&mut conn, async |change| Member::remove(change, user_id).await).await {
        Ok(()) if user_id == on.principal.id => on.go_saying(Flash::BoardLeft, "/boards"),
        Ok(()) => {
            let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
            on.answer(path(&on), page).await
        }
        Err(error) => {
            drop(conn);
            refuse(&on, problem(error)?).await
        }
    }
}

/// `POST /boards/{board_id}/leave`
pub async fn leave(on: On<Board, Look>, posted: Posted) -> AppResult {
    let action = format!("/boards/{}/leave", on.thing.id);
    if let Some(page) = on.ask(&posted, Question::LeaveBoard, action, path(&on))? {
        return Ok(page);
    }
    let mut conn = on.conn_to_change().await?;
    let me = on.principal.id;
    match on.change(&mut conn, async |change| Member::remove(change, me).await).await {
        Ok(()) => on.go_saying(Flash::BoardLeft, "/boards"),
        Err(error) => {
            drop(conn);
            refuse(&on, problem(error)?).await
        }
    }
}

/// What the page says of an error.
///
/// # Errors
/// It is not one that the page could say.
fn problem(error: MemberError) -> AppResult<FormError> {
    match error {
        MemberError::LastOwner => Ok(FormError::LastOwner),
        MemberError::TooMany => Ok(FormError::TooManyMembers),
        MemberError::Unknown => Err(AppError::NotFound),
        MemberError::Change(error) => Err(error.into()),
    }
}

async fn refuse<R: RightType>(on: &On<Board, R>, problem: FormError) -> AppResult {
    let conn = on.conn().await?;
    let forms = MemberForms { problem: Some(problem), ..MemberForms::default() };
    on.refuse(&pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?)
}

fn path<R>(on: &On<Board, R>) -> String {
    format!("/boards/{}/members", on.thing.id)
}
