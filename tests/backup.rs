//! Backups: made while the product runs, proved, restored; damaged, cut off and killed in every way there is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::Command;
use uuid::Uuid;
use xtablo::backup::{Backups, Manifest};

use crate::services::read_metrics;
use crate::support::TestApp;
use crate::support::database::TestDatabase;
use crate::support::service::{SECRET, Service, command, get, mounting};

/// A database, a folder for its backups, and the command that works on both.
struct Stand {
    database: TestDatabase,
    folder: TempDir,
}

impl Stand {
    async fn new() -> Self {
        Self { database: TestDatabase::create().await, folder: TempDir::new().expect("a folder") }
    }

    /// The same folder, with another database.
    fn with(self, database: TestDatabase) -> Self {
        Self { database, folder: self.folder }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let dir = self.dir().display().to_string();
        let settings = [("DATABASE_URL", self.database.url()), SECRET, ("BACKUP_DIR", dir.as_str())];
        let mut command = command(program, &settings);
        command.args(args).env("PATH", std::env::var_os("PATH").expect("there is one"));
        command.env("STORAGE_DIR", self.folder.path().join("files"));
        command
    }

    async fn xtablo(&self, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_xtablo"), args).output().await.expect("it runs")
    }

    /// What the command says; it must succeed.
    async fn good(&self, args: &[&str]) -> String {
        let output = self.xtablo(args).await;
        assert!(output.status.success(), "{args:?}: {}", said(&output));
        said(&output)
    }

    /// What the command says; it must fail.
    async fn bad(&self, args: &[&str]) -> String {
        let output = self.xtablo(args).await;
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", said(&output));
        said(&output)
    }

    fn backups(&self) -> Vec<String> {
        let backups = Backups::list(&self.dir()).expect("a list");
        backups.into_iter().map(|backup| backup.name).collect()
    }

    fn newest(&self) -> PathBuf {
        self.dir().join(self.backups().pop().expect("there is one"))
    }

    async fn run_sql(&self, sql: &str) {
        self.database.conn().await.batch_execute(sql).await.expect(sql);
    }

    async fn users(&self) -> i64 {
        count(&mut self.database.conn().await, "users").await
    }

    /// So many accounts, each with a name of random letters that no dump makes smaller.
    async fn add_users(&self, number: usize) {
        let sql = format!(
            "INSERT INTO users (id, name, email, password_hash, created_at, updated_at)
             SELECT gen_random_uuid(), md5(random()::text), gen_random_uuid()::text,
                    (SELECT string_agg(md5(random()::text || i::text || n::text), '') FROM generate_series(1, 30) AS i), now(), now()
             FROM generate_series(1, {number}) AS n"
        );
        self.run_sql(&sql).await;
    }
}

#[tokio::test]
async fn a_schema_of_somebody_elses_is_left_alone() {
    let database = TestDatabase::empty().await;
    let role = format!("xtablo_{}", Uuid::now_v7().simple());
    let own = format!(
        "CREATE ROLE {role} LOGIN CREATEDB;
         DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO {role}', current_database()); END $$"
    );
    database.conn().await.batch_execute(&own).await.expect("set");
    let stand = Stand { database, folder: TempDir::new().expect("a folder") };
    let url = format!("{}&user={role}", stand.database.url());
    let xtablo = async |args: &[&str]| {
        let mut command = stand.command(env!("CARGO_BIN_EXE_xtablo"), args);
        let output = command.env("DATABASE_URL", &url).output().await.expect("it runs");
        assert!(output.status.success(), "{args:?}: {}", said(&output));
    };
    xtablo(&["migrate"]).await;
    // The role may not even look into it.
    let other = "CREATE SCHEMA \"some\"\"body\"; CREATE TABLE \"some\"\"body\".things (id integer);
                 INSERT INTO \"some\"\"body\".things VALUES (1); CREATE SCHEMA reports; CREATE TABLE reports.users (id integer)";
    stand.run_sql(other).await;
    stand.add_users(3).await;
    xtablo(&["backup", "create"]).await;
    xtablo(&["backup", "verify"]).await;
    stand.run_sql("DELETE FROM users; INSERT INTO \"some\"\"body\".things VALUES (2)").await;
    let name = stand.backups().remove(0);
    xtablo(&["backup", "restore", "--force", &name]).await;
    assert_eq!(stand.users().await, 3);
    assert_eq!(count(&mut stand.database.conn().await, "\"some\"\"body\".things").await, 2);
}

type Damage<'a> = &'a dyn Fn(&Path);

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn count(conn: &mut AsyncPgConnection, what: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let sql = format!("SELECT count(*) AS count FROM {what}");
    diesel::sql_query(sql).get_result::<Count>(conn).await.expect("a count").count
}

/// Everything in a folder, deep down.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { all.extend(everything(&path)) } else { all.push(path) }
    }
    all
}

#[tokio::test]
async fn a_backup_is_made_listed_verified_and_restored_elsewhere() {
    let stand = Stand::new().await;
    stand.add_users(20).await;
    let made = stand.good(&["backup", "create"]).await;
    assert!(made.contains("made ") && made.contains("migration 2026"), "{made}");
    for path in everything(&stand.dir()) {
        let mode = path.metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
    assert!(stand.good(&["backup", "list"]).await.starts_with(&stand.backups()[0]));
    assert!(stand.good(&["backup", "verify"]).await.contains("is good"));
    let name = stand.backups().remove(0);
    let other = stand.with(TestDatabase::empty().await);
    assert!(other.good(&["backup", "restore", &name]).await.contains("restored"));
    assert_eq!(other.users().await, 20);
    assert!(other.good(&["migrate"]).await.contains("nothing to do"));
    let (web, _) = Service::web(&[("DATABASE_URL", other.database.url()), SECRET]).await;
    drop(web);
}

#[tokio::test]
async fn what_is_written_after_a_backup_is_gone_after_its_restoring_and_nothing_else() {
    let stand = Stand::new().await;
    stand.add_users(3).await;
    stand.good(&["backup", "create"]).await;
    let name = stand.backups().remove(0);
    stand.add_users(4).await;
    // What a newer version would have added, and what it made depend on what was there.
    stand
        .run_sql(
            "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE moods (user_id uuid REFERENCES users, mood mood);
             CREATE FUNCTION nothing() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE VIEW names AS SELECT name FROM users",
        )
        .await;
    let refused = stand.bad(&["backup", "restore", &name]).await;
    assert!(refused.contains("is not empty") && refused.contains("--force"), "{refused}");
    assert_eq!(stand.users().await, 7);
    stand.good(&["backup", "restore", "--force", &name]).await;
    assert_eq!(stand.users().await, 3);
    let mut conn = stand.database.conn().await;
    assert_eq!(count(&mut conn, "pg_class WHERE relname IN ('moods', 'names')").await, 0);
    assert_eq!(count(&mut conn, "pg_type WHERE typname = 'mood'").await, 0);
    assert_eq!(count(&mut conn, "pg_proc WHERE proname = 'nothing'").await, 0);
}

#[tokio::test]
async fn restoring_is_refused_while_services_run() {
    let stand = Stand::new().await;
    stand.good(&["backup", "create"]).await;
    let name = stand.backups().remove(0);
    let (mut worker, _) = Service::worker(&[("DATABASE_URL", stand.database.url()), SECRET]).await;
    let refused = stand.bad(&["backup", "restore", "--force", &name]).await;
    assert!(refused.contains("stop web and worker first"), "{refused}");

    // It waits for one that is about to end.
    let mut conn = AsyncPgConnection::establish(stand.database.url()).await.expect("PostgreSQL answers");
    let restore = stand
        .command(env!("CARGO_BIN_EXE_xtablo"), &["backup", "restore", "--force", &name])
        .spawn()
        .expect("it runs");
    while count(
        &mut conn,
        "pg_stat_activity WHERE application_name = 'xtablo' AND query LIKE '%FROM pg_stat_activity%'",
    )
    .await
        == 0
    {}
    worker.signal(Signal::TERM);
    worker.exit_code().await;
    let output = restore.wait_with_output().await.expect("it ends");
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn a_backup_holds_what_one_moment_saw_while_others_write() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let stand = Stand::new().await.with(TestDatabase::empty().await);
    let dir = stand.dir().display().to_string();
    let url = t.app.config.database_url.expose().to_owned();
    let writing = tokio::spawn(async move {
        for number in 0.. {
            t.board(&ada, &format!("Board {number}")).await;
        }
    });
    for _ in 0..3 {
        let settings = [("DATABASE_URL", url.as_str()), SECRET, ("BACKUP_DIR", dir.as_str())];
        let mut create = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        create.args(["backup", "create"]).env("PATH", std::env::var_os("PATH").expect("there is one"));
        let output = create.output().await.expect("it runs");
        assert!(output.status.success(), "{}", said(&output));
    }
    writing.abort();
    for name in stand.backups() {
        stand.good(&["backup", "verify", &name]).await;
        let manifest = Manifest::read(&stand.dir().join(&name)).expect("whole");
        let rows = |name: &str| manifest.tables.iter().find(|table| table.name == name).expect(name).rows;
        assert_eq!(rows("boards"), rows("members"), "a board and its owner commit together");
    }
}

#[tokio::test]
async fn damage_is_found_and_named_and_nothing_damaged_is_restored() {
    let stand = Stand::new().await;
    stand.add_users(50).await;
    stand.good(&["backup", "create"]).await;
    let backup = stand.newest();
    let name = stand.backups().remove(0);
    let (dump, manifest) = (backup.join("database.dump"), backup.join("manifest.json"));
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).expect("read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).expect("written");
    };
    let cut = |path: &Path| {
        let file = fs::OpenOptions::new().write(true).open(path).expect("opened");
        file.set_len(path.metadata().expect("it is there").len() - 100).expect("cut");
    };
    let damages: [(&Path, Damage<'_>, &str); 6] = [
        (&dump, &flip, "database.dump is damaged"),
        (&dump, &cut, "database.dump is truncated"),
        (&dump, &|path| fs::remove_file(path).expect("removed"), "database.dump cannot be opened"),
        (&manifest, &flip, "manifest.json is damaged"),
        (&manifest, &cut, "manifest.json is damaged"),
        (&manifest, &|path| fs::remove_file(path).expect("removed"), "no manifest.json"),
    ];
    for (path, damage, words) in damages {
        let whole = fs::read(path).expect("read");
        damage(path);
        for args in [&["backup", "verify", &name][..], &["backup", "restore", "--force", &name]] {
            let refused = stand.bad(args).await;
            assert!(refused.contains(words), "{args:?}, {words}: {refused}");
        }
        fs::write(path, whole).expect("written");
    }
    assert_eq!(stand.users().await, 50);
    stand.good(&["backup", "verify", &name]).await;
    fs::remove_file(&manifest).expect("removed");
    assert!(stand.good(&["backup", "list"]).await.contains("damaged: it has no manifest.json"));
}

#[tokio::test]
async fn a_dump_that_is_not_what_its_manifest_counts_is_found_by_restoring_it() {
    let stand = Stand::new().await;
    stand.add_users(2).await;
    stand.good(&["backup", "create"]).await;
    stand.add_users(1).await;
    stand.good(&["backup", "create"]).await;
    let [old, new] = [0, 1].map(|at| stand.dir().join(&stand.backups()[at]));
    // The manifest vouches for the other dump, whole as that is.
    let (older, newer) = (Manifest::read(&old).expect("whole"), Manifest::read(&new).expect("whole"));
    let text = fs::read_to_string(new.join("manifest.json")).expect("read");
    let text = text.replace(&newer.database.sha256, &older.database.sha256);
    let text = text.replace(
        &format!("\"size\": {}", newer.database.size),
        &format!("\"size\": {}", older.database.size),
    );
    fs::write(new.join("manifest.json"), &text).expect("written");
    let hash =
        Command::new("sha256sum").arg("manifest.json").current_dir(&new).output().await.expect("it runs");
    fs::write(new.join("manifest.json.sha256"), hash.stdout).expect("written");
    fs::copy(old.join("database.dump"), new.join("database.dump")).expect("copied");
    let refused = stand.bad(&["backup", "verify"]).await;
    assert!(refused.contains("the table users has 2 rows instead of 3"), "{refused}");
    let mut conn = stand.database.conn().await;
    assert_eq!(
        count(&mut conn, "pg_database WHERE datname = 'xtablo_verify_' || current_database()").await,
        0
    );
}

#[tokio::test]
async fn a_backup_of_a_newer_version_is_refused_by_an_older_one() {
    let stand = Stand::new().await;
    stand.run_sql("UPDATE schema_compatibility SET min_compatible = '20990101000000'").await;
    stand.good(&["backup", "create"]).await;
    let name = stand.backups().remove(0);
    let refused = stand.bad(&["backup", "restore", "--force", &name]).await;
    assert!(refused.contains("too old for it") && refused.contains("20990101000000"), "{refused}");
}

#[tokio::test]
async fn only_the_newest_are_kept_and_dumps_before_migrations_count_for_themselves() {
    let stand = Stand::new().await;
    stand.good(&["migrate", "--backup", "down", "--yes"]).await;
    stand.good(&["migrate", "--backup"]).await;
    for _ in 0..3 {
        stand.good(&["backup", "create", "--keep", "2"]).await;
    }
    let backups = stand.backups();
    assert_eq!(backups.len(), 4, "{backups:?}");
    assert!(backups[0].contains("-before-") && backups[1].contains("-before-"), "{backups:?}");
    assert!(stand.good(&["migrate", "--backup", "--keep", "1"]).await.contains("nothing to do"));
    assert_eq!(stand.backups(), backups, "no dump without a pending migration");
    stand.good(&["migrate", "--backup", "--keep", "1", "down", "--yes"]).await;
    let before_migrations = || stand.backups().iter().filter(|name| name.contains("-before-")).count();
    assert_eq!(before_migrations(), 1);
    for _ in 0..2 {
        stand.good(&["migrate", "--backup", "--keep", "5"]).await;
        stand.good(&["migrate", "--backup", "--keep", "5", "down", "--yes"]).await;
    }
    assert_eq!(before_migrations(), 2, "those before the same step take each other's place");
}

#[tokio::test]
async fn a_backup_that_is_killed_leaves_none_that_looks_whole() {
    let stand = Stand::new().await;
    stand.add_users(2000).await;
    // Held up at the table, and so surely in the middle, until it is dead.
    let mut holder = stand.database.conn().await;
    holder.batch_execute("BEGIN; LOCK TABLE users").await.expect("locked");
    let mut create = stand.command(env!("CARGO_BIN_EXE_xtablo"), &["backup", "create"]);
    let mut create = create.spawn().expect("it runs");
    let mut conn = stand.database.conn().await;
    let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while count(&mut conn, waiting).await == 0 {}
    let pid = create.id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("it runs");
    kill_process(pid, Signal::KILL).expect("it is ours");
    create.wait().await.expect("it ends");
    assert_eq!(stand.backups(), [""; 0]);
    assert!(everything(&stand.dir()).len() > 2, "something was begun");
    holder.batch_execute("ROLLBACK").await.expect("unlocked");
    stand.good(&["backup", "create"]).await;
    stand.good(&["backup", "verify"]).await;
    let left = fs::read_dir(stand.dir()).expect("a folder").count();
    assert_eq!(left, 2, "the lock and the backup");
}

#[tokio::test]
async fn a_restore_that_is_killed_changes_nothing() {
    let stand = Stand::new().await;
    stand.add_users(200).await;
    stand.good(&["backup", "create"]).await;
    let name = stand.backups().remove(0);
    stand.add_users(5).await;
    // It clears the tables in an order of its own; this is one that it must come by.
    let mut holder = stand.database.conn().await;
    holder.batch_execute("SET application_name = 'another'").await.expect("set");
    holder.batch_execute("BEGIN; SELECT FROM users LIMIT 1").await.expect("held");
    let mut restore = stand.command(env!("CARGO_BIN_EXE_xtablo"), &["backup", "restore", "--force", &name]);
    let mut restore = restore.spawn().expect("it runs");
    let mut conn = stand.database.conn().await;
    conn.batch_execute("SET application_name = 'another'").await.expect("set");
    let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while count(&mut conn, waiting).await == 0 {
        assert!(restore.try_wait().expect("asked").is_none(), "it ended before it came there");
    }
    let pid = restore.id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("it runs");
    kill_process(pid, Signal::KILL).expect("it is ours");
    restore.wait().await.expect("it ends");
    holder.batch_execute("ROLLBACK").await.expect("let go");
    while count(
        &mut conn,
        "pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'xtablo%'",
    )
    .await
        > 0
    {}
    assert_eq!(stand.users().await, 205);
    stand.good(&["backup", "restore", "--force", &name]).await;
    assert_eq!(stand.users().await, 200);
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing() {
    let stand = Stand::new().await;
    stand.add_users(2000).await;
    fs::create_dir(stand.dir()).expect("a folder");
    // A disk of its own and of this size, which goes with the process.
    let script = "mount -t tmpfs -o size=256k none \"$BACKUP_DIR\" && \"$0\" backup create; code=$?;
                  ls -A \"$BACKUP_DIR\"; exit $code";
    let mut full = stand.command("unshare", &mounting(script));
    let output = full.arg(env!("CARGO_BIN_EXE_xtablo")).output().await.expect("unshare is there");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let said = said(&output);
    assert!(said.contains("No space left on device") && said.starts_with(".lock\n"), "{said}");
}

#[tokio::test]
async fn without_programs_that_fit_the_server_it_says_which_are_wanted() {
    let stand = Stand::new().await;
    let empty = TempDir::new().expect("a folder");
    let mut none = stand.command(env!("CARGO_BIN_EXE_xtablo"), &["backup", "create"]);
    let output = none.env("PG_BIN", empty.path()).output().await.expect("it runs");
    assert!(said(&output).contains("are not on this machine"), "{}", said(&output));
    for name in ["pg_dump", "pg_restore", "psql"] {
        let path = empty.path().join(name);
        fs::write(&path, format!("#!/bin/sh\necho '{name} (PostgreSQL) 9.6.24'\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made a program");
    }
    let mut old = stand.command(env!("CARGO_BIN_EXE_xtablo"), &["backup", "create"]);
    let output = old.env("PG_BIN", empty.path()).output().await.expect("it runs");
    assert!(said(&output).contains("are of version 9"), "{}", said(&output));
    assert_eq!(stand.backups(), [""; 0]);
}

/// The last backup's time as these metrics have it, in microseconds.
fn last_success(page: &str) -> i64 {
    let line = page.lines().find_map(|line| line.strip_prefix("xtablo_backup_last_success_seconds "));
    let seconds: f64 = line.expect(page).trim().parse().expect("a number");
    (seconds * 1e6).round() as i64
}

#[tokio::test]
async fn web_and_worker_report_when_a_backup_last_succeeded_and_no_failed_one() {
    let stand = Stand::new().await;
    let socket = stand.folder.path().join("metrics.sock");
    let settings = [("DATABASE_URL", stand.database.url()), SECRET];
    let of_web = [&settings[..], &[("METRICS_LISTEN", socket.to_str().expect("UTF-8"))]].concat();
    let (_web, _) = Service::web(&of_web).await;
    let (_worker, worker) = Service::worker(&settings).await;
    let reported = async || {
        [read_metrics(&socket).await, get(&worker, "/metrics").await.1].map(|page| last_success(&page))
    };
    assert_eq!(reported().await, [0, 0], "none yet");

    stand.good(&["backup", "create"]).await;
    let millis = Manifest::read(&stand.newest()).expect("whole").created_at.timestamp_millis();
    let first = reported().await;
    assert_eq!(first.map(|micros| micros / 1000), [millis; 2]);

    // A file that is lost: the backup is made, the command fails.
    let lost = "INSERT INTO objects (key, store, size, sha256, created_at, stored_at)
                VALUES ('0123456789abcdef', 'local', 1, sha256('x'), now(), now())";
    stand.run_sql(lost).await;
    stand.bad(&["backup", "create"]).await;
    assert_eq!(stand.backups().len(), 2);
    assert_eq!(reported().await, first);

    stand.run_sql("DELETE FROM objects").await;
    stand.good(&["backup", "create"]).await;
    assert!(reported().await.iter().all(|micros| *micros > first[0]));

    // Metrics are not kept waiting by a database that does not answer; the last look stays.
    let mut holder = stand.database.conn().await;
    holder.batch_execute("BEGIN; LOCK TABLE last_backup").await.expect("locked");
    assert!(reported().await.iter().all(|micros| *micros > first[0]));
}

#[tokio::test]
async fn restoring_backs_up_what_it_replaces_and_takes_no_other_backups_place_by_it() {
    let stand = Stand::new().await;
    stand.add_users(3).await;
    stand.good(&["backup", "create"]).await;
    let name = stand.backups().remove(0);
    stand.add_users(4).await;

    // Where there is no room for it nothing is replaced, unless one says so.
    let unwritable = stand.folder.path().join("a file");
    fs::write(&unwritable, "").expect("written");
    let path = stand.dir().join(&name).display().to_string();
    let elsewhere = unwritable.to_str().expect("UTF-8");
    let restore = ["backup", "--backup-dir", elsewhere, "restore", &path, "--force", "--no-backup"];
    let refused = stand.bad(&restore[..6]).await;
    assert!(refused.contains("cannot be backed up first; --no-backup"), "{refused}");
    assert_eq!(stand.users().await, 7);
    stand.good(&restore).await;
    assert_eq!(stand.users().await, 3);
    assert_eq!(stand.backups(), std::slice::from_ref(&name));

    stand.add_users(2).await;
    let said = stand.good(&["backup", "restore", "--force", &name]).await;
    let before = stand.backups().pop().expect("there is one");
    assert!(before.ends_with("-before-restore") && said.contains(&format!("{before}: ")), "{said}");
    assert_eq!(stand.users().await, 3);
    stand.good(&["backup", "verify", &before]).await;

    // It is none of the two that are kept, and goes once two are newer.
    stand.good(&["backup", "create", "--keep", "2"]).await;
    let backups = stand.backups();
    assert_eq!(backups[..2], [name, before.clone()]);
    stand.good(&["backup", "create", "--keep", "2"]).await;
    assert_eq!(stand.backups().len(), 2);
    assert!(!stand.backups().contains(&before));
    assert!(stand.backups().contains(&backups[2]));
}

#[tokio::test]
async fn a_restoring_is_undone_by_what_it_has_backed_up() {
    let stand = Stand::new().await;
    stand.good(&["backup", "create"]).await;
    stand.add_users(5).await;
    let name = stand.backups().remove(0);
    stand.good(&["backup", "restore", "--force", &name]).await;
    assert_eq!(stand.users().await, 0);
    stand.good(&["backup", "restore", "--force", &stand.backups().pop().expect("it")]).await;
    assert_eq!(stand.users().await, 5);

    // A database that holds nothing is not backed up.
    let made = stand.backups();
    let other = stand.with(TestDatabase::empty().await);
    other.good(&["backup", "restore", &name]).await;
    assert_eq!(other.backups(), made);
}
