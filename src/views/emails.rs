//! What the templates of mails are given. No mail has a name or other text written by the person that caused it, so that
//! nobody can send a message of their own through us.

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

#[derive(Debug, Serialize)]
pub struct InvitationMail {
    /// The address of the person who invites; none where the account is gone. Their name and the board's title, which they
    /// choose as they like, stand on the page behind the link alone.
    pub by: Option<String>,
    pub address: String,
    pub link: String,
}

impl MailView for InvitationMail {
    const FOLDER: &'static str = "emails/invitation";
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

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT};

    const LINK: &str = "https://boards.example.com/x?a=1&b=2";
    impl Samples for ResetPasswordMail {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self { address: TEXT.to_owned(), link: LINK.to_owned() }]
        }
    }

    impl Samples for ConfirmEmailMail {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self { address: TEXT.to_owned(), link: LINK.to_owned() }]
        }
    }

    impl Samples for InvitationMail {
        fn samples(_: &Access) -> Vec<Self> {
            let mail = |by: Option<&str>| Self {
                by: by.map(str::to_owned),
                address: TEXT.to_owned(),
                link: LINK.to_owned(),
            };
            vec![mail(None), mail(Some("a@example.com"))]
        }
    }

    impl Samples for NewEmailMail {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self { new_address: TEXT.to_owned() }]
        }
    }

    impl Samples for EmailChangedMail {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self { new_address: TEXT.to_owned() }]
        }
    }

    impl Samples for PasswordChangedMail {
        fn samples(_: &Access) -> Vec<Self> {
            vec![Self { address: TEXT.to_owned() }]
        }
    }
}
