//! Cards: added, read, edited, archived, deleted.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::schema::{boards, cards};

use crate::support::TestApp;

#[tokio::test]
async fn a_card_is_added_read_and_edited() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    browser.post(&format!("/columns/{}/cards", column.id), &[("title", "Write it")]).await.expect(303);
    browser
        .htmx()
        .post(&format!("/columns/{}/cards", column.id), &[("title", "Ship it")])
        .await
        .expect(200)
        .hiding("<html")
        .showing(&format!("id=\"column-{}\"", column.id))
        .showing("Ship it");
    assert_eq!(t.titles(&column).await, ["Write it", "Ship it"]);
    let card = &t.cards(&column, &ada, &["Plan"]).await[0];
    let path = format!("/cards/{}", card.id);
    browser.post(&path, &[("title", "Plan B"), ("body", "**Now**\r\n<script>x</script>")]).await.expect(303);
    browser
        .get(&path)
        .await
        .expect(200)
        .showing("Plan B")
        .showing("<strong>Now</strong>")
        .hiding("<script>x");
    browser.get(&format!("{path}?edit=1")).await.expect(200).showing("**Now**\n&lt;script&gt;");
    browser.htmx().get(&path).await.expect(200).hiding("<html").showing("Plan B");
}

#[tokio::test]
async fn a_card_that_is_sent_again_is_there_once() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let path = format!("/columns/{}/cards", column.id);
    let key = "3f0c2b1e-6f52-4c0e-9d5a-0a1b2c3d4e5f";
    for _ in 0..2 {
        browser.post(&path, &[("title", "Plan"), ("key", key)]).await.expect(303);
    }
    browser.post(&path, &[("title", "Plan"), ("key", "")]).await.expect(303);
    browser.post(&path, &[("title", "Plan"), ("key", "no id")]).await.expect(422);
    let page = browser.get(&format!("/boards/{}", board.id)).await.expect(200);
    assert_eq!(page.body.matches("id=\"card-").count(), 2);
    // The id of a card on somebody else's board tells nothing and changes nothing.
    let (eve, mut other) = t.sign_up("Eve").await;
    let theirs = t.board(&eve, "Theirs").await;
    let theirs = t.column(&theirs, &eve, "To do").await;
    let path = format!("/columns/{}/cards", theirs.id);
    other.post(&path, &[("title", "Mine"), ("key", key)]).await.expect(404);
}

#[tokio::test]
async fn a_refused_card_keeps_what_was_typed() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let path = format!("/columns/{}/cards", column.id);
    let long = "z".repeat(10_000);
    browser.post(&path, &[("title", &long)]).await.expect(422).showing("<html").showing(&long);
    browser.htmx().post(&path, &[("title", &long)]).await.expect(422).hiding("<html").showing(&long);
    browser.post_body(&path, "").await.expect(422);
    let card = &t.cards(&column, &ada, &["Plan"]).await[0];
    let path = format!("/cards/{}", card.id);
    browser.post(&path, &[("title", ""), ("body", "Kept text")]).await.expect(422).showing("Kept text");
    browser.post_body(&path, "title=a").await.expect(422).showing("missing");
    // What was pasted is cleaned, and not refused.
    browser.post_body(&path, "title=Pl%00an&body=x%00y").await.expect(303);
    browser.get(&path).await.expect(200).showing("xy");
    browser
        .post(&path, &[("title", "a"), ("body", &"b".repeat(50_001))])
        .await
        .expect(422)
        .showing("at most 50,000");
    browser.post_body(&path, "x".repeat(2 * 1024 * 1024)).await.expect(413).showing("Too large");
    assert_eq!(t.titles(&column).await, ["Plan"]);
}

#[tokio::test]
async fn two_people_who_edit_one_card_notice_each_other() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = &t.cards(&column, &ada, &["Plan"]).await[0];
    let path = format!("/cards/{}", card.id);
    browser.post(&path, &[("title", "First"), ("body", ""), ("version", "0")]).await.expect(303);
    browser
        .post(&path, &[("title", "Second"), ("body", "mine"), ("version", "0")])
        .await
        .expect(422)
        .showing("Someone changed this card")
        .showing("mine");
    assert_eq!(t.titles(&column).await, ["First"]);
    browser.post(&path, &[("title", "Second"), ("body", "mine"), ("version", "1")]).await.expect(303);
    assert_eq!(t.titles(&column).await, ["Second"]);
}

#[tokio::test]
async fn a_card_is_archived_restored_where_it_was_and_deleted() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let cards = t.cards(&column, &ada, &["A", "B", "C"]).await;
    let path = format!("/cards/{}", cards[1].id);
    browser.post(&format!("{path}/archive"), &[]).await.expect(303);
    assert_eq!(t.titles(&column).await, ["A", "C"]);
    browser.get(&format!("/boards/{}/archive", board.id)).await.showing("B");
    browser.get(&path).await.expect(200).showing("Archived");
    browser.post(&format!("{path}/restore"), &[]).await.expect(303);
    assert_eq!(t.titles(&column).await, ["A", "B", "C"]);
    browser.confirm(&format!("{path}/delete")).await.expect(303);
    assert_eq!(t.titles(&column).await, ["A", "C"]);
    for verb in ["restore", "archive", "delete"] {
        browser.post(&format!("{path}/{verb}"), &[]).await.expect(404);
    }
    browser.get(&path).await.expect(404);
}

#[tokio::test]
async fn a_card_of_an_archived_column_comes_back_with_its_column_and_that_is_said() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "Someday").await;
    let card = &t.cards(&column, &ada, &["Dream"]).await[0];
    let restore = format!("/cards/{}/restore", card.id);
    for htmx in [false, true] {
        browser.post(&format!("/cards/{}/archive", card.id), &[]).await.expect(303);
        browser.post(&format!("/columns/{}/archive", column.id), &[]).await.expect(303);
        let mut asking = if htmx { browser.htmx() } else { browser.clone() };
        let answer = asking.post(&restore, &[]).await;
        let path = format!("/boards/{}#card-{}", board.id, card.id);
        let header = if htmx { "hx-redirect" } else { "location" };
        assert_eq!(answer.headers[header], path, "{answer:?}");
        let page = asking.get(&format!("/boards/{}", board.id)).await.expect(200);
        page.showing("Someday").showing("Dream").showing("and so is its column");
        browser.get(&format!("/boards/{}/events", board.id)).await.showing("restored the column");
    }
    // Nothing more is said where only the card was archived.
    browser.post(&format!("/cards/{}/archive", card.id), &[]).await.expect(303);
    browser.post(&restore, &[]).await.expect(303);
    browser.get(&format!("/boards/{}", board.id)).await.expect(200).hiding("and so is its column");
}

#[tokio::test]
async fn tasks_are_ticked_where_the_reader_saw_them() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let path = format!("/cards/{}", card.id);
    let text = "- [ ] one\n- [x] two";
    browser.post(&path, &[("title", "Plan"), ("body", text)]).await.expect(303);
    browser.get(&path).await.showing(&format!("data-tasks=\"{path}/tasks\""));
    let tasks = format!("{path}/tasks");
    let body = async || {
        let body = cards::table.find(card.id).select(cards::body);
        body.first::<String>(&mut t.conn().await).await.expect("the card")
    };
    let first = [("task", "0"), ("tasks", "2"), ("done", "on")];
    assert_eq!(browser.post(&tasks, &first).await.location(), path);
    assert_eq!(body().await, "- [x] one\n- [x] two");
    browser.htmx().post(&tasks, &[("task", "1"), ("tasks", "2")]).await.expect(204);
    assert_eq!(body().await, "- [x] one\n- [ ] two");
    // Ticked already: nothing is written.
    let revision = async || {
        let board = boards::table.find(board.id).select(boards::revision);
        board.first::<i64>(&mut t.conn().await).await.expect("the board")
    };
    let before = revision().await;
    browser.htmx().post(&tasks, &first).await.expect(204);
    assert_eq!(revision().await, before);
    for fields in [
        [("task", "0"), ("tasks", "3"), ("done", "on")],
        [("task", "2"), ("tasks", "2"), ("done", "on")],
        [("task", "x"), ("tasks", "2"), ("done", "on")],
    ] {
        browser.post(&tasks, &fields).await.expect(422).showing("changed this card meanwhile");
    }
}

#[tokio::test]
async fn a_title_is_changed_in_its_place() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let path = format!("/cards/{}", card.id);
    browser.post(&path, &[("title", "Plan"), ("body", "The text")]).await.expect(303);
    let title = format!("{path}/title");
    browser.post(&title, &[("title", "  ")]).await.expect(422).showing("fill this in").showing("The text");
    browser.post(&title, &[("title", &"x".repeat(501))]).await.expect(422).showing("501");
    assert_eq!(browser.post(&title, &[("title", "Plan B")]).await.location(), path);
    browser.get(&path).await.showing("Plan B").showing("The text");
    browser.htmx().post(&title, &[("title", "Plan C")]).await.expect(200).showing("hx-swap-oob");
}

#[tokio::test]
async fn a_new_card_s_line_names_labels_people_and_a_date() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    browser
        .post(&format!("/boards/{}/labels", board.id), &[("name", "Bug"), ("color", "red")])
        .await
        .expect(303);
    let (path, page) = (format!("/columns/{}/cards", column.id), format!("/boards/{}", board.id));
    // It is shown before it is saved.
    let preview = format!("{path}/new?title=Fix%20it%20%23bug%20%40ada%20!2027-02-03");
    browser.get(&preview).await.expect(200).showing(">Fix it<").showing(">Bug<").showing("2027-02-03");
    browser.htmx().get(&preview).await.expect(200).showing("understood").hiding("<html");
    assert_eq!(browser.htmx().get(&format!("{path}/new?title=Fix")).await.expect(200).body.trim(), "");

    browser.post(&path, &[("title", "Fix it #bug @ada !2027-02-03")]).await.expect(303);
    assert_eq!(t.titles(&column).await, ["Fix it"]);
    browser.get(&page).await.showing(">Bug<").showing("2027-02-03");
    // One change, so one undo.
    browser.post(&format!("{page}/undo"), &[]).await.expect(303);
    assert_eq!(t.titles(&column).await, [""; 0]);
    browser.post(&path, &[("title", "#bug")]).await.expect(303);
    browser.post(&path, &[("title", "See #42, and mail a@ada")]).await.expect(303);
    assert_eq!(t.titles(&column).await, ["#bug", "See #42, and mail a@ada"]);
}
