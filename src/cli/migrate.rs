//! `xtablo migrate`

use std::process::ExitCode;

use crate::config::{Config, ConfigArgs};
use crate::db::migrations;

/// Apply pending migrations to the database
#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    /// Run them on the real data in one transaction, and roll it back
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let url = Config::load(&self.config.source())?.database_url;
        let (versions, did) = if self.dry_run {
            (migrations::rehearse(&url).await?, "would be applied (rolled back)")
        } else {
            (migrations::migrate(&url).await?, "applied")
        };
        for version in &versions {
            println!("{version} {did}");
        }
        if versions.is_empty() {
            println!("nothing to do: the database has every migration of this version");
        }
        Ok(ExitCode::SUCCESS)
    }
}
