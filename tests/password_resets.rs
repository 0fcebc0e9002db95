//! A forgotten password: asked for, mailed, chosen anew, once.

use std::path::Path;

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use xtablo::models::session::Session;
use xtablo::models::user::User;

use crate::support::browser::{Answer, Browser};
use crate::support::smtp::Sink;
use crate::support::{PASSWORD, TestApp};

const NEW: &str = "four other words entirely";

async fn ask(browser: &mut Browser, email: &str) -> Answer {
    browser.post("/password/reset", &[("email", email)]).await
}

/// Asks, and gives the path of the link that was mailed.
async fn link(t: &TestApp, email: &str) -> String {
    ask(&mut t.browser(), email).await.expect(303);
    t.send_mails().await;
    let sent = t.app.mailer.outbox().expect("an outbox").list().expect("a list");
    let (_, token) = sent[0].text.split_once("/password/reset/").expect("a link");
    format!("/password/reset/{}", token.split_whitespace().next().expect("its end"))
}

async fn can_sign_in(t: &TestApp, email: &str, password: &str) -> bool {
    let fields = [("email", email), ("password", password)];
    t.browser().post("/login", &fields).await.status.as_u16() == 303
}

fn outbox() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn app(folder: &Path) -> TestApp {
    TestApp::with_outbox(folder).await
}

#[tokio::test]
async fn a_person_who_forgot_their_password_chooses_another_and_every_session_ends() {
    let mut sink = Sink::start(&[]).await;
    let settings = [("SMTP_URL", sink.url()), ("MAIL_FROM", "xtablo@example.com".to_owned())];
    let t = TestApp::with(&settings.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    let (ada, mut signed_in) = t.sign_up("Ada").await;
    let mut browser = t.browser();
    browser.get("/login").await.expect(200).showing("href=\"/password/reset\"");
    browser.get("/password/reset").await.expect(200);
    assert_eq!(ask(&mut browser, "ADA@example.com").await.location(), "/password/reset/sent");
    browser.get("/password/reset/sent").await.expect(200).showing("If there is an account");
    t.send_mails().await;
    let mail = sink.next().await;
    assert_eq!(mail.to, ["ada@example.com"], "to the address of the account, not as typed");
    let path = mail.link("/password/reset/");

    browser.get(&path).await.expect(200).showing("ada@example.com");
    browser.post(&path, &[("password", "short")]).await.expect(422).showing("at least 10").hiding("short\"");
    signed_in.get("/boards").await.expect(200);
    assert_eq!(browser.post(&path, &[("password", NEW)]).await.location(), "/login");
    browser.get("/login").await.expect(200).showing("all sessions were signed out");
    browser.get("/login").await.expect(200).hiding("all sessions were signed out");
    signed_in.get("/boards").await.expect(303);
    let conn = &mut t.conn().await;
    assert!(Session::of_user(conn, ada.id, t.now()).await.expect("a list").is_empty());
    assert!(!can_sign_in(&t, "ada@example.com", PASSWORD).await);
    assert!(can_sign_in(&t, "ada@example.com", NEW).await);

    t.send_mails().await;
    let told = sink.next().await;
    assert_eq!(told.header("Subject"), "Your password was changed");
    assert!(told.text().contains("http://localhost/password/reset"));
    let ada = User::find(conn, ada.id).await.expect("an answer").expect("there");
    assert!(ada.email_confirmed_at.is_some(), "the link came by mail");
}

#[tokio::test]
async fn a_link_works_once() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.leaves_jobs();
    t.sign_up("Ada").await;
    let path = link(&t, "ada@example.com").await;
    t.browser().post(&path, &[("password", NEW)]).await.expect(303);
    t.browser().get(&path).await.expect(410).showing("This link has expired");
    t.browser().post(&path, &[("password", "yet another password")]).await.expect(410);
    assert!(can_sign_in(&t, "ada@example.com", NEW).await);
}

#[tokio::test]
async fn of_two_who_come_with_one_link_at_once_one_is_let_in() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.leaves_jobs();
    t.sign_up("Ada").await;
    let path = link(&t, "ada@example.com").await;
    let passwords: Vec<String> = (0..8).map(|number| format!("a long password {number}")).collect();
    let posts = passwords.iter().map(|password| {
        let (mut browser, path) = (t.browser(), path.clone());
        async move { browser.post(&path, &[("password", password)]).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(posts).await;
    let winners: Vec<usize> = (0..8).filter(|at| statuses[*at] == 303).collect();
    assert_eq!(winners.len(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 7, "{statuses:?}");
    assert!(can_sign_in(&t, "ada@example.com", &passwords[winners[0]]).await);
    let told = t.mail_jobs().await.into_iter().filter(|job| job.kind == "tell_of_changed_password");
    assert_eq!(told.count(), 1);
}

#[tokio::test]
async fn no_session_begins_with_the_password_that_was_reset_meanwhile() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let mut conn = t.app.db.conn().await.expect("PostgreSQL answers");
    let now = t.app.clock.now();
    let as_proved = User::find(&mut conn, ada.id).await.expect("an answer").expect("Ada");
    assert!(as_proved.reset_password(&mut conn, "another hash", Vec::new(), now).await.expect("an answer"));
    let began = Session::create(&mut conn, &as_proved, b"a token's hash", "curl/8", None, now).await;
    assert!(!began.expect("an answer"));
    assert!(Session::of_user(&mut conn, ada.id, now).await.expect("an answer").is_empty());
}

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.leaves_jobs();
    t.sign_up("Ada").await;
    let path = link(&t, "ada@example.com").await;
    for _ in 0..3 {
        let answer = t.browser().get(&path).await.expect(200);
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "same-origin");
        t.browser().send(Request::head(&path), Body::empty()).await.expect(200);
    }
    assert!(can_sign_in(&t, "ada@example.com", PASSWORD).await);
    t.browser().post(&path, &[("password", NEW)]).await.expect(303);
}

#[tokio::test]
async fn a_link_is_good_for_an_hour() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.sign_up("Ada").await;
    let path = link(&t, "ada@example.com").await;
    t.advance(TimeDelta::minutes(59));
    t.browser().get(&path).await.expect(200);
    t.advance(TimeDelta::minutes(1));
    t.browser().get(&path).await.expect(410);
    t.browser().post(&path, &[("password", NEW)]).await.expect(410);
}

#[tokio::test]
async fn a_link_that_could_not_be_sent_within_the_hour_is_not_sent_at_all() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.sign_up("Ada").await;
    ask(&mut t.browser(), "ada@example.com").await.expect(303);
    t.advance(TimeDelta::hours(1));
    t.send_mails().await;
    assert_eq!(t.mail_jobs().await[0].state, "discarded");
    assert!(t.app.mailer.outbox().expect("an outbox").list().expect("a list").is_empty());
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_for_the_same_work() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.sign_up("Ada").await;
    let (eve, _) = t.sign_up("Eve").await;
    User::set_disabled(&mut t.conn().await, eve.id, Some(t.now())).await.expect("disabled");
    // The first statement of a kind is prepared first.
    ask(&mut t.browser(), "first@example.com").await.expect(303);
    let mut answers = Vec::new();
    for email in ["ada@example.com", "nobody@example.com", "eve@example.com"] {
        let (queries, jobs) = (t.app.db.queries(), t.mail_jobs().await.len());
        let answer = ask(&mut t.browser(), email).await;
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        let jobs = t.mail_jobs().await.len() - jobs;
        answers.push((answer.status, headers, answer.body, t.app.db.queries() - queries, jobs));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    t.send_mails().await;
    assert!(t.mail_jobs().await.iter().all(|job| job.state == "completed"));
    let sent = t.app.mailer.outbox().expect("an outbox").list().expect("a list");
    let to: Vec<&str> = sent.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["ada@example.com"], "an account that is disabled gets nothing, and nobody neither");
}

#[tokio::test]
async fn the_queue_holds_no_link() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.sign_up("Ada").await;
    let path = link(&t, "ada@example.com").await;
    let token = path.rsplit('/').next().expect("a token");
    for job in t.mail_jobs().await {
        assert!(!format!("{job:?}").contains(token), "{job:?}");
    }
}

#[tokio::test]
async fn asking_is_throttled_by_account_and_by_address() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.leaves_jobs();
    let mut browser = t.browser();
    for _ in 0..5 {
        ask(&mut browser, "ada@example.com").await.expect(303);
    }
    ask(&mut browser, "ADA@example.com").await.expect(429).showing("Too many attempts");
    ask(&mut browser, "bob@example.com").await.expect(303);
    assert!(!can_sign_in(&t, "ada@example.com", PASSWORD).await, "sign-in is counted for itself");

    let mut statuses = Vec::new();
    for number in 0..31 {
        let request = Request::post("/password/reset")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", "203.0.113.7");
        let body = Body::from(format!("email=somebody{number}%40example.com"));
        statuses.push(browser.send(request, body).await.status.as_u16());
    }
    assert_eq!(statuses, [vec![303; 30], vec![429]].concat());
}

#[tokio::test]
async fn what_is_no_address_is_said_beside_the_field() {
    let folder = outbox();
    let t = app(folder.path()).await;
    for wrong in ["", "nobody", "a@b@c.example"] {
        ask(&mut t.browser(), wrong).await.expect(422).showing("field-error");
    }
    assert!(t.mail_jobs().await.is_empty());
}

#[tokio::test]
async fn a_link_ends_with_what_it_was_made_for() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let path = link(&t, "ada@example.com").await;
    User::set_disabled(&mut t.conn().await, ada.id, Some(t.now())).await.expect("disabled");
    t.browser().get(&path).await.expect(410);
    t.browser().post(&path, &[("password", NEW)]).await.expect(410);
    User::set_disabled(&mut t.conn().await, ada.id, None).await.expect("enabled");
    t.browser().get(&path).await.expect(200);
    let change = [("current_password", PASSWORD), ("password", NEW)];
    browser.post("/account/password", &change).await.expect(303);
    t.browser().get(&path).await.expect(410);
}

#[tokio::test]
async fn what_is_no_link_of_ours_is_over() {
    let folder = outbox();
    let t = app(folder.path()).await;
    t.sign_up("Ada").await;
    let path = link(&t, "ada@example.com").await;
    let middle = path.len() / 2;
    let swapped = if path.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let forged = format!("{}{swapped}{}", &path[..middle], &path[middle + 1..]);
    for wrong in ["/password/reset/x", &forged, &format!("{path}A"), &path[..path.len() - 1]] {
        t.browser().get(wrong).await.expect(410);
        t.browser().post(wrong, &[("password", NEW)]).await.expect(410);
    }
    t.browser().get(&path.replace("/password/reset/", "/email/confirm/")).await.expect(410);
    assert!(can_sign_in(&t, "ada@example.com", PASSWORD).await);
}

#[tokio::test]
async fn without_mail_the_page_says_whom_to_ask() {
    let t = TestApp::new().await;
    t.sign_up("Ada").await;
    t.browser().get("/password/reset").await.expect(200).showing("does not send e-mail").hiding("<input");
    ask(&mut t.browser(), "ada@example.com").await.expect(200).showing("does not send e-mail");
    assert!(t.mail_jobs().await.is_empty());
}
