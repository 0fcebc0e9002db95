//! `xtablo check-config`

use std::process::ExitCode;

use crate::config::{self, Config, ConfigArgs, ConfigErrors};
use crate::storage::{Probe, Storage};
use crate::{db, jobs};

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
    let database = db::connect(&config.database_url).await.map(|_| "PostgreSQL answers".to_owned());
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
