//! Names in the environment that look like a setting of ours and are none: one that is misspelt is not heard at all, and
//! `REGISTRATON=closed` would leave the registration open.

use std::fmt;

use super::{SETTINGS, Setting};

/// What the names of settings that belong together begin with. Nothing else in a service's environment begins so.
const FAMILIES: [&str; 11] = [
    "BACKUP_",
    "DATABASE_",
    "LOG_",
    "MAIL_",
    "METRICS_",
    "S3_",
    "SESSION_",
    "SMTP_",
    "STORAGE_",
    "TRUSTED_",
    "WORKER_",
];

/// Set by desktops for every program.
const FOREIGN: [&str; 1] = ["SESSION_MANAGER"];

/// A name that is no setting's, though it looks like one.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownSetting {
    name: String,
    reason: Reason,
}

#[derive(Debug, PartialEq, Eq)]
enum Reason {
    /// Misspelt, as far as one can tell.
    Like(&'static str),
    /// The name of a file, of a setting that is read from none.
    NoFile(&'static str),
    /// Of a family with these settings.
    Family(Vec<&'static str>),
}

impl fmt::Display for UnknownSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.reason {
            Reason::Like(setting) => {
                write!(f, "{name} is no setting of Xtablo and is not heard: is {setting} meant?")
            }
            Reason::NoFile(setting) => {
                write!(f, "{name} is not heard: {setting} is no secret, and is read from no file")
            }
            Reason::Family(settings) => {
                write!(
                    f,
                    "{name} is no setting of Xtablo and is not heard: there are {}",
                    settings.join(", ")
                )
            }
        }
    }
}

/// Looks at a variable of the environment, or at a credential, whose value is its content.
pub(super) fn look_at(name: &str, value: &str) -> Option<UnknownSetting> {
    let is_known = |name: &str| SETTINGS.iter().any(|setting| setting.name == name);
    let of_file = name.strip_suffix("_FILE").filter(|of| is_known(of)).map(Setting::named);
    if is_known(name) || of_file.is_some_and(|setting| setting.secret) || is_foreign(name, value) {
        return None;
    }
    let reason = of_file
        .map(|setting| Reason::NoFile(setting.name))
        .or_else(|| nearest(name).map(Reason::Like))
        .or_else(|| family(name).map(Reason::Family))?;
    Some(UnknownSetting { name: name.to_owned(), reason })
}

/// Whether somebody else has set it: a desktop, or Docker and Kubernetes, which tell of a service named `database` so.
fn is_foreign(name: &str, value: &str) -> bool {
    let of_a_service = name.contains("_SERVICE_") || name.contains("_PORT_") || value.starts_with("tcp://");
    FOREIGN.contains(&name) || of_a_service
}

/// The setting that is most like it: the same but for its case, or but for few letters, fewer for a short name.
fn nearest(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let settings = SETTINGS.iter().map(|setting| setting.name).filter(|setting| setting.len() >= 6);
    if name != upper {
        return settings.into_iter().find(|setting| *setting == upper);
    }
    // Also of the name of a secret's file.
    let bare = name.strip_suffix("_FILE").unwrap_or(name);
    let near = settings.map(|setting| (distance(bare.as_bytes(), setting.as_bytes()), setting));
    let (steps, setting) = near.min_by_key(|(steps, _)| *steps)?;
    (steps <= if setting.len() < 8 { 1 } else { 2 }).then_some(setting)
}

fn family(name: &str) -> Option<Vec<&'static str>> {
    let prefix = FAMILIES.iter().find(|prefix| name.starts_with(*prefix))?;
    Some(SETTINGS.iter().map(|setting| setting.name).filter(|setting| setting.starts_with(prefix)).collect())
}

/// How many letters have to be added, left out, replaced, or exchanged with the next one.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str) -> String {
        look_at(name, "x").map(|unknown| unknown.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_misspelt_setting_is_told_which_one_is_meant() {
        for (name, meant) in [
            ("REGISTRATON", "REGISTRATION"),
            ("REGISTARTION", "REGISTRATION"),
            ("DOMIAN", "DOMAIN"),
            ("DATABASE_ULR", "DATABASE_URL"),
            ("SESSION_SECRET_KEY_FILE", "are SESSION_SECRET, SESSION_SECRET_OLD"),
            ("SESSION_SECERT_FILE", "SESSION_SECRET"),
            ("SMTP_URLS", "SMTP_URL"),
            ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
            ("insecure_http", "INSECURE_HTTP"),
            ("S3_KEY", "S3_ACCESS_KEY, S3_SECRET_KEY"),
            ("SMTP_HOST", "there are SMTP_URL, SMTP_TIMEOUT_SECONDS"),
            ("LOG_LEVEL", "there are LOG_FORMAT"),
            ("LISTEN_FILE", "LISTEN is no secret"),
        ] {
            let said = said(name);
            assert!(said.starts_with(name) && said.contains(meant), "{name}: {said}");
        }
    }

    #[test]
    fn a_setting_and_what_others_set_pass() {
        for setting in SETTINGS {
            assert_eq!(said(setting.name), "");
            assert_eq!(said(&format!("{}_FILE", setting.name)).is_empty(), setting.secret);
        }
        for name in [
            "PATH",
            "HOME",
            "LANG",
            "LOGNAME",
            "MAIL",
            "LISTEN_FDS",
            "LISTEN_PID",
            "LISTEN_FDNAMES",
            "NOTIFY_SOCKET",
            "CREDENTIALS_DIRECTORY",
            "STATE_DIRECTORY",
            "LOGS_DIRECTORY",
            "SESSION_MANAGER",
            "DATABASE_SERVICE_HOST",
            "DATABASE_PORT_5432_TCP_ADDR",
            "POSTGRES_PASSWORD",
            "RUST_LOG",
            "domains",
        ] {
            assert_eq!(said(name), "", "{name}");
        }
        assert_eq!(look_at("DATABASE_PORT", "tcp://10.0.0.1:5432"), None);
        assert!(look_at("DATABASE_PORT", "5432").is_some());
    }
}
