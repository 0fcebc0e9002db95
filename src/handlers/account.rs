//! `/account`: what a user says of themselves.

use diesel::QueryResult;

use super::extract::SignedIn;
use crate::app::App;
use crate::auth::cookies::Flash;
use crate::email_address::canonical;
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::language::Language;
use crate::models::theme::Theme;
use crate::models::user::{self, EmailChange, Profile, SaveError, User};
use crate::pages;
use crate::queue::NewJob;
use crate::security_log::SecurityEvent;
use crate::tasks::{self, ConfirmEmail, TellOfNewEmail};
use crate::time_zone::TimeZone;
use crate::views::account::AccountPage;

/// `GET /account`
pub async fn show(user: SignedIn) -> AppResult {
    let mut conn = user.conn().await?;
    let account = user.user(&mut conn).await?;
    user.show(&pages::account::show(&mut conn, &user.app.config, &account).await?)
}

/// `POST /account`
pub async fn update(user: SignedIn, posted: Posted) -> AppResult {
    let app = &user.app;
    let account = user.user(&mut *user.conn().await?).await?;
    let mut form = posted.form(&[
        "name",
        "email",
        "current_password",
        "theme",
        "language",
        "time_zone",
        "label_names",
        "keys_off",
        "presence_off",
        "boards_first",
    ]);
    let (name, email) = (form.line("name", user::NAME_MOST), form.email("email"));
    let theme = if form.is_blank("theme") { account.theme } else { form.choice("theme", Theme::parse) };
    form.set("theme", theme.word());
    let language = match form.value("language") {
        "" => None,
        _ => Some(form.choice("language", Language::parse)),
    };
    let time_zone = match form.value("time_zone") {
        // A form from before there was this field.
        "" => account.time_zone().unwrap_or_default(),
        _ => form.choice("time_zone", TimeZone::parse),
    };
    let [label_names, keys_off, presence_off, boards_first] =
        ["label_names", "keys_off", "presence_off", "boards_first"].map(|name| form.value(name) == "on");
    let password = form.take("current_password");
    let change = email_change(app, &account, &email);
    if !matches!(change, EmailChange::Respelt(_)) {
        may_change_email(&user, &account, password, &mut form).await?;
    }
    if form.is_valid() {
        let mut conn = user.conn().await?;
        let (mails, flash) = announcements(app, &account, change, user.shell.language)?;
        let profile = Profile {
            name: &name,
            theme,
            language,
            time_zone,
            label_names,
            keys_off,
            presence_off,
            boards_first,
            email: change,
        };
        match User::update(&mut conn, account.id, profile, mails, app.clock.now()).await {
            Ok(()) => {
                if matches!(change, EmailChange::AtOnce(_)) {
                    user.witness.note(SecurityEvent::EmailChanged);
                }
                return user.go_saying(flash, "/account");
            }
            Err(SaveError::EmailTaken) => {
                form.fail("email", FormError::EmailTaken);
            }
            Err(SaveError::Query(error)) => return Err(error.into()),
        }
    }
    let page = pages::account::show(&mut *user.conn().await?, &app.config, &account).await?;
    user.refuse(&AccountPage { form, ..page })
}

fn email_change<'a>(app: &App, user: &User, email: &'a str) -> EmailChange<'a> {
    match () {
        () if canonical(email) == canonical(&user.email) => EmailChange::Respelt(email),
        () if app.config.sends_mail() => EmailChange::OnceConfirmed(email),
        () => EmailChange::AtOnce(email),
    }
}

/// A stranger at an unlocked computer must not take over the account.
async fn may_change_email(
    user: &SignedIn,
    account: &User,
    password: String,
    form: &mut Form,
) -> AppResult<()> {
    let app = &user.app;
    if !app.account_throttle.allows(&account.email, None) || !app.mail_throttle.allows(&account.email, None) {
        user.witness.note(SecurityEvent::Throttled);
        form.fail_whole(FormError::TooManyAttempts);
    } else if !app.passwords.verify(password, Some(&account.password_hash)).await? {
        user.witness.note(SecurityEvent::PasswordWrong);
        form.fail("current_password", FormError::PasswordNeeded);
    }
    Ok(())
}

/// The mails that tell of the change, and what is said of it here.
fn announcements(
    app: &App,
    user: &User,
    change: EmailChange<'_>,
    language: Language,
) -> QueryResult<(Vec<NewJob>, Flash)> {
    let EmailChange::OnceConfirmed(new_email) = change else {
        return Ok((Vec::new(), Flash::AccountSaved));
    };
    let told = TellOfNewEmail { email: user.email.clone(), new_email: new_email.to_owned(), language };
    let mut mails = tasks::mails(&app.config, &told)?;
    mails.extend(tasks::mails(&app.config, &ConfirmEmail { user_id: user.id, language })?);
    Ok((mails, Flash::EmailToConfirm))
}
