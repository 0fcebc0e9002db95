//! The language of pages and mails: the browser's, or the account's own.

use axum::body::Body;
use axum::http::{Request, header};

use crate::support::TestApp;
use crate::support::browser::{Answer, Browser};

async fn get_as(browser: &mut Browser, path: &str, accepted: &str) -> Answer {
    browser.send(Request::get(path).header(header::ACCEPT_LANGUAGE, accepted), Body::empty()).await
}

#[tokio::test]
async fn a_page_speaks_the_browsers_language() {
    let t = TestApp::new().await;
    for (accepted, lang, title) in [
        ("de-DE,de;q=0.9,en;q=0.8", "<html lang=\"de\"", "Anmelden"),
        ("en-US,en;q=0.9,de;q=0.8", "<html lang=\"en\"", "Sign in"),
        ("fr", "<html lang=\"en\"", "Sign in"),
    ] {
        let answer = get_as(&mut t.browser(), "/login", accepted).await.expect(200);
        assert!(answer.headers["vary"].to_str().expect("ASCII").contains("accept-language"));
        answer.showing(lang).showing(title);
    }
    get_as(&mut t.browser(), "/nowhere", "de").await.expect(404).showing("Seite nicht gefunden");
}

#[tokio::test]
async fn an_account_has_a_language_of_its_own() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let profile = |language| {
        [("name", "Ada"), ("email", "ada@example.com"), ("theme", "system"), ("language", language)]
    };
    browser.post("/account", &profile("de")).await.expect(303);
    get_as(&mut browser, "/account", "en").await.expect(200).showing("Konto gespeichert.");
    // The board's page in another language is another page.
    let path = format!("/boards/{}", board.id);
    let german = get_as(&mut browser, &path, "en").await.expect(200).showing("Spalte hinzufügen");
    browser.post("/account", &profile("")).await.expect(303);
    browser.get("/account").await.expect(200).showing("Your account was saved.");
    let again = Request::get(&path)
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::IF_NONE_MATCH, german.headers["etag"].clone());
    browser.send(again, Body::empty()).await.expect(200).showing("Add a column");
    browser.post("/account", &profile("tlh")).await.expect(422).showing("choose one of these");
}

#[tokio::test]
async fn a_form_is_refused_in_the_readers_language() {
    let t = TestApp::new().await;
    let request = Request::post("/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT_LANGUAGE, "de");
    let answer = t.browser().send(request, Body::from("email=a%40b.example&password=wrong")).await;
    answer.expect(422).showing("E-Mail-Adresse oder Passwort falsch.");
}

#[tokio::test]
async fn a_mail_is_in_the_accounts_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let t = TestApp::with_outbox(folder.path()).await;
    let (_, mut browser) = t.sign_up("Ada").await;
    let profile = [("name", "Ada"), ("email", "ada@example.com"), ("theme", "system"), ("language", "de")];
    browser.post("/account", &profile).await.expect(303);
    // Asked for by a browser that speaks English.
    t.browser().post("/password/reset", &[("email", "ada@example.com")]).await.expect(303);
    t.send_mails().await;
    let mails = t.app.mailer.outbox().expect("an outbox").list().expect("a list");
    assert_eq!(mails[0].subject, "Passwort zurücksetzen");
    assert!(mails[0].text.starts_with("Hallo,") && mails[0].html.contains("<html lang=\"de\""));
}
