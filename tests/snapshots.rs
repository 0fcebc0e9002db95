//! Parts, mails and error pages as they are sent, so that a change of them is seen in review. Ids and times are masked.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo run -- with-postgres -- cargo test snapshots`.

use axum::body::Body;
use axum::http::Request;

use crate::support::TestApp;
use crate::support::browser::Answer;

/// Compares status and body with the snapshot of this name.
macro_rules! assert_snapshot {
    ($name:literal, $text:expr) => {
        let text = $text;
        insta::with_settings!({
            prepend_module_to_snapshot => false,
            omit_expression => true,
            filters => vec![
                (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]"),
                (r"[0-9a-f]{32}", "[id]"),
                (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z", "[time]"),
                (r"\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC", "[time]"),
                (r"(app|favicon)-[0-9a-f]{10}\.", "$1-[hash]."),
                (r"(reset|confirm)(/|&#x2f;)[\w-]{20,}", "$1$2[link]"),
                (r"\?v=\d+", "?v=[time]"),
            ],
        }, { insta::assert_snapshot!($name, text) });
    };
}

fn sent(answer: &Answer) -> String {
    format!("{}\n\n{}", answer.status, answer.body)
}

#[tokio::test]
async fn parts_that_htmx_swaps() {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let (todo, doing) = (t.column(&board, &ada, "To do").await, t.column(&board, &ada, "Doing").await);
    let cards = t.cards(&todo, &ada, &["Plan <b>it</b>", "Ship"]).await;
    let mut htmx = browser.htmx();
    let to_doing = [("column_id", doing.id.to_string()), ("after", String::new())];
    let to_doing = to_doing.each_ref().map(|(name, value)| (*name, value.as_str()));
    let moved = htmx.post(&format!("/cards/{}/move", cards[1].id), &to_doing).await.expect(200);
    assert_snapshot!("columns_after_a_move", sent(&moved));
    let refused = htmx.post(&format!("/columns/{}/cards", todo.id), &[("title", "")]).await.expect(422);
    assert_snapshot!("a_refused_card", sent(&refused));
    let path = format!("/cards/{}", cards[0].id);
    let saved = htmx.post(&path, &[("title", "Plan"), ("body", "*done*")]).await.expect(200);
    assert_snapshot!("a_saved_card", sent(&saved));
    assert_snapshot!("where_to_move_a_card", sent(&htmx.get(&format!("{path}/move")).await.expect(200)));
    let settings = htmx.get(&format!("/columns/{}/edit", todo.id)).await.expect(200);
    assert_snapshot!("a_columns_settings", sent(&settings));
    assert_snapshot!(
        "the_list_of_boards",
        sent(&htmx.post(&format!("/boards/{}/star", board.id), &[]).await.expect(200))
    );
}

#[tokio::test]
async fn error_pages() {
    let t = TestApp::new().await;
    let (_, mut browser) = t.sign_up("Ada").await;
    assert_snapshot!("not_found", sent(&browser.get("/nowhere").await.expect(404)));
    let cross_site = Request::post("/logout").header("sec-fetch-site", "cross-site");
    assert_snapshot!(
        "from_another_site",
        sent(&t.browser().send(cross_site, Body::empty()).await.expect(403))
    );
    let wrong_type =
        Request::post("/login").header("sec-fetch-site", "same-origin").header("content-type", "text/plain");
    assert_snapshot!("not_a_form", sent(&t.browser().send(wrong_type, Body::from("x")).await.expect(415)));
}

#[tokio::test]
async fn mails() {
    let folder = tempfile::tempdir().expect("a folder");
    let t = TestApp::with_outbox(folder.path()).await;
    let (_, mut browser) = t.sign_up("Ada").await;
    t.browser().post("/password/reset", &[("email", "ada@example.com")]).await.expect(303);
    t.send_mails().await;
    browser.post("/account/email/confirm", &[]).await.expect(303);
    t.send_mails().await;
    let mut mails = t.app.mailer.outbox().expect("an outbox").list().expect("a list");
    mails.sort_by(|a, b| a.subject.cmp(&b.subject));
    let text: Vec<String> = mails.iter().map(|mail| format!("{}\n\n{}", mail.subject, mail.text)).collect();
    assert_snapshot!("mails_as_text", text.join("\n\n=====\n\n"));
    assert_snapshot!("a_mail_as_html", mails[0].html.clone());
}
