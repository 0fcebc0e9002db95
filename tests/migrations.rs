//! Migrations: up, down and up again over data, by any number of processes at once; and which version is too old for what.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use xtablo::db::migrations;

use crate::support::TestApp;
use crate::support::database::{TestDatabase, until_waiting};
use crate::support::service::{SECRET, Service, command};

#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every table's columns as `src/schema.rs` would have them.
async fn columns(conn: &mut AsyncPgConnection) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(
        "SELECT table_name || '.' || column_name || ' -> ' || CASE is_nullable WHEN 'YES' THEN 'Nullable<' ELSE '' END
             || CASE WHEN udt_name = 'timestamptz' THEN 'Timestamptz'
                     WHEN data_type = 'ARRAY' THEN 'Array<' || initcap(ltrim(udt_name, '_')) || '>'
                     ELSE initcap(udt_name) END
             || CASE is_nullable WHEN 'YES' THEN '>' ELSE '' END AS line
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations'
         ORDER BY table_name, ordinal_position",
    )
    .load(conn)
    .await
    .expect("columns");
    lines.into_iter().map(|line| line.line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_in_rust_is_the_one_in_the_database() {
    let database = TestDatabase::create().await;
    let mut declared = Vec::new();
    let mut table = String::new();
    for line in include_str!("../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.trim_end_matches('_').to_owned();
        } else if let Some((column, kind)) = line.split_once(" -> ").filter(|_| !line.starts_with("diesel::"))
        {
            declared.push(format!("{table}.{column} -> {}", kind.trim_end_matches(',')));
        }
    }
    assert!(declared.len() > 40, "{declared:?}");
    assert_eq!(columns(&mut database.conn().await).await, declared);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_goes_down_and_up_again_over_data() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    t.cards(&column, &ada, &["Plan"]).await;
    let url = &t.app.config.database_url;
    let before = columns(&mut t.conn().await).await;
    let mut steps = 0;
    while !migrations::revert(url, None).await.expect("goes down").is_empty() {
        steps += 1;
    }
    assert_eq!(columns(&mut t.conn().await).await, [""; 0]);
    assert_eq!(migrations::migrate(url).await.expect("goes up").len(), steps);
    assert_eq!(columns(&mut t.conn().await).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_down_and_up_keeps_what_the_others_hold() {
    let t = TestApp::new().await;
    t.sign_up("Ada").await;
    let url = &t.app.config.database_url;
    migrations::revert(url, None).await.expect("goes down");
    migrations::migrate(url).await.expect("goes up");
    t.browser().get("/login").await.expect(200);
    let users: i64 =
        xtablo::schema::users::table.count().get_result(&mut t.conn().await).await.expect("a count");
    assert_eq!(users, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_processes_may_migrate_at_once() {
    let database = TestDatabase::empty().await;
    let all: Vec<_> = (0..5)
        .map(|_| {
            let url = database.secret_url();
            tokio::spawn(async move { migrations::migrate(&url).await.expect("migrates").len() })
        })
        .collect();
    let mut applied = Vec::new();
    for one in all {
        applied.push(one.await.expect("no panic"));
    }
    applied.sort_unstable();
    assert_eq!(applied[..4], [0; 4], "one of them applied everything");
    assert!(applied[4] >= 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_names_the_steps_and_changes_nothing() {
    let database = TestDatabase::empty().await;
    let url = database.secret_url();
    let rehearsed = migrations::rehearse(&url).await.expect("rehearses");
    assert_eq!(columns(&mut database.conn().await).await, [""; 0]);
    assert_eq!(migrations::migrate(&url).await.expect("migrates"), rehearsed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_meets_the_real_data() {
    let database = TestDatabase::empty().await;
    database.conn().await.batch_execute("CREATE TABLE users (name text)").await.expect("in the way");
    let error = migrations::rehearse(&database.secret_url()).await.expect_err("fails").to_string();
    assert!(error.contains("users"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_step_leaves_the_ones_before_it() {
    let database = TestDatabase::empty().await;
    let mut conn = database.conn().await;
    conn.batch_execute("CREATE TABLE members (name text)").await.expect("in the way");
    let error = migrations::migrate(&database.secret_url()).await.expect_err("fails").to_string();
    assert!(error.contains("members"), "{error}");
    let tables = columns(&mut conn).await;
    assert!(tables.iter().any(|line| line.starts_with("users.")), "the step before stays");
    assert!(!tables.iter().any(|line| line.starts_with("boards.")), "the step itself is undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_that_is_too_old_refuses_and_says_what_to_do() {
    let database = TestDatabase::create().await;
    let mut conn = database.conn().await;
    conn.batch_execute("UPDATE schema_compatibility SET min_compatible = '20990101000000'")
        .await
        .expect("set");
    let url = database.secret_url();
    for error in [
        migrations::migrate(&url).await.map(|_| ()).expect_err("refuses"),
        migrations::check(&url).await.expect_err("refuses"),
    ] {
        let error = error.to_string();
        assert!(
            error.contains("too old") && error.contains("20990101000000") && error.contains("dump"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_migrating_a_database_that_lacks_steps_is_refused() {
    let database = TestDatabase::empty().await;
    let error = migrations::check(&database.secret_url()).await.expect_err("refuses").to_string();
    assert!(error.contains("xtablo migrate"), "{error}");
    assert_eq!(columns(&mut database.conn().await).await, [""; 0], "looking changes nothing");
}

/// A database that lacks its newest step, which wants locks on boards, cards and users; and somebody who is changing cards.
async fn somebody_in_the_way() -> (TestDatabase, AsyncPgConnection) {
    let database = TestDatabase::create().await;
    migrations::revert(&database.secret_url(), Some(BEFORE_ASSIGNEES)).await.expect("goes down");
    let mut holder = database.conn().await;
    let hold = "SET application_name = 'the report'; BEGIN; UPDATE cards SET title = 'x' WHERE false";
    holder.batch_execute(hold).await.expect("held");
    (database, holder)
}

const BEFORE_ASSIGNEES: &str = "20261127000021";

#[tokio::test(flavor = "multi_thread")]
async fn a_step_gives_way_says_for_whom_it_waits_and_is_applied_in_the_end() {
    let (database, mut holder) = somebody_in_the_way().await;
    let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &[("DATABASE_URL", database.url()), SECRET]);
    command.arg("migrate");
    let mut migrating = Service::start(command);
    let said = migrating.wait_for(" of the report (").await;
    for part in
        ["20261127000022", "process ", " of the report (idle in transaction, last: ", "is tried again in "]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    // Nobody else has to wait for long, not even in the line behind it.
    let mut other = database.conn().await;
    other.batch_execute("SET statement_timeout = '1s'").await.expect("set");
    for _ in 0..100 {
        other.batch_execute("UPDATE cards SET title = 'x' WHERE false").await.expect("in time");
    }
    migrating.wait_for("waits for").await;
    let lacking = migrations::pending(&database.secret_url()).await.expect("an answer");
    assert!(!lacking.is_empty());
    holder.batch_execute("ROLLBACK").await.expect("let go");
    assert_eq!(migrating.exit_code().await, Some(0), "{:?}", migrating.logged);
    migrations::check(&database.secret_url()).await.expect("it has every step");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_gets_no_lock_is_given_up_and_a_rehearsal_waits_too() {
    let (database, mut holder) = somebody_in_the_way().await;
    let url = database.secret_url();
    let error = migrations::migrate_within(&url, Duration::from_secs(2)).await.expect_err("given up");
    let said = format!("{error:#}");
    assert!(said.starts_with("given up after 2s") && said.contains("of the report"), "{said}");
    let rehearsing = tokio::spawn({
        let url = url.clone();
        async move { migrations::rehearse(&url).await }
    });
    until_waiting(&mut database.conn().await, 1).await;
    holder.batch_execute("ROLLBACK").await.expect("let go");
    let rehearsed = rehearsing.await.expect("no panic").expect("rehearsed");
    assert_eq!(migrations::pending(&url).await.expect("an answer"), rehearsed);
    assert_eq!(migrations::migrate(&url).await.expect("migrates"), rehearsed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_waits_for_another_one_to_migrate_says_so() {
    let database = TestDatabase::empty().await;
    let mut holder = migrations::lock(&database.secret_url()).await.expect("locked");
    holder.batch_execute("SET application_name = 'the other host'").await.expect("set");
    let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &[("DATABASE_URL", database.url()), SECRET]);
    command.arg("migrate");
    let mut migrating = Service::start(command);
    let said = migrating.wait_for("another process is migrating").await;
    assert!(said.contains(" of the other host (idle, last: SET application_name"), "{said}");
    drop(holder);
    assert_eq!(migrating.exit_code().await, Some(0), "{:?}", migrating.logged);
}
