//! The server's process: started, waited for, ended; and the keeper that ends it when we are killed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

use super::binaries::Binaries;
use super::folder::{Folder, complaint};

/// Longer than the recovery of any cluster that one team's work makes.
const START: Duration = Duration::from_mins(5);
/// A fast shutdown writes a checkpoint, which a slow disk may take long over.
const STOP: Duration = Duration::from_mins(1);

/// Waits until we are gone, which closes its standard input however we went, then ends the server ($1) with
/// the signal $2 and removes what is not to stay (the rest).
const KEEPER: &str = r#"read -r _
kill -s "$2" "$1"
pid=$1
shift 2
[ $# -gt 0 ] || exit
tries=100
while kill -0 "$pid" && [ $tries -gt 0 ]; do tries=$((tries - 1)); sleep 0.1; done
rm -rf "$@""#;

pub struct Server {
    process: Child,
    pid: Pid,
    keeper: Option<Child>,
}

/// How to start it.
pub struct Launch<'a> {
    pub binaries: &'a Binaries,
    pub folder: &'a Folder,
    /// Where the sockets are to be; the data folder unless given.
    pub sockets: Option<&'a Path>,
    pub settings: &'a [(String, String)],
    /// For a connection to the database that is always there.
    pub url: &'a str,
    /// The signal that ends it if we are killed, and what is to be removed then.
    pub orphan: &'static str,
    pub left_over: Vec<PathBuf>,
}

impl Server {
    /// Starts PostgreSQL and waits until it answers.
    pub async fn start(launch: Launch<'_>) -> Result<Server> {
        let log_file = launch.folder.beside(".log");
        let log = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&log_file)
            .with_context(|| format!("cannot open {}", log_file.display()))?;
        log.set_len(0)?;
        let mut command = postgres(&launch, log)?;
        let process = command.spawn().context("cannot start postgres")?;
        let pid = process.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let pid = pid.context("postgres ended at once")?;
        let mut server = Server { process, pid, keeper: None };
        server.keeper = Some(keeper(&launch, pid)?);
        tokio::select! {
            ready = tokio::time::timeout(START, ready(launch.url)) => match ready {
                Ok(ready) => ready.map(|()| server),
                Err(_) => bail!("PostgreSQL does not get ready: see {}", log_file.display()),
            },
            _ = server.process.wait() => {
                let log = fs::read_to_string(&log_file).unwrap_or_default();
                bail!("PostgreSQL does not start on {}: {}", launch.folder.data.display(), complaint(&log))
            }
        }
    }

    /// Comes back when the server has ended by itself.
    pub async fn exited(&mut self) -> std::io::Result<ExitStatus> {
        self.process.wait().await
    }

    /// Ends it: `INT` breaks off what clients do and leaves a tidy folder, `QUIT` leaves one to recover.
    pub async fn end(mut self, signal: Signal) -> Result<()> {
        self.signal(signal);
        if tokio::time::timeout(STOP, self.process.wait()).await.is_err() {
            self.signal(Signal::QUIT);
            self.process.wait().await?;
        }
        if let Some(mut keeper) = self.keeper.take() {
            keeper.kill().await?;
        }
        Ok(())
    }

    fn signal(&self, signal: Signal) {
        // Without an id it has been waited for, and the number may belong to another process by now.
        if self.process.id().is_some() {
            let _ = kill_process(self.pid, signal);
        }
    }
}

/// The last resort, when something went wrong before `end`: it blocks, for there is no other way to wait here.
impl Drop for Server {
    fn drop(&mut self) {
        self.signal(Signal::QUIT);
        let deadline = Instant::now() + Duration::from_secs(10);
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
        }
        if let Some(keeper) = &mut self.keeper {
            let _ = keeper.start_kill();
            let _ = keeper.try_wait();
        }
    }
}

fn postgres(launch: &Launch, log: File) -> Result<Command> {
    let program = launch.binaries.program("postgres");
    let (mut postgres, data) = launch.folder.command(&program, &launch.folder.data)?;
    let mut sockets = OsString::from("unix_socket_directories=");
    // The server works in its data folder, so this name holds however long or hidden the real one is.
    sockets.push(launch.sockets.unwrap_or(Path::new(".")));
    postgres.arg("-D").arg(data).arg("-c").arg(sockets);
    postgres.args(["-c", "listen_addresses=", "-c", "port=5432", "-c", "unix_socket_permissions=0700"]);
    for (name, value) in launch.settings {
        postgres.arg("-c").arg(format!("{name}={value}"));
    }
    postgres.stdout(log.try_clone()?).stderr(log);
    Ok(postgres)
}

fn keeper(launch: &Launch, server: Pid) -> Result<Child> {
    let mut keeper = launch.folder.plain_command(Path::new("/bin/sh"));
    keeper.args(["-c", KEEPER, "keeper", &server.as_raw_nonzero().to_string(), launch.orphan]);
    keeper.args(&launch.left_over);
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    keeper.spawn().context("cannot start a shell")
}

/// Comes back when the server lets a client in. It has no event for that which every version and build
/// sends, so the clients' own protocol is asked.
async fn ready(url: &str) -> Result<()> {
    loop {
        match tokio_postgres::connect(url, NoTls).await {
            Ok(_) => return Ok(()),
            Err(error) => match error.code() {
                None | Some(&SqlState::CANNOT_CONNECT_NOW) => {}
                Some(_) => return Err(error).context("PostgreSQL started, but lets nobody in"),
            },
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
