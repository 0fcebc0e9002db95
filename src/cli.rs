//! The commands: `xtablo` and its subcommands, one file each, and what the three binaries have in common.

mod backup;
mod board;
mod check_config;
mod dev;
mod export;
mod files;
mod healthcheck;
mod jobs;
mod mail;
mod migrate;
mod search;
mod user;
mod with_postgres;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use rustix::fs::Mode;
use rustix::process::umask;

use crate::app::Clock;
use crate::config::{Config, ConfigArgs, ConfigErrors, EXIT_CONFIG};
use crate::web::Web;
use crate::{server, telemetry, worker};

/// Xtablo, a self-hosted team board
#[derive(Debug, Parser)]
#[command(version, about)]
struct Xtablo {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Dev(dev::Dev),
    Migrate(migrate::Migrate),
    CheckConfig(check_config::CheckConfig),
    Backup(backup::Backup),
    Healthcheck(healthcheck::Healthcheck),
    User(user::User),
    Board(board::Board),
    Export(export::Export),
    Jobs(jobs::Jobs),
    Files(files::Files),
    Mail(mail::Mail),
    Search(search::Search),
    WithPostgres(with_postgres::WithPostgres),
}

/// `xtablo`
pub async fn xtablo() -> ExitCode {
    let command = Xtablo::parse().command;
    // The command that it runs keeps the mode its own files have.
    if !matches!(command, Command::WithPostgres(_)) {
        keep_files_private();
    }
    finish(match command {
        Command::Dev(command) => command.run().await,
        Command::Migrate(command) => command.run().await,
        Command::CheckConfig(command) => command.run().await,
        Command::Backup(command) => command.run().await,
        Command::Healthcheck(command) => command.run().await,
        Command::Board(command) => command.run().await,
        Command::Export(command) => command.run().await,
        Command::User(command) => command.run().await,
        Command::Jobs(command) => command.run().await,
        Command::Files(command) => command.run().await,
        Command::Mail(command) => command.run().await,
        Command::Search(command) => command.run().await,
        Command::WithPostgres(command) => command.run().await,
    })
}

/// The web service of Xtablo: applies pending migrations, then serves until SIGTERM
#[derive(Debug, Parser)]
#[command(name = "xtablo-web", version, about)]
struct XtabloWeb {
    /// Leave migrations to `xtablo migrate`; refuse to start while any are pending
    #[arg(long)]
    no_migrate: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What these programs write, files of people and backups, is for their own user alone, whatever umask they were given.
fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// `xtablo-web`
pub async fn web() -> ExitCode {
    let args = XtabloWeb::parse();
    keep_files_private();
    let run = async || {
        let config = begin(args.config)?;
        let stop = server::stop_on_signals()?;
        Web::start(config, Clock::system(), !args.no_migrate).await?.serve(stop).await;
        Ok(ExitCode::SUCCESS)
    };
    finish(run().await)
}

/// The worker of Xtablo: does what must not happen inside a request, until SIGTERM
#[derive(Debug, Parser)]
#[command(name = "xtablo-worker", version, about)]
struct XtabloWorker {
    #[command(flatten)]
    config: ConfigArgs,
}

/// `xtablo-worker`
pub async fn worker() -> ExitCode {
    let args = XtabloWorker::parse();
    keep_files_private();
    let run = async || {
        let config = begin(args.config)?;
        worker::run(config, Clock::system(), server::stop_on_signals()?).await?;
        Ok(ExitCode::SUCCESS)
    };
    finish(run().await)
}

/// What both services begin with: their settings, their log, and room for many connections.
fn begin(args: ConfigArgs) -> anyhow::Result<Config> {
    let source = args.source();
    let config = Config::load(&source)?;
    telemetry::init_log(&config.log);
    for unknown in source.unknown() {
        tracing::warn!("{unknown}");
    }
    server::raise_open_files();
    Ok(config)
}

/// Says what went wrong, once, and picks the exit code.
fn finish(result: anyhow::Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtablo: {error:#}");
            if error.is::<ConfigErrors>() { ExitCode::from(EXIT_CONFIG) } else { ExitCode::FAILURE }
        }
    }
}
