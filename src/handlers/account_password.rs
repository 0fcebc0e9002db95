//! `/account/password`

use super::extract::SignedIn;
use crate::auth::cookies::Flash;
use crate::auth::{password, weak_password};
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::user::{NewPassword, User};
use crate::pages;
use crate::security_log::SecurityEvent;
use crate::tasks::{self, TellOfChangedPassword};
use crate::views::account::AccountPage;

/// `POST /account/password`: sets another password, and ends the user's other sessions.
pub async fn update(user: SignedIn, posted: Posted) -> AppResult {
    let app = &user.app;
    let account = user.user(&mut *user.conn().await?).await?;
    let mut form = posted.form(&["current_password", "password"]);
    let current = form.password("current_password", 1);
    let wanted = form.password("password", password::LEAST);
    weak_password::refuse(&mut form, "password", &wanted, &[&account.name, &account.email], &app.config);
    user.check_password(&account, current, &mut form).await?;
    if !form.is_valid() {
        let page = pages::account::show(&mut *user.conn().await?, &app.config, &account).await?;
        return user.refuse(&AccountPage { password_form: form, ..page });
    }
    let hash = app.passwords.hash(wanted).await?;
    let mails = tasks::mails(
        &app.config,
        &TellOfChangedPassword { email: account.email, language: user.shell.language },
    )?;
    let change = NewPassword { hash: &hash, kept_session: Some(user.principal.session.id) };
    User::change_password(&mut *user.conn().await?, account.id, change, mails, app.clock.now()).await?;
    user.witness.note(SecurityEvent::PasswordChanged);
    user.go_saying(Flash::PasswordChanged, "/account")
}
