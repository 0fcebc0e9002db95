//! `xtablo check-config`

use std::process::ExitCode;

use crate::config::{Config, ConfigArgs};

/// Say everything that is wrong with the configuration, by name; exit code 78 if anything is
#[derive(Debug, clap::Args)]
pub(super) struct CheckConfig {
    #[command(flatten)]
    config: ConfigArgs,
}

impl CheckConfig {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        Config::load(&self.config.source())?;
        println!("the configuration is good");
        Ok(ExitCode::SUCCESS)
    }
}
