//! The operator's commands, as processes.

use std::process::{Output, Stdio};

use diesel_async::SimpleAsyncConnection;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;
use xtablo::backup::Backups;
use xtablo::queue::{NewJob, enqueue_all};
use xtablo::tasks::EraseDeleted;

use crate::support::TestApp;
use crate::support::database::TestDatabase;
use crate::support::service::command;

/// Runs `xtablo` with these arguments and this standard input.
async fn xtablo(database: &str, args: &[&str], input: &str) -> Output {
    let settings = [("DATABASE_URL", database), ("SESSION_SECRET", "a secret of the tests, and no other's")];
    let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let mut child = command.args(args).stdin(Stdio::piped()).spawn().expect("the binary is built");
    let mut stdin = child.stdin.take().expect("piped");
    // A command that reads nothing may be gone already.
    drop(stdin.write_all(input.as_bytes()).await);
    drop(stdin);
    child.wait_with_output().await.expect("it ends")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn migrate_applies_once_and_rehearses_first() {
    let database = TestDatabase::empty().await;
    for (args, text) in [
        (&["migrate", "--dry-run"][..], "would be applied"),
        (&["migrate"], " applied"),
        (&["migrate"], "nothing to do"),
        (&["migrate", "--dry-run"], "nothing to do"),
    ] {
        let output = xtablo(database.url(), args, "").await;
        assert!(output.status.success() && said(&output).contains(text), "{args:?}: {output:?}");
    }
}

#[tokio::test]
async fn an_operator_makes_lists_and_disables_accounts_and_sets_their_passwords() {
    let t = TestApp::new().await;
    let database = t.app.config.database_url.expose().to_owned();
    let create = ["user", "create", "--email", "ada@example.com", "--name", "Ada"];
    let output = xtablo(&database, &create, "short\n").await;
    assert!(!output.status.success() && said(&output).contains("at least 10"), "{output:?}");
    let output = xtablo(&database, &create, "correct horse battery\n").await;
    assert!(output.status.success(), "{output:?}");
    let output = xtablo(&database, &create, "correct horse battery\n").await;
    assert!(!output.status.success() && said(&output).contains("another account"), "{output:?}");

    let sign_in = async |password: &str| {
        let fields = [("email", "ada@example.com"), ("password", password)];
        let mut browser = t.browser();
        (browser.post("/login", &fields).await.status.as_u16(), browser)
    };
    let (status, mut browser) = sign_in("correct horse battery").await;
    assert_eq!(status, 303);
    let output = xtablo(&database, &["user", "set-password", "ADA@example.com"], "another password\n").await;
    assert!(output.status.success(), "{output:?}");
    browser.get("/boards").await.expect(303);
    assert_eq!(sign_in("another password").await.0, 303);

    assert!(xtablo(&database, &["user", "disable", "ada@example.com"], "").await.status.success());
    assert!(
        said(&xtablo(&database, &["user", "list"], "").await)
            .contains("ada@example.com\tAda\tdisabled since")
    );
    assert_eq!(sign_in("another password").await.0, 422);
    assert!(xtablo(&database, &["user", "disable", "--undo", "ada@example.com"], "").await.status.success());
    assert_eq!(sign_in("another password").await.0, 303);
    let output = xtablo(&database, &["user", "disable", "eve@example.com"], "").await;
    assert!(!output.status.success() && said(&output).contains("no account"), "{output:?}");
}

#[tokio::test]
async fn an_operator_is_told_of_boards_without_an_owner_and_gives_them_one() {
    let t = TestApp::new().await;
    let database = t.app.config.database_url.expose().to_owned();
    let (ada, _) = t.sign_up("Ada").await;
    let (bob, mut browser) = t.sign_up("Bob").await;
    let board = t.board(&ada, "Launch").await;
    let settings = format!("/boards/{}/edit", board.id);
    browser.get(&settings).await.expect(404);
    let output = xtablo(&database, &["user", "disable", &ada.email], "").await;
    assert!(
        said(&output).contains(&format!("without an owner from now on: {}\tLaunch", board.id)),
        "{output:?}"
    );
    let id = board.id.to_string();
    let output = xtablo(&database, &["board", "owner", &id, &ada.email], "").await;
    assert!(!output.status.success() && said(&output).contains("is disabled"), "{output:?}");
    let output = xtablo(&database, &["board", "owner", &id, "nobody@example.com"], "").await;
    assert!(!output.status.success() && said(&output).contains("no account has"), "{output:?}");
    let nowhere = uuid::Uuid::now_v7().to_string();
    let output = xtablo(&database, &["board", "owner", &nowhere, &bob.email], "").await;
    assert!(!output.status.success() && said(&output).contains("there is no board"), "{output:?}");
    let output = xtablo(&database, &["board", "owner", &id, &bob.email], "").await;
    assert!(output.status.success(), "{output:?}");
    browser.get(&settings).await.expect(200);
    // With two owners nothing is left without one.
    xtablo(&database, &["user", "disable", "--undo", &ada.email], "").await;
    let output = xtablo(&database, &["user", "disable", &ada.email], "").await;
    assert!(!said(&output).contains("without an owner"), "{output:?}");
}

#[tokio::test]
async fn an_operator_sees_gives_up_and_retries_jobs() {
    let database = TestDatabase::create().await;
    let jobs = async |args: &[&str]| {
        let args = [&["jobs"], args].concat();
        let output = xtablo(database.url(), &args, "").await;
        (output.status.success(), said(&output))
    };
    let new = || NewJob::new(&EraseDeleted {}).expect("JSON");
    let ids =
        enqueue_all(&mut database.conn().await, vec![new(), new().unique("a key")]).await.expect("enqueued");
    let [first, second] = [ids[0].to_string(), ids[1].to_string()];

    let (_, list) = jobs(&["list"]).await;
    assert_eq!(list.lines().count(), 2);
    assert!(list.contains(&format!("{first}\tavailable\thousekeeping\terase_deleted\t0/20\t")), "{list}");
    let (_, shown) = jobs(&["show", &second]).await;
    for part in
        ["state:        available", "payload:      {}", "unique key:   a key", "attempts:     0 of 20"]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(jobs(&["discard", &first]).await.1.contains(&format!("discarded {first}")));
    let (good, again) = jobs(&["discard", &first, &second]).await;
    assert!(!good && again.contains(&format!("discarded {second}")), "{again}");
    assert!(again.contains(&format!("not there: {first}")), "{again}");
    let (_, list) = jobs(&["list", "--state", "discarded", "--limit", "1"]).await;
    assert!(list.starts_with(&second) && list.contains("discarded by an operator"), "{list}");
    let (_, stats) = jobs(&["stats"]).await;
    assert!(stats.contains("housekeeping\terase_deleted\tdiscarded\t2"), "{stats}");

    assert!(jobs(&["retry", &first]).await.1.contains(&format!("retried {first}")));
    assert!(jobs(&["retry", "--kind", "erase_deleted"]).await.1.contains("retried 1 jobs"));
    assert!(jobs(&["stats"]).await.1.contains("housekeeping: 2 due"));
    assert!(jobs(&["list", "--queue", "other"]).await.1.is_empty());
    let (good, error) = jobs(&["show", &Uuid::nil().to_string()]).await;
    assert!(!good && error.contains("there is no job"), "{error}");
    assert!(!jobs(&["list", "--state", "lost"]).await.0);
    for args in [&["retry", "--kind", "erase_deletd"][..], &["list", "--kind", "erase_deletd"]] {
        let (good, error) = jobs(args).await;
        assert!(
            !good && error.contains("no kind of job named erase_deletd; there are confirm_email, "),
            "{error}"
        );
    }
    // Of another version.
    let other = "UPDATE jobs SET kind = 'of_tomorrow', state = 'discarded', finished_at = now() WHERE id = (SELECT min(id::text)::uuid FROM jobs)";
    database.conn().await.batch_execute(other).await.expect("changed");
    assert!(jobs(&["retry", "--kind", "of_tomorrow"]).await.1.contains("retried 1 jobs"));
    assert!(!jobs(&["retry"]).await.0);
}

#[tokio::test]
async fn a_configuration_is_checked_before_its_secrets_are_there() {
    let check = async |settings: &[(&str, &str)]| {
        let mut command = command(env!("CARGO_BIN_EXE_xtablo"), settings);
        let output = command.args(["check-config", "--except-secrets"]).output().await.expect("it runs");
        (output.status.code(), said(&output))
    };
    assert_eq!(check(&[("DATABASE_URL_FILE", "/run/not/there/yet")]).await.0, Some(0));
    let (code, error) = check(&[("LISTEN", "nowhere"), ("SESSION_SECRET", "short")]).await;
    assert!(
        code == Some(78) && error.contains("LISTEN must") && error.contains("SESSION_SECRET must"),
        "{error}"
    );
    let (code, error) = check(&[("WORKER_QUEUES", "default,mails")]).await;
    assert!(code == Some(78) && error.contains("WORKER_QUEUES names mails"), "{error}");
}

#[tokio::test]
async fn settings_as_flags_stand_before_or_after_the_verb_and_a_secret_lies_in_a_file() {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("backups").display().to_string();
    let url = folder.path().join("url").display().to_string();
    std::fs::write(&url, format!("{}\n", database.url())).expect("written");
    let nowhere = "postgres://nobody@127.0.0.1:1/nothing";
    for args in [
        ["backup", "--backup-dir", &dir, "--database-url-file", &url, "list"],
        ["backup", "list", "--backup-dir", &dir, "--database-url-file", &url],
        ["backup", "create", "--backup-dir", &dir, "--database-url-file", &url],
        ["files", "verify", "--storage-dir", &dir, "--database-url-file", &url],
        ["user", "list", "--storage-dir", &dir, "--database-url-file", &url],
        ["jobs", "stats", "--storage-dir", &dir, "--database-url-file", &url],
    ] {
        let settings =
            [("DATABASE_URL", nowhere), ("SESSION_SECRET", "a secret of the tests, and no other's")];
        let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        command.env("PATH", std::env::var_os("PATH").expect("there is one"));
        let output = command.args(args).output().await.expect("it runs");
        assert!(output.status.success(), "{args:?}: {output:?}");
    }
    let backups = Backups::list(&folder.path().join("backups")).expect("a list");
    assert_eq!(backups.len(), 1);
}
