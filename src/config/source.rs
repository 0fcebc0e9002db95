//! Where a setting's text comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::{SETTINGS, Setting, UnknownSetting, unknown};

/// Flags, environment and credentials, with their order of precedence.
#[derive(Clone, Debug, Default)]
pub struct Source {
    flags: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
}

impl Source {
    /// The process' own environment.
    pub fn from_process() -> Self {
        // A variable that is not UTF-8 is none of ours.
        Self::from_environment(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    pub fn from_environment(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { environment: pairs.into_iter().collect(), ..Self::default() }
    }

    /// Sets a setting as a flag would.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.flags.insert(name.to_owned(), value.into());
        self
    }

    /// The setting's text; `None` where it has neither a value nor a default.
    ///
    /// # Errors
    /// A sentence that goes on after the name, where a file cannot be read or two places disagree.
    pub(super) fn get(&self, setting: &Setting) -> Result<Option<String>, String> {
        if let Some(path) = self.flags.get(&setting.file_name()) {
            if self.flags.contains_key(setting.name) {
                return Err(format!("is given twice, as --{0} and as --{0}-file", setting.flag()));
            }
            return read(Path::new(path)).map(Some);
        }
        if let Some(value) = self.flags.get(setting.name).or_else(|| self.variable(setting.name)) {
            if setting.secret && self.variable(&setting.file_name()).is_some() {
                return Err(format!("is given twice, as {0} and as {0}_FILE", setting.name));
            }
            return Ok(Some(value.clone()).filter(|value| !value.is_empty()));
        }
        if setting.secret {
            if let Some(path) = self.variable(&setting.file_name()) {
                return read(Path::new(path)).map(Some);
            }
            if let Some(path) = self.credential(setting.name) {
                return read(&path).map(Some);
            }
        }
        Ok(setting.default.map(str::to_owned))
    }

    /// Whether the setting's text itself is given, and not only the place of a file.
    pub(super) fn gives_outright(&self, name: &str) -> bool {
        self.flags.contains_key(name) || self.variable(name).is_some()
    }

    /// What looks like a setting and is none, among the variables and the credentials. An empty variable counts as absent,
    /// as it does for a setting.
    pub fn unknown(&self) -> Vec<UnknownSetting> {
        let variables = self.environment.iter().filter(|(_, value)| !value.is_empty());
        let variables = variables.filter_map(|(name, value)| unknown::look_at(name, value));
        let folder = self.variable("CREDENTIALS_DIRECTORY").and_then(|path| std::fs::read_dir(path).ok());
        let names =
            folder.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        variables.chain(names.filter_map(|name| unknown::look_at(&name, ""))).collect()
    }

    fn variable(&self, name: &str) -> Option<&String> {
        self.environment.get(name).filter(|value| !value.is_empty())
    }

    /// systemd puts what LoadCredential= names into this folder.
    fn credential(&self, name: &str) -> Option<PathBuf> {
        let path = Path::new(self.variable("CREDENTIALS_DIRECTORY")?).join(name);
        path.exists().then_some(path)
    }
}

fn read(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot be read from {}: {error}", path.display()))?;
    // Editors and `echo` end a file with a newline that is not part of the secret.
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(format!("is empty in {}", path.display()));
    }
    Ok(text.to_owned())
}

/// Every setting as a flag, before or after the verb of a clap command; a secret also as a flag that names a file, since
/// every user of the machine can read command lines.
#[derive(Clone, Debug, Default)]
pub struct ConfigArgs(BTreeMap<String, String>);

impl ConfigArgs {
    /// These flags over the process' environment.
    pub fn source(self) -> Source {
        Source { flags: self.0, ..Source::from_process() }
    }
}

impl FromArgMatches for ConfigArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for setting in SETTINGS {
            let file = setting.secret.then(|| setting.file_name());
            for name in std::iter::once(setting.name.to_owned()).chain(file) {
                if let Some(value) = matches.get_one::<String>(&name) {
                    self.0.insert(name, value.clone());
                }
            }
        }
        Ok(())
    }
}

impl Args for ConfigArgs {
    fn augment_args(command: Command) -> Command {
        SETTINGS.iter().fold(command, |command, setting| {
            let default = setting.default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
            let flag =
                |name: String, long: String| Arg::new(name).long(long).help_heading("Settings").global(true);
            let help = format!("{}{default} [env: {}]", setting.help, setting.name);
            let command =
                command.arg(flag(setting.name.to_owned(), setting.flag()).value_name("VALUE").help(help));
            if !setting.secret {
                return command;
            }
            let help = format!("A file with {} in it [env: {}]", setting.name, setting.file_name());
            let file = flag(setting.file_name(), format!("{}-file", setting.flag()));
            command.arg(file.value_name("PATH").help(help))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> &'static Setting {
        Setting::named("SESSION_SECRET")
    }

    #[test]
    fn a_flag_comes_before_the_environment_and_a_file_before_a_credential() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("SESSION_SECRET"), "of the credential\n").expect("written");
        std::fs::write(folder.path().join("file"), "of the file\r\n").expect("written");
        let at = |path: &str| folder.path().join(path).display().to_string();

        let mut source = Source::from_environment([("CREDENTIALS_DIRECTORY".to_owned(), at(""))]);
        assert_eq!(source.get(secret()), Ok(Some("of the credential".to_owned())));
        source.environment.insert("SESSION_SECRET_FILE".to_owned(), at("file"));
        assert_eq!(source.get(secret()), Ok(Some("of the file".to_owned())));
        source.environment.insert("SESSION_SECRET".to_owned(), "of the environment".to_owned());
        assert!(source.get(secret()).is_err_and(|message| message.contains("twice")));
        source.environment.remove("SESSION_SECRET_FILE");
        assert_eq!(source.get(secret()), Ok(Some("of the environment".to_owned())));
        source = source.with("SESSION_SECRET", "of the flag");
        assert_eq!(source.get(secret()), Ok(Some("of the flag".to_owned())));

        source.flags.insert("SESSION_SECRET_FILE".to_owned(), at("file"));
        assert!(source.get(secret()).is_err_and(|message| message.contains("--session-secret-file")));
        source.flags.remove("SESSION_SECRET");
        assert_eq!(source.get(secret()), Ok(Some("of the file".to_owned())));
    }

    #[test]
    fn what_is_misspelt_is_found_among_variables_and_credentials() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["SESSION_SECRET", "SESSION_SECRET_ODL", "another.service"] {
            std::fs::write(folder.path().join(name), "hunter2").expect("written");
        }
        let variables = [
            ("CREDENTIALS_DIRECTORY", folder.path().to_str().expect("UTF-8")),
            ("REGISTRATON", "closed"),
            ("SMTP_HOST", ""),
            ("DOMAIN", "example.com"),
        ];
        let source =
            Source::from_environment(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let said: Vec<String> = source.unknown().iter().map(ToString::to_string).collect();
        let [one, other] = said.as_slice() else { panic!("{said:?}") };
        assert!(one.contains("is REGISTRATION meant?") && !one.contains("closed"), "{one}");
        assert!(other.contains("is SESSION_SECRET_OLD meant?") && !other.contains("hunter2"), "{other}");
    }

    #[test]
    fn a_file_that_is_not_there_is_said_with_its_path() {
        let source =
            Source::from_environment([("SESSION_SECRET_FILE".to_owned(), "/nowhere/at/all".to_owned())]);
        assert!(source.get(secret()).is_err_and(|message| message.contains("/nowhere/at/all")));
    }
}
