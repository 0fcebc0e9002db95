//! `xtablo files`: the stores, from the operator's side.

use std::process::ExitCode;

use chrono::{TimeDelta, Utc};
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use diesel_async::AsyncPgConnection;
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::{Config, ConfigArgs};
use crate::db;
use crate::garbage::{self, GRACE, Plan};
use crate::instance::{self, Census, Owner};
use crate::relocation::{self, Relocation};
use crate::storage::{Storage, Store};
use crate::verification;

/// See to it that the stores hold the files, all of them, whole, and nothing else
#[derive(Debug, clap::Args)]
pub(super) struct Files {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Remove what no file needs any more, as the worker does every night
    Gc {
        /// Only say what would be removed
        #[arg(long)]
        dry_run: bool,
        /// How old an unfinished upload, or an object that the database does not know, has to be
        #[arg(long, value_name = "HOURS", default_value_t = GRACE.num_hours(), value_parser = clap::value_parser!(i64).range(0..))]
        min_age: i64,
    },
    /// Read every object and compare it with the database; exit code 1 if any is missing, damaged or too many
    Verify,
    /// Move every object to the other store, while the services run; again, it goes on where it was broken off
    Move {
        #[arg(long, value_parser = PossibleValuesParser::new(Store::ALL.iter().map(|store| store.word())))]
        to: String,
    },
    /// Make the stores this instance's, as after a restore on another host; without --yes only say what that means
    Adopt {
        /// Do it: whichever instance they belonged to must be no more
        #[arg(long)]
        yes: bool,
    },
}

impl Files {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        db::migrations::check(&config.database_url).await?;
        let (conn, storage) = (&mut db::connect(&config.database_url).await?, Storage::new(&config.files)?);
        match self.verb {
            Verb::Gc { dry_run, min_age } => {
                let grace = TimeDelta::try_hours(min_age).unwrap_or(TimeDelta::MAX);
                gc(conn, &storage, Plan { grace, dry_run, ..Plan::at(Utc::now()) }).await
            }
            Verb::Verify => verify(conn, &storage).await,
            Verb::Move { to } => {
                let to = Store::parse(&to).unwrap_or(Store::Local);
                relocate(conn, &storage, to).await
            }
            Verb::Adopt { yes } => adopt(conn, &storage, yes).await,
        }
    }
}

async fn gc(conn: &mut AsyncPgConnection, storage: &Storage, plan: Plan) -> anyhow::Result<ExitCode> {
    let did = if plan.dry_run { "would be removed" } else { "removed" };
    let say = |garbage: &garbage::Garbage| {
        println!("{did}\t{}\t{}\t{}", garbage.place.store.word(), garbage.place.key, garbage.why);
    };
    let count = garbage::collect(conn, storage, plan, say).await?;
    println!("{count} objects {did}");
    Ok(ExitCode::SUCCESS)
}

async fn verify(conn: &mut AsyncPgConnection, storage: &Storage) -> anyhow::Result<ExitCode> {
    let bar = bar(relocation::total(conn, None).await?);
    let say = |finding: &verification::Finding| bar.suspend(|| println!("{finding}"));
    let report = verification::verify(conn, storage, say, |bytes| bar.inc(bytes)).await?;
    bar.finish_and_clear();
    println!("{} objects read, {} wrong", report.read, report.wrong);
    Ok(if report.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn relocate(conn: &mut AsyncPgConnection, storage: &Storage, to: Store) -> anyhow::Result<ExitCode> {
    let bar = bar(relocation::total(conn, Some(to)).await?);
    let say = |failure: &str| bar.suspend(|| println!("{failure}"));
    let Relocation { moved, failed } =
        relocation::relocate(conn, storage, to, say, |bytes| bar.inc(bytes)).await?;
    bar.finish_and_clear();
    println!("{moved} objects moved to {}, {failed} not", storage.describe(to));
    if to != storage.default_store() {
        println!(
            "New files still go to {}: change the settings, restart the services, and move once more",
            storage.describe(storage.default_store())
        );
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn adopt(conn: &mut AsyncPgConnection, storage: &Storage, yes: bool) -> anyhow::Result<ExitCode> {
    let own = instance::known_id(conn).await?;
    let mut left = false;
    for store in Store::ALL.iter().copied().filter(|store| storage.has(*store)) {
        let (name, owner) = (storage.describe(store), instance::owner(storage, store, own).await?);
        let of = match owner {
            Owner::ThisInstance => {
                println!("{name} is this instance's ({own})");
                continue;
            }
            Owner::Nobody => "belongs to no instance yet".to_owned(),
            Owner::Another(other) => format!("belongs to the instance {other}; this is {own}"),
        };
        let Census { objects, strangers } = instance::census(conn, storage, store).await?;
        println!("{name} {of}. It has {objects} objects, {strangers} of which this database does not know");
        if yes {
            instance::adopt(storage, store, own).await?;
            println!("{name} is this instance's now");
        }
        left |= !yes;
    }
    if left {
        eprintln!(
            "xtablo: the clean-up at night would remove what this database does not know, a day after it was written: \
             make sure that no other instance has its files there; --yes takes all of the stores over"
        );
    }
    Ok(if left { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Of so many bytes; on a terminal alone.
fn bar(bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
