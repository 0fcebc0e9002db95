//! `/account`: what a user says of themselves.

use axum::extract::State;
use axum::http::HeaderMap;
use diesel::QueryResult;

use super::{page, page_with_errors, see_other_with};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::cookies::{Cookies, Flash};
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::jobs::{self, ConfirmEmail, TellOfNewEmail};
use crate::models::theme::Theme;
use crate::models::user::{self, EmailChange, SaveError, User};
use crate::queue::NewJob;
use crate::views::account::AccountPage;

/// `GET /account`
pub async fn show(State(app): State<App>, user: CurrentUser) -> AppResult {
    let view = AccountPage::new(&app.config, &user.user, profile_form(&user), password_form());
    page(&app, &user, &view)
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
    let change = email_change(&app, &user.user, &email);
    if !matches!(change, EmailChange::Respelt(_)) {
        may_change_email(&app, &user.user, password, &mut form).await?;
    }
    if form.is_valid() {
        let mut conn = app.db.conn().await?;
        let (mails, flash) = announcements(&app, &user.user, change)?;
        match User::update(&mut conn, user.id(), (&name, theme, change), mails, app.clock.now()).await {
            Ok(()) => return see_other_with(flash, Cookies::of(&app.config, &headers), "/account"),
            Err(SaveError::EmailTaken) => {
                form.fail("email", "There is an account with this address already.")
            }
            Err(SaveError::Query(error)) => return Err(error.into()),
        }
    }
    page_with_errors(&app, &user, &AccountPage::new(&app.config, &user.user, form, password_form()))
}

fn email_change<'a>(app: &App, user: &User, email: &'a str) -> EmailChange<'a> {
    match () {
        () if email.to_lowercase() == user.email.to_lowercase() => EmailChange::Respelt(email),
        () if app.config.sends_mail() => EmailChange::OnceConfirmed(email),
        () => EmailChange::AtOnce(email),
    }
}

/// Whoever finds a browser signed in must not take the account along.
async fn may_change_email(app: &App, user: &User, password: String, form: &mut Form) -> AppResult<()> {
    if !app.throttle.allows(&user.email, None) || !app.mail_throttle.allows(&user.email, None) {
        form.fail_whole("Too many attempts. Please wait a minute and try again.");
    } else if !app.passwords.verify(password, Some(&user.password_hash)).await? {
        form.fail("current_password", "To change your e-mail address, give your password.");
    }
    Ok(())
}

/// Who is told of the change, and what is said of it here.
fn announcements(app: &App, user: &User, change: EmailChange<'_>) -> QueryResult<(Vec<NewJob>, Flash)> {
    let EmailChange::OnceConfirmed(new_email) = change else {
        return Ok((Vec::new(), Flash::AccountSaved));
    };
    let told = TellOfNewEmail { email: user.email.clone(), new_email: new_email.to_owned() };
    let mut mails = jobs::mails(&app.config, &told)?;
    mails.extend(jobs::mails(&app.config, &ConfirmEmail { user_id: user.id })?);
    Ok((mails, Flash::EmailToConfirm))
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
