//! `xtablo jobs`: the queue, from the operator's side.

use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::config::{Config, ConfigArgs};
use crate::queue::admin::{self, Entry, Filter, STATES};
use crate::{db, jobs};

/// See the jobs of the worker; run them again, or give them up
#[derive(Debug, clap::Args)]
pub(super) struct Jobs {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// The jobs enqueued last: id, state, queue, kind, attempts, when it is or was due, the last error
    List {
        #[arg(long, value_parser = PossibleValuesParser::new(STATES))]
        state: Option<String>,
        #[arg(long)]
        queue: Option<String>,
        #[arg(long)]
        kind: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
    /// All that is known of a job
    Show { id: Uuid },
    /// Run jobs again, from their first attempt: such as were given up, or wait for their next attempt
    Retry {
        #[arg(required_unless_present = "kind")]
        ids: Vec<Uuid>,
        /// Every discarded job of this kind
        #[arg(long, conflicts_with = "ids")]
        kind: Option<String>,
    },
    /// Give jobs up; one that runs is broken off
    Discard {
        #[arg(required = true)]
        ids: Vec<Uuid>,
    },
    /// How many jobs each queue has of each kind in each state, and how long the oldest has been due
    Stats,
}

impl Jobs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        db::migrations::check(&config.database_url).await?;
        let conn = &mut db::connect(&config.database_url).await?;
        match self.verb {
            Verb::List { state, queue, kind, limit } => {
                refuse_unknown_kind(conn, kind.as_deref()).await?;
                for job in admin::list(conn, &Filter { state, queue, kind }, limit).await? {
                    println!("{}", line(&job));
                }
            }
            Verb::Show { id } => show(conn, id).await?,
            Verb::Retry { ids, kind } => retry(conn, ids, kind).await?,
            Verb::Discard { ids } => {
                let done = admin::discard(conn, &ids, "discarded by an operator").await?;
                tell("discarded", &ids, &done)?;
            }
            Verb::Stats => stats(conn).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn line(job: &Entry) -> String {
    let error = job.last_error.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
    format!(
        "{}\t{}\t{}\t{}\t{}/{}\t{}\t{error}",
        job.id,
        job.state,
        job.queue,
        job.kind,
        job.attempt,
        job.max_attempts,
        time(job.run_at)
    )
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

async fn show(conn: &mut AsyncPgConnection, id: Uuid) -> anyhow::Result<()> {
    let job = admin::find(conn, id).await?.with_context(|| format!("there is no job {id}"))?;
    let lines = [
        ("id", Some(job.id.to_string())),
        ("kind", Some(job.kind)),
        ("queue", Some(job.queue)),
        ("state", Some(job.state)),
        ("payload", Some(job.payload.to_string())),
        ("priority", Some(job.priority.to_string())),
        ("attempts", Some(format!("{} of {}", job.attempt, job.max_attempts))),
        ("enqueued", Some(time(job.created_at))),
        ("due", Some(time(job.run_at))),
        ("finished", job.finished_at.map(time)),
        ("leased by", job.leased_by),
        ("leased until", job.lease_until.map(time)),
        ("unique key", job.unique_key),
        ("last error", job.last_error),
    ];
    for (name, value) in lines {
        if let Some(value) = value {
            println!("{:<14}{value}", format!("{name}:"));
        }
    }
    Ok(())
}

async fn retry(conn: &mut AsyncPgConnection, ids: Vec<Uuid>, kind: Option<String>) -> anyhow::Result<()> {
    if kind.is_none() {
        let done = admin::retry(conn, &ids).await?;
        return tell("retried", &ids, &done);
    }
    refuse_unknown_kind(conn, kind.as_deref()).await?;
    let discarded = Filter { state: Some("discarded".to_owned()), kind, ..Filter::default() };
    let jobs = admin::list(conn, &discarded, i64::MAX).await?;
    let ids: Vec<Uuid> = jobs.into_iter().map(|job| job.id).collect();
    println!("retried {} jobs", admin::retry(conn, &ids).await?.len());
    Ok(())
}

/// A misspelt kind would have nothing retried, and look as if nothing had to be. A version before this one, or after it, may
/// have enqueued kinds that this one lacks.
async fn refuse_unknown_kind(conn: &mut AsyncPgConnection, kind: Option<&str>) -> anyhow::Result<()> {
    let known = jobs::kind_names();
    let Some(kind) = kind.filter(|kind| !known.contains(kind)) else { return Ok(()) };
    let filter = Filter { kind: Some(kind.to_owned()), ..Filter::default() };
    if admin::list(conn, &filter, 1).await?.is_empty() {
        bail!("there is no kind of job named {kind}; there are {}", known.join(", "));
    }
    Ok(())
}

/// Says what was done, and fails where something was not.
fn tell(did: &str, asked: &[Uuid], done: &[Uuid]) -> anyhow::Result<()> {
    for id in done {
        println!("{did} {id}");
    }
    let not: Vec<String> = asked.iter().filter(|id| !done.contains(id)).map(Uuid::to_string).collect();
    if !not.is_empty() {
        bail!("not {did}, since in no state for it or not there: {}", not.join(", "));
    }
    Ok(())
}

async fn stats(conn: &mut AsyncPgConnection) -> anyhow::Result<()> {
    for count in admin::counts(conn).await? {
        println!("{}\t{}\t{}\t{}", count.queue, count.kind, count.state, count.jobs);
    }
    for depth in admin::depths(conn).await? {
        println!(
            "{}: {} due, the oldest for {:.1} s; {} later; {} running",
            depth.queue, depth.due, depth.oldest_age, depth.later, depth.running
        );
    }
    Ok(())
}
