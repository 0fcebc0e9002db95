//! `xtablo mail`: mail that comes in.

use std::io::Read;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use fluent_bundle::FluentArgs;

use crate::app::{App, Clock};
use crate::config::{Config, ConfigArgs};
use crate::db;
use crate::locales::Messages;
use crate::replies::{self, MESSAGE_MOST, Outcome};
use crate::telemetry;

/// `sysexits.h`, which mail servers know: refused for good, and to be tried again.
const EX_NOPERM: u8 = 77;
const EX_TEMPFAIL: u8 = 75;

/// Take mail that comes in
#[derive(Debug, clap::Args)]
pub(super) struct Mail {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a comment of one message from standard input, as the pipe transport of a mail server calls it. Exits 77 with the
    /// reason where it is refused, 75 where it is to be tried again
    Receive {
        /// The address that it came to; without it the message's head says it
        #[arg(long)]
        recipient: Option<String>,
    },
}

impl Mail {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        telemetry::init_log(&config.log);
        let Verb::Receive { recipient } = self.verb;
        match receive(config, recipient.as_deref()).await {
            Ok(code) => Ok(code),
            Err(error) => {
                eprintln!("xtablo: {error:#}");
                Ok(ExitCode::from(EX_TEMPFAIL))
            }
        }
    }
}

async fn receive(config: Config, recipient: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut raw = Vec::new();
    // One byte more than may be tells that it is too much; the rest is read, or the server would take a closed pipe for a failure.
    let mut input = std::io::stdin().lock();
    (&mut input).take(MESSAGE_MOST + 1).read_to_end(&mut raw).context("standard input")?;
    std::io::copy(&mut input, &mut std::io::sink()).context("standard input")?;
    db::migrations::check(&config.database_url).await?;
    let app = App::new(config, Clock::system())?;
    let (outcome, language) = replies::take(&app, &raw, recipient).await?;
    match outcome {
        Outcome::Taken { comment_id } => tracing::info!(%comment_id, "a reply became a comment"),
        Outcome::Known => tracing::info!("a reply came again"),
        Outcome::Refused(refused) => {
            tracing::info!(reason = refused.word(), "a reply was refused");
            if !replies::is_to_be_told(&app, &raw).await? {
                return Ok(ExitCode::SUCCESS);
            }
            let said = Messages::load(language)?
                .text(&format!("mail-refused-{}", refused.word()), &FluentArgs::default())
                .context("no words for it")?;
            println!("{said}");
            return Ok(ExitCode::from(EX_NOPERM));
        }
    }
    Ok(ExitCode::SUCCESS)
}
