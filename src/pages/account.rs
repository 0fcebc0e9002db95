//! The forms of an account's page.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use crate::app::App;
use crate::forms::Form;
use crate::language::Language;
use crate::models::principal::Principal;
use crate::models::session::Session;
use crate::models::user::User;
use crate::views::account::{ListedSession, SessionsPage};

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

pub fn profile_form(user: &User) -> Form {
    Form::filled([
        ("name", user.name.clone()),
        ("email", user.email.clone()),
        ("current_password", String::new()),
        ("theme", user.theme.word().to_owned()),
        ("language", user.language().map(Language::word).unwrap_or_default().to_owned()),
    ])
}

pub fn password_form() -> Form {
    Form::blank(&["current_password", "password"])
}
