//! Every setting of Xtablo: its name, its meaning, where it may come from, and the typed [`Config`].
//!
//! A setting is looked for as a flag (`--session-secret`), in the environment (`SESSION_SECRET`), in the
//! file that `SESSION_SECRET_FILE` names, in the systemd credential of that name, and then has its
//! default. The first that is not empty counts. What a setting means to the program is not decided here.

mod address;
mod database_url;
mod files;
mod mail_in;
mod setting;
mod smtp;
mod source;
mod unknown;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;
use tracing_subscriber::filter::Targets;

pub use address::{Domain, Listen};
pub use database_url::{DatabaseUrl, TlsMode};
pub use files::{Files, S3};
pub use mail_in::MailIn;
pub use setting::{SETTINGS, Setting, example};
pub use smtp::{Security, Smtp};
pub use source::{ConfigArgs, Source};
pub use unknown::UnknownSetting;

/// The exit code for a wrong configuration: `EX_CONFIG` of sysexits.h.
pub const EXIT_CONFIG: u8 = 78;

/// All settings, parsed and checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub database_url: Secret,
    pub database_pool_size: u32,
    pub session_secrets: SessionSecrets,
    pub domain: Domain,
    pub listen: Listen,
    pub metrics_listen: Option<Listen>,
    pub worker_listen: Option<Listen>,
    pub registration: Registration,
    pub smtp: Option<Smtp>,
    /// Whom mail is from; there wherever `smtp` is.
    pub mail_from: Option<Mailbox>,
    /// Where replies by mail come in.
    pub mail_in: Option<MailIn>,
    /// The folder that mail goes to where there is no SMTP. Set by `xtablo dev` and by nothing else.
    pub outbox: Option<PathBuf>,
    pub trusted_proxies: Vec<IpNet>,
    /// Unset: by the limit of open files.
    pub connections_most: Option<u32>,
    /// Of one person.
    pub changes_per_second: u32,
    /// The queues a worker serves; empty: all of them.
    pub worker_queues: Vec<String>,
    pub files: Files,
    pub shutdown_timeout: Duration,
    pub backup_dir: PathBuf,
    pub log: Log,
}

impl Config {
    /// Parses every setting.
    ///
    /// # Errors
    /// All that is wrong, at once.
    pub fn load(source: &Source) -> Result<Self, ConfigErrors> {
        let (config, errors) = Self::read(source);
        if errors.is_empty() { Ok(config) } else { Err(ConfigErrors::of(errors, source)) }
    }

    /// As [`Config::load`] where secrets are still out of reach, as while a system is built: those that are not
    /// given outright may be missing, and their files need not be there. What it gives is to be looked at, not
    /// to run with: such secrets are empty in it.
    ///
    /// # Errors
    /// All else that is wrong, at once.
    pub fn load_except_secrets(source: &Source) -> Result<Self, ConfigErrors> {
        let (config, mut errors) = Self::read(source);
        errors.retain(|error| !Setting::named(error.name).secret || source.gives_outright(error.name));
        if errors.is_empty() { Ok(config) } else { Err(ConfigErrors::of(errors, source)) }
    }

    fn read(source: &Source) -> (Self, Vec<ConfigError>) {
        let mut read = Reader { source, errors: Vec::new() };
        let config = Self {
            database_url: read.database_url(),
            database_pool_size: read.setting("DATABASE_POOL_SIZE", |text| parse_number(text, 1, 1000)),
            session_secrets: SessionSecrets {
                current: read.setting("SESSION_SECRET", parse_session_secret),
                old: read.optional("SESSION_SECRET_OLD", parse_session_secret),
            },
            domain: read.setting("DOMAIN", Domain::parse).over(read.setting("INSECURE_HTTP", parse_switch)),
            listen: read.setting("LISTEN", Listen::parse),
            metrics_listen: read.optional("METRICS_LISTEN", Listen::parse),
            worker_listen: read.optional("WORKER_LISTEN", Listen::parse),
            registration: read.setting("REGISTRATION", Registration::parse),
            smtp: read.smtp(),
            mail_from: read.optional("MAIL_FROM", smtp::parse_sender),
            mail_in: read.mail_in(),
            outbox: None,
            trusted_proxies: read.setting("TRUSTED_PROXIES", parse_networks),
            connections_most: read.optional("MAX_CONNECTIONS", |text| parse_number(text, 1, 1_000_000)),
            changes_per_second: read.setting("CHANGES_PER_SECOND", |text| parse_number(text, 1, 1_000_000)),
            worker_queues: read.optional("WORKER_QUEUES", parse_names).unwrap_or_default(),
            files: Files::read(&mut read),
            shutdown_timeout: read.setting("SHUTDOWN_TIMEOUT_SECONDS", |text| {
                parse_number(text, 1, 3600).map(|seconds| Duration::from_secs(seconds.into()))
            }),
            backup_dir: read.setting("BACKUP_DIR", parse_folder),
            log: Log {
                format: read.setting("LOG_FORMAT", LogFormat::parse),
                filter: read.setting("LOG", parse_log_filter),
            },
        };
        read.compare_addresses(&config);
        (config, read.errors)
    }
}

impl Config {
    /// Whether mail goes anywhere. Where it does not, nothing is offered that needs it.
    pub fn sends_mail(&self) -> bool {
        self.smtp.is_some() || self.outbox.is_some()
    }

    /// What works and is perhaps not meant, a sentence each.
    pub fn warnings(&self) -> Vec<&'static str> {
        let no_mail = "SMTP_URL is not set: no mail is sent, a forgotten password is set with `xtablo user \
                       set-password` alone, and e-mail addresses are not confirmed";
        Some(no_mail).filter(|_| !self.sends_mail()).into_iter().collect()
    }
}

/// Collects what is wrong while the settings are read.
struct Reader<'a> {
    source: &'a Source,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    /// A setting that must have a value. With an error the placeholder only keeps the reading going:
    /// no service is handed a configuration with errors.
    fn setting<T: Default>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> T {
        match self.source.get(Setting::named(name)) {
            Ok(Some(text)) => self.parsed(name, parse(&text)).unwrap_or_default(),
            Ok(None) => self.fail(name, "is missing".to_owned()).unwrap_or_default(),
            Err(message) => self.fail(name, message).unwrap_or_default(),
        }
    }

    /// `DATABASE_URL` with the password of `DATABASE_PASSWORD` in it, where that is given.
    fn database_url(&mut self) -> Secret {
        let url = self.setting("DATABASE_URL", parse_database_url);
        let password = self.optional("DATABASE_PASSWORD", |text| Ok(text.to_owned()));
        match password {
            Some(password) if !url.expose().is_empty() => {
                let url = DatabaseUrl::with_password(url.expose(), &password);
                self.parsed("DATABASE_PASSWORD", url.map(Secret::new)).unwrap_or_default()
            }
            _ => url,
        }
    }

    /// What listens at one place keeps the other from it. Web and worker may well be on hosts of their own and have the same
    /// settings, so between them only what is written the same way is refused.
    fn compare_addresses(&mut self, config: &Config) {
        let web = ("LISTEN", &config.listen);
        if let Some(metrics) = &config.metrics_listen
            && metrics.is_taken_by(web.1)
        {
            self.fail::<()>(
                "METRICS_LISTEN",
                format!("is the address of {}: each needs one of its own", web.0),
            );
        }
        let Some(worker) = &config.worker_listen else { return };
        let metrics = config.metrics_listen.as_ref().map(|metrics| ("METRICS_LISTEN", metrics));
        let taken =
            metrics.into_iter().chain([web]).find(|(_, other)| *other == worker && worker.is_taken_by(other));
        if let Some((name, _)) = taken {
            self.fail::<()>("WORKER_LISTEN", format!("is the address of {name}: each needs one of its own"));
        }
    }

    fn optional<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match self.source.get(Setting::named(name)) {
            Ok(Some(text)) => self.parsed(name, parse(&text)),
            Ok(None) => None,
            Err(message) => self.fail(name, message),
        }
    }

    /// The SMTP server, which needs a sender too.
    fn smtp(&mut self) -> Option<Smtp> {
        let timeout = self.setting("SMTP_TIMEOUT_SECONDS", |text| {
            // A job's own limit is a minute.
            parse_number(text, 1, 50).map(|seconds| Duration::from_secs(seconds.into()))
        });
        let smtp = self.optional("SMTP_URL", Smtp::parse)?;
        if self.source.get(Setting::named("MAIL_FROM")) == Ok(None) {
            return self.fail("MAIL_FROM", "is missing: SMTP_URL needs it".to_owned());
        }
        Some(Smtp { timeout, ..smtp })
    }

    /// Where replies come in, which needs to know whom to believe about senders.
    fn mail_in(&mut self) -> Option<MailIn> {
        let by = self.optional("MAIL_IN_AUTHENTICATED_BY", mail_in::parse_server);
        let mail_in = self.optional("MAIL_IN", MailIn::parse)?;
        if self.source.get(Setting::named("MAIL_IN_AUTHENTICATED_BY")) == Ok(None) {
            return self.fail("MAIL_IN_AUTHENTICATED_BY", "is missing: MAIL_IN needs it".to_owned());
        }
        Some(mail_in.authenticated_by(by?))
    }

    fn parsed<T>(&mut self, name: &'static str, result: Result<T, String>) -> Option<T> {
        result.map_or_else(|message| self.fail(name, message), Some)
    }

    fn fail<T>(&mut self, name: &'static str, message: String) -> Option<T> {
        self.errors.push(ConfigError { name, message });
        None
    }
}

/// Everything that is wrong with a configuration; displayed as one message.
#[derive(Debug, Default)]
pub struct ConfigErrors {
    pub wrong: Vec<ConfigError>,
    /// Names that look like a setting and are none. A service starts with them, and warns.
    pub unknown: Vec<UnknownSetting>,
}

impl ConfigErrors {
    fn of(wrong: Vec<ConfigError>, source: &Source) -> Self {
        Self { wrong, unknown: source.unknown() }
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(wrong: ConfigError) -> Self {
        Self { wrong: vec![wrong], unknown: Vec::new() }
    }
}

/// One wrong setting.
#[derive(Debug)]
pub struct ConfigError {
    pub name: &'static str,
    /// A sentence that goes on after the name: "is missing". Never holds a secret's value.
    pub message: String,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wrong.len() + self.unknown.len() {
            1 => f.write_str("the configuration is wrong:")?,
            places => write!(f, "the configuration is wrong in {places} places:")?,
        }
        for error in &self.wrong {
            write!(f, "\n  {} {}", error.name, error.message)?;
        }
        for unknown in &self.unknown {
            write!(f, "\n  {unknown}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// A value that no log may show.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// What signs and keys: the current secret, and perhaps the one before it, which is still believed.
#[derive(Clone, Debug, Default)]
pub struct SessionSecrets {
    current: Secret,
    old: Option<Secret>,
}

impl SessionSecrets {
    pub fn new(current: Secret, old: Option<Secret>) -> Self {
        Self { current, old }
    }

    /// The one to sign with.
    pub fn current(&self) -> &Secret {
        &self.current
    }

    /// Those that are believed, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &Secret> {
        [&self.current].into_iter().chain(&self.old)
    }
}

/// Which people may make an account for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    #[default]
    Open,
    /// People with an invitation.
    Invite,
    /// Closed: the operator makes accounts with `xtablo user create`.
    Closed,
}

impl Registration {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "invite" => Ok(Self::Invite),
            "closed" => Ok(Self::Closed),
            _ => Err("must be open, invite or closed".to_owned()),
        }
    }
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct Log {
    pub format: LogFormat,
    pub filter: Targets,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Human on a terminal, JSON otherwise.
    #[default]
    Auto,
    Human,
    Json,
}

impl LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            _ => Err("must be auto, human or json".to_owned()),
        }
    }
}

fn parse_database_url(text: &str) -> Result<Secret, String> {
    DatabaseUrl::parse(text).map(|_| Secret::new(text))
}

/// 32 bytes are the 256 bits that keying HMAC-SHA-256 wants.
fn parse_session_secret(text: &str) -> Result<Secret, String> {
    if text.len() < 32 {
        return Err(format!(
            "must have at least 32 bytes, has {}; `openssl rand -hex 32` makes one",
            text.len()
        ));
    }
    Ok(Secret::new(text))
}

fn parse_number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("must be a whole number from {least} to {most}")),
    }
}

fn parse_switch(text: &str) -> Result<bool, String> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err("must be on or off".to_owned()),
    }
}

fn parse_networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .map(|part| part.parse().or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from)))
        .collect::<Result<_, _>>()
        .map_err(|_| "must be IP addresses or networks (10.0.0.0/8), with commas between".to_owned())
}

fn parse_names(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) {
        return Err("must be names with commas between".to_owned());
    }
    Ok(names)
}

fn parse_folder(text: &str) -> Result<PathBuf, String> {
    if !text.starts_with('/') {
        return Err("must be the absolute path of a folder".to_owned());
    }
    Ok(text.into())
}

fn parse_log_filter(text: &str) -> Result<Targets, String> {
    text.parse().map_err(|error| format!("is no log filter such as info or info,xtablo=debug: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(pairs: &[(&str, &str)]) -> Source {
        let valid = [
            ("DATABASE_URL", "postgres:///xtablo?host=/run/postgresql"),
            ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
        ];
        Source::from_environment(
            valid.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    fn wrong(pairs: &[(&str, &str)]) -> Vec<&'static str> {
        Config::load(&source(pairs)).expect_err("is wrong").wrong.iter().map(|error| error.name).collect()
    }

    #[test]
    fn two_settings_suffice() {
        let config = Config::load(&source(&[])).expect("valid");
        assert_eq!(config.listen, Listen::Tcp("127.0.0.1:8080".to_owned()));
        assert_eq!(config.registration, Registration::Open);
        assert!(config.metrics_listen.is_none());
        assert!(config.domain.is_loopback());
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_by_name() {
        let errors = Config::load(&Source::from_environment(
            [
                ("SESSION_SECRET", "short"),
                ("LISTEN", "nowhere"),
                ("DATABASE_POOL_SIZE", "0"),
                ("REGISTRATION", "maybe"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        ))
        .expect_err("is wrong");
        let said = errors.to_string();
        for name in [
            "DATABASE_URL is missing",
            "SESSION_SECRET must",
            "LISTEN must",
            "DATABASE_POOL_SIZE must",
            "REGISTRATION must",
        ] {
            assert!(said.contains(name), "{name} in {said}");
        }
    }

    #[test]
    fn a_password_of_its_own_joins_the_database_url() {
        let url = |url: &str, password: &str| {
            Config::load(&source(&[("DATABASE_URL", url), ("DATABASE_PASSWORD", password)]))
        };
        for given in [
            "postgres://xtablo@db/x?sslmode=require",
            "postgres://db/x?user=xtablo",
            "postgres://xtablo@db/x",
        ] {
            let config = url(given, "p@ss/word?&%").expect("valid");
            let settings = DatabaseUrl::parse(config.database_url.expose()).expect("valid").settings;
            assert_eq!(settings.get_password(), Some(&b"p@ss/word?&%"[..]));
            assert_eq!(settings.get_user(), Some("xtablo"));
        }
        let said = url("postgres://xtablo:hunter2@db/x", "hunter3").expect_err("is wrong").to_string();
        assert!(said.contains("DATABASE_PASSWORD is given") && !said.contains("hunter"), "{said}");
    }

    #[test]
    fn an_empty_setting_is_an_absent_one() {
        assert_eq!(wrong(&[("DATABASE_URL", "")]), ["DATABASE_URL"]);
        assert!(Config::load(&source(&[("METRICS_LISTEN", "")])).expect("valid").metrics_listen.is_none());
    }

    #[test]
    fn where_secrets_are_out_of_reach_all_else_is_still_checked() {
        let check = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let errors = Config::load_except_secrets(&Source::from_environment(pairs)).err();
            errors.map(|errors| errors.wrong.iter().map(|error| error.name).collect::<Vec<_>>())
        };
        assert_eq!(check(&[]), None);
        assert_eq!(check(&[("SESSION_SECRET_FILE", "/not/there/yet")]), None);
        assert_eq!(
            check(&[("SESSION_SECRET", "short"), ("LISTEN", "x")]),
            Some(vec!["SESSION_SECRET", "LISTEN"])
        );
    }

    #[test]
    fn mail_needs_a_server_and_a_sender() {
        let url = ("SMTP_URL", "smtp://ada:hunter2@mail.example.com");
        let config = Config::load(&source(&[url, ("MAIL_FROM", "Xtablo <x@example.com>")])).expect("valid");
        assert!(config.sends_mail() && config.warnings().is_empty());
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(wrong(&[url]), ["MAIL_FROM"]);
        assert_eq!(wrong(&[url, ("MAIL_FROM", "nobody")]), ["MAIL_FROM"]);
        let by = ("MAIL_IN_AUTHENTICATED_BY", "mx.example.com");
        assert!(
            Config::load(&source(&[("MAIL_IN", "reply@example.com"), by])).expect("valid").mail_in.is_some()
        );
        assert_eq!(wrong(&[("MAIL_IN", "reply@example.com")]), ["MAIL_IN_AUTHENTICATED_BY"]);
        assert_eq!(wrong(&[("MAIL_IN", "reply+x@example.com"), by]), ["MAIL_IN"]);
        assert_eq!(wrong(&[("SMTP_URL", "mail.example.com"), ("SMTP_TIMEOUT_SECONDS", "51")]).len(), 2);
        let none = Config::load(&source(&[])).expect("valid");
        assert!(!none.sends_mail() && none.warnings().concat().contains("SMTP_URL"));
    }

    #[test]
    fn each_address_is_used_once() {
        assert_eq!(wrong(&[("METRICS_LISTEN", "127.0.0.1:8080")]), ["METRICS_LISTEN"]);
        assert_eq!(
            wrong(&[("LISTEN", "0.0.0.0:80"), ("METRICS_LISTEN", "127.0.0.1:80")]),
            ["METRICS_LISTEN"]
        );
        assert_eq!(wrong(&[("WORKER_LISTEN", "127.0.0.1:8080")]), ["WORKER_LISTEN"]);
        let socket = "/run/xtablo/metrics.sock";
        assert_eq!(wrong(&[("METRICS_LISTEN", socket), ("WORKER_LISTEN", socket)]), ["WORKER_LISTEN"]);
        // In a container of its own, as the image has it.
        let apart = [("LISTEN", "0.0.0.0:8081"), ("WORKER_LISTEN", "127.0.0.1:8081")];
        assert!(Config::load(&source(&apart)).is_ok());
        let chosen = [("LISTEN", "127.0.0.1:0"), ("METRICS_LISTEN", "127.0.0.1:0")];
        assert!(Config::load(&source(&chosen)).is_ok());
        for (name, value) in [
            ("LISTEN", "*:8080"),
            ("DOMAIN", "example.com/boards"),
            ("SMTP_URL", "smtp://mail.example.com:465"),
        ] {
            assert_eq!(wrong(&[(name, value), ("MAIL_FROM", "x@example.com")]), [name]);
        }
    }

    #[test]
    fn a_secret_shows_in_no_debug_output_and_no_error() {
        let config = Config::load(&source(&[])).expect("valid");
        assert!(!format!("{config:?}").contains("0123456789abcdef"));
        let errors = Config::load(&source(&[("SESSION_SECRET", "hunter2")])).expect_err("is wrong");
        assert!(!errors.to_string().contains("hunter2"));
    }
}
