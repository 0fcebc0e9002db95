//! `xtablo check-config`

use std::process::ExitCode;

use anyhow::bail;

use crate::cluster::Clients;
use crate::config::{self, Config, ConfigArgs, ConfigErrors};
use crate::db::{self, Fitness, ServerState};
use crate::jobs;
use crate::storage::{Probe, Storage};

/// Say everything that is wrong with the configuration, by name; exit code 78 if anything is
#[derive(Debug, clap::Args)]
pub(super) struct CheckConfig {
    /// Take it that secrets which are not given will be there when the services start
    #[arg(long)]
    except_secrets: bool,
    /// Also connect to PostgreSQL, and write, read and delete an object in the store of the files
    #[arg(long, conflicts_with = "except_secrets")]
    online: bool,
    /// Check nothing: print every setting with its meaning and its default, as an environment file
    #[arg(long, conflicts_with_all = ["except_secrets", "online"])]
    example: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

impl CheckConfig {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        if self.example {
            print!("{}", config::example());
            return Ok(ExitCode::SUCCESS);
        }
        let source = self.config.source();
        let config =
            if self.except_secrets { Config::load_except_secrets(&source)? } else { Config::load(&source)? };
        jobs::queues(&config.worker_queues)?;
        let unknown = source.unknown();
        if !unknown.is_empty() {
            return Err(ConfigErrors { unknown, ..ConfigErrors::default() }.into());
        }
        // What is not given is no secret that is missing, as far as one can see from here.
        for warning in config.warnings().into_iter().filter(|_| !self.except_secrets) {
            eprintln!("warning: {warning}");
        }
        println!("the configuration is good");
        if self.online { try_services(&config).await } else { Ok(ExitCode::SUCCESS) }
    }
}

/// Says of each service that the settings name how it answers.
async fn try_services(config: &Config) -> anyhow::Result<ExitCode> {
    let database = try_database(config).await;
    let probed = Storage::new(&config.files)?.probe().await;
    let files = probed.map(|Probe { store, took }| {
        format!("{store} took an object, gave it back and deleted it, in {} ms", took.as_millis())
    });
    let mut code = ExitCode::SUCCESS;
    for answer in [database, files] {
        match answer {
            Ok(said) => println!("{said}"),
            Err(error) => {
                eprintln!("xtablo: {error:#}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// How PostgreSQL answers, and whether it is one to work with.
async fn try_database(config: &Config) -> anyhow::Result<String> {
    let mut conn = db::connect(&config.database_url).await?;
    let server = ServerState::ask(&mut conn).await?;
    let version = &server.version;
    match server.fitness() {
        Fitness::TooOld { oldest } => {
            bail!("PostgreSQL is of version {version}, which is too old: {oldest} or newer is needed")
        }
        Fitness::Newer { newest_tried } => {
            eprintln!(
                "warning: PostgreSQL is of version {version}; the newest that Xtablo was tried with is {newest_tried}"
            );
        }
        Fitness::Tried => {}
    }
    if !server.takes_writes {
        bail!("PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on");
    }
    // Where no backup is made, none is needed.
    match Clients::find(server.major.unsigned_abs()) {
        Ok(clients) => println!("pg_dump of version {} fits it", clients.major),
        Err(error) => eprintln!("warning: no backup can be made from here: {error:#}"),
    }
    Ok(format!("PostgreSQL answers: version {version}"))
}
