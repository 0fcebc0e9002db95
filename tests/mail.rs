//! How mail leaves: to a real SMTP server on loopback, that lets in, refuses, puts off, is away or hangs.

use std::process::Stdio;

use diesel_async::SimpleAsyncConnection;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use uuid::Uuid;
use xtablo::language::Language;
use xtablo::queue::{NewJob, admin};
use xtablo::tasks::{ConfirmEmail, TellOfChangedPassword};

use crate::support::database::TestDatabase;
use crate::support::service::{SECRET, Service, command};
use crate::support::smtp::{Certificate, Sink};
use crate::support::{PASSWORD, TestApp};

const FROM: (&str, &str) = ("MAIL_FROM", "Xtablo <xtablo@example.com>");

/// An app that sends to this server.
async fn app(url: &str) -> TestApp {
    TestApp::with(&[("SMTP_URL", url), FROM]).await
}

async fn enqueue(t: &TestApp) -> Uuid {
    let job = TellOfChangedPassword { email: "ada@example.com".to_owned(), language: Language::English };
    NewJob::new(&job).expect("JSON").enqueue(&mut t.conn().await).await.expect("enqueued")
}

/// State, attempts and the last error.
async fn outcome(t: &TestApp, id: Uuid) -> (String, i32, String) {
    let job = admin::find(&mut t.conn().await, id).await.expect("an answer").expect("it is there");
    (job.state, job.attempt, job.last_error.unwrap_or_default())
}

#[tokio::test]
async fn a_mail_arrives_as_plain_text_and_as_html() {
    let mut sink = Sink::start(&[]).await;
    let url = sink.url();
    let t = TestApp::with(&[("SMTP_URL", &url), FROM, ("DOMAIN", "boards.example.com")]).await;
    let fields = [("name", "Ada <b>"), ("email", "ada@example.com"), ("password", PASSWORD)];
    t.browser().post("/register", &fields).await.expect(303);
    t.send_mails().await;
    let mail = sink.next().await;
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("xtablo@example.com", &["ada@example.com".to_owned()][..])
    );
    assert_eq!(mail.header("From"), "Xtablo <xtablo@example.com>");
    assert_eq!(mail.header("To"), "ada@example.com");
    assert_eq!(mail.header("Subject"), "Confirm your e-mail address");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Content-Type").starts_with("multipart/alternative"));
    assert_eq!(mail.header("Message-ID"), format!("<{}@example.com>", t.mail_jobs().await[0].id));
    let text = mail.text();
    for part in
        ["text/plain", "text/html", "https://boards.example.com/email/confirm/", "Confirm the address"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("Ada"), "what a stranger wrote goes to nobody: {text}");
}

#[tokio::test]
async fn a_registration_that_is_refused_enqueues_nothing() {
    let sink = Sink::start(&[]).await;
    let t = app(&sink.url()).await;
    t.sign_up("Ada").await;
    let fields = [("name", "Ada"), ("email", "ADA@example.com"), ("password", PASSWORD)];
    t.browser().post("/register", &fields).await.expect(422);
    assert!(t.mail_jobs().await.is_empty());
}

#[tokio::test]
async fn a_server_that_refuses_for_good_is_not_asked_again() {
    let sink = Sink::start(&["--answer", "550 5.1.1 nobody of that name"]).await;
    let t = app(&sink.url()).await;
    let id = enqueue(&t).await;
    t.send_mails().await;
    let (state, attempt, error) = outcome(&t, id).await;
    assert_eq!((state.as_str(), attempt), ("discarded", 1));
    assert!(error.contains("550") && error.contains("nobody of that name"), "{error}");
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn a_server_that_puts_off_is_asked_again_later_for_the_same_mail() {
    let mut sink = Sink::start(&["--answer", "451 4.7.1 come back later", "--times", "1"]).await;
    let t = app(&sink.url()).await;
    let id = enqueue(&t).await;
    t.send_mails().await;
    let (state, attempt, error) = outcome(&t, id).await;
    assert_eq!((state.as_str(), attempt), ("available", 1));
    assert!(error.contains("451"), "{error}");
    t.hasten().await;
    t.send_mails().await;
    assert_eq!(outcome(&t, id).await.0, "completed");
    assert_eq!(sink.next().await.header("Message-ID"), format!("<{id}@example.com>"));
    assert_eq!(sink.stop_and_count().await, 0, "it arrived once");
}

#[tokio::test]
async fn a_server_that_is_away_loses_nothing() {
    let sink = Sink::start(&[]).await;
    let (url, port) = (sink.url(), sink.port.to_string());
    sink.stop().await;
    let t = app(&url).await;
    let id = enqueue(&t).await;
    t.send_mails().await;
    let (state, attempt, _) = outcome(&t, id).await;
    assert_eq!((state.as_str(), attempt), ("available", 1));
    let mut sink = Sink::start(&["--port", &port]).await;
    t.hasten().await;
    t.send_mails().await;
    assert_eq!(sink.next().await.to, ["ada@example.com"]);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_in_time_and_tried_again() {
    // The system accepts the connection, and no program answers on it.
    let hanging = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}?tls=none", hanging.local_addr().expect("bound"));
    let t = TestApp::with(&[("SMTP_URL", &url), FROM, ("SMTP_TIMEOUT_SECONDS", "1")]).await;
    let id = enqueue(&t).await;
    t.send_mails().await;
    let (state, attempt, error) = outcome(&t, id).await;
    assert_eq!((state.as_str(), attempt), ("available", 1));
    assert!(error.contains("SMTP_TIMEOUT_SECONDS"), "{error}");
}

#[tokio::test]
async fn a_server_without_starttls_is_given_nothing() {
    let sink = Sink::start(&[]).await;
    let t = app(&format!("smtp://ada:hunter2@127.0.0.1:{}", sink.port)).await;
    let id = enqueue(&t).await;
    t.send_mails().await;
    let (state, _, error) = outcome(&t, id).await;
    assert_eq!(state, "available", "it may have it tomorrow");
    assert!(!error.contains("hunter2"), "{error}");
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn a_wrong_password_of_ours_loses_no_mail() {
    let mut sink = Sink::start(&["--login", "ada", "right"]).await;
    let t = app(&format!("smtp://ada:wrong@127.0.0.1:{}?tls=none", sink.port)).await;
    t.leaves_jobs();
    let id = enqueue(&t).await;
    t.send_mails().await;
    let (state, attempt, error) = outcome(&t, id).await;
    assert_eq!((state.as_str(), attempt), ("available", 1));
    assert!(error.contains("535") && !error.contains("wrong"), "{error}");
    // The operator sets it right: the same job, a worker with other settings.
    let database = t.app.config.database_url.expose();
    let url = format!("smtp://ada:right@127.0.0.1:{}?tls=none", sink.port);
    t.hasten().await;
    let _worker = Service::worker(&[("DATABASE_URL", database), SECRET, ("SMTP_URL", &url), FROM]).await;
    let mail = sink.next().await;
    assert_eq!(mail.user.as_deref(), Some("ada"));
}

#[tokio::test]
async fn without_a_server_a_worker_keeps_mail_for_later_and_says_what_is_missing() {
    let t = TestApp::new().await;
    let id = enqueue(&t).await;
    t.send_mails().await;
    let (state, _, error) = outcome(&t, id).await;
    assert_eq!(state, "available");
    assert!(error.contains("SMTP_URL"), "{error}");
}

#[tokio::test]
async fn an_address_that_no_mail_can_be_sent_to_is_given_up() {
    let sink = Sink::start(&[]).await;
    let t = app(&sink.url()).await;
    let job = TellOfChangedPassword {
        email: "ada@example.com\r\nBcc: eve@example.com".to_owned(),
        language: Language::English,
    };
    let id = NewJob::new(&job).expect("JSON").enqueue(&mut t.conn().await).await.expect("enqueued");
    t.send_mails().await;
    assert_eq!(outcome(&t, id).await.0, "discarded");
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn the_way_to_the_server_is_encrypted_and_its_name_checked() {
    let (certificate, other) = (Certificate::new(), Certificate::new());
    let files = [certificate.certificate.as_str(), &certificate.key];
    let database = TestDatabase::create().await;
    for (option, scheme) in [("--starttls", "smtp"), ("--tls", "smtps")] {
        let mut sink = Sink::start(&[&[option], &files[..], &["--login", "ada", "hunter2"]].concat()).await;
        let url = format!("{scheme}://ada:hunter2@127.0.0.1:{}", sink.port);
        let job =
            TellOfChangedPassword { email: format!("{scheme}@example.com"), language: Language::English };
        let id =
            NewJob::new(&job).expect("JSON").enqueue(&mut database.conn().await).await.expect("enqueued");
        let worker = async |trusted: &str| {
            let settings = [
                ("DATABASE_URL", database.url()),
                SECRET,
                ("SMTP_URL", &url),
                FROM,
                ("SSL_CERT_FILE", trusted),
            ];
            Service::worker(&settings).await.0
        };
        let mut doubting = worker(&other.certificate).await;
        let line = doubting.wait_for("certificate").await;
        assert!(line.contains(&id.to_string()) && !line.contains("hunter2"), "{line}");
        doubting.signal(rustix::process::Signal::TERM);
        assert_eq!(doubting.exit_code().await, Some(0));
        let due = "UPDATE jobs SET run_at = now() WHERE state = 'available'";
        database.conn().await.batch_execute(due).await.expect("set");

        let mut trusting = worker(&certificate.certificate).await;
        let mail = sink.next().await;
        assert_eq!(mail.to, [format!("{scheme}@example.com")], "only now");
        assert!(mail.encrypted);
        assert_eq!(mail.user.as_deref(), Some("ada"));
        trusting.signal(rustix::process::Signal::TERM);
        assert_eq!(trusting.exit_code().await, Some(0));
        assert!(!trusting.logged.concat().contains("hunter2"));
    }
}

#[tokio::test]
async fn a_wrong_server_or_sender_is_refused_at_the_start_by_name_and_without_the_password() {
    let database = TestDatabase::create().await;
    for (settings, name) in [
        (vec![("SMTP_URL", "imap://ada:hunter2@mail.example.com"), FROM], "SMTP_URL"),
        (vec![("SMTP_URL", "smtp://ada:hunter2@mail.example.com?tls=none"), FROM], "SMTP_URL"),
        (vec![("SMTP_URL", "smtp://ada:hunter2@mail.example.com")], "MAIL_FROM"),
        (vec![("SMTP_URL", "smtp://ada:hunter2@mail.example.com"), ("MAIL_FROM", "nobody")], "MAIL_FROM"),
    ] {
        for binary in [env!("CARGO_BIN_EXE_xtablo-web"), env!("CARGO_BIN_EXE_xtablo-worker")] {
            let settings = [&[("DATABASE_URL", database.url()), SECRET], &settings[..]].concat();
            let mut service = Service::start(command(binary, &settings));
            assert_eq!(service.exit_code().await, Some(78));
            let said = service.logged.join("\n");
            assert!(said.contains(name) && !said.contains("hunter2"), "{said}");
        }
    }
}

#[tokio::test]
async fn check_config_says_what_goes_without_a_server() {
    let settings = [("DATABASE_URL", "postgres:///x?host=/tmp"), SECRET];
    let output = command(env!("CARGO_BIN_EXE_xtablo"), &settings).arg("check-config").output().await;
    let output = output.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("warning: SMTP_URL is not set"), "{output:?}");
}

#[tokio::test]
async fn a_person_is_told_of_a_password_that_the_operator_has_set() {
    let mut sink = Sink::start(&[]).await;
    let url = sink.url();
    let t = app(&url).await;
    t.sign_up("Ada").await;
    let settings = [("DATABASE_URL", t.app.config.database_url.expose()), SECRET, ("SMTP_URL", &url), FROM];
    let mut set = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let mut child =
        set.args(["user", "set-password", "ada@example.com"]).stdin(Stdio::piped()).spawn().expect("built");
    child.stdin.take().expect("piped").write_all(b"another password\n").await.expect("it reads");
    assert!(child.wait().await.expect("it ends").success());
    t.send_mails().await;
    let mail = sink.next().await;
    assert_eq!(mail.to, ["ada@example.com"]);
    assert_eq!(mail.header("Subject"), "Your password was changed");
}

#[tokio::test]
async fn many_wishes_are_as_many_mails_at_most() {
    let sink = Sink::start(&[]).await;
    let t = app(&sink.url()).await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    for _ in 0..10 {
        browser.post("/account/email/confirm", &[]).await.expect(303);
    }
    assert_eq!(t.mail_jobs().await.len(), 5);
    let gone = NewJob::new(&ConfirmEmail { user_id: crate::support::nobody(), language: Language::English })
        .expect("JSON");
    gone.enqueue(&mut t.conn().await).await.expect("enqueued");
    t.send_mails().await;
    assert!(t.mail_jobs().await.iter().all(|job| job.state == "completed"), "{}", ada.id);
    assert_eq!(sink.stop_and_count().await, 5);
}
