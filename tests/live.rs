//! What others do appears on open pages: streams of boards, and the parts that a page asks for after it was told.

use std::time::Duration;

use axum::body::Body;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;
use xtablo::cluster::{Cluster, Options};
use xtablo::config::Secret;
use xtablo::db::migrations;
use xtablo::models::board::Board;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::realtime;
use xtablo::schema::{boards, users};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::full_card::FullCard;
use crate::support::story::Story;

/// Nothing that is told takes as long as this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream as a page reads it.
struct Live {
    pieces: BoxStream<'static, Vec<u8>>,
    text: String,
}

impl Live {
    async fn of(browser: &Browser, path: &str) -> Self {
        let answer = browser.open(path).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let pieces = answer.into_body().into_data_stream();
        let pieces = pieces.map(|piece| piece.expect("a piece").to_vec()).boxed();
        Self { pieces, text: String::new() }
    }

    /// The same from a process.
    async fn from(address: &str, browser: &Browser, path: &str) -> Self {
        let mut tcp = TcpStream::connect(address).await.expect("it listens");
        // Without HTTP/1.1's framing of pieces.
        let head = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\nCookie: {}\r\n\r\n", browser.cookies());
        tcp.write_all(head.as_bytes()).await.expect("sent");
        let read = async |mut tcp: TcpStream| {
            let mut piece = vec![0; 4096];
            let length = tcp.read(&mut piece).await.ok().filter(|length| *length > 0)?;
            piece.truncate(length);
            Some((piece, tcp))
        };
        let mut live = Self { pieces: stream::unfold(tcp, read).boxed(), text: String::new() };
        let head = live.until("\r\n\r\n").await.expect("a head");
        assert!(head.starts_with("HTTP/1.0 200") || head.starts_with("HTTP/1.1 200"), "{head}");
        live.until(": live\n\n").await.expect("it begins");
        live
    }

    /// What comes before `end`; nothing where the stream ends.
    async fn until(&mut self, end: &str) -> Option<String> {
        loop {
            if let Some((text, rest)) = self.text.split_once(end) {
                let (text, rest) = (text.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(text);
            }
            let piece = timeout(PATIENCE, self.pieces.next()).await.expect("something in time")?;
            self.text.push_str(&String::from_utf8(piece).expect("UTF-8"));
        }
    }

    /// The next event of this name; nothing where the stream ends.
    async fn next(&mut self, name: &str) -> Option<Value> {
        loop {
            let block = self.until("\n\n").await?;
            let field = |field: &str| block.lines().find_map(|line| line.strip_prefix(field));
            if field("event: ") == Some(name) {
                return Some(serde_json::from_str(field("data: ").expect("data")).expect("JSON"));
            }
        }
    }

    async fn changed(&mut self) -> Value {
        self.next("changed").await.expect("a change")
    }

    /// Reads on until what was changed last is told.
    async fn changed_at(&mut self, revision: i64) -> Value {
        loop {
            let changed = self.changed().await;
            if changed["revision"] == revision {
                return changed;
            }
        }
    }
}

/// Has the app look, until this is dropped.
fn looking(t: &TestApp) -> DropGuard {
    let stop = CancellationToken::new();
    let clock = t.app.clock.clone();
    let (hub, db) = (t.app.hub.clone(), t.app.db.clone());
    tokio::spawn(realtime::run(hub, db, move || clock.now(), stop.clone()));
    stop.drop_guard()
}

async fn revision(conn: &mut AsyncPgConnection, board_id: Uuid) -> i64 {
    boards::table.find(board_id).select(boards::revision).first(conn).await.expect("the board")
}

/// Ada's board, on which Ben is an editor.
async fn team(t: &TestApp) -> (Board, (User, Browser), (User, Browser)) {
    let (ada, ben) = (t.sign_up("Ada").await, t.sign_up("Ben").await);
    let board = t.board(&ada.0, "Launch").await;
    let mut conn = t.conn().await;
    Member::create(&mut conn, board.id, ben.0.id, Role::Editor, t.now()).await.expect("a member");
    (board, ada, ben)
}

#[tokio::test]
async fn a_change_is_told_with_what_of_the_page_it_changes() {
    let t = TestApp::new().await;
    let (board, (ada, mut browser), (_, bens)) = team(&t).await;
    let (todo, done) = (t.column(&board, &ada, "To do").await, t.column(&board, &ada, "Done").await);
    let card = t.cards(&todo, &ada, &["Plan"]).await.remove(0);
    let _looking = looking(&t);
    let mut live = Live::of(&bens, &format!("/boards/{}/stream", board.id)).await;
    let path = format!("/cards/{}", card.id);

    browser.post(&format!("{path}/title"), &[("title", "Ship")]).await.expect(303);
    let told = live.changed().await;
    assert_eq!((&told["what"], &told["columns"]), (&json!(["cards"]), &json!([])));
    assert_eq!(told["cards"][0]["id"], json!(card.id));
    assert_eq!(told["cards"][0]["column"], json!(todo.id));
    assert_eq!(told["cards"][0]["by"], "Ada");

    let to = [("column_id", &*done.id.to_string()), ("after", "")];
    browser.post(&format!("{path}/move"), &to).await.expect(303);
    let told = live.changed().await;
    assert_eq!(told["what"], json!(["columns", "cards"]));
    let mut columns = [todo.id.to_string(), done.id.to_string()];
    columns.sort();
    assert_eq!(told["columns"], json!(columns));

    let renamed = [("title", "Lunch"), ("color", board.color.word())];
    browser.post(&format!("/boards/{}", board.id), &renamed).await.expect(303);
    assert_eq!(live.changed().await["what"], json!(["board"]));
    browser
        .post(&format!("/boards/{}/labels", board.id), &[("name", "Bug"), ("color", "red")])
        .await
        .expect(303);
    let told = live.changed().await;
    assert_eq!((&told["what"], &told["columns"]), (&json!(["board", "columns", "cards"]), &Value::Null));
    // A name is on every card, and no event tells of it.
    let account = [("name", "Ada L"), ("email", &*ada.email), ("theme", "system")];
    browser.post("/account", &account).await.expect(303);
    assert_eq!(live.changed().await["columns"], Value::Null);

    // What was missed is told by the revision that the page shows.
    let since = revision(&mut t.conn().await, board.id).await;
    browser.post(&format!("{path}/done"), &[]).await.expect(303);
    let mut late = Live::of(&bens, &format!("/boards/{}/stream?since={since}", board.id)).await;
    assert_eq!(late.changed().await["cards"][0]["id"], json!(card.id));
    let mut lost = Live::of(&bens, &format!("/boards/{}/stream?since=0", board.id)).await;
    assert_eq!(lost.changed().await["columns"], Value::Null);
    // Nonsense is no reason to be without it.
    let mut any = Live::of(&bens, &format!("/boards/{}/stream?since=x&card=y", board.id)).await;
    browser.post(&format!("{path}/undone"), &[]).await.expect(303);
    assert_eq!(any.changed().await["what"], json!(["cards"]));
}

#[tokio::test]
async fn parts_are_what_the_page_shows() {
    let t = TestApp::new().await;
    let (board, (ada, mut browser), (_, mut bens)) = team(&t).await;
    let todo = t.column(&board, &ada, "To do").await;
    let cards = t.cards(&todo, &ada, &["Plan", "Build"]).await;
    let parts = [
        format!("/columns/{}", todo.id),
        format!("/cards/{}/face", cards[1].id),
        format!("/boards/{}/head", board.id),
    ];
    for path in &parts {
        // Who types the address gets the board.
        assert!(bens.get(path).await.location().starts_with(&format!("/boards/{}", board.id)));
        let page = bens.get(&format!("/boards/{}", board.id)).await.expect(200).body;
        let part = bens.htmx().get(path).await.expect(200);
        assert!(page.contains(part.body.trim()), "{path}: {}", part.body);
        let known = axum::http::Request::get(path).header("if-none-match", &part.headers["etag"]);
        bens.htmx().send(known, Body::empty()).await.expect(304);
    }
    let seen = bens.htmx().get(&parts[0]).await.expect(200);
    browser.post(&format!("/cards/{}/title", cards[0].id), &[("title", "Ship")]).await.expect(303);
    let known = axum::http::Request::get(&parts[0]).header("if-none-match", &seen.headers["etag"]);
    bens.htmx().send(known, Body::empty()).await.expect(200).showing("Ship");
    bens.htmx().get(&parts[1]).await.expect(200).showing("Build").hiding("Ship");
    // Gone from the board.
    browser.post(&format!("/cards/{}/archive", cards[1].id), &[]).await.expect(303);
    bens.htmx().get(&parts[1]).await.expect(404);
    browser.post(&format!("/columns/{}/archive", todo.id), &[]).await.expect(303);
    bens.htmx().get(&parts[0]).await.expect(404);
}

#[tokio::test]
async fn who_may_not_look_any_more_is_let_go() {
    let t = TestApp::new().await;
    let (board, (_, mut browser), (ben, bens)) = team(&t).await;
    let _looking = looking(&t);
    let path = format!("/boards/{}/stream", board.id);
    let (mut adas, mut live) = (Live::of(&browser, &path).await, Live::of(&bens, &path).await);
    browser.confirm(&format!("/boards/{}/members/{}/remove", board.id, ben.id)).await.expect(303);
    assert_eq!(live.next("bye").await, Some(json!({ "reason": "removed" })));
    assert_eq!(live.next("bye").await, None, "it has ended");
    assert_eq!(adas.changed().await["columns"], Value::Null, "she stays");
    bens.open(&path).await.status().is_client_error().then_some(()).expect("refused");

    // A session that is over is none to look with.
    let session = diesel::delete(xtablo::schema::sessions::table);
    session.execute(&mut t.conn().await).await.expect("ended");
    assert_eq!(adas.next("bye").await, Some(json!({ "reason": "signed_out" })));
}

#[tokio::test]
async fn a_board_that_is_deleted_lets_everybody_go() {
    let t = TestApp::new().await;
    let (board, (_, mut browser), (_, bens)) = team(&t).await;
    let _looking = looking(&t);
    let mut live = Live::of(&bens, &format!("/boards/{}/stream", board.id)).await;
    browser.confirm(&format!("/boards/{}/delete", board.id)).await.expect(303);
    assert_eq!(live.next("bye").await, Some(json!({ "reason": "removed" })));
}

#[tokio::test]
async fn who_is_here_is_shown_unless_they_do_not_want_it() {
    let t = TestApp::new().await;
    let (board, (ada, browser), (ben, bens)) = team(&t).await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let _looking = looking(&t);
    let path = format!("/boards/{}/stream", board.id);
    let names = |here: &Value| -> Vec<String> {
        let people = here["people"].as_array().expect("people");
        people.iter().map(|person| person["name"].as_str().expect("a name").to_owned()).collect()
    };
    let mut live = Live::of(&browser, &path).await;
    assert_eq!(names(&live.next("here").await.expect("people")), ["Ada"]);
    let bens_page = Live::of(&bens, &format!("{path}?card={}", card.id)).await;
    let here = live.next("here").await.expect("people");
    assert_eq!(names(&here), ["Ada", "Ben"]);
    assert_eq!(here["people"][1]["cards"], json!([card.id]));
    assert!(here["people"][1]["face"].as_str().expect("HTML").contains("class=\"face"));
    drop(bens_page);
    assert_eq!(names(&live.next("here").await.expect("people")), ["Ada"]);
    // In the background, or by the account's choice, nobody is here.
    let away = Live::of(&bens, &format!("{path}?away=1")).await;
    let hidden = diesel::update(users::table.find(ben.id)).set(users::presence_off.eq(true));
    hidden.execute(&mut t.conn().await).await.expect("set");
    let hidden = Live::of(&bens, &path).await;
    let (eve, eves) = t.sign_up("Eve").await;
    let mut conn = t.conn().await;
    Member::create(&mut conn, board.id, eve.id, Role::Viewer, t.now()).await.expect("a member");
    let _eves_page = Live::of(&eves, &path).await;
    assert_eq!(names(&live.next("here").await.expect("people")), ["Ada", "Eve"]);
    drop((away, hidden));
}

#[tokio::test]
async fn what_concerns_a_reader_is_told_wherever_they_are() {
    let t = TestApp::new().await;
    let (board, (ada, mut browser), (ben, bens)) = team(&t).await;
    let elsewhere = t.board(&ben, "Elsewhere").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let _looking = looking(&t);
    let mut live = Live::of(&bens, &format!("/boards/{}/stream", elsewhere.id)).await;
    t.advance(TimeDelta::seconds(5));
    let to = [("user_id", &*ben.id.to_string())];
    browser.post(&format!("/cards/{}/assignees", card.id), &to).await.expect(303);
    t.tell().await;
    live.next("inbox").await.expect("told");
}

#[tokio::test]
async fn a_clock_that_is_set_back_changes_nothing() {
    let t = TestApp::new().await;
    let (board, (ada, mut browser), (_, bens)) = team(&t).await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let _looking = looking(&t);
    let mut live = Live::of(&bens, &format!("/boards/{}/stream", board.id)).await;
    t.advance(TimeDelta::days(-1));
    browser.post(&format!("/cards/{}/title", card.id), &[("title", "Ship")]).await.expect(303);
    assert_eq!(live.changed().await["cards"][0]["id"], json!(card.id));
}

#[tokio::test]
async fn a_person_has_so_many_streams_and_not_more() {
    let t = TestApp::new().await;
    let (board, (_, browser), _) = team(&t).await;
    let path = format!("/boards/{}/stream", board.id);
    let mut open = Vec::new();
    for _ in 0..50 {
        open.push(Live::of(&browser, &path).await);
    }
    assert_eq!(t.app.hub.streams(), 50);
    assert_eq!(browser.open(&path).await.status(), 429);
    open.pop();
    Live::of(&browser, &path).await;
}

/// The name of a card's title form, and what is posted there.
async fn rename(browser: &Browser, address: &str, card_id: Uuid, title: &str) {
    let mut tcp = TcpStream::connect(address).await.expect("it listens");
    let body = format!("title={title}");
    let head = format!(
        "POST /cards/{card_id}/title HTTP/1.0\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        browser.cookies(),
        body.len()
    );
    tcp.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.contains(" 303 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_one_process_is_told_in_another_with_and_without_its_signal() {
    let story = Story::begin(&[]).await;
    let (_one, one) = story.web(&[]).await;
    let (_other, other) = story.web(&[]).await;
    let (board_id, card_id) = (story.card.board_id, story.card.id);
    let mut live = Live::from(&other, &story.browser, &format!("/boards/{board_id}/stream")).await;
    rename(&story.browser, &one, card_id, "Ship").await;
    assert_eq!(live.changed().await["cards"][0]["id"], json!(card_id));
    // The connections by which they signal are cut: looking is enough.
    let mut conn = story.t.conn().await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND query ~ '^(LISTEN xtablo_boards|SELECT pg_notify)'";
    let cut = diesel::sql_query(cut).execute(&mut conn).await.expect("cut");
    assert_eq!(cut, 2, "each process has one");
    rename(&story.browser, &one, card_id, "Sail").await;
    assert_eq!(live.changed().await["cards"][0]["id"], json!(card_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_their_process_and_go_on_in_the_next() {
    const LISTENERS: usize = 40;
    let story = Story::begin(&[]).await;
    let (board_id, card_id) = (story.card.board_id, story.card.id);
    let path = format!("/boards/{board_id}/stream");
    let (mut web, address) = story.web(&[]).await;
    let mut pages = Vec::new();
    for _ in 0..LISTENERS {
        pages.push(Live::from(&address, &story.browser, &path).await);
    }
    web.signal(Signal::TERM);
    let mut waits = Vec::new();
    for page in &mut pages {
        let bye = page.next("bye").await.expect("a word");
        assert_eq!(bye["reason"], "restart");
        waits.push(bye["after"].as_u64().expect("milliseconds"));
        assert_eq!(page.until("\n\n").await, None, "it has ended");
    }
    assert_eq!(web.exit_code().await, Some(0));
    waits.sort_unstable();
    waits.dedup();
    assert!(
        waits.len() > LISTENERS / 2 && waits[waits.len() - 1] > 500,
        "they come back one by one: {waits:?}"
    );

    // Killed, it says nothing; what happens until they are back is told by revision.
    let (mut web, address) = story.web(&[]).await;
    let mut page = Live::from(&address, &story.browser, &path).await;
    let since = revision(&mut story.t.conn().await, board_id).await;
    web.signal(Signal::KILL);
    web.exit_code().await;
    assert_eq!(page.until("\n\n").await, None);
    story.browser.clone().post(&format!("/cards/{card_id}/title"), &[("title", "Ship")]).await.expect(303);
    let (_web, address) = story.web(&[]).await;
    let mut page = Live::from(&address, &story.browser, &format!("{path}?since={since}")).await;
    assert_eq!(page.changed().await["cards"][0]["id"], json!(card_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_is_restarted_ends_no_stream() {
    let mut cluster = Cluster::temporary(Options::forgetful()).await.expect("a cluster");
    let url = cluster.url("postgres");
    migrations::migrate(&Secret::new(&url)).await.expect("migrates");
    let story = Story::begin(&[("DATABASE_URL", &url)]).await;
    let (_web, address) = story.web(&[]).await;
    let (board_id, card_id) = (story.card.board_id, story.card.id);
    let mut live = Live::from(&address, &story.browser, &format!("/boards/{board_id}/stream")).await;
    cluster.stop().await.expect("it stops");
    cluster.start().await.expect("it starts again");
    rename(&story.browser, &address, card_id, "Ship").await;
    let since = revision(&mut story.t.conn().await, board_id).await;
    assert_eq!(live.changed_at(since).await["cards"][0]["id"], json!(card_id));
}

/// Each change renders the cards that it touched into columns that are kept; another process renders the whole board.
#[tokio::test]
async fn what_is_kept_of_a_board_looks_as_what_is_rendered_anew() {
    let f = FullCard::begin(&[]).await;
    let doing = f.t.column(&f.board, &f.ada, "Doing").await;
    let [first, second] = ["First", "Second"].map(str::to_owned);
    for title in [&first, &second] {
        f.t.cards(&f.column, &f.ada, &[title]).await;
    }
    let (first, second) = (f.card_called(&f.column, &first).await, f.card_called(&f.column, &second).await);
    let board = format!("/boards/{}", f.board.id);
    let mut htmx = f.browser.htmx();
    let mut page = f.browser.clone();
    page.get(&board).await.expect(200);
    let of = |card: Uuid, verb: &str| format!("/cards/{card}/{verb}");
    let (doing_id, todo_id) = (doing.id.to_string(), f.column.id.to_string());
    let (first_id, second_id) = (first.to_string(), second.to_string());
    let changes: &[(String, Vec<(&str, &str)>)] = &[
        (of(f.card.id, "move"), vec![("column_id", &doing_id), ("after", "")]),
        (of(first, "move"), vec![("column_id", &todo_id), ("after", &second_id)]),
        (of(second, "title"), vec![("title", "Called <otherwise> & again")]),
        (of(second, "dates"), vec![("due", "2020-01-01"), ("start", "")]),
        (of(first, "links"), vec![("kind", "blocks"), ("card", "#3")]),
        (of(first, "done"), vec![]),
        (of(first, "undone"), vec![]),
        (of(first, "archive"), vec![]),
        (of(first, "restore"), vec![]),
        (of(first, "comments"), vec![("body", "One <li>of</li> them")]),
        (of(first, "checklists"), vec![("title", "Steps")]),
        (format!("/columns/{doing_id}/cards"), vec![("title", "New @ada !tomorrow")]),
        (of(second, "move"), vec![("column_id", &doing_id), ("after", "")]),
        (of(first, "move"), vec![("column_id", &doing_id), ("after", &second_id)]),
        (of(second, "delete"), vec![]),
        (of(second, "undelete"), vec![]),
        (of(f.card.id, "archive"), vec![]),
        (format!("{board}/undo"), vec![]),
        (of(first, "template"), vec![]),
        (of(first, "title"), vec![("title", "A template of another name")]),
        (format!("/columns/{todo_id}/archive"), vec![]),
        (of(first, "copy"), vec![("column_id", &doing_id), ("after", &first_id), ("title", "Its copy")]),
    ];
    for (path, fields) in changes {
        let answer = htmx.post(path, fields).await;
        assert!([200, 204, 303].contains(&answer.status.as_u16()), "{path}: {answer:?}");
        let kept = page.get(&board).await.expect(200).body;
        let anew = page.beside(&f.t).get(&board).await.expect(200).body;
        assert!(columns(&kept) == columns(&anew), "after {path}\n{}\n{}", columns(&kept), columns(&anew));
        assert!(columns(&kept).contains("id=\"card-"), "{kept}");
    }
}

/// The columns of a board's page.
fn columns(page: &str) -> &str {
    let begin = page.find("id=\"columns\"").expect("columns");
    &page[begin..page.find("</main>").expect("an end")]
}

/// What a change answers with tells which revision it shows, so that its own page does not ask for it.
#[tokio::test]
async fn an_answer_that_shows_all_of_its_change_says_so() {
    let f = FullCard::begin(&[]).await;
    let doing = f.t.column(&f.board, &f.ada, "Doing").await.id.to_string();
    let mut htmx = f.browser.htmx();
    let move_path = format!("{}/move", f.path);
    let moved = htmx.post(&move_path, &[("column_id", &doing), ("after", "")]).await.expect(200);
    let revision = f.revision(&f.board).await.to_string();
    assert_eq!(moved.headers["board-revision"], revision.as_str());
    let [first, beside] = [doing.clone(), f.column.id.to_string()].map(|id| format!("id=\"column-{id}\""));
    assert!(moved.body.find(&first) < moved.body.find(&beside), "{}", moved.body);
    assert_eq!(moved.body.matches("<section hx-swap-oob=\"morph\"").count(), 1);
    // A title is said in more places than the answer has.
    let renamed = htmx.post(&format!("{}/title", f.path), &[("title", "Other")]).await.expect(200);
    assert!(!renamed.headers.contains_key("board-revision"));
}
