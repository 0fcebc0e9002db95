//! What the mails are given. None of them says a name or anything else that whoever caused it could have written:
//! a mail of ours must not carry a stranger's words to somebody.

use serde::Serialize;

use crate::templates::MailView;

#[derive(Debug, Serialize)]
pub struct ResetPasswordMail {
    pub address: String,
    pub link: String,
}

impl MailView for ResetPasswordMail {
    const FOLDER: &'static str = "emails/reset_password";
}

#[derive(Debug, Serialize)]
pub struct ConfirmEmailMail {
    pub address: String,
    pub link: String,
}

impl MailView for ConfirmEmailMail {
    const FOLDER: &'static str = "emails/confirm_email";
}

/// To the address an account has, when another one is asked for.
#[derive(Debug, Serialize)]
pub struct NewEmailMail {
    pub new_address: String,
}

impl MailView for NewEmailMail {
    const FOLDER: &'static str = "emails/new_email";
}

/// To the address an account had.
#[derive(Debug, Serialize)]
pub struct EmailChangedMail {
    pub new_address: String,
}

impl MailView for EmailChangedMail {
    const FOLDER: &'static str = "emails/email_changed";
}

#[derive(Debug, Serialize)]
pub struct PasswordChangedMail {
    pub address: String,
}

impl MailView for PasswordChangedMail {
    const FOLDER: &'static str = "emails/password_changed";
}
