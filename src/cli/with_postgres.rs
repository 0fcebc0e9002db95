//! `xtablo with-postgres`: runs a command beside a PostgreSQL of its own.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{self, SignalKind};

use crate::cluster::{Cluster, Options};

/// Run a command with a private PostgreSQL, which is removed afterwards
///
/// The command finds it in TEST_DATABASE_URL, as a superuser who may create databases.
#[derive(Debug, clap::Args)]
pub(super) struct WithPostgres {
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
    pub(super) async fn run(self) -> Result<ExitCode> {
        // From now on: one that comes while the command starts must not go past it.
        let mut signals = Signals::listen()?;
        let options = if self.durable { Options::durable() } else { Options::forgetful() };
        let open = async {
            match &self.data_dir {
                Some(folder) => Cluster::open(folder, options).await,
                None => Cluster::temporary(options).await,
            }
        };
        let mut cluster = tokio::select! {
            cluster = open => cluster?,
            signal = signals.next() => return Ok(exit_code(ExitStatus::from_raw(signal.as_raw()))),
        };
        let (program, arguments) = self.command.split_first().context("there is no command to run")?;
        let child = Command::new(program)
            .args(arguments)
            .env("TEST_DATABASE_URL", cluster.url("postgres"))
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()));
        let status = match child {
            Ok(child) => wait(child, signals).await,
            Err(error) => Err(error),
        };
        cluster.stop().await?;
        Ok(exit_code(status?))
    }
}

/// Waits for the child, and hands on the signals that ask us to end.
async fn wait(mut child: Child, mut signals: Signals) -> Result<ExitStatus> {
    // A terminal has sent its Ctrl-C to the child as well: a second one would mean "at once".
    let from_terminal = std::io::stdin().is_terminal();
    loop {
        let signal = tokio::select! {
            status = child.wait() => return Ok(status?),
            signal = signals.next() => signal,
        };
        let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(pid) = pid.filter(|_| !(from_terminal && signal == Signal::INT)) {
            kill_process(pid, signal)?;
        }
    }
}

/// The signals that ask us to end.
struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        let interrupt = unix::signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: unix::signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::INT,
            _ = self.terminate.recv() => Signal::TERM,
        }
    }
}

/// As a shell has it: 128 and the signal for a command that a signal ended.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
}
