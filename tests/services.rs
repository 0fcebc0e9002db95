//! Web as a process: their start, their health, their log, their end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use xtablo::cluster::{Cluster, Options};
use xtablo::config::Secret;

use crate::support::TestApp;
use crate::support::database::{TestDatabase, until_waiting};
use crate::support::postgres::Hung;
use crate::support::service::{SECRET, Service, command, get};
use crate::support::story::Story;
use crate::support::systemd::Systemd;

#[tokio::test]
async fn web_migrates_serves_and_stops_cleanly() {
    let database = TestDatabase::empty().await;
    let settings = [("DATABASE_URL", database.url()), SECRET];
    let (mut web, address) = Service::web(&settings).await;
    assert!(get(&address, "/healthz").await.1.ends_with(r#"{"status":"ok"}"#));
    let (status, answer) = get(&address, "/readyz").await;
    assert_eq!(status, 200);
    assert!(answer.ends_with(r#"{"db":"ok","status":"ok"}"#), "{answer}");
    web.signal(Signal::TERM);
    assert_eq!(web.exit_code().await, Some(0), "{:?}", web.logged);
}

#[tokio::test]
async fn web_without_migrating_refuses_a_database_that_lacks_steps() {
    let database = TestDatabase::empty().await;
    let mut command = command(env!("CARGO_BIN_EXE_xtablo-web"), &[("DATABASE_URL", database.url()), SECRET]);
    command.arg("--no-migrate");
    let mut web = Service::start(command);
    assert_eq!(web.exit_code().await, Some(1));
    assert!(web.logged.concat().contains("xtablo migrate"), "{:?}", web.logged);
}

#[tokio::test]
async fn a_wrong_configuration_is_said_whole_and_ends_with_78() {
    let settings = [("DATABASE_URL", "mysql://x"), ("REGISTRATION", "maybe"), ("LISTEN", "8080")];
    for binary in [env!("CARGO_BIN_EXE_xtablo-web"), env!("CARGO_BIN_EXE_xtablo-worker")] {
        let mut service = Service::start(command(binary, &settings));
        assert_eq!(service.exit_code().await, Some(78));
        let said = service.logged.join("\n");
        for name in ["DATABASE_URL", "SESSION_SECRET is missing", "REGISTRATION", "LISTEN"] {
            assert!(said.contains(name), "{name} in {said}");
        }
    }
    let mut check = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let output = check.arg("check-config").output().await.expect("it runs");
    assert_eq!(output.status.code(), Some(78));
}

#[tokio::test]
async fn a_misspelt_setting_is_warned_of_at_the_start_and_refused_by_the_check() {
    let database = TestDatabase::create().await;
    let settings =
        [("DATABASE_URL", database.url()), SECRET, ("REGISTRATON", "closed"), ("SMTP_HOST", "mail")];
    let said =
        ["REGISTRATON is no setting of Xtablo and is not heard: is REGISTRATION meant?", "SMTP_HOST is no"];
    let (web, _) = Service::web(&settings).await;
    let (worker, _) = Service::worker(&settings).await;
    for line in said {
        for service in [&web, &worker] {
            let warned = |logged: &String| logged.contains(line) && logged.contains("WARN");
            assert!(service.logged.iter().any(warned), "{line}: {:?}", service.logged);
        }
    }
    for args in [&["check-config"][..], &["check-config", "--except-secrets"]] {
        let output =
            command(env!("CARGO_BIN_EXE_xtablo"), &settings).args(args).output().await.expect("it runs");
        assert_eq!(output.status.code(), Some(78));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            error.contains("wrong in 2 places") && said.iter().all(|line| error.contains(line)),
            "{error}"
        );
    }
    // Where it keeps the service from starting, it is named beside what is missing.
    let settings = [("DATABASE_ULR", database.url()), SECRET];
    let mut web = Service::start(command(env!("CARGO_BIN_EXE_xtablo-web"), &settings));
    assert_eq!(web.exit_code().await, Some(78));
    let said = web.logged.concat();
    assert!(said.contains("DATABASE_URL is missing") && said.contains("is DATABASE_URL meant?"), "{said}");
}

#[tokio::test]
async fn a_taken_address_is_one_clear_line() {
    let database = TestDatabase::create().await;
    let (_web, address) = Service::web(&[("DATABASE_URL", database.url()), SECRET]).await;
    let settings = [("DATABASE_URL", database.url()), SECRET, ("LISTEN", address.as_str())];
    let mut second = Service::start(command(env!("CARGO_BIN_EXE_xtablo-web"), &settings));
    assert_eq!(second.exit_code().await, Some(1));
    let last = second.logged.last().expect("it said something");
    assert!(last.contains(&format!("cannot listen on {address}")), "{last}");
}

#[tokio::test]
async fn a_request_that_runs_is_finished_before_web_stops() {
    let database = TestDatabase::create().await;
    let (mut web, address) = Service::web(&[("DATABASE_URL", database.url()), SECRET]).await;
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    let body = "email=a%40b.example&password=wrong";
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // The handler reads the body: the request is under way.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.expect("100 Continue");
    web.signal(Signal::TERM);
    // New connections are refused.
    while TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(body.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert_eq!(web.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_off() {
    let database = TestDatabase::create().await;
    let settings = [("DATABASE_URL", database.url()), SECRET, ("SHUTDOWN_TIMEOUT_SECONDS", "1")];
    let (mut web, address) = Service::web(&settings).await;
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    stream
        .write_all(
            b"POST /login HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
        )
        .await
        .expect("sent");
    stream.read_exact(&mut [0; 25]).await.expect("100 Continue");
    web.signal(Signal::TERM);
    assert_eq!(web.exit_code().await, Some(0));
    assert!(web.logged.concat().contains("cut off"), "{:?}", web.logged);
}

#[tokio::test]
async fn readyz_tells_when_postgresql_is_gone_and_when_it_is_back() {
    let mut cluster = Cluster::temporary(Options::forgetful()).await.expect("a cluster");
    let url = cluster.url("postgres");
    let (_web, address) = Service::web(&[("DATABASE_URL", url.as_str()), SECRET]).await;
    assert_eq!(get(&address, "/readyz").await.0, 200);
    cluster.stop().await.expect("it stops");
    let (status, answer) = get(&address, "/readyz").await;
    assert_eq!(status, 503);
    assert!(answer.ends_with(r#"{"db":"down","status":"degraded"}"#), "{answer}");
    assert_eq!(get(&address, "/healthz").await.0, 200);
    let (status, page) = get(&address, "/login").await;
    assert_eq!(status, 200, "what needs no database goes on: {page}");
    cluster.start().await.expect("it starts again");
    assert_eq!(get(&address, "/readyz").await.0, 200);
    cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn readyz_tells_when_postgresql_takes_no_writes() {
    let mut cluster = Cluster::temporary(Options::forgetful()).await.expect("a cluster");
    let url = cluster.url("postgres");
    let files = tempfile::tempdir().expect("a folder");
    let files = files.path().display().to_string();
    let settings = [("DATABASE_URL", url.as_str()), SECRET, ("STORAGE_DIR", &files)];
    let (_web, address) = Service::web(&settings).await;
    let (_worker, worker) = Service::worker(&settings).await;
    assert_eq!(get(&address, "/readyz").await.0, 200);
    let mut conn = xtablo::db::connect(&Secret::new(&url)).await.expect("it answers");
    for (value, status) in [("on", 503), ("off", 200)] {
        let set = format!("ALTER SYSTEM SET default_transaction_read_only = {value}");
        conn.batch_execute(&set).await.expect("set");
        conn.batch_execute("SELECT pg_reload_conf()").await.expect("told");
        for address in [&address, &worker] {
            // Each of its processes hears of it when it next does something.
            while get(address, "/readyz").await.0 != status {}
        }
    }
    drop(conn);

    let standby = data_folder(&url).await.join("standby.signal");
    cluster.stop().await.expect("it stops");
    std::fs::write(&standby, "").expect("written");
    cluster.start().await.expect("it starts as a standby");
    let (status, answer) = get(&address, "/readyz").await;
    assert_eq!(status, 503);
    assert!(answer.ends_with(r#"{"db":"read-only","status":"degraded"}"#), "{answer}");
    let mut check = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let output = check.args(["check-config", "--online"]).output().await.expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("PostgreSQL takes no writes"), "{said}");
    cluster.stop().await.expect("it stops");
    std::fs::remove_file(&standby).expect("it is there");
    cluster.start().await.expect("it starts again");
    assert_eq!(get(&address, "/readyz").await.0, 200);
    cluster.stop().await.expect("it stops");
}

async fn data_folder(url: &str) -> PathBuf {
    #[derive(diesel::QueryableByName)]
    struct Folder {
        #[diesel(sql_type = diesel::sql_types::Text)]
        folder: String,
    }
    let mut conn = xtablo::db::connect(&Secret::new(url)).await.expect("it answers");
    let sql = "SELECT current_setting('data_directory') AS folder";
    let Folder { folder } = diesel::sql_query(sql).get_result(&mut conn).await.expect("an answer");
    PathBuf::from(folder)
}

#[tokio::test]
async fn the_check_names_a_postgresql_that_is_too_old_or_newer_than_tried() {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().expect("a folder");
    let files = folder.path().display().to_string();
    let path = std::env::var("PATH").expect("there is one");
    let check = async || {
        let settings = [("DATABASE_URL", database.url()), SECRET, ("STORAGE_DIR", &files), ("PATH", &path)];
        let mut check = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let output = check.args(["check-config", "--online"]).output().await.expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    };
    let (code, said) = check().await;
    assert!(code == Some(0) && said.contains("PostgreSQL answers: version 1"), "{said}");
    assert!(said.contains("pg_dump of version 1"), "{said}");
    // A server that takes itself for another: what is asked for its version is found before its own.
    let pretend = async |number: &str| {
        let sql = format!(
            "CREATE SCHEMA IF NOT EXISTS other;
             CREATE OR REPLACE FUNCTION other.current_setting(name text) RETURNS text LANGUAGE sql AS $$
                 SELECT CASE name WHEN 'server_version_num' THEN '{number}' WHEN 'server_version' THEN '{number}'
                                  ELSE pg_catalog.current_setting(name) END $$;
             DO $$ BEGIN
                 EXECUTE format('ALTER DATABASE %I SET search_path = other, pg_catalog, public', current_database());
             END $$"
        );
        database.conn().await.batch_execute(&sql).await.expect("set");
    };
    pretend("130022").await;
    let (code, said) = check().await;
    assert!(code == Some(1) && said.contains("130022, which is too old: 14 or newer"), "{said}");
    pretend("990001").await;
    let (code, said) = check().await;
    assert!(code == Some(0) && said.contains("the newest that Xtablo was tried with is 17"), "{said}");
    assert!(said.contains("no backup can be made from here") && said.contains("version 99"), "{said}");
}

#[tokio::test]
async fn readyz_tells_when_postgresql_hangs() {
    let mut cluster = Cluster::temporary(Options::forgetful()).await.expect("a cluster");
    let url = cluster.url("postgres");
    let (_web, address) = Service::web(&[("DATABASE_URL", url.as_str()), SECRET]).await;
    assert_eq!(get(&address, "/readyz").await.0, 200);
    let hung = Hung::hang(&url);
    assert_eq!(get(&address, "/readyz").await.0, 503);
    assert_eq!(get(&address, "/healthz").await.0, 200);
    drop(hung);
    assert_eq!(get(&address, "/readyz").await.0, 200);
    cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn the_log_has_a_line_a_request_and_no_secret() {
    for level in ["info", "debug", "trace", "info,tokio_postgres=trace"] {
        look_for_secrets_in_the_log(level).await;
    }
}

async fn look_for_secrets_in_the_log(level: &str) {
    let database = TestDatabase::create().await;
    let (mut web, address) = Service::web(&[("DATABASE_URL", database.url()), SECRET, ("LOG", level)]).await;
    let body = "name=Ada&email=ada%40example.com&password=correct+horse+battery";
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    let request = format!(
        "POST /register?hidden=query HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let cookie = answer.split("session=").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie");
    let line = web.wait_for(r#""route":"/register""#).await;
    for part in ["request_id", "\"status\":303", "duration_ms", "\"method\":\"POST\""] {
        assert!(line.contains(part), "{part} in {line}");
    }
    web.signal(Signal::TERM);
    web.exit_code().await;
    // The security log names the account, on purpose.
    let is_of_security = |line: &&String| line.contains(r#""message":"security""#);
    for line in web.logged.iter().filter(|line| !is_of_security(line)) {
        // The values of a statement too: the address, the password's hash, the name.
        for secret in ["correct", "hidden", cookie, SECRET.1, "ada@example.com", "argon2id", "Ada"] {
            assert!(!line.contains(secret), "{secret} in {line}");
        }
    }
}

#[tokio::test]
async fn metrics_are_on_an_address_of_their_own() {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("metrics.sock");
    let socket_text = socket.display().to_string();
    let settings = [("DATABASE_URL", database.url()), SECRET, ("METRICS_LISTEN", socket_text.as_str())];
    let (_web, address) = Service::web(&settings).await;
    get(&address, "/login").await;
    get(&address, "/nowhere").await;
    assert_eq!(get(&address, "/metrics").await.0, 404);
    let page = read_metrics(&socket).await;
    for part in [
        "xtablo_http_requests_total{method=\"GET\",route=\"/login\",status=\"200\"} 1",
        "route=\"none\",status=\"404\"",
        "xtablo_http_request_duration_seconds_bucket",
        "xtablo_database_connections{state=\"idle\"}",
        "xtablo_database_queries_total",
        concat!("xtablo_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\",migration=\"2026"),
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn web_takes_the_socket_that_systemd_hands_over_and_talks_to_it() {
    let mut systemd = Systemd::new().await;
    let mut web = systemd.start().await;
    systemd.notifications.hear("WATCHDOG=1").await;
    assert_eq!(get(&systemd.address.to_string(), "/healthz").await.0, 200);
    web.signal(Signal::TERM);
    assert_eq!(web.exit_code().await, Some(0));
    systemd.notifications.end();
    systemd.notifications.hear("STOPPING=1").await;
}

#[tokio::test]
async fn web_listens_on_a_unix_socket_and_a_stale_one_is_no_obstacle() {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("web.sock").display().to_string();
    let settings = [("DATABASE_URL", database.url()), SECRET, ("LISTEN", path.as_str())];
    for signal in [Signal::KILL, Signal::TERM] {
        let mut web = Service::start(command(env!("CARGO_BIN_EXE_xtablo-web"), &settings));
        web.wait_for("web listens").await;
        let mut check = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let output = check.arg("healthcheck").output().await.expect("it runs");
        assert!(output.status.success(), "{output:?}");
        web.signal(signal);
        web.exit_code().await;
    }
    let mut check = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let output = check.arg("healthcheck").output().await.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
}

pub(crate) async fn read_metrics(socket: &Path) -> String {
    let mut stream = tokio::net::UnixStream::connect(socket).await.expect("it listens");
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.expect("sent");
    let mut page = String::new();
    stream.read_to_string(&mut page).await.expect("answered");
    page
}

/// Makes whatever asks for columns wait, until it is dropped: who asks is known before.
async fn hold_columns(t: &TestApp) -> AsyncPgConnection {
    let mut conn = t.conn().await;
    conn.batch_execute("BEGIN; LOCK TABLE columns IN ACCESS EXCLUSIVE MODE").await.expect("locked");
    conn
}

#[tokio::test]
async fn a_request_whose_client_hangs_up_is_in_the_log_and_counted() {
    let story = Story::begin(&[]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("metrics.sock");
    let (mut web, address) = story.web(&[("METRICS_LISTEN", socket.display().to_string())]).await;
    let _held = hold_columns(&story.t).await;
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    let cookies = story.browser.cookies();
    let head = format!("GET /boards HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    until_waiting(&mut story.t.conn().await, 1).await;
    drop(stream);
    let line = web.wait_for("\"status\":499").await;
    assert!(line.contains("\"route\":\"/boards\"") && line.contains("\"user_id\""), "{line}");
    let page = read_metrics(&socket).await;
    let counted = "xtablo_http_requests_total{method=\"GET\",route=\"/boards\",status=\"499\"} 1";
    assert!(page.contains(counted), "{page}");
}

#[tokio::test]
async fn a_delay_of_ours_is_503_and_says_so() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let mut browser = t.browser_within(Duration::from_millis(50));
    browser.sign_in(&t.app, ada.id).await;
    let _held = hold_columns(&t).await;
    browser.get("/boards").await.expect(503).showing("took us too long");
}
