//! Where the machine keeps PostgreSQL's own programs, and which version they are.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Folders in which distributions keep one PostgreSQL a major version, off the PATH: the part before and
/// the part after the version.
const VERSION_FOLDERS: &[(&str, &str)] = &[
    ("/usr/lib/postgresql/", "/bin"),
    ("/usr/pgsql-", "/bin"),
    ("/usr/lib/postgresql", "/bin"),
    ("/usr/libexec/postgresql", ""),
    ("/opt/homebrew/opt/postgresql@", "/bin"),
    ("/usr/local/opt/postgresql@", "/bin"),
    ("/Applications/Postgres.app/Contents/Versions/", "/bin"),
];

/// One installed PostgreSQL server.
#[derive(Clone, Debug)]
pub struct Binaries {
    pub folder: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// The server to use: the one of major version `wanted` if there is one, else the first of `PG_BIN`
    /// (which, when set, is the only place looked at), the PATH and the version folders, newest first.
    pub fn find(wanted: Option<u32>) -> Result<Binaries> {
        let installed = match env::var_os("PG_BIN").filter(|value| !value.is_empty()) {
            Some(folder) => {
                let folder = PathBuf::from(folder);
                match Binaries::of(&folder) {
                    Some(binaries) => vec![binaries],
                    None => bail!(
                        "PG_BIN is {}, but there is no working initdb and postgres in it: unset it, or {}",
                        folder.display(),
                        how_to_install()
                    ),
                }
            }
            None => installed(),
        };
        let of_the_version = installed.iter().find(|one| Some(one.major) == wanted);
        match of_the_version.or(installed.first()) {
            Some(binaries) => Ok(binaries.clone()),
            None => bail!(
                "PostgreSQL's server programs (initdb, postgres) are not on this machine: {}, or set \
                 PG_BIN to the folder they are in",
                how_to_install()
            ),
        }
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn of(folder: &Path) -> Option<Binaries> {
        if !is_executable(&folder.join("initdb")) {
            return None;
        }
        let folder = fs::canonicalize(folder).ok()?;
        let major = major_version(&folder.join("postgres")).ok()?;
        Some(Binaries { folder, major })
    }
}

/// PostgreSQL's client programs of one version: `pg_dump`, `pg_restore` and `psql`.
#[derive(Clone, Debug)]
pub struct Clients {
    folder: PathBuf,
    pub major: u32,
}

impl Clients {
    /// Those to use with a server of this major version: of the same where there are, else the next newer ones,
    /// because an older `pg_dump` knows no newer server. Looked for where those of the server are.
    ///
    /// # Errors
    /// One line, with what to do: there are none, or only older ones.
    pub fn find(server: u32) -> Result<Clients> {
        let folders = if let Some(folder) = env::var_os("PG_BIN").filter(|value| !value.is_empty()) {
            vec![PathBuf::from(folder)]
        } else {
            let path = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&path).chain(version_folders()).collect()
        };
        let found: Vec<_> = folders.iter().filter_map(|folder| Clients::of(folder)).collect();
        let fit = found.iter().filter(|clients| clients.major >= server).min_by_key(|clients| clients.major);
        let newest = found.iter().map(|clients| clients.major).max();
        match (fit, newest) {
            (Some(clients), _) => Ok(clients.clone()),
            (None, Some(newest)) => bail!(
                "the PostgreSQL server is of version {server}, but this machine's pg_dump, pg_restore and psql are \
                 of version {newest}: install those of version {server} or newer, or set PG_BIN to the folder they are in"
            ),
            (None, None) => bail!(
                "PostgreSQL's client programs (pg_dump, pg_restore, psql) are not on this machine: install those of \
                 version {server} or newer, or set PG_BIN to the folder they are in"
            ),
        }
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn of(folder: &Path) -> Option<Clients> {
        let programs = ["pg_dump", "pg_restore", "psql"].map(|name| folder.join(name));
        if !programs.iter().all(|program| is_executable(program)) {
            return None;
        }
        let major = major_version(&programs[0]).ok()?;
        Some(Clients { folder: folder.to_owned(), major })
    }
}

fn installed() -> Vec<Binaries> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).filter_map(|folder| {
        let postgres = folder.join("postgres");
        if !is_executable(&postgres) {
            return None;
        }
        // A link of somebody's making: initdb wants the postgres of its own version beside it, which is
        // sure only in the folder the link leads to.
        let real = fs::canonicalize(&postgres).ok()?;
        real.parent().and_then(Binaries::of).or_else(|| Binaries::of(&folder))
    });
    let in_version_folders = version_folders().into_iter().filter_map(|folder| Binaries::of(&folder));
    on_path.chain(in_version_folders).collect()
}

/// Every version folder there is, newest version first.
fn version_folders() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (before, after) in VERSION_FOLDERS {
        let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
        let Ok(entries) = fs::read_dir(parent) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_prefix(prefix)?.parse().ok());
            if let Some(version) = version {
                found.push((version, PathBuf::from(format!("{before}{version}{after}"))));
            }
        }
    }
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn major_version(program: &Path) -> Result<u32> {
    let output = Command::new(program).arg("--version").output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", "postgres (PostgreSQL) 19devel"
    let version = text.split("(PostgreSQL) ").nth(1).context("no version in its answer")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().context("no number in its version")
}

fn how_to_install() -> &'static str {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is = |wanted: &str| {
        release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
            .any(|ids| ids.trim_matches('"').split(' ').any(|id| id == wanted))
    };
    if is("debian") || is("ubuntu") {
        "apt install postgresql"
    } else if is("fedora") || is("rhel") {
        "dnf install postgresql-server"
    } else if is("arch") {
        "pacman -S postgresql"
    } else if is("alpine") {
        "apk add postgresql"
    } else if is("suse") || is("opensuse") {
        "zypper install postgresql-server"
    } else if is("nixos") {
        "run inside `nix develop`"
    } else if cfg!(target_os = "macos") {
        "brew install postgresql@17"
    } else {
        "install the package of the PostgreSQL server (postgresql or postgresql-server)"
    }
}
