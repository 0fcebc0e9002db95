//! Boards looked at without an account, by their public links.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::auth::link::Link;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::file::File;
use xtablo::models::public_link::PublicLink;
use xtablo::models::user::User;
use xtablo::schema::{events, public_links};

use crate::support::TestApp;
use crate::support::browser::Browser;

struct Published {
    t: TestApp,
    board: Board,
    card: Card,
    ada: (User, Browser),
}

impl Published {
    async fn with(fields: &[(&str, &str)]) -> Self {
        let t = TestApp::new().await;
        let mut ada = t.sign_up("Ada Lovelace").await;
        let board = t.board(&ada.0, "Launch").await;
        let column = t.column(&board, &ada.0, "To do").await;
        let card = t.cards(&column, &ada.0, &["Plan", "Draw"]).await.remove(0);
        let members = format!("/boards/{}/members#public-link", board.id);
        assert_eq!(ada.1.post(&publish(&board), fields).await.location(), members);
        Self { t, board, card, ada }
    }

    async fn link(&self) -> PublicLink {
        let newest = public_links::table.order(public_links::id.desc()).select(PublicLink::as_select());
        newest.first(&mut self.t.conn().await).await.expect("a link")
    }

    async fn path(&self) -> String {
        let secret = self.t.app.config.session_secrets.current();
        format!("/public/{}", Link::to(&self.link().await, secret).to_text())
    }

    async fn attach(&mut self) -> File {
        let files = format!("/cards/{}/files", self.card.id);
        self.ada.1.upload(&files, &[("notes.txt", b"what we know")]).await.expect(303);
        self.t.files(self.card.id).await.remove(0)
    }
}

fn publish(board: &Board) -> String {
    format!("/boards/{}/public-link", board.id)
}

const PLAIN: [(&str, &str); 2] = [("days", ""), ("password", "")];

#[tokio::test]
async fn a_published_board_is_looked_at_without_an_account_and_without_names() {
    let mut published = Published::with(&PLAIN).await;
    let handle = published.ada.0.handle.clone();
    let text = format!("Ask @{handle}, see #2, [the notes](/files/x/content/y)");
    let card = format!("/cards/{}", published.card.id);
    published.ada.1.post(&card, &[("title", "Plan"), ("body", &text)]).await.expect(303);
    let assignees = format!("{card}/assignees");
    let ada = published.ada.0.id.to_string();
    published.ada.1.post(&assignees, &[("user_id", &ada)]).await.expect(303);
    published.ada.1.post(&format!("{card}/comments"), &[("body", "Secretly")]).await.expect(303);
    let file = published.attach().await;
    let path = published.path().await;
    let mut anybody = published.t.browser();
    let board = anybody.get(&path).await.expect(200).showing("Launch").showing("Draw");
    assert_eq!(board.headers["x-robots-tag"], "noindex, nofollow");
    let board =
        board.hiding("Ada").hiding(&handle).hiding("1 comment").hiding("hx-post").hiding("/cards/new");
    board.showing(&format!("href=\"{path}{card}\""));
    let page = anybody.get(&format!("{path}{card}")).await.expect(200);
    let page = page.hiding("Ada").hiding(&handle).hiding("Secretly").showing("notes.txt").showing("@…");
    page.showing(&format!("href=\"{path}/cards/")).showing(&format!("href=\"{path}/files/x/content/y\""));
    let content = format!("{path}/files/{}/content/notes.txt", file.id);
    assert_eq!(anybody.get_bytes(&content).await, b"what we know");
    // Nothing but looking, and nothing of other boards.
    anybody.get(&card).await.expect(303);
    let other = published.t.board(&published.ada.0, "Other").await;
    let column = published.t.column(&other, &published.ada.0, "To do").await;
    let hidden = published.t.cards(&column, &published.ada.0, &["Hidden"]).await.remove(0);
    anybody.get(&format!("{path}/cards/{}", hidden.id)).await.expect(404);
    anybody.get(&format!("{path}/cards/{}", Uuid::now_v7())).await.expect(404);
    anybody.get(&format!("{path}/cards/x")).await.expect(404);
    anybody.get(&format!("{path}/files/{}/content/x", Uuid::now_v7())).await.expect(404);
    // What is archived is out of the way here too.
    published.ada.1.post(&format!("{card}/archive"), &[]).await.expect(303);
    anybody.get(&format!("{path}{card}")).await.expect(404);
    anybody.get(&content).await.expect(404);
}

#[tokio::test]
async fn comments_and_covers_are_shown_where_that_was_chosen() {
    let mut published = Published::with(&[("days", "7"), ("password", ""), ("comments", "on")]).await;
    let card = format!("/cards/{}", published.card.id);
    for number in 0..60 {
        let body = format!("Said {number}.");
        published.ada.1.post(&format!("{card}/comments"), &[("body", &body)]).await.expect(303);
    }
    let file = published.attach().await;
    published.t.thumbnail(&file, b"picture").await;
    let path = published.path().await;
    let mut anybody = published.t.browser();
    anybody.get(&path).await.showing("60 comments");
    let page = anybody.get(&format!("{path}{card}")).await.showing("Said 59.").showing("Said 10.");
    let page = page.hiding("Said 9.").hiding("Ada");
    let (_, earlier) = page.body.split_once("?before=").expect("earlier ones");
    let earlier = format!("{path}{card}?before={}", &earlier[..36]);
    anybody.get(&earlier).await.showing("Said 9.").showing("Said 0.").hiding("Said 10.");
    let picture = anybody.get_bytes(&format!("{path}/thumbnails/{}", file.id)).await;
    assert_eq!(picture, b"picture");
    published.t.advance(TimeDelta::days(8));
    anybody.get(&path).await.expect(410).showing("too old");
    assert_eq!(anybody.get(&format!("{path}{card}")).await.location(), path);
    assert_eq!(anybody.get(&format!("{path}/thumbnails/{}", file.id)).await.location(), path);
}

#[tokio::test]
async fn a_public_link_can_have_a_password() {
    let mut published = Published::with(&[("days", ""), ("password", "open sesame")]).await;
    let path = published.path().await;
    let card = format!("{path}/cards/{}", published.card.id);
    let mut anybody = published.t.browser();
    anybody.get(&path).await.expect(200).showing("has a password").hiding("Launch");
    assert_eq!(anybody.get(&card).await.location(), path);
    anybody.post(&path, &[("password", "")]).await.expect(422);
    anybody.post(&path, &[("password", "guessed")]).await.expect(422).showing("not");
    assert_eq!(anybody.post(&path, &[("password", "open sesame")]).await.location(), path);
    anybody.get(&path).await.expect(200).showing("Launch");
    anybody.get(&card).await.expect(200);
    published.t.browser().get(&path).await.hiding("Launch");
    // Another password locks it again for those who knew the old one.
    published
        .ada
        .1
        .post(&publish(&published.board), &[("days", ""), ("password", "another one")])
        .await
        .expect(303);
    assert_eq!(published.path().await, path, "the address stays");
    anybody.get(&path).await.hiding("Launch");
    for _ in 0..9 {
        anybody.post(&path, &[("password", "guessed")]).await.expect(422);
    }
    anybody.post(&path, &[("password", "another one")]).await.expect(429);
    published.t.advance(TimeDelta::minutes(1));
    anybody.post(&path, &[("password", "another one")]).await.expect(303);
    anybody.get(&path).await.showing("Launch");
}

#[tokio::test]
async fn an_owner_opens_changes_and_revokes_the_public_link() {
    let mut published = Published::with(&PLAIN).await;
    let (board, path) = (published.board.clone(), published.path().await);
    let members = format!("/boards/{}/members", board.id);
    published.ada.1.get(&members).await.showing(&path["/public/".len()..]).showing("without an end");
    for fields in [
        [("days", "0"), ("password", "")],
        [("days", "many"), ("password", "")],
        [("days", ""), ("password", "short")],
    ] {
        published.ada.1.post(&publish(&board), &fields).await.expect(422);
    }
    let count = async || {
        let of_board = events::table.filter(events::board_id.eq(board.id));
        of_board.count().get_result::<i64>(&mut published.t.conn().await).await.expect("a count")
    };
    let before = count().await;
    let mut ada = published.ada.1.clone();
    ada.post(&publish(&board), &PLAIN).await.expect(303);
    assert_eq!(count().await, before, "what changes nothing writes nothing");
    ada.post(&publish(&board), &[("days", ""), ("password", ""), ("comments", "on")]).await.expect(303);
    assert_eq!(published.path().await, path, "the address stays");
    ada.get(&members).await.showing("with comments");
    ada.post(&format!("{}/revoke", publish(&board)), &[]).await.expect(303);
    ada.get(&members).await.hiding(&path["/public/".len()..]);
    let mut anybody = published.t.browser();
    anybody.get(&path).await.expect(410).showing("taken back");
    anybody.post(&path, &[("password", "x")]).await.expect(410);
    ada.post(&publish(&board), &PLAIN).await.expect(303);
    let second = published.path().await;
    assert_ne!(second, path, "a link that was taken back stays so");
    anybody.get(&second).await.expect(200);
    anybody.get(&path).await.expect(410);
    // A token that was cut or changed.
    anybody.get(&second[..second.len() - 4]).await.expect(410).showing("incomplete");
    anybody.get("/public/x").await.expect(410);
    // An unchanged page costs nothing; a change is seen.
    let etag = anybody.get(&second).await.headers["etag"].clone();
    ada.get(&format!("/boards/{}/events", board.id)).await.showing("made the board public");
    let card = format!("/cards/{}", published.card.id);
    ada.post(&card, &[("title", "Plan B"), ("body", "")]).await.expect(303);
    let changed = anybody.get(&second).await.expect(200).showing("Plan B");
    assert_ne!(changed.headers["etag"], etag);
    ada.confirm(&format!("/boards/{}/delete", board.id)).await.expect(303);
    anybody.get(&second).await.expect(410);
}
