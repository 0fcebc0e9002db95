//! The data folder: whose it is, how the server's user gets at it, that one program at a time uses it,
//! and how it is made.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown, lchown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use super::binaries::Binaries;

/// The folder as `fd 9` of a child process.
///
/// Below a folder that the server's user may not pass (root's home, a checkout made with umask 077) no path
/// leads to the data; but a child inherits open files, and /proc gives every open file a path.
const INHERITED: &str = "/proc/self/fd/9";
const WITH_INHERITED: &str = r#"exec "$@" 9<&0 </dev/null"#;

/// A locked data folder.
pub struct Folder {
    pub data: PathBuf,
    /// PostgreSQL refuses to run as root; `None` when it may run as who we are.
    pub user: Option<User>,
    inherited: bool,
    _lock: Lock,
}

/// A user of the system, by numbers.
#[derive(Clone, Copy)]
pub struct User {
    uid: u32,
    gid: u32,
}

impl Folder {
    /// Takes the folder for this process; it need not exist yet.
    pub fn lock(data: &Path) -> Result<Folder> {
        let data = std::path::absolute(data)?;
        let (Some(parent), Some(name)) = (data.parent(), data.file_name()) else {
            bail!("{} cannot be a data folder", data.display());
        };
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        // /proc and PostgreSQL name folders by their real path.
        let data = fs::canonicalize(parent)?.join(name);
        let data = fs::canonicalize(&data).unwrap_or(data);
        let lock = hold(&data)?;
        let user = server_user(&data)?;
        let parent = data.parent().unwrap_or(&data);
        let inherited = user.is_some_and(|user| !passes(user, parent));
        if inherited && !Path::new("/proc/self/fd").exists() {
            bail!(
                "PostgreSQL does not run as root, and the user it would run as cannot get into {}: choose \
                 another data folder",
                parent.display()
            );
        }
        Ok(Folder { data, user, inherited, _lock: lock })
    }

    /// The major version that made the cluster in it, if there is one.
    pub fn major(&self) -> Result<Option<u32>> {
        let file = self.data.join("PG_VERSION");
        match fs::read_to_string(&file) {
            Ok(text) => match text.trim().parse() {
                Ok(major) => Ok(Some(major)),
                Err(_) => bail!("{} holds no version of PostgreSQL", file.display()),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    /// Makes the cluster, whole or not at all: a start killed half-way leaves no half of it.
    pub async fn initialize(&self, binaries: &Binaries, durable: bool) -> Result<()> {
        if fs::read_dir(&self.data).is_ok_and(|mut entries| entries.next().is_some()) {
            bail!(
                "{} is not empty and holds no PostgreSQL cluster: choose another data folder",
                self.data.display()
            );
        }
        for leftover in self.unfinished()? {
            let _ = fs::remove_dir_all(leftover);
        }
        let new = self.beside(&format!(".new-{}", std::process::id()));
        make_private(&new, self.user).with_context(|| format!("cannot make {}", new.display()))?;
        // What comes with PostgreSQL does not change when the system's libraries do; before 17 the best is
        // the C library's, where it has it.
        let locales: &[&[&str]] = if binaries.major >= 17 {
            &[&["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]]
        } else {
            &[&["--locale=C.UTF-8"], &["--locale=C"]]
        };
        let mut problem = String::new();
        for locale in locales {
            let (mut initdb, folder) = self.command(&binaries.program("initdb"), &new)?;
            initdb
                .arg("--pgdata")
                .arg(folder)
                .args(["--username=postgres", "--encoding=UTF8"])
                .args(*locale)
                // The socket lies in the data folder, whose mode lets in its owner and root alone:
                // that is the check. Root could not pass as `postgres` by peer.
                .args(["--auth-local=trust", "--auth-host=reject"])
                .args((!durable).then_some("--no-sync"))
                .kill_on_drop(true);
            let output = initdb.output().await.context("cannot run initdb")?;
            if output.status.success() {
                return fs::rename(&new, &self.data)
                    .with_context(|| format!("cannot put {} in place", self.data.display()));
            }
            problem = complaint(&String::from_utf8_lossy(&output.stderr));
        }
        let _ = fs::remove_dir_all(&new);
        bail!("cannot make a PostgreSQL cluster in {}: {problem}", self.data.display())
    }

    /// A command that works on `data` as the server's user, and what to call `data` there.
    pub fn command(&self, program: &Path, data: &Path) -> Result<(Command, PathBuf)> {
        if !self.inherited {
            return Ok((self.plain_command(program), data.to_owned()));
        }
        let mut shell = self.plain_command(Path::new("/bin/sh"));
        shell.args(["-c", WITH_INHERITED, "sh"]).arg(program);
        shell.stdin(File::open(data)?);
        Ok((shell, PathBuf::from(INHERITED)))
    }

    /// A command run as the server's user, without the settings of the PostgreSQL clients around us.
    pub fn plain_command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Where we are, the server's user might not be able to be.
        command.stdin(Stdio::null()).current_dir("/").env("LC_ALL", "C");
        // A terminal's Ctrl-C goes to a process group: the database must outlive who still writes to it.
        command.process_group(0);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("PG")) {
                command.env_remove(name);
            }
        }
        if let Some(user) = self.user {
            // Supplementary groups are cleared along with it.
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// Gives a cluster that root copied here to the server's user.
    pub fn own(&self) -> Result<()> {
        match self.user {
            Some(user) if fs::metadata(&self.data)?.uid() == 0 => give(&self.data, user)
                .with_context(|| format!("cannot give {} to PostgreSQL's user", self.data.display())),
            _ => Ok(()),
        }
    }

    /// A path next to the data folder: within it only PostgreSQL's own files may lie.
    pub fn beside(&self, suffix: &str) -> PathBuf {
        beside(&self.data, suffix)
    }

    fn unfinished(&self) -> Result<Vec<PathBuf>> {
        let prefix = self.beside(".new-");
        let prefix = prefix.file_name().unwrap_or_default().as_encoded_bytes();
        let parent = self.data.parent().unwrap_or(&self.data);
        Ok(fs::read_dir(parent)?
            .flatten()
            .filter(|entry| entry.file_name().as_encoded_bytes().starts_with(prefix))
            .map(|entry| entry.path())
            .collect())
    }
}

/// A new folder in `parent` for one run, which only the server's user (and root) may enter.
pub fn make_temporary(parent: &Path, user: Option<User>) -> Result<PathBuf> {
    for number in 0.. {
        let folder = parent.join(format!("postgres-{}-{number}", std::process::id()));
        match make_private(&folder, user) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => {
                made.with_context(|| format!("cannot make {}", folder.display()))?;
                return Ok(folder);
            }
        }
    }
    bail!("no free name in {}", parent.display())
}

/// The line of PostgreSQL's output that says what is wrong.
pub fn complaint(output: &str) -> String {
    let telling = |line: &&str| ["FATAL: ", "PANIC: ", "error: "].iter().any(|word| line.contains(word));
    let line = output.lines().find(telling).or(output.lines().last());
    line.unwrap_or("it says nothing").trim().to_owned()
}

fn beside(data: &Path, suffix: &str) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The hold on a data folder.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing it is not enough: a process that another thread is starting has a copy until it becomes its program.
        drop(self.0.unlock());
    }
}

fn hold(data: &Path) -> Result<Lock> {
    let file = beside(data, ".lock");
    let mut lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&file)
        .with_context(|| format!("cannot open {}", file.display()))?;
    // The system lets go of it when we die, however we die.
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = fs::read_to_string(&file).unwrap_or_default();
            bail!(
                "{} is in use by process {}: stop that one first, or choose another data folder",
                data.display(),
                holder.trim()
            );
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", file.display()));
        }
    }
    lock.set_len(0)?;
    writeln!(lock, "{}", std::process::id())?;
    Ok(Lock(lock))
}

/// The user that is to run the data folder's server: our own, unless we are root.
pub fn server_user(data: &Path) -> Result<Option<User>> {
    let owner = fs::metadata(data).ok().map(|found| User { uid: found.uid(), gid: found.gid() });
    let me = rustix::process::geteuid();
    if !me.is_root() {
        return match owner {
            Some(owner) if owner.uid != me.as_raw() => bail!(
                "{} belongs to the user with the number {}: start as that user, or as root",
                data.display(),
                owner.uid
            ),
            _ => Ok(None),
        };
    }
    // A cluster that a user made stays that user's.
    if let Some(owner) = owner.filter(|owner| owner.uid != 0) {
        return Ok(Some(owner));
    }
    let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    let user = |wanted: &str| {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let is_wanted = fields.next()? == wanted;
            let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
            is_wanted.then_some(User { uid, gid })
        })
    };
    match ["postgres", "_postgres", "nobody"].into_iter().find_map(user) {
        Some(user) => Ok(Some(user)),
        None => bail!(
            "PostgreSQL does not run as root, and there is neither a user postgres nor nobody: start as \
             an ordinary user"
        ),
    }
}

/// Whether the user may go through the folder and all those above it, by the system's own judgement.
fn passes(user: User, folder: &Path) -> bool {
    use std::os::unix::process::CommandExt;
    std::process::Command::new("/bin/sh")
        .args(["-c", r#"cd "$1""#, "sh"])
        .arg(folder)
        .current_dir("/")
        .uid(user.uid)
        .gid(user.gid)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn make_private(folder: &Path, user: Option<User>) -> std::io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(folder)?;
    user.map_or(Ok(()), |user| chown(folder, Some(user.uid), Some(user.gid)))
}

fn give(path: &Path, user: User) -> std::io::Result<()> {
    lchown(path, Some(user.uid), Some(user.gid))?;
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            give(&entry?.path(), user)?;
        }
    }
    Ok(())
}
