//! `/account/password`

use axum::extract::State;
use axum::http::HeaderMap;

use super::account::profile_form;
use super::{page_with_errors, see_other_with};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::cookies::{Cookies, Flash};
use crate::auth::password;
use crate::error::AppResult;
use crate::forms::Posted;
use crate::jobs::{self, TellOfChangedPassword};
use crate::models::user::User;
use crate::views::account::AccountPage;

/// `POST /account/password`: sets another password, and ends the user's other sessions.
pub async fn update(
    State(app): State<App>,
    user: CurrentUser,
    headers: HeaderMap,
    posted: Posted,
) -> AppResult {
    let mut form = posted.form(&["current_password", "password"]);
    let current = form.password("current_password", 1);
    let wanted = form.password("password", password::LEAST);
    if form.is_valid() && !app.throttle.allows(&user.user.email, None) {
        form.fail_whole("Too many attempts. Please wait a minute and try again.");
    }
    if form.is_valid() && !app.passwords.verify(current, Some(&user.user.password_hash)).await? {
        form.fail("current_password", "That is not your password.");
    }
    if !form.is_valid() {
        let view = AccountPage::new(&app.config, &user.user, profile_form(&user), form);
        return page_with_errors(&app, &user, &view);
    }
    let hash = app.passwords.hash(wanted).await?;
    let mails = jobs::mails(&app.config, &TellOfChangedPassword { email: user.user.email.clone() })?;
    let change = (hash.as_str(), Some(user.session.id));
    User::change_password(&mut *app.db.conn().await?, user.id(), change, mails, app.clock.now()).await?;
    see_other_with(Flash::PasswordChanged, Cookies::of(&app.config, &headers), "/account")
}
