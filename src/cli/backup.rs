//! `xtablo backup`: backups, made, listed, proved and restored.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use clap::builder::PossibleValuesParser;

use crate::app::Clock;
use crate::backup::{self, Backups, Content, Made, Manifest, Restoring, StoredFile};
use crate::config::{Config, ConfigArgs};
use crate::storage::{Storage, Store};
use crate::{db, instance};

/// Back up the database and the files to BACKUP_DIR; list, prove and restore backups
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a backup, while everything goes on
    Create {
        /// Then remove all but the newest so many
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        keep: Option<u32>,
    },
    /// The backups there are, oldest first: name, size, migration, what is in it
    List,
    /// Check every hash, restore into a scratch database, and compare
    Verify {
        /// A name from the list, or a path; the newest unless given
        backup: Option<String>,
    },
    /// Put a backup in the place of what is there; web and worker must be stopped
    Restore {
        /// A name from the list, or a path
        backup: String,
        /// Replace what the database holds
        #[arg(long)]
        force: bool,
        /// Do not back up first what the database holds, as where it cannot be read any more
        #[arg(long)]
        no_backup: bool,
        /// Put all files into this store, whichever they were in
        #[arg(long, value_name = "STORE", value_parser = PossibleValuesParser::new(Store::ALL.iter().map(|store| store.word())))]
        to: Option<String>,
    },
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        let folder = &config.backup_dir;
        match self.verb {
            Verb::Create { keep } => create(&config, keep).await?,
            Verb::List => list(&config)?,
            Verb::Verify { backup } => {
                let backups = Backups::open(folder).await?;
                let (path, manifest) = Backups::find(folder, backup.as_deref())?;
                backup::verify(&backups, &config.database_url, &path, &manifest).await?;
                println!("{} is good: {}", path.display(), summary(&manifest));
            }
            Verb::Restore { backup, force, no_backup, to } => {
                let (path, manifest) = Backups::find(folder, Some(&backup))?;
                let to = to.as_deref().and_then(Store::parse);
                let how = Restoring { force, backup_first: !no_backup, to, now: Clock::system().now() };
                backup::restore(&config, &path, &manifest, how, say_replaced).await?;
                println!("restored {}: {}", path.display(), summary(&manifest));
                say_not_ours(&config).await;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Says of which stores nothing will be removed, because they are another instance's. What was restored is good all the same.
async fn say_not_ours(config: &Config) {
    let refusals = async {
        instance::refusals(&mut db::connect(&config.database_url).await?, &Storage::new(&config.files)?).await
    };
    match refusals.await {
        Ok(refusals) => refusals.iter().for_each(|refusal| eprintln!("xtablo: {refusal}")),
        Err(error) => eprintln!("xtablo: nobody can tell whose the store of the files is: {error:#}"),
    }
}

/// Says where the backup is of what is replaced, and what is wrong with it, which the restoring may be to mend.
fn say_replaced(made: &Made) {
    println!("made {}: {}", made.path.display(), summary(&made.manifest));
    for wrong in wrong(made) {
        eprintln!("xtablo: {wrong}");
    }
}

async fn create(config: &Config, keep: Option<u32>) -> anyhow::Result<()> {
    let backups = Backups::open(&config.backup_dir).await?;
    let made = backup::create(config, &backups, Content::Everything, Clock::system().now()).await?;
    let made = made.context("the database has no migration yet: there is nothing to back up")?;
    println!("made {}: {}", made.path.display(), summary(&made.manifest));
    remove_surplus(&backups, keep, false)?;
    let wrong = wrong(&made);
    if !wrong.is_empty() {
        bail!("the backup of the database is good, but {}", wrong.join("; and "));
    }
    let noted = backup::note_success(config, made.manifest.created_at).await;
    noted.context("the backup is good, but that cannot be noted in the database, for the metrics")
}

/// What was found wrong elsewhere while the backup was made.
fn wrong(made: &Made) -> Vec<String> {
    let of = |fate: fn(&StoredFile) -> bool| {
        let mut files = made.manifest.files.iter().flatten().filter(|file| fate(file));
        files.next().map(|first| (first, 1 + files.count()))
    };
    let mut wrong = Vec::new();
    if let Some((first, count)) = of(|file| file.unreadable) {
        wrong.push(format!(
            "{count} files could not be read, such as {} in the store {} ({}), and {} of them are not in it: its \
             manifest.json has them as unreadable",
            first.key,
            first.store,
            made.unreadable.as_deref().unwrap_or_default(),
            of(|file| file.unreadable && file.lost).map_or(0, |(_, count)| count),
        ));
    }
    if let Some((first, count)) = of(|file| file.was_lost() && file.lost) {
        wrong.push(format!(
            "{count} files were lost or damaged before it was made, such as {} in the store {}: `xtablo files verify` \
             names them all",
            first.key, first.store
        ));
    }
    if let Some((first, count)) = of(|file| file.was_lost() && file.rescued) {
        wrong.push(format!(
            "it has {count} files from an earlier one, because their store has lost or damaged them, such as {} in \
             the store {}: `xtablo files verify` names them all",
            made.path.join(first.path()).display(),
            first.store
        ));
    }
    if let Some(first) = made.damaged.first() {
        wrong.push(format!("{} files of earlier ones are damaged: {first}", made.damaged.len()));
    }
    wrong
}

/// Removes what `--keep` leaves no room for, and says so.
pub(super) fn remove_surplus(
    backups: &Backups,
    keep: Option<u32>,
    before_migration: bool,
) -> anyhow::Result<()> {
    let Some(keep) = keep else { return Ok(()) };
    for name in backups.keep(keep.try_into()?, before_migration)? {
        println!("removed {name}");
    }
    Ok(())
}

fn list(config: &Config) -> anyhow::Result<()> {
    for backup in Backups::list(&config.backup_dir)? {
        match backup.manifest {
            Ok(manifest) => println!("{}\t{}", backup.name, summary(&manifest)),
            Err(error) => println!("{}\tdamaged: {error:#}", backup.name),
        }
    }
    Ok(())
}

fn summary(manifest: &Manifest) -> String {
    let rows: i64 = manifest.tables.iter().map(|table| table.rows).sum();
    let files = manifest.files.as_deref();
    let bytes =
        files.iter().copied().flatten().map(|file| file.part.size).sum::<u64>() + manifest.database.size;
    let missing = files.iter().copied().flatten().filter(|file| file.lost).count();
    let without = if missing == 0 { String::new() } else { format!(", {missing} of them missing") };
    let files =
        files.map_or_else(|| "no files".to_owned(), |files| format!("{} files{without}", files.len()));
    let last = &manifest.last_migration;
    format!("{bytes} bytes, migration {last}, {} tables with {rows} rows, {files}", manifest.tables.len())
}
