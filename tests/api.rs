//! Programs: their tokens, what they may do with them, and what they are answered.

use axum::body::Body;
use axum::http::{Request, request};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;
use xtablo::auth::api_token::ApiToken as Secret;
use xtablo::models::api_token::{ApiToken, NewApiToken, Scope};
use xtablo::models::board::Board;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::schema::{cards, members, sessions, users};

use crate::support::browser::{Answer, Browser};
use crate::support::full_card::FullCard;
use crate::support::{PASSWORD, TestApp};

/// A program with a token.
struct Program {
    browser: Browser,
    token: String,
}

impl Program {
    async fn of(t: &TestApp, user: &User, scope: Scope, boards: &[&Board]) -> Self {
        let secret = Secret::random();
        let board_ids: Vec<Uuid> = boards.iter().map(|board| board.id).collect();
        let new = NewApiToken {
            name: "Script",
            hint: &secret.hint(),
            scope,
            board_ids: &board_ids,
            expires_at: t.now() + chrono::TimeDelta::days(30),
        };
        let hash = secret.hash(t.app.config.session_secrets.current());
        assert!(ApiToken::create(&mut t.conn().await, user.id, new, &hash, t.now()).await.expect("made"));
        Self { browser: t.browser(), token: secret.to_text() }
    }

    fn request(&self, method: &str, path: &str) -> request::Builder {
        let token = format!("Bearer {}", self.token);
        Request::builder().method(method).uri(format!("/api/v1{path}")).header("authorization", token)
    }

    async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path);
        self.browser.send(request, Body::empty()).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        self.browser.send(request, Body::from(body.to_string())).await
    }

    /// Without a body.
    async fn call(&mut self, method: &str, path: &str) -> Answer {
        let request = self.request(method, path);
        self.browser.send(request, Body::empty()).await
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// What a problem says.
#[track_caller]
fn problem(answer: Answer, status: u16) -> String {
    let answer = answer.expect(status);
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{answer:?}");
    let problem = json_of(&answer);
    assert_eq!(problem["status"], status);
    problem["detail"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn a_token_is_made_with_a_password_shown_once_and_revoked() {
    let mut f = FullCard::begin(&[]).await;
    let board_id = f.board.id.to_string();
    let fields = |password| {
        vec![
            ("name", "Backup <script>"),
            ("scopes", "read"),
            ("days", "30"),
            ("board_id", board_id.as_str()),
            ("current_password", password),
        ]
    };
    f.browser.post("/account/tokens", &fields("wrong password")).await.expect(422).showing("field-error");
    let page = f.browser.post("/account/tokens", &fields(PASSWORD)).await.expect(200);
    assert_eq!(page.headers["cache-control"], "no-store");
    let token =
        page.body.split("value=\"xt_").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    let mut program = Program { browser: f.t.browser(), token: format!("xt_{token}") };
    assert_eq!(json_of(&program.get("/me").await.expect(200))["scope"], "read");
    let list = f.browser.get("/account/tokens").await.expect(200);
    let list =
        list.hiding(token).showing("Backup &lt;script&gt;").showing(&f.board.title).hiding("not used yet");
    let id = list.body.split("id=\"token-").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    // It is no browser, and a browser's cookie is no token.
    f.browser.get("/account/sessions").await.expect(200).hiding(id);
    let request = Request::builder().uri("/api/v1/me").header("cookie", f.browser.cookies());
    problem(f.t.browser().send(request, Body::empty()).await, 401);
    let request = program.request("GET", "").uri("/boards");
    assert_eq!(program.browser.send(request, Body::empty()).await.status, 303, "a page takes no token");

    f.browser.post(&format!("/account/tokens/{id}/revoke"), &[]).await.expect(303);
    let refused = program.get("/me").await;
    assert_eq!(refused.headers["www-authenticate"], "Bearer");
    assert!(problem(refused, 401).contains("revoked"));
}

#[tokio::test]
async fn a_scope_and_bounds_hold_and_are_named() {
    let f = FullCard::begin(&[]).await;
    let (card, column) = (format!("/cards/{}", f.card.id), format!("/columns/{}", f.column.id));
    let mut reader = Program::of(&f.t, &f.ada, Scope::Read, &[]).await;
    reader.get(&card).await.expect(200);
    let new = json!({ "title": "New" });
    assert!(problem(reader.send("POST", &format!("{column}/cards"), &new).await, 403).contains("“write”"));
    assert!(problem(reader.send("POST", "/boards", &new).await, 403).contains("“write”"));

    let mut bound = Program::of(&f.t, &f.ada, Scope::Write, &[&f.other]).await;
    let boards = json_of(&bound.get("/boards").await.expect(200));
    assert_eq!(boards.as_array().map(Vec::len), Some(1));
    assert_eq!(boards[0]["id"], f.other.id.to_string());
    problem(bound.get(&card).await, 404);
    problem(bound.call("POST", &format!("{card}/archive")).await, 404);
    assert!(problem(bound.send("POST", "/boards", &new).await, 403).contains("bound"));

    // The person's own role still counts.
    let mut viewer = Program::of(&f.t, &f.bob, Scope::Manage, &[]).await;
    let bobs = members::table.find((f.board.id, f.bob.id));
    let demoted = diesel::update(bobs).set(members::role.eq(Role::Viewer));
    demoted.execute(&mut f.t.conn().await).await.expect("a viewer");
    viewer.get(&card).await.expect(200);
    assert!(problem(viewer.call("POST", &format!("{card}/done")).await, 403).contains("role"));
    diesel::delete(bobs).execute(&mut f.t.conn().await).await.expect("removed");
    problem(viewer.get(&card).await, 404);
    diesel::update(users::table.find(f.bob.id))
        .set(users::disabled_at.eq(f.t.now()))
        .execute(&mut f.t.conn().await)
        .await
        .expect("disabled");
    problem(viewer.get("/me").await, 401);

    f.t.advance(chrono::TimeDelta::days(31));
    problem(reader.get("/me").await, 401);
}

#[tokio::test]
async fn a_token_in_an_address_or_broken_is_refused() {
    let f = FullCard::begin(&[]).await;
    let program = Program::of(&f.t, &f.ada, Scope::Read, &[]).await;
    let mut browser = f.t.browser();
    for path in [format!("/api/v1/me?token={}", program.token), format!("/api/v1/me?x={}", program.token)] {
        assert!(problem(browser.get(&path).await, 400).contains("Authorization"), "{path}");
    }
    for header in ["", "Bearer", "Basic YTpi", "Bearer xt_", &format!("Bearer {}a", program.token)] {
        let request = Request::builder().uri("/api/v1/me").header("authorization", header);
        problem(browser.send(request, Body::empty()).await, 401);
    }
    let unknown = Program { token: Secret::random().to_text(), browser: f.t.browser() };
    let request = unknown.request("GET", "/me");
    problem(browser.send(request, Body::empty()).await, 401);
    problem(browser.get("/api/v1/nothing").await, 404);
}

#[tokio::test]
async fn a_card_is_made_changed_moved_and_deleted() {
    let f = FullCard::begin(&[]).await;
    let mut program = Program::of(&f.t, &f.ada, Scope::Write, &[]).await;
    let board = format!("/boards/{}", f.board.id);
    let doing = json_of(
        &program.send("POST", &format!("{board}/columns"), &json!({ "title": "Doing" })).await.expect(201),
    );
    let doing = doing["id"].as_str().expect("an id").to_owned();
    let id = Uuid::now_v7();
    let new = json!({ "title": "  From a\tprogram ", "body": "*So*", "id": id });
    let path = format!("/columns/{}/cards", f.column.id);
    let made = program.send("POST", &path, &new).await.expect(201);
    assert_eq!(made.headers["location"], format!("/api/v1/cards/{id}"));
    program.send("POST", &path, &new).await.expect(201);
    let count: i64 = cards::table
        .filter(cards::title.eq("From a program"))
        .count()
        .get_result(&mut f.t.conn().await)
        .await
        .expect("counted");
    assert_eq!(count, 1, "the second try made no second one");

    let card = format!("/cards/{id}");
    let read = program.get(&card).await.expect(200);
    assert_eq!(read.headers["etag"], "\"0\"");
    let change = |program: &Program, tag: &str| {
        program.request("PATCH", &card).header("content-type", "application/json").header("if-match", tag)
    };
    let body = || Body::from(json!({ "body": "Otherwise" }).to_string());
    let request = change(&program, "\"0\"");
    let changed = json_of(&program.browser.send(request, body()).await.expect(200));
    assert_eq!(
        (changed["title"].as_str(), changed["body"].as_str()),
        (Some("From a program"), Some("Otherwise"))
    );
    let request = change(&program, "\"0\"");
    let late = program.browser.send(request, Body::from(json!({ "body": "Late" }).to_string())).await;
    assert!(problem(late, 412).contains("changed"));

    let moved =
        program.send("POST", &format!("{card}/move"), &json!({ "column_id": doing, "after": null })).await;
    assert_eq!(json_of(&moved.expect(200))["column_id"], doing);
    let elsewhere = json!({ "column_id": f.other_column.id });
    problem(program.send("POST", &format!("{card}/move"), &elsewhere).await, 404);
    let dates = json!({ "start": "2999-12-24", "due": "2999-12-31T18:30" });
    let dated = json_of(&program.send("PUT", &format!("{card}/dates"), &dates).await.expect(200));
    assert_eq!((&dated["start"], &dated["due"]), (&json!("2999-12-24"), &json!("2999-12-31T18:30:00Z")));
    assert!(json_of(&program.call("POST", &format!("{card}/done")).await.expect(200))["done_at"].is_string());
    let assigned = program.call("PUT", &format!("{card}/assignees/{}", f.bob.id)).await.expect(200);
    assert_eq!(json_of(&assigned)["assignee_ids"], json!([f.bob.id]));
    problem(program.call("PUT", &format!("{card}/assignees/{}", Uuid::now_v7())).await, 422);
    let label =
        program.send("POST", &format!("{board}/labels"), &json!({ "name": "Hot", "color": "red" })).await;
    let label = json_of(&label.expect(201))["id"].as_str().expect("an id").to_owned();
    let labeled = program.call("PUT", &format!("{card}/labels/{label}")).await.expect(200);
    assert_eq!(json_of(&labeled)["label_ids"], json!([label]));
    let comment =
        program.send("POST", &format!("{card}/comments"), &json!({ "body": "Said" })).await.expect(201);
    let comment = json_of(&comment)["id"].as_str().expect("an id").to_owned();
    program.send("PUT", &format!("/comments/{comment}"), &json!({ "body": "Said better" })).await.expect(200);
    let comments = json_of(&program.get(&format!("{card}/comments")).await.expect(200));
    assert_eq!(comments[0]["body"], "Said better");

    assert!(
        json_of(&program.call("POST", &format!("{card}/archive")).await.expect(200))["archived_at"]
            .is_string()
    );
    program.call("POST", &format!("{card}/restore")).await.expect(200);
    program.call("DELETE", &card).await.expect(204);
    problem(program.get(&card).await, 404);
    // The history says it as it says what a browser does.
    let events = json_of(&program.get(&format!("{board}/events")).await.expect(200));
    assert_eq!((&events[0]["kind"], &events[0]["who"]), (&json!("card_deleted"), &json!("Ada")));
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said_field_by_field() {
    let f = FullCard::begin(&[]).await;
    let mut program = Program::of(&f.t, &f.ada, Scope::Write, &[]).await;
    let path = format!("/columns/{}/cards", f.column.id);
    for (body, field) in [
        (json!({}), "title"),
        (json!({ "title": "" }), "title"),
        (json!({ "title": "x".repeat(501) }), "title"),
        (json!({ "title": { "no": "text" } }), "title"),
        (json!({ "title": ["one", "two"] }), "title"),
        (json!({ "title": "So", "color": "red" }), "color"),
        (json!({ "title": "So", "body": "x".repeat(50_001) }), "body"),
        (json!({ "title": "So", "id": "none" }), "id"),
    ] {
        let answer = program.send("POST", &path, &body).await.expect(422);
        let problem = json_of(&answer);
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert!(problem["errors"][0]["detail"].as_str().is_some_and(|text| text.len() > 5), "{problem}");
    }
    for body in ["", "[]", "\"text\"", "{\"title\":", "{\"title\": \"\\ud800\"}", &"[".repeat(10_000)] {
        let request = program.request("POST", &path).header("content-type", "application/json");
        problem(program.browser.send(request, Body::from(body.to_owned())).await, 400);
    }
    let request = program.request("POST", &path).header("content-type", "text/plain");
    problem(program.browser.send(request, Body::from("title=So")).await, 415);
    let request = program.request("POST", &path).header("content-type", "application/json");
    let large = Body::from(format!("{{\"title\": \"{}\"}}", "x".repeat(1_100_000)));
    problem(program.browser.send(request, large).await, 413);
    for path in ["/cards/none", "/boards/00000000-0000-0000-0000-000000000000", "/nothing"] {
        problem(program.get(path).await, 404);
    }
    problem(program.get(&format!("/boards/{}/cards?cursor=none", f.board.id)).await, 400);
    problem(program.call("PATCH", "/boards").await, 405);
}

#[tokio::test]
async fn lists_come_in_pages_that_name_the_next() {
    let f = FullCard::begin(&[]).await;
    f.t.many_cards(&f.column, 250).await;
    let mut program = Program::of(&f.t, &f.ada, Scope::Read, &[]).await;
    let mut path = format!("/boards/{}/cards?column_id={}&limit=100", f.board.id, f.column.id);
    let mut seen = std::collections::BTreeSet::new();
    let mut pages = 0;
    loop {
        let answer = program.get(&path).await.expect(200);
        pages += 1;
        for card in json_of(&answer).as_array().expect("a list") {
            assert!(seen.insert(card["id"].as_str().expect("an id").to_owned()), "twice: {card}");
        }
        let Some(link) = answer.headers.get("link") else { break };
        let link = link.to_str().expect("ASCII");
        let next = link.strip_prefix("</api/v1").and_then(|rest| rest.split_once(">; rel=\"next\""));
        path = next.expect("an address").0.to_owned();
    }
    assert_eq!((seen.len(), pages), (251, 3));
    let of_other = program.get(&format!("/boards/{}/cards?archived=true", f.other.id)).await.expect(200);
    assert_eq!(json_of(&of_other), json!([]));
}

#[tokio::test]
async fn a_token_asks_for_so_much_a_minute_and_no_more() {
    let f = FullCard::begin(&[]).await;
    let mut program = Program::of(&f.t, &f.ada, Scope::Read, &[]).await;
    let first = program.get("/me").await.expect(200);
    assert_eq!(first.headers["ratelimit-policy"], "\"token\";q=600;w=60");
    let mut refused = None;
    // More come back while they are used up.
    for _ in 0..2_000 {
        let answer = program.get("/me").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("refused in the end");
    assert!(
        refused.headers.contains_key("retry-after") && refused.headers["ratelimit"] == "\"token\";r=0;t=1"
    );
    problem(refused, 429);
    let mut other = Program::of(&f.t, &f.bob, Scope::Read, &[]).await;
    other.get("/me").await.expect(200);
}

#[tokio::test]
async fn the_document_describes_every_route_and_a_page_shows_it() {
    let f = FullCard::begin(&[]).await;
    let mut browser = f.t.browser();
    let document = json_of(&browser.get("/api/openapi.json").await.expect(200));
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let page = browser.get("/api").await.expect(200).body;
    let mut count = 0;
    for (path, routes) in document["paths"].as_object().expect("paths") {
        assert!(page.contains(&path.replace('/', "&#x2f;")), "{path}");
        for (method, route) in routes.as_object().expect("routes") {
            count += 1;
            assert!(route["summary"].is_string() && route["tags"][0].is_string(), "{method} {path}");
            // Each is there, and is for nobody without a token.
            let path = path.replace("{board_id}", &f.board.id.to_string());
            let path = path.replace("{column_id}", &f.column.id.to_string());
            let path = path.replace("{card_id}", &f.card.id.to_string());
            let path = path.replace("{user_id}", &f.bob.id.to_string());
            let path = path.replace("{label_id}", &Uuid::nil().to_string());
            let path = path.replace("{comment_id}", &Uuid::nil().to_string());
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&path);
            let request = request.header("content-type", "application/json");
            problem(browser.send(request, Body::from("{}")).await, 401);
        }
    }
    assert!(count > 30, "{count}");
}

#[tokio::test]
async fn a_change_of_the_password_leaves_tokens_and_fifty_are_enough() {
    let f = FullCard::begin(&[]).await;
    let mut program = Program::of(&f.t, &f.ada, Scope::Read, &[]).await;
    Member::create(&mut f.t.conn().await, f.other.id, f.bob.id, Role::Viewer, f.t.now())
        .await
        .expect("a member");
    for _ in 1..50 {
        Program::of(&f.t, &f.ada, Scope::Read, &[]).await;
    }
    let mut browser = f.browser.clone();
    let fields = [("name", "One more"), ("scopes", "read"), ("days", "1"), ("current_password", PASSWORD)];
    browser.post("/account/tokens", &fields).await.expect(422).showing("50 tokens");
    let kept: i64 = sessions::table
        .filter(sessions::is_token)
        .count()
        .get_result(&mut f.t.conn().await)
        .await
        .expect("counted");
    assert_eq!(kept, 50);
    program.get("/me").await.expect(200);
}
