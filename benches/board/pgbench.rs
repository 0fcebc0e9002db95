//! The same SQL without us: what PostgreSQL's own client gets out of it.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::load::{CONNECTIONS, Outcome};

/// What `GET /boards/{board_id}` asks.
pub const PAGE: &str = include_str!("page.sql");
/// What `POST /cards/{card_id}/move` asks and writes.
pub const MOVE: &str = include_str!("move.sql");

/// A change of one row, and the same with a signal in its transaction.
pub const PLAIN: &str = "BEGIN;\n\\set id random(1, 1000)\nINSERT INTO bench_rows VALUES (:id);\nCOMMIT;\n";
pub const NOTIFYING: &str =
    "BEGIN;\n\\set id random(1, 1000)\nINSERT INTO bench_rows VALUES (:id);\nNOTIFY bench;\nCOMMIT;\n";

/// Commits a second of a script on a table `bench_rows`, by so many clients.
pub fn rate(url: &str, script: &str, length: Duration, clients: usize) -> Result<f64> {
    let file = std::env::temp_dir().join(format!("xtablo-bench-{}.sql", std::process::id()));
    std::fs::write(&file, script)?;
    let mut command = Command::new(program());
    command.args(["--no-vacuum", "--jobs=2", "--client", &clients.to_string()]);
    command.args(["--time", &length.as_secs().max(1).to_string()]).arg("--file").arg(&file).arg(url);
    let output = command.output().context("pgbench cannot be run")?;
    std::fs::remove_file(&file)?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "pgbench: {text}{}", String::from_utf8_lossy(&output.stderr));
    let rest = text.split_once("tps = ").with_context(|| format!("no rate in {text}"))?.1;
    Ok(rest.split([' ', '\n']).next().unwrap_or_default().parse()?)
}

/// Runs a script for a while, with prepared statements. A request is a transaction.
pub fn run(url: &str, script: &str, length: Duration, variables: &[(&str, String)]) -> Result<Outcome> {
    let file = std::env::temp_dir().join(format!("xtablo-bench-{}.sql", std::process::id()));
    std::fs::write(&file, script)?;
    let connections = CONNECTIONS.to_string();
    let output = Command::new(program())
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--client", &connections])
        .args(["--time", &length.as_secs().max(1).to_string()])
        .args(variables.iter().map(|(name, value)| format!("--define={name}={value}")))
        .arg("--file")
        .arg(&file)
        .arg(url)
        .output()
        .context("pgbench cannot be run: it comes with PostgreSQL's client, or set PG_BIN")?;
    std::fs::remove_file(&file)?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "pgbench: {text}{}", String::from_utf8_lossy(&output.stderr));
    let figure = |label: &str| -> Result<f64> {
        let rest = text.split_once(label).with_context(|| format!("no {label:?} in {text}"))?.1;
        Ok(rest.split([' ', '/', '\n']).next().unwrap_or_default().parse()?)
    };
    let transactions = figure("actually processed: ")?;
    let elapsed = Duration::from_secs_f64(transactions / figure("tps = ")?);
    Ok(Outcome { requests: transactions as usize, elapsed, p50: None, p99: None, bytes: 0 })
}

/// In `PG_BIN`, or the newest of Debian's folders, or on the PATH.
fn program() -> PathBuf {
    let own = std::env::var_os("PG_BIN").map(PathBuf::from);
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).max();
    own.or(newest).map_or_else(|| PathBuf::from("pgbench"), |folder| folder.join("pgbench"))
}
