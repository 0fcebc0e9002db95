//! The operator's commands, as processes.

use std::process::{Output, Stdio};

use tokio::io::AsyncWriteExt;

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
