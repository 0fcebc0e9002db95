//! `POST /account/handle`: what stands behind an @ for a person.

use super::extract::SignedIn;
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::user::User;
use crate::models::user::handle::{self, HandleError};
use crate::pages;
use crate::views::account::AccountPage;

/// `POST /account/handle`
pub async fn update(user: SignedIn, posted: Posted) -> AppResult {
    let mut form = posted.form(&["handle"]);
    let typed = form.line("handle", handle::MOST);
    let mut conn = user.conn().await?;
    match handle::parse(&typed) {
        Some(handle) if form.is_valid() => {
            match User::change_handle(&mut conn, user.principal.id, &handle, user.app.clock.now()).await {
                Ok(()) => return user.go_saying(Flash::HandleSaved, "/account"),
                Err(HandleError::Taken) => form.fail("handle", FormError::HandleTaken),
                Err(HandleError::Query(error)) => return Err(error.into()),
            }
        }
        None if form.is_valid() => form.fail("handle", FormError::Handle),
        _ => {}
    }
    let account = user.user(&mut conn).await?;
    let page = pages::account::show(&mut conn, &user.app.config, &account).await?;
    user.refuse(&AccountPage { handle_form: form, ..page })
}
