//! The forms of an account's page.

use crate::forms::Form;
use crate::language::Language;
use crate::models::user::User;

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
