//! The outbox of `xtablo dev`, and that it is nowhere else.

use axum::body::Body;
use axum::http::Request;
use uuid::Uuid;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_outbox_shows_what_would_have_been_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let t = TestApp::with_outbox(folder.path()).await;
    let mut browser = t.browser();
    browser.get("/dev/outbox").await.expect(200).showing("No e-mail yet");
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    browser.post("/register", &fields).await.expect(303);
    t.send_mails().await;
    let list = browser.get("/dev/outbox").await.expect(200).showing("ada@example.com");
    let (_, after) = list.body.split_once("href=\"/dev/outbox/").expect("a link");
    let path = format!("/dev/outbox/{}", after.split('"').next().expect("its end"));
    let page =
        browser.get(&path).await.expect(200).showing("&#x2f;email&#x2f;confirm&#x2f;").showing("sandbox=");
    assert!(page.body.contains(&format!("{path}/html")));
    let html = browser.get(&format!("{path}/html")).await.expect(200).showing("Confirm the address");
    let policy = html.headers["content-security-policy"].to_str().expect("ASCII");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("script") && !policy.contains("same-origin"), "{policy}");
    browser.get(&format!("/dev/outbox/{}", Uuid::now_v7())).await.expect(404);
    browser.get("/dev/outbox/../session-secret").await.expect(404);
}

#[tokio::test]
async fn nobody_from_another_machine_sees_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let t = TestApp::with_outbox(folder.path()).await;
    for (address, status) in [("203.0.113.7", 404), ("::ffff:203.0.113.7", 404), ("10.0.0.2", 404)] {
        let request = Request::get("/dev/outbox").header("x-forwarded-for", address);
        t.browser().send(request, Body::empty()).await.expect(status);
    }
}

#[tokio::test]
async fn it_exists_in_no_other_mode() {
    let smtp = [("SMTP_URL", "smtp://mail.example.com"), ("MAIL_FROM", "xtablo@example.com")];
    for settings in [&[][..], &[("DOMAIN", "boards.example.com")], &smtp] {
        let t = TestApp::with(settings).await;
        let (_, mut browser) = t.sign_up("Ada").await;
        for path in ["/dev/outbox", &format!("/dev/outbox/{}", Uuid::now_v7())] {
            browser.get(path).await.expect(404);
        }
    }
}
