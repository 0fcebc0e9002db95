//! `/boards/{board_id}/invitations` and `/invitations/{invitation_id}`: asking people by mail to join a board.

use axum::http::StatusCode;

use super::extract::{Manage, On};
use crate::error::{AppError, AppResult};
use crate::forms::{Form, FormError, Posted};
use crate::models::board::Board;
use crate::models::invitation::{Invitation, InvitationError, NewInvitation};
use crate::models::member::MemberError;
use crate::models::role::Role;
use crate::pages;
use crate::security_log::SecurityEvent;
use crate::tasks::{self, SendInvitation};
use crate::views::members::MemberForms;

/// `POST /boards/{board_id}/invitations`
pub async fn create(on: On<Board, Manage>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["email", "role"]);
    let email = form.email("email");
    let role = form.choice("role", |word| Role::parse(word).map(Some));
    let Some(role) = role.filter(|_| form.is_valid()) else { return refuse(&on, form).await };
    if !may_mail(&on, &email) {
        form.fail_whole(FormError::TooManyMails);
        return refuse_as(StatusCode::TOO_MANY_REQUESTS, &on, form).await;
    }
    let mut conn = on.conn_to_change().await?;
    let mail = |id| mail(&on, id);
    let new = NewInvitation { email: &email, role };
    match on.change(&mut conn, async |change| Invitation::create(change, new, mail).await).await {
        Ok(_) => {
            let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
            on.answer(format!("/boards/{}/members", on.thing.id), page).await
        }
        Err(error) => {
            drop(conn);
            match error {
                InvitationError::Member => form.fail("email", FormError::MemberAlready),
                InvitationError::Invited => form.fail("email", FormError::InvitedAlready),
                error => form.fail_whole(problem(error)?),
            }
            refuse(&on, form).await
        }
    }
}

/// `POST /invitations/{invitation_id}/resend`
pub async fn resend(on: On<Invitation, Manage>) -> AppResult {
    if !may_mail(&on, &on.thing.email) {
        return refuse_with(&on, FormError::TooManyMails).await;
    }
    let mut conn = on.conn_to_change().await?;
    let mail = |id| mail(&on, id);
    match on.change(&mut conn, async |change| on.thing.resend(change, mail).await).await {
        Ok(()) => {
            let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
            on.answer(format!("/boards/{}/members", on.access.board.id), page).await
        }
        Err(error) => {
            drop(conn);
            refuse_with(&on, problem(error)?).await
        }
    }
}

/// `POST /invitations/{invitation_id}/revoke`
pub async fn destroy(on: On<Invitation, Manage>) -> AppResult {
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.revoke(change).await).await?;
    let page = pages::members::changed(&conn, &on.app, &on.access, on.principal.id);
    on.answer(format!("/boards/{}/members", on.access.board.id), page).await
}

fn mail<T>(on: &On<T, Manage>, invitation_id: uuid::Uuid) -> diesel::QueryResult<Vec<crate::queue::NewJob>> {
    tasks::mails(&on.app.config, &SendInvitation { invitation_id, language: on.shell.language })
}

/// Whether this person may cause another mail to this address.
fn may_mail<T>(on: &On<T, Manage>, email: &str) -> bool {
    let allowed = on.app.invitation_throttle.allows(&on.principal.id.to_string(), None)
        && on.app.invitation_throttle.allows(email, None);
    if !allowed {
        on.witness.note(SecurityEvent::Throttled);
    }
    allowed
}

/// What the page says of an error.
///
/// # Errors
/// It is not one that the page could say.
fn problem(error: InvitationError) -> AppResult<FormError> {
    match error {
        InvitationError::Member => Ok(FormError::MemberAlready),
        InvitationError::Invited => Ok(FormError::InvitedAlready),
        InvitationError::TooMany => Ok(FormError::TooManyInvitations),
        InvitationError::TooSoon => Ok(FormError::InvitedLately),
        InvitationError::Over(_) => Ok(FormError::InvitationOver),
        InvitationError::Members(MemberError::Change(error)) | InvitationError::Change(error) => {
            Err(error.into())
        }
        InvitationError::Members(_) => Err(AppError::NotFound),
    }
}

async fn refuse(on: &On<Board, Manage>, form: Form) -> AppResult {
    refuse_as(StatusCode::UNPROCESSABLE_ENTITY, on, form).await
}

async fn refuse_as(status: StatusCode, on: &On<Board, Manage>, form: Form) -> AppResult {
    let conn = on.conn().await?;
    let forms = MemberForms { invitation: form, ..MemberForms::default() };
    let page = pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?;
    on.show_as(status, &page)
}

async fn refuse_with(on: &On<Invitation, Manage>, problem: FormError) -> AppResult {
    let conn = on.conn().await?;
    let forms = MemberForms { problem: Some(problem), ..MemberForms::default() };
    on.refuse(&pages::members::show(&conn, &on.app, &on.access, on.principal.id, forms).await?)
}
