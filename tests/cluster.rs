//! The private PostgreSQL: real servers, started, killed and taken over.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};
use xtablo::cluster::{Cluster, Options};

use crate::support::postgres::{data_of, pid, postmaster, processes, servers};

#[tokio::test]
async fn it_starts_answers_and_stops_leaving_nothing() {
    let mut cluster = Cluster::temporary(Options::forgetful()).await.unwrap();
    let data = data_of(&cluster.url("postgres"));
    let client = connect(&cluster.url("postgres")).await;
    assert_eq!(number(&client, "SELECT 1").await, 1);
    assert!(!servers(&data).is_empty());

    cluster.stop().await.unwrap();
    assert_eq!(servers(&data), []);
    drop(cluster);
    assert!(!data.parent().unwrap().exists());
}

#[tokio::test]
async fn a_dropped_cluster_leaves_nothing_either() {
    let cluster = Cluster::temporary(Options::forgetful()).await.unwrap();
    let data = data_of(&cluster.url("postgres"));
    drop(cluster);
    assert_eq!(servers(&data), []);
    assert!(!data.parent().unwrap().exists());
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_stop_and_after_a_crash() {
    let folder = TempDir::new().unwrap();
    let mut cluster = Cluster::open(&folder.path().join("pg"), Options::durable()).await.unwrap();
    cluster.create_database_if_missing("a \"board\" % & ?").await.unwrap();
    cluster.create_database_if_missing("a \"board\" % & ?").await.unwrap();
    let url = cluster.url("a \"board\" % & ?");
    let client = connect(&url).await;
    client.batch_execute("CREATE TABLE t AS SELECT 7 AS n").await.unwrap();

    cluster.crash().await.unwrap();
    assert!(tokio_postgres::connect(&url, NoTls).await.is_err());
    cluster.start().await.unwrap();
    assert_eq!(number(&connect(&url).await, "SELECT n FROM t").await, 7);

    cluster.stop().await.unwrap();
    drop(cluster);
    let again = Cluster::open(&folder.path().join("pg"), Options::durable()).await.unwrap();
    assert_eq!(number(&connect(&again.url("a \"board\" % & ?")).await, "SELECT n FROM t").await, 7);
}

#[tokio::test]
async fn a_server_that_ends_by_itself_is_noticed() {
    let mut cluster = Cluster::temporary(Options::forgetful()).await.unwrap();
    let data = data_of(&cluster.url("postgres"));
    kill(postmaster(&data), Signal::QUIT);
    assert!(cluster.exited().await.to_string().contains("ended by itself"));
}

#[tokio::test]
async fn a_killed_owner_takes_its_server_along() {
    let folder = TempDir::new().unwrap();
    let mut owner = Owner::start(&folder.path().join("pg"));
    fill(&owner.url).await;
    owner.kill();
    until("the keeper has stopped the server", || servers(&owner.data).is_empty());
    takes_over(&owner.data).await;
}

#[tokio::test]
async fn a_server_left_running_is_taken_over() {
    let folder = TempDir::new().unwrap();
    let mut owner = Owner::start(&folder.path().join("pg"));
    fill(&owner.url).await;
    let postmaster = postmaster(&owner.data);
    for child in children(owner.process.id()) {
        if child != postmaster {
            kill(child, Signal::KILL);
        }
    }
    owner.kill();
    assert!(servers(&owner.data).contains(&postmaster));
    takes_over(&owner.data).await;
}

#[tokio::test]
async fn backends_left_without_a_postmaster_are_taken_over() {
    let folder = TempDir::new().unwrap();
    let mut owner = Owner::start(&folder.path().join("pg"));
    fill(&owner.url).await;
    // Busy, so that it does not notice by itself for as long as the test may take.
    let client = connect(&owner.url).await;
    let busy = tokio::spawn(async move {
        client.batch_execute("DO $$ BEGIN LOOP END LOOP; END $$").await.unwrap_err();
    });
    let watcher = connect(&owner.url).await;
    let looping = "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'";
    while number(&watcher, looping).await == 0 {}
    let postmaster = postmaster(&owner.data);
    for child in children(owner.process.id()) {
        kill(child, Signal::KILL);
    }
    owner.kill();
    until("the postmaster has gone", || !servers(&owner.data).contains(&postmaster));
    assert!(!servers(&owner.data).is_empty());
    takes_over(&owner.data).await;
    busy.await.unwrap();
}

#[tokio::test]
async fn a_lock_file_that_names_a_stranger_is_no_obstacle() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("pg");
    let mut cluster = Cluster::open(&data, Options::forgetful()).await.unwrap();
    cluster.stop().await.unwrap();
    drop(cluster);
    let me = std::process::id();
    fs::write(data.join("postmaster.pid"), format!("{me}\n{}\n1\n5432\n.\n", data.display())).unwrap();
    fs::write(data.join(".s.PGSQL.5432.lock"), format!("{me}\n")).unwrap();
    let cluster = Cluster::open(&data, Options::forgetful()).await.unwrap();
    connect(&cluster.url("postgres")).await;
}

#[tokio::test]
async fn half_a_cluster_is_made_anew() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("pg");
    // What initdb was doing when its start was killed.
    fs::create_dir_all(folder.path().join("pg.new-1/base")).unwrap();
    let cluster = Cluster::open(&data, Options::forgetful()).await.unwrap();
    connect(&cluster.url("postgres")).await;
    assert!(!folder.path().join("pg.new-1").exists());
}

#[tokio::test]
async fn one_folder_has_one_owner() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("pg");
    let _first = Cluster::open(&data, Options::forgetful()).await.unwrap();
    let problem = problem(Cluster::open(&data, Options::forgetful()).await);
    assert!(problem.contains(&format!("in use by process {}", std::process::id())), "{problem}");
}

#[tokio::test]
async fn another_major_version_is_named() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("PG_VERSION"), "9\n").unwrap();
    let problem = problem(Cluster::open(folder.path(), Options::durable()).await);
    assert!(problem.contains("was made by PostgreSQL 9, but this machine has PostgreSQL 1"), "{problem}");
    assert!(!problem.contains('\n'));
}

#[tokio::test]
async fn a_folder_of_other_things_is_left_alone() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    let problem = problem(Cluster::open(folder.path(), Options::durable()).await);
    assert!(problem.contains("is not empty"), "{problem}");
    assert_eq!(fs::read_to_string(folder.path().join("letter.txt")).unwrap(), "dear");
}

#[test]
fn missing_binaries_are_one_line() {
    let empty = TempDir::new().unwrap();
    let output = with_postgres().args(["--", "true"]).env("PG_BIN", empty.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no working initdb and postgres"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_will_do() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("long".repeat(30)).join("pg");
    let mut cluster = Cluster::open(&data, Options::forgetful()).await.unwrap();
    let sockets = data_of(&cluster.url("postgres"));
    assert_ne!(sockets, data);
    connect(&cluster.url("postgres")).await;
    cluster.stop().await.unwrap();
    drop(cluster);
    assert!(!sockets.exists());
}

#[tokio::test]
async fn a_folder_that_only_its_owner_can_reach_will_do() {
    let folder = TempDir::new().unwrap();
    // As root's home is: the server runs as another user then.
    let hidden = folder.path().join("hidden");
    fs::DirBuilder::new().mode(0o700).create(&hidden).unwrap();
    symlink(&hidden, folder.path().join("link")).unwrap();
    let data = folder.path().join("link/pg");
    let mut cluster = Cluster::open(&data, Options::durable()).await.unwrap();
    connect(&cluster.url("postgres")).await.batch_execute("CREATE TABLE t ()").await.unwrap();
    cluster.crash().await.unwrap();
    cluster.start().await.unwrap();
    connect(&cluster.url("postgres")).await.batch_execute("TABLE t").await.unwrap();
    assert_ne!(servers(&hidden.join("pg")), []);
}

#[test]
fn a_command_beside_postgres_gives_its_exit_code() {
    let script = r#"test -n "$TEST_DATABASE_URL" && exit 7"#;
    let status = with_postgres().args(["--", "sh", "-c", script]).status().unwrap();
    assert_eq!(status.code(), Some(7));
}

#[test]
fn a_command_beside_postgres_is_told_to_end() {
    let folder = TempDir::new().unwrap();
    let mut owner = Owner::start(&folder.path().join("pg"));
    // Waiting closes it, and the command would end at that rather than at the signal.
    let _stdin = owner.process.stdin.take();
    kill(pid(owner.process.id()), Signal::TERM);
    assert_eq!(owner.process.wait().unwrap().code(), Some(128 + 15));
    assert_eq!(servers(&owner.data), []);
}

/// Another process that owns a cluster, until it is killed.
struct Owner {
    process: Child,
    data: PathBuf,
    url: String,
}

impl Owner {
    fn start(data: &Path) -> Owner {
        let mut process = with_postgres()
            .arg("--durable")
            .arg("--data-dir")
            .arg(data)
            // Without a child of its own, which would outlive it.
            .args(["--", "sh", "-c", "echo $TEST_DATABASE_URL; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let url = url.trim().to_owned();
        Owner { process, data: data_of(&url), url }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn with_postgres() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtablo"));
    command.arg("with-postgres");
    command
}

async fn fill(url: &str) {
    connect(url).await.batch_execute("CREATE TABLE kept AS SELECT 7 AS n").await.unwrap();
}

async fn takes_over(data: &Path) {
    let mut cluster = Cluster::open(data, Options::durable()).await.unwrap();
    assert_eq!(number(&connect(&cluster.url("postgres")).await, "SELECT n FROM kept").await, 7);
    cluster.stop().await.unwrap();
    assert_eq!(servers(data), []);
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn number(client: &Client, query: &str) -> i32 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

fn problem(opened: anyhow::Result<Cluster>) -> String {
    format!("{:#}", opened.err().expect("it opened"))
}

fn kill(process: Pid, signal: Signal) {
    kill_process(process, signal).unwrap();
}

fn children(parent: u32) -> Vec<Pid> {
    let parent = format!("PPid:\t{parent}");
    let is_child = |found: &Pid| {
        let status = format!("/proc/{}/status", found.as_raw_nonzero());
        fs::read_to_string(status).is_ok_and(|status| status.lines().any(|line| line == parent))
    };
    processes().filter(is_child).collect()
}

/// For the end of a process that is not this one's child, which has no event.
fn until(what: &str, happened: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !happened() {
        assert!(Instant::now() < deadline, "not in a minute: {what}");
        std::thread::yield_now();
    }
}
