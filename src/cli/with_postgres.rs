//! `xtablo with-postgres`: runs a command beside a PostgreSQL of its own.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

use crate::cluster::{Cluster, Options};

/// Run a command with a private PostgreSQL, which is removed afterwards
///
/// The command finds it in TEST_DATABASE_URL, as a superuser who may create databases.
#[derive(Debug, clap::Args)]
pub struct WithPostgres {
    /// Keep the cluster in this folder instead of a temporary one
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Let it wait for the disk, as in production
    #[arg(long)]
    durable: bool,
    /// The command and its arguments
    #[arg(trailing_var_arg = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl WithPostgres {
    /// Answers with the command's own exit code.
    ///
    /// # Errors
    /// A cluster that does not start, or a command that does not.
    pub async fn run(self) -> Result<ExitCode> {
        let options = if self.durable { Options::durable() } else { Options::forgetful() };
        let mut cluster = match &self.data_dir {
            Some(folder) => Cluster::open(folder, options).await?,
            None => Cluster::temporary(options).await?,
        };
        let (program, arguments) = self.command.split_first().context("there is no command to run")?;
        let child = Command::new(program)
            .args(arguments)
            .env("TEST_DATABASE_URL", cluster.url("postgres"))
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()));
        let status = match child {
            Ok(child) => wait(child).await,
            Err(error) => Err(error),
        };
        cluster.stop().await?;
        Ok(exit_code(status?))
    }
}

/// Waits for the child, and hands on the signals that ask us to end.
async fn wait(mut child: Child) -> Result<ExitStatus> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // A terminal has sent its Ctrl-C to the child as well: a second one would mean "at once".
    let from_terminal = std::io::stdin().is_terminal();
    loop {
        let signal = tokio::select! {
            status = child.wait() => return Ok(status?),
            _ = interrupt.recv() => Signal::INT,
            _ = terminate.recv() => Signal::TERM,
        };
        let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(pid) = pid.filter(|_| !(from_terminal && signal == Signal::INT)) {
            kill_process(pid, signal)?;
        }
    }
}

/// As a shell has it: 128 and the signal for a command that a signal ended.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
}
