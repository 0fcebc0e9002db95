//! A user's own pages.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::people::PersonView;
use crate::forms::Form;
use crate::models::session::Session;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct AccountPage {
    pub form: Form,
    pub handle_form: Form,
    pub password_form: Form,
    pub picture_form: Form,
    /// As others see them.
    pub person: PersonView,
    /// Whether a picture waits for the worker.
    pub picture_awaited: bool,
    /// Whether the worker could not read the last one.
    pub picture_refused: bool,
    /// Whether mail can be sent, so that an address can be confirmed.
    pub sends_mail: bool,
    pub email_confirmed: bool,
    /// The address that is to be the account's once it is confirmed.
    pub new_email: Option<String>,
    /// The names of all.
    pub time_zones: Vec<&'static str>,
}

impl View for AccountPage {
    const PAGE: Option<&'static str> = Some("account/show.html");
}

#[derive(Debug, Serialize)]
pub struct SessionsPage {
    /// The password that ends a session.
    pub form: Form,
    pub sessions: Vec<ListedSession>,
}

impl View for SessionsPage {
    const PAGE: Option<&'static str> = Some("account_sessions/index.html");
}

#[derive(Clone, Debug, Serialize)]
pub struct ListedSession {
    pub id: Uuid,
    pub current: bool,
    /// None where the User-Agent does not tell.
    pub browser: Option<&'static str>,
    pub system: Option<&'static str>,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

impl ListedSession {
    pub fn new(session: Session, current: Uuid) -> Self {
        let (browser, system) = browser_and_system(&session.user_agent);
        Self {
            id: session.id,
            current: session.id == current,
            browser,
            system,
            address: session.address,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
        }
    }
}

/// A browser and a system out of a User-Agent, as far as a person needs them to tell two sessions apart.
fn browser_and_system(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    let find = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // The order matters: most browsers also claim to be the ones below them.
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    (browser, system)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT, failed, now};
    impl Samples for AccountPage {
        fn samples(_: &Access) -> Vec<Self> {
            let profile = [
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
            ];
            let password = ["current_password", "password"];
            let account = |form, handle_form, password_form, new_email: Option<String>| Self {
                form,
                handle_form,
                password_form,
                picture_form: failed(&["file"]),
                person: person().into(),
                picture_awaited: new_email.is_some(),
                picture_refused: new_email.is_none(),
                sends_mail: true,
                email_confirmed: false,
                new_email,
                time_zones: vec!["UTC"],
            };
            let blank = |new_email| {
                let forms = [&profile[..], &["handle"], &password].map(Form::blank);
                let [profile, handle, password] = forms;
                account(profile, handle, password, new_email)
            };
            let new_email = || Some(TEXT.to_owned());
            vec![
                blank(new_email()),
                blank(None),
                account(failed(&profile), failed(&["handle"]), failed(&password), new_email()),
            ]
        }
    }

    impl Samples for SessionsPage {
        fn samples(_: &Access) -> Vec<Self> {
            let session = Session {
                id: Uuid::now_v7(),
                user_id: Uuid::now_v7(),
                user_agent: TEXT.to_owned(),
                address: None,
                created_at: now(),
                last_seen_at: now(),
            };
            let address = Some("2001:db8::1".to_owned());
            let elsewhere = Session { id: Uuid::now_v7(), address, ..session.clone() };
            let current = session.id;
            let sessions = [session, elsewhere].map(|one| ListedSession::new(one, current)).to_vec();
            let mut refused = Form::blank(&["current_password"]);
            refused.fail("current_password", crate::forms::FormError::WrongPassword);
            vec![
                Self { form: Form::blank(&["current_password"]), sessions: sessions.clone() },
                Self { form: refused, sessions },
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_told_as_browser_and_system() {
        for (user_agent, told) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                (Some("Firefox"), Some("Linux")),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                (Some("Edge"), Some("Windows")),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                (Some("Safari"), Some("iPhone")),
            ),
            ("curl/8.9", (Some("curl"), None)),
            ("", (None, None)),
        ] {
            assert_eq!(browser_and_system(user_agent), told);
        }
    }
}
