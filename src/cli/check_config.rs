//! `xtablo check-config`

use std::process::ExitCode;

use crate::config::{Config, ConfigArgs};
use crate::jobs;

/// Say everything that is wrong with the configuration, by name; exit code 78 if anything is
#[derive(Debug, clap::Args)]
pub(super) struct CheckConfig {
    /// Take it that secrets which are not given will be there when the services start
    #[arg(long)]
    except_secrets: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

impl CheckConfig {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let source = self.config.source();
        let config =
            if self.except_secrets { Config::load_except_secrets(&source)? } else { Config::load(&source)? };
        jobs::queues(&config.worker_queues)?;
        // What is not given is no secret that is missing, as far as one can see from here.
        for warning in config.warnings().into_iter().filter(|_| !self.except_secrets) {
            eprintln!("warning: {warning}");
        }
        println!("the configuration is good");
        Ok(ExitCode::SUCCESS)
    }
}
