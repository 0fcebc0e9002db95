//! `/account`: what a user says of themselves.

use axum::extract::State;
use axum::http::HeaderMap;

use super::{page, page_with_errors, see_other_with};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::cookies::{Cookies, Flash};
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::models::theme::Theme;
use crate::models::user::{self, SaveError, User};
use crate::views::account::AccountPage;

/// `GET /account`
pub async fn show(State(app): State<App>, user: CurrentUser) -> AppResult {
    page(&app, &user, &AccountPage { form: profile_form(&user), password_form: password_form() })
}

/// `POST /account`
pub async fn update(
    State(app): State<App>,
    user: CurrentUser,
    headers: HeaderMap,
    posted: Posted,
) -> AppResult {
    let mut form = posted.form(&["name", "email", "current_password", "theme"]);
    let (name, email) = (form.line("name", user::NAME_MOST), form.email("email"));
    let theme = if form.is_blank("theme") { user.user.theme } else { form.choice("theme", Theme::parse) };
    form.set("theme", theme.word());
    let password = form.take("current_password");
    if email.to_lowercase() != user.user.email.to_lowercase()
        && !app.passwords.verify(password, Some(&user.user.password_hash)).await?
    {
        form.fail("current_password", "To change your e-mail address, give your password.");
    }
    if form.is_valid() {
        let saved =
            User::update(&mut *app.db.conn().await?, user.id(), (&name, &email, theme), app.clock.now())
                .await;
        match saved {
            Ok(()) => {
                return see_other_with(Flash::AccountSaved, Cookies::of(&app.config, &headers), "/account");
            }
            Err(SaveError::EmailTaken) => {
                form.fail("email", "There is an account with this address already.")
            }
            Err(SaveError::Query(error)) => return Err(error.into()),
        }
    }
    page_with_errors(&app, &user, &AccountPage { form, password_form: password_form() })
}

pub(super) fn profile_form(user: &CurrentUser) -> Form {
    Form::filled([
        ("name", user.user.name.clone()),
        ("email", user.user.email.clone()),
        ("current_password", String::new()),
        ("theme", user.user.theme.word().to_owned()),
    ])
}

fn password_form() -> Form {
    Form::blank(&["current_password", "password"])
}
