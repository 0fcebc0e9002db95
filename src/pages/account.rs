//! The forms of an account's page.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use crate::app::App;
use crate::config::Config;
use crate::forms::Form;
use crate::language::Language;
use crate::models::principal::Principal;
use crate::models::session::Session;
use crate::models::user::User;
use crate::models::user::picture::UserPicture;
use crate::time_zone::TimeZone;
use crate::views::account::{AccountPage, ListedSession, SessionsPage};

/// Where a user is signed in; `form` asks for the password that ends a session.
pub async fn sessions(
    app: &App,
    conn: &mut AsyncPgConnection,
    who: &Principal,
    form: Form,
) -> QueryResult<SessionsPage> {
    let sessions = Session::of_user(conn, who.id, app.clock.now()).await?;
    let listed = |session| ListedSession::new(session, who.session.id);
    Ok(SessionsPage { form, sessions: sessions.into_iter().map(listed).collect() })
}

/// The account's page, with its forms as they are.
pub async fn show(conn: &mut AsyncPgConnection, config: &Config, account: &User) -> QueryResult<AccountPage> {
    let (picture_awaited, picture_refused) = UserPicture::state(conn, account.id).await?;
    Ok(AccountPage {
        form: profile_form(account),
        handle_form: Form::filled([("handle", account.handle.clone())]),
        password_form: password_form(),
        picture_form: Form::blank(&["file"]),
        person: account.into(),
        picture_awaited,
        picture_refused,
        sends_mail: config.sends_mail(),
        email_confirmed: account.email_confirmed_at.is_some(),
        new_email: account.new_email.clone(),
        time_zones: TimeZone::names().collect(),
    })
}

fn profile_form(user: &User) -> Form {
    Form::filled([
        ("name", user.name.clone()),
        ("email", user.email.clone()),
        ("current_password", String::new()),
        ("theme", user.theme.word().to_owned()),
        ("language", user.language().map(Language::word).unwrap_or_default().to_owned()),
        ("time_zone", user.time_zone().unwrap_or_default().name().to_owned()),
        ("label_names", if user.label_names { "on" } else { "" }.to_owned()),
        ("keys_off", if user.keys_off { "on" } else { "" }.to_owned()),
        ("presence_off", if user.presence_off { "on" } else { "" }.to_owned()),
        ("boards_first", if user.boards_first { "on" } else { "" }.to_owned()),
    ])
}

fn password_form() -> Form {
    Form::blank(&["current_password", "password"])
}
