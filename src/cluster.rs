//! A private PostgreSQL: a cluster in a folder of one's own, run by the machine's own binaries, reached over
//! a Unix socket and ended with the process that started it. For development and tests; it knows nothing of
//! what is kept in it.

mod binaries;
mod folder;
mod server;
mod takeover;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustix::process::Signal;
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

use self::binaries::Binaries;
pub use self::binaries::Clients;
use self::folder::Folder;
use self::server::{Launch, Server};

/// The name of the superuser that `initdb` makes.
const SUPERUSER: &str = "postgres";
/// What every system takes as the path of a Unix socket: macOS 103 bytes, Linux 107.
const LONGEST_SOCKET: usize = 103;
const IN_URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// How a cluster is run.
#[derive(Clone, Debug)]
pub struct Options {
    durable: bool,
    settings: Vec<(String, String)>,
}

impl Options {
    /// As PostgreSQL comes: what is committed stays, whatever happens.
    pub fn durable() -> Options {
        Options { durable: true, settings: Vec::new() }
    }

    /// Never waits for the disk: a crash of the machine may cost the whole cluster. For tests.
    pub fn forgetful() -> Options {
        let mut options = Options { durable: false, settings: Vec::new() };
        for name in ["fsync", "synchronous_commit", "full_page_writes"] {
            options = options.set(name, "off");
        }
        // Every test has a pool of its own, and as many run at once as there are processors.
        options.set("max_connections", "300")
    }

    /// Adds a server setting, as in postgresql.conf.
    pub fn set(mut self, name: &str, value: &str) -> Options {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A cluster of which this process is the owner. End it with [`Cluster::stop`].
pub struct Cluster {
    // Dropped in this order: the server must have gone before its folders and its lock.
    server: Option<Server>,
    sockets: Option<Removed>,
    temporary: Option<Removed>,
    binaries: Binaries,
    options: Options,
    folder: Folder,
}

impl Cluster {
    /// Opens the cluster in `data`, which is made if need be, and starts its server. Takes over what a
    /// start that was killed left behind.
    ///
    /// # Errors
    /// One line, with what to do: no PostgreSQL on this machine, a cluster of another major version, a
    /// folder that is in use or out of reach, or PostgreSQL's own complaint.
    pub async fn open(data: &Path, options: Options) -> Result<Cluster> {
        Cluster::open_in(data, options, None).await
    }

    /// Starts an empty cluster that goes when this value does.
    ///
    /// # Errors
    /// As [`Cluster::open`].
    pub async fn temporary(options: Options) -> Result<Cluster> {
        let parent = fs::canonicalize(std::env::temp_dir()).context("there is no temporary folder")?;
        let temporary = Removed(folder::make_temporary(&parent, folder::server_user(&parent)?)?);
        Cluster::open_in(&temporary.0.join("data"), options, Some(temporary)).await
    }

    async fn open_in(data: &Path, options: Options, temporary: Option<Removed>) -> Result<Cluster> {
        let folder = Folder::lock(data)?;
        let made_by = folder.major()?;
        let binaries = Binaries::find(made_by)?;
        match made_by {
            Some(major) if major != binaries.major => bail!(
                "{} was made by PostgreSQL {major}, but this machine has PostgreSQL {} (in {}): install \
                 version {major} beside it, or move the folder away to start with an empty one",
                folder.data.display(),
                binaries.major,
                binaries.folder.display()
            ),
            Some(_) => {
                folder.own()?;
                takeover::clear(&folder.data).await?;
            }
            None => folder.initialize(&binaries, options.durable).await?,
        }
        let sockets = short_socket_folder(&folder)?;
        let mut cluster = Cluster { server: None, sockets, temporary, binaries, options, folder };
        cluster.start().await?;
        Ok(cluster)
    }

    /// Where a client finds `database`, as the superuser.
    pub fn url(&self, database: &str) -> String {
        let sockets = self.sockets.as_ref().map_or(&self.folder.data, |short| &short.0);
        let host = utf8_percent_encode(&sockets.to_string_lossy(), IN_URL).to_string();
        let database = utf8_percent_encode(database, IN_URL);
        format!("postgres:///{database}?host={host}&user={SUPERUSER}")
    }

    /// Makes `database` if it is not there; an empty one, in UTF-8.
    ///
    /// # Errors
    /// The server's, where it does not answer or refuses.
    pub async fn create_database_if_missing(&self, database: &str) -> Result<()> {
        let (client, connection) = tokio_postgres::connect(&self.url("postgres"), NoTls).await?;
        let connection = tokio::spawn(connection);
        let name = database.replace('"', "\"\"");
        match client.batch_execute(&format!("CREATE DATABASE \"{name}\"")).await {
            Err(error) if error.code() != Some(&SqlState::DUPLICATE_DATABASE) => {
                return Err(error).with_context(|| format!("cannot make the database {database}"));
            }
            _ => {}
        }
        drop(client);
        connection.await??;
        Ok(())
    }

    /// Starts the server after [`Cluster::stop`], [`Cluster::crash`] or its own end; at the same URL.
    ///
    /// # Errors
    /// PostgreSQL's own complaint.
    pub async fn start(&mut self) -> Result<()> {
        if let Some(server) = self.server.take() {
            server.end(Signal::INT).await?;
        }
        self.server = Some(match self.launch().await {
            // One that was started just as its owner was killed shows up only now.
            Err(_) if takeover::postmaster(&self.folder.data).is_some() => {
                takeover::clear(&self.folder.data).await?;
                self.launch().await?
            }
            launched => launched?,
        });
        Ok(())
    }

    /// Stops the server: what clients do is broken off, what they committed is kept.
    ///
    /// # Errors
    /// The system's, where it cannot wait for the process.
    pub async fn stop(&mut self) -> Result<()> {
        match self.server.take() {
            Some(server) => server.end(Signal::INT).await,
            None => Ok(()),
        }
    }

    /// Stops the server as a crash would: the next start has to recover.
    ///
    /// # Errors
    /// As [`Cluster::stop`].
    pub async fn crash(&mut self) -> Result<()> {
        match self.server.take() {
            Some(server) => server.end(Signal::QUIT).await,
            None => Ok(()),
        }
    }

    /// Comes back, with the reason, when the server has ended without being told to.
    pub async fn exited(&mut self) -> anyhow::Error {
        let log = self.folder.beside(".log");
        let Some(server) = &mut self.server else {
            return anyhow::anyhow!("PostgreSQL is not running");
        };
        match server.exited().await {
            Ok(status) => anyhow::anyhow!("PostgreSQL ended by itself ({status}): see {}", log.display()),
            Err(error) => anyhow::Error::new(error).context("cannot wait for PostgreSQL"),
        }
    }

    async fn launch(&self) -> Result<Server> {
        let left_over = self.temporary.iter().chain(&self.sockets);
        Server::start(Launch {
            binaries: &self.binaries,
            folder: &self.folder,
            sockets: self.sockets.as_ref().map(|short| short.0.as_path()),
            settings: &self.options.settings,
            url: &self.url(SUPERUSER),
            orphan: if self.temporary.is_some() { "QUIT" } else { "INT" },
            left_over: left_over.map(|folder| folder.0.clone()).collect(),
        })
        .await
    }
}

/// A folder for the sockets where the data folder's path is too long for one, or does not fit in a URL.
fn short_socket_folder(folder: &Folder) -> Result<Option<Removed>> {
    let socket = folder.data.join(".s.PGSQL.5432");
    if socket.as_os_str().len() <= LONGEST_SOCKET && socket.to_str().is_some() {
        return Ok(None);
    }
    // Not TMPDIR, which may be long as well, or out of the server's user's reach.
    folder::make_temporary(Path::new("/tmp"), folder.user).map(|made| Some(Removed(made)))
}

/// A folder that goes when this value does.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
