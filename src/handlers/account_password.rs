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
use crate::models::session::Session;
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
        let view = AccountPage { form: profile_form(&user), password_form: form };
        return page_with_errors(&app, &user, &view);
    }
    let hash = app.passwords.hash(wanted).await?;
    let mut conn = app.db.conn().await?;
    User::set_password_hash(&mut conn, user.id(), &hash, app.clock.now()).await?;
    Session::revoke_all(&mut conn, user.id(), Some(user.session.id)).await?;
    see_other_with(Flash::PasswordChanged, Cookies::of(&app.config, &headers), "/account")
}
