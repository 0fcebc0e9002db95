//! `xtablo migrate`

use std::process::ExitCode;

use clap::Subcommand;

use super::backup::remove_surplus;
use crate::app::Clock;
use crate::backup::{self, Backups, Content};
use crate::config::{Config, ConfigArgs};
use crate::db::{self, migrations};
use crate::models::user::User;
use crate::telemetry;

/// Apply pending migrations to the database
#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    #[command(subcommand)]
    down: Option<Verb>,
    /// Run them on the real data in one transaction, and roll it back
    #[arg(long)]
    dry_run: bool,
    /// Dump the database to BACKUP_DIR first, where there is something to apply or to take back
    #[arg(long, conflicts_with = "dry_run")]
    backup: bool,
    /// Then remove all but the newest so many of these dumps
    #[arg(long, value_name = "N", requires = "backup", value_parser = clap::value_parser!(u32).range(1..))]
    keep: Option<u32>,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Take the newest migration back, and what it added with it, so that an older version fits the database again
    Down {
        /// Take back all that came after this one
        #[arg(long, value_name = "MIGRATION")]
        to: Option<String>,
        /// Do it; without this it is only said what would be done
        #[arg(long)]
        yes: bool,
    },
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.clone().source())?;
        // It tells for whom a step waits.
        telemetry::init_log(&config.log);
        let done = match &self.down {
            Some(Verb::Down { to, yes }) => self.down(&config, to.as_deref(), *yes).await,
            None => self.up(&config).await,
        };
        done.map_err(|error| backup::advise(error, &config))
    }

    async fn up(&self, config: &Config) -> anyhow::Result<ExitCode> {
        let url = &config.database_url;
        if self.backup
            && let Some(first) = migrations::pending(url).await?.first()
        {
            self.dump(config, first).await?;
        }
        let (versions, did) = if self.dry_run {
            (migrations::rehearse(url).await?, "would be applied (rolled back)")
        } else {
            let applied = migrations::migrate(url).await?;
            User::renew_canonical_emails(&mut db::connect(url).await?).await?;
            (applied, "applied")
        };
        for version in &versions {
            println!("{version} {did}");
        }
        if versions.is_empty() {
            println!("nothing to do: the database has every migration of this version");
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn down(&self, config: &Config, to: Option<&str>, yes: bool) -> anyhow::Result<ExitCode> {
        let url = &config.database_url;
        let steps = migrations::above(url, to).await?;
        let Some(last) = steps.last() else {
            println!("nothing to do: there is no migration to take back");
            return Ok(ExitCode::SUCCESS);
        };
        if !yes {
            for version in &steps {
                println!("{version} would be taken back");
            }
            eprintln!(
                "xtablo: what these migrations added would be lost, with what was written there; --yes does it"
            );
            return Ok(ExitCode::FAILURE);
        }
        if self.backup {
            self.dump(config, last).await?;
        }
        for version in migrations::revert(url, to).await? {
            println!("{version} taken back");
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn dump(&self, config: &Config, version: &str) -> anyhow::Result<()> {
        let backups = Backups::open(&config.backup_dir).await?;
        let content = Content::BeforeMigration(version.to_owned());
        if let Some(made) = backup::create(config, &backups, content, Clock::system().now()).await? {
            println!("made {}", made.path.display());
        }
        remove_surplus(&backups, self.keep, true)
    }
}
