//! Where mail goes, and whom it is from.

use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use url::Url;

use super::Secret;

/// An SMTP server, as SMTP_URL names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub credentials: Option<(Secret, Secret)>,
    /// How long handing over one mail may take.
    pub timeout: Duration,
}

/// How the way to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// By TLS that is asked for on a plain connection. A server that offers none is given nothing.
    StartTls,
    /// By TLS from the first byte.
    Tls,
    /// Not at all.
    None,
}

impl Smtp {
    /// `smtp://`, `smtps://`, or `smtp://...?tls=none`.
    ///
    /// # Errors
    /// A sentence on what it must be, without any of what it is.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            "must be smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS), or \
             smtp://host:25?tls=none for a relay nearby; what is special in user or password is written as in \
             a URL (%40 for @)"
                .to_owned()
        };
        let url = Url::parse(text).map_err(|_| wrong())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        let (security, port) = match (url.scheme(), url.query()) {
            ("smtp", None) => (Security::StartTls, 587),
            ("smtp", Some("tls=none")) => (Security::None, 25),
            ("smtps", None) => (Security::Tls, 465),
            _ => return Err(wrong()),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(wrong());
        }
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => {
                Some((decode(user).ok_or_else(wrong)?, decode(password).ok_or_else(wrong)?))
            }
            _ => return Err("must name both a user and a password, or neither".to_owned()),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        if security == Security::None && credentials.is_some() && !is_loopback(&host) {
            return Err("sends the password as plain text: leave ?tls=none away, or the user".to_owned());
        }
        let port = url.port().unwrap_or(port);
        match (security, port) {
            // Each side would wait for the other to speak, until the time is over.
            (Security::StartTls, 465) => {
                return Err(
                    "has port 465 with smtp://, but TLS begins at once there: write smtps://".to_owned()
                );
            }
            (Security::Tls, 25 | 587) => {
                return Err(format!(
                    "has port {port} with smtps://, but TLS is asked for there: write smtp://"
                ));
            }
            _ => {}
        }
        Ok(Self { host, port, security, credentials, timeout: Duration::ZERO })
    }
}

fn decode(text: &str) -> Option<Secret> {
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned).map(Secret::new)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `Xtablo <xtablo@example.com>`, or the address alone.
pub(super) fn parse_sender(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| "must be an e-mail address, such as Xtablo <xtablo@example.com>".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_and_how() {
        let of = |text| {
            let smtp = Smtp::parse(text).expect(text);
            (smtp.host, smtp.port, smtp.security)
        };
        for (text, host, port, security) in [
            ("smtp://mail.example.com", "mail.example.com", 587, Security::StartTls),
            ("smtp://mail.example.com:2525/", "mail.example.com", 2525, Security::StartTls),
            ("smtps://mail.example.com", "mail.example.com", 465, Security::Tls),
            ("smtp://localhost?tls=none", "localhost", 25, Security::None),
            ("smtp://[::1]:1025?tls=none", "::1", 1025, Security::None),
        ] {
            assert_eq!(of(text), (host.to_owned(), port, security), "{text}");
        }
    }

    #[test]
    fn user_and_password_are_written_as_in_a_url() {
        let smtp = Smtp::parse("smtp://ada%40example.com:p%3A%2Fw@mail.example.com").expect("valid");
        assert_eq!(smtp.credentials, Some((Secret::new("ada@example.com"), Secret::new("p:/w"))));
    }

    #[test]
    fn a_port_of_the_other_scheme_is_told_in_words() {
        for (bad, said) in [
            ("smtp://ada:hunter2@mail.example.com:465", "write smtps://"),
            ("smtps://ada:hunter2@mail.example.com:587", "write smtp://"),
            ("smtps://mail.example.com:25", "write smtp://"),
        ] {
            let error = Smtp::parse(bad).expect_err(bad);
            assert!(error.contains(said) && !error.contains("hunter2"), "{error}");
        }
        assert!(Smtp::parse("smtps://mail.example.com:465").is_ok());
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        for bad in [
            "mail.example.com",
            "https://ada:hunter2@mail.example.com",
            "smtp://ada:hunter2@mail.example.com?tls=opportunistic",
            "smtps://ada:hunter2@mail.example.com?tls=none",
            "smtp://ada:hunter2@mail.example.com/path",
            "smtp://ada:hunter2@mail.example.com?tls=none",
            "smtp://ada:hunter2@",
            "smtp://hunter2@mail.example.com",
            "smtp://:hunter2@mail.example.com",
            "smtp://ada:hunter2%FF@mail.example.com",
            "smtp://ada:hunter2@mail.example.com:port",
        ] {
            let said = Smtp::parse(bad).expect_err(bad);
            assert!(!said.contains("hunter2"), "{said}");
        }
        assert!(Smtp::parse("smtp://ada:secret@127.0.0.1:1025?tls=none").is_ok());
    }
}
