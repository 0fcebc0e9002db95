//! Where PostgreSQL is, and how its connections are secured: `DATABASE_URL`, taken apart.

use std::path::PathBuf;

use anyhow::anyhow;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio_postgres::config::{Host, SslMode};

use super::Secret;

/// What a `DATABASE_URL` says. Its TLS settings mean what they mean to libpq.
#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    /// Everything but how a certificate is checked.
    pub settings: tokio_postgres::Config,
    pub tls: TlsMode,
    /// The certificates that PostgreSQL's must be signed by; without it those that this machine trusts.
    pub root_cert: Option<PathBuf>,
}

/// libpq's `sslmode`, from the weakest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsMode {
    Disable,
    /// TLS where the server offers it; nothing is checked.
    Prefer,
    /// TLS or no connection; nothing is checked.
    Require,
    /// The certificate is of a trusted authority, whatever name is in it.
    VerifyCa,
    /// The certificate is of a trusted authority, and for the host that was asked for.
    VerifyFull,
}

impl TlsMode {
    const NAMES: [(&str, Self); 5] = [
        ("disable", Self::Disable),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    fn parse(text: &str) -> Result<Self, String> {
        let known = Self::NAMES.iter().find(|(name, _)| *name == text);
        known.map(|(_, mode)| *mode).ok_or_else(|| {
            "has an sslmode that is not disable, prefer, require, verify-ca or verify-full".to_owned()
        })
    }
}

/// The parameters of a connection string that tokio-postgres knows, beside those of TLS.
const PARAMETERS: [&str; 18] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "sslnegotiation",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

impl DatabaseUrl {
    /// What the setting `DATABASE_URL` says.
    ///
    /// # Errors
    /// As [`DatabaseUrl::parse`], as a whole sentence.
    pub fn of(setting: &Secret) -> anyhow::Result<Self> {
        Self::parse(setting.expose()).map_err(|wrong| anyhow!("DATABASE_URL {wrong}"))
    }

    /// Takes the URL apart.
    ///
    /// # Errors
    /// A sentence that goes on after the setting's name, and holds nothing of the URL but the name of a parameter.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            "must be postgres://user:password@host/database, or postgres:///database?host=/socket/folder"
                .to_owned()
        };
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(wrong());
        }
        refuse_bad_escapes(text)?;
        let (without, mode, root_cert) = take_tls(text)?;
        let mut settings: tokio_postgres::Config = without.parse().map_err(|error| {
            // It names the parameter, and nothing of the value.
            let reason = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            if reason.starts_with("invalid value for option") {
                format!("has an {reason}; it {}", wrong())
            } else {
                wrong()
            }
        })?;
        if settings.get_hosts().is_empty() {
            return Err(
                "names no host: without TCP that is the socket's folder, ?host=/run/postgresql".to_owned()
            );
        }
        let mut tls = match mode {
            Some(mode) => TlsMode::parse(&mode)?,
            None => TlsMode::Prefer,
        };
        if settings.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) {
            // A Unix socket does not leave the host.
            tls = TlsMode::Disable;
        } else if tls == TlsMode::Require && root_cert.is_some() {
            tls = TlsMode::VerifyCa;
        }
        if tls == TlsMode::VerifyCa && root_cert.is_none() {
            return Err("has sslmode=verify-ca, which needs sslrootcert=/path/of/the/ca.pem".to_owned());
        }
        settings.ssl_mode(match tls {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        });
        Ok(Self { settings, tls, root_cert })
    }

    /// The URL with this password in it.
    ///
    /// # Errors
    /// A sentence that goes on after the password's setting: the URL has one already.
    pub fn with_password(text: &str, password: &str) -> Result<String, String> {
        if Self::parse(text)?.settings.get_password().is_some() {
            return Err("is given, and DATABASE_URL has a password too".to_owned());
        }
        let mark = if text.contains('?') { '&' } else { '?' };
        Ok(format!("{text}{mark}password={}", utf8_percent_encode(password, NON_ALPHANUMERIC)))
    }
}

/// Refuses what stands for itself in a password, and in a URL for something else. What is wrong would else be looked for
/// elsewhere: as a host that has no address, or a password that PostgreSQL does not believe.
fn refuse_bad_escapes(text: &str) -> Result<(), String> {
    let is_escape =
        |after: &str| after.get(..2).is_some_and(|code| code.bytes().all(|c| c.is_ascii_hexdigit()));
    if text.split('%').skip(1).any(|after| !is_escape(after)) {
        return Err("has a % that is not followed by two digits: a % itself is written %25".to_owned());
    }
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let Some((credentials, address)) = rest.split_once('@') else { return Ok(()) };
    let user = credentials.split(':').next().unwrap_or_default();
    let address = address.split('?').next().unwrap_or_default();
    if address.contains('@') || user.contains(['/', '?']) {
        return Err("has an @ that does not end user and password: it is written %40".to_owned());
    }
    Ok(())
}

/// What is wrong with a parameter that nobody knows. It may be what comes after an & in a password, and is not repeated
/// then.
fn unknown(parameter: &str, after_password: bool) -> String {
    let (name, has_value) = parameter.split_once('=').map_or((parameter, false), |(name, _)| (name, true));
    let is_name = name.len() <= 40 && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    if has_value && is_name && !after_password {
        format!("has the parameter {name}, which Xtablo does not know")
    } else {
        "has something after a ? or & that is no parameter: in a password they are written %3F and %26"
            .to_owned()
    }
}

/// The URL without `sslmode` and `sslrootcert`, which tokio-postgres knows in part or not at all, and the two.
fn take_tls(text: &str) -> Result<(String, Option<String>, Option<PathBuf>), String> {
    // A password may hold a question mark, and tokio-postgres too takes it to end at the first @.
    let host = text.find('@').map_or(0, |at| at + 1);
    let Some((before, query)) = text[host..].split_once('?') else {
        return Ok((text.to_owned(), None, None));
    };
    let (mut mode, mut root_cert, mut others) = (None, None, Vec::new());
    let mut after_password = false;
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        match key {
            "sslmode" => mode = Some(value),
            "sslrootcert" if value == "system" => root_cert = None,
            "sslrootcert" if value.starts_with('/') => root_cert = Some(PathBuf::from(value)),
            "sslrootcert" => {
                return Err("has an sslrootcert that is neither an absolute path nor system".to_owned());
            }
            "sslcert" | "sslkey" => {
                return Err("has an sslcert or sslkey: client certificates are not supported".to_owned());
            }
            _ if PARAMETERS.contains(&key) && parameter.contains('=') => others.push(parameter),
            _ => return Err(unknown(parameter, after_password)),
        }
        after_password |= key == "password";
    }
    let start = format!("{}{before}", &text[..host]);
    let without = if others.is_empty() { start } else { format!("{start}?{}", others.join("&")) };
    Ok((without, mode, root_cert))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(text: &str) -> (TlsMode, Option<PathBuf>) {
        let url = DatabaseUrl::parse(text).expect(text);
        (url.tls, url.root_cert)
    }

    #[test]
    fn tls_means_what_it_means_to_libpq() {
        assert_eq!(tls("postgres://db.example.com/x"), (TlsMode::Prefer, None));
        assert_eq!(tls("postgres://db.example.com/x?sslmode=require"), (TlsMode::Require, None));
        let ca = Some(PathBuf::from("/etc/my ca.pem"));
        let full =
            "postgres://a:p%3Fw@db/x?sslmode=verify-full&sslrootcert=/etc/my%20ca.pem&connect_timeout=3";
        assert_eq!(tls(full), (TlsMode::VerifyFull, ca.clone()));
        assert_eq!(
            tls("postgres://db/x?sslrootcert=/etc/my%20ca.pem&sslmode=require"),
            (TlsMode::VerifyCa, ca)
        );
        assert_eq!(
            tls("postgres://db/x?sslmode=verify-full&sslrootcert=system"),
            (TlsMode::VerifyFull, None)
        );
        assert_eq!(tls("postgres:///x?host=/run/postgresql&sslmode=verify-full"), (TlsMode::Disable, None));
        let url = DatabaseUrl::parse(full).expect("valid");
        assert_eq!(url.settings.get_password(), Some(&b"p?w"[..]));
        assert_eq!(url.settings.get_ssl_mode(), SslMode::Require);
    }

    #[test]
    fn what_it_does_not_understand_it_refuses_and_repeats_nothing_of_it() {
        for (wrong, said) in [
            ("mysql://user:hunter2@db/x", "must be"),
            ("postgres://user:hunter2@db/x?sslmode=allow", "sslmode"),
            ("postgres://user:hunter2@db/x?sslmode=", "sslmode"),
            ("postgres://user:hunter2@db/x?sslmode=verify-ca", "sslrootcert"),
            ("postgres://user:hunter2@db/x?sslrootcert=ca.pem", "absolute"),
            ("postgres://user:hunter2@db/x?sslcert=/c.pem", "client certificates"),
            ("postgres://user:hunter2@db:port/x", "option `port`; it must be"),
            ("postgres://user:hunter2@db/x?connect_timeout=soon", "option `connect_timeout`"),
            ("postgres://user:hunter2@db/x?pgbouncer=true&sslmode=require", "the parameter pgbouncer, which"),
            ("postgres://user:hunter2@db/x?user", "no parameter"),
            ("postgres://db/x?password=a&hunter2=b", "written %3F and %26"),
            ("postgres://user:a@b?hunter2@db/x", "written %3F and %26"),
            ("postgres://user:hunter2@1@db/x", "written %40"),
            ("postgres://user:hunter2@/1@db/x", "written %40"),
            ("postgres://db/x?password=hunter2&user=me@example.com", "written %40"),
            ("postgres://user:50%hunter2@db/x", "written %25"),
            ("postgres://user:hunter2%@db/x", "written %25"),
            ("postgres://user:hunter2%é@db/x", "written %25"),
            ("postgres:///x", "names no host"),
        ] {
            let error = DatabaseUrl::parse(wrong).expect_err(wrong);
            assert!(error.contains(said) && !error.contains("hunter2"), "{wrong}: {error}");
        }
        let odd = "postgres://a:p/w?x#&y:z@db/x?options=-c%20a=b&";
        let odd = DatabaseUrl::parse(odd).expect("valid").settings;
        assert_eq!(odd.get_password(), Some(&b"p/w?x#&y:z"[..]));
        assert_eq!(odd.get_options(), Some("-c a=b"));
        for (name, mode) in TlsMode::NAMES {
            assert_eq!(mode.name(), name);
        }
    }
}
