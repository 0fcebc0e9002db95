//! `/login/kept`: a form that came without a session is sent here, with all that was typed.

use axum::extract::Query;
use axum::http::StatusCode;
use serde::Deserialize;

use super::extract::{SignedIn, Visit};
use crate::error::{AppError, AppResult};
use crate::forms::{Form, KeptForm, Posted};
use crate::pages;

#[derive(Deserialize)]
pub struct Action {
    action: String,
}

/// `POST /login/kept?action=`: the page to sign in on, which carries the form
pub async fn create(
    visit: Visit,
    user: Option<SignedIn>,
    Query(Action { action }): Query<Action>,
    posted: Posted,
) -> AppResult {
    let form = KeptForm::new(&action, posted).ok_or(AppError::NotFound)?;
    if let Some(user) = user {
        return user.show(&form);
    }
    let form_to_sign_in = Form::blank(&["email", "password"]);
    let page = pages::sessions::sign_in(&visit.app.config, form_to_sign_in, "", Some(form));
    visit.show_as(StatusCode::UNAUTHORIZED, &page)
}
