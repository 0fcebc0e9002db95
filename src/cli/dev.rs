//! `xtablo dev`: the whole product on one machine, in one process tree, with a PostgreSQL of its own.

mod boards;
mod clock;
mod demo;
mod files;
mod kept;
mod team;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use futures_util::FutureExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::Clock;
use crate::cluster::{Cluster, Options};
use crate::config::{Config, ConfigArgs, Domain, Listen, Secret, SessionSecrets};
use crate::server::{self, Listener};
use crate::web::Web;
use crate::{telemetry, worker};

const DATABASE: &str = "xtablo";

/// Run all of Xtablo on this machine: a private PostgreSQL, the web service and the worker
///
/// Everything is kept in one folder, the keys too: DATABASE_URL, SESSION_SECRET and STORAGE_DIR are not looked at.
#[derive(Debug, clap::Args)]
pub(super) struct Dev {
    /// Where everything is kept
    #[arg(long, value_name = "FOLDER", default_value = ".xtablo")]
    data_dir: PathBuf,
    /// Make no demo account on the first start
    #[arg(long)]
    no_demo: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

impl Dev {
    pub(super) async fn run(mut self) -> anyhow::Result<ExitCode> {
        // Known only once PostgreSQL runs; whatever else is wrong is said before.
        let later = [("DATABASE_URL", "postgres:///later?host=/"), ("SESSION_SECRET", &"later".repeat(10))];
        let source = std::mem::take(&mut self.config).source();
        let mut config =
            Config::load(&later.iter().fold(source, |source, (name, value)| source.with(name, *value)))?;
        telemetry::init_log(&config.log);
        server::raise_open_files();
        let address = free(&config.listen).await?;
        name_after(&mut config, address);
        if config.smtp.is_none() {
            config.outbox = Some(self.data_dir.join("outbox"));
        }
        let stop = server::stop_on_signals()?;
        end_at_once_when_told_twice(stop.clone())?;

        let data = self.data_dir.join("postgres");
        let mut cluster = tokio::select! {
            cluster = Cluster::open(&data, Options::durable()) => cluster?,
            () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
        };
        let served = self.serve(&mut cluster, config, stop).await;
        let stopped = cluster.stop().await;
        served.and(stopped).map(|()| ExitCode::SUCCESS)
    }

    /// Runs web and worker on the cluster until `stop`, or until one of the three ends.
    async fn serve(
        &self,
        cluster: &mut Cluster,
        mut config: Config,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        cluster.create_database_if_missing(DATABASE).await?;
        config.database_url = Secret::new(cluster.url(DATABASE));
        config.files.dir = std::path::absolute(self.data_dir.join("files"))?;
        // 52 letters of 5 bits each are the 256 bits that it is to have.
        let secret = kept::secret(&self.data_dir.join("session-secret"), 52)?;
        config.session_secrets = SessionSecrets::new(Secret::new(secret), None);
        let web = Web::start(config.clone(), Clock::system(), true).await?;
        let sign_in = demo::sign_in(web.app(), &self.data_dir, !self.no_demo).await?;
        self.greet(&web.address(), sign_in, config.outbox.is_some())?;

        let mut services = JoinSet::new();
        services.spawn(web.serve(stop.clone()).map(Ok));
        services.spawn(worker::run(config, Clock::system(), stop.clone()));
        let mut outcome = tokio::select! {
            Some(ended) = services.join_next() => match ended? {
                Ok(()) if !stop.is_cancelled() => Err(anyhow!("a service ended by itself")),
                ended => ended,
            },
            reason = cluster.exited() => Err(reason),
        };
        stop.cancel();
        while let Some(ended) = services.join_next().await {
            outcome = outcome.and(ended?);
        }
        outcome
    }

    /// Says where it is and how to get in; on standard output, which nothing else writes to.
    fn greet(&self, address: &str, sign_in: Option<demo::SignIn>, outbox: bool) -> anyhow::Result<()> {
        let address = match address.parse::<SocketAddr>() {
            Ok(socket) => format!("http://{}", reached_at(socket)),
            Err(_) => address.to_owned(),
        };
        println!("\n  Xtablo is running at {address}\n");
        match sign_in {
            Some(demo::SignIn { email, password }) => {
                println!("  Sign in to the demo, or make an account of your own:");
                println!("    E-mail:   {email}");
                println!("    Password: {}", password.as_deref().unwrap_or("(the one you have set)"));
                let others: Vec<&str> = team::OTHERS.iter().map(|(_, email, _)| *email).collect();
                println!("  Its team has the password that it began with: {}", others.join(", "));
            }
            None => println!("  Sign in, or make an account: {address}/register"),
        }
        if outbox {
            println!("\n  No mail is sent: it is shown at {address}/dev/outbox");
        }
        let data = fs::canonicalize(&self.data_dir).context("the data folder is gone")?;
        println!("\n  Everything is kept in {}. Ctrl-C stops it.\n", data.display());
        Ok(())
    }
}

/// Links in mails lead to where this listens, unless DOMAIN says where else.
fn name_after(config: &mut Config, address: String) {
    if let Ok(socket) = address.parse::<SocketAddr>() {
        config.listen = Listen::Tcp(address);
        if config.domain.to_string() == "localhost" {
            config.domain = Domain::parse(&reached_at(socket)).unwrap_or_default();
        }
    }
}

/// Every address of this machine is none a browser can ask for; it wants one of them.
fn reached_at(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

/// Before anything is started: a port that is taken is the likeliest obstacle. Gives the address, with the port
/// that the system chose.
async fn free(listen: &Listen) -> anyhow::Result<String> {
    match Listener::bind(listen).await {
        Err(error) if error.downcast_ref().map(io::Error::kind) == Some(io::ErrorKind::AddrInUse) => Err(
            anyhow!("{listen} is taken: stop what listens there, or choose another address with --listen"),
        ),
        // It is let go of here, and taken again by web.
        bound => bound.map(|bound| bound.address()),
    }
}

/// While everything is stopping, a second Ctrl-C does not wait for it. PostgreSQL is stopped all the same, by its
/// keeper.
fn end_at_once_when_told_twice(stop: CancellationToken) -> io::Result<()> {
    // Ends with its terminal.
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = hangup.recv() => stop.cancel(),
            () = stop.cancelled() => {}
        }
        let again = async || -> io::Result<()> {
            let (mut interrupt, mut terminate) =
                (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            Ok(())
        };
        if again().await.is_ok() {
            std::process::exit(130);
        }
    });
    Ok(())
}
