//! What people say on a card, who it is for, and who is told.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::schema::{assignees, card_watches, cards, comments, old_handles};

use crate::support::TestApp;
use crate::support::browser::Browser;

struct Team {
    t: TestApp,
    board: Board,
    card: Card,
    ada: (User, Browser),
    bob: (User, Browser),
}

impl Team {
    async fn with_bob_as(role: Role) -> Self {
        let t = TestApp::new().await;
        let (ada, bob) = (t.sign_up("Ada").await, t.sign_up("Bob").await);
        let board = t.board(&ada.0, "Launch").await;
        let column = t.column(&board, &ada.0, "To do").await;
        let card = t.cards(&column, &ada.0, &["Plan", "Draw"]).await.remove(0);
        Member::create(&mut t.conn().await, board.id, bob.0.id, role, t.now()).await.expect("a member");
        Self { t, board, card, ada, bob }
    }

    fn say(&self) -> String {
        format!("/cards/{}/comments", self.card.id)
    }

    fn page(&self) -> String {
        format!("/cards/{}", self.card.id)
    }

    async fn newest(&self) -> Uuid {
        let newest = comments::table.order(comments::id.desc()).select(comments::id);
        newest.first(&mut self.t.conn().await).await.expect("a comment")
    }

    async fn watches(&self, user: &User) -> bool {
        let watch = card_watches::table.find((self.card.id, user.id));
        diesel::select(diesel::dsl::exists(watch))
            .get_result(&mut self.t.conn().await)
            .await
            .expect("an answer")
    }
}

#[tokio::test]
async fn a_comment_is_written_edited_deleted_and_brought_back() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let (mut ada, mut bob) = (team.ada.1.clone(), team.bob.1.clone());
    let long = "a".repeat(20_001);
    for (body, said) in [("", "fill this in"), ("  \n ", "fill this in"), (&*long, "20,001")] {
        bob.post(&team.say(), &[("body", body)]).await.expect(422).showing(said);
    }
    let answer = bob.post(&team.say(), &[("body", "It is *good* <b>")]).await;
    let id = team.newest().await;
    assert_eq!(answer.location(), format!("{}#comment-{id}", team.page()));
    let page = ada.get(&team.page()).await.expect(200);
    page.showing(&format!("id=\"comment-{id}\"")).showing("<em>good</em> &lt;b&gt;");
    // Its author alone edits it; the text of who may not is answered with words.
    let path = format!("/comments/{id}");
    ada.post(&path, &[("body", "x"), ("version", "0")]).await.expect(403);
    bob.post(&path, &[("body", "Better"), ("version", "0")]).await.expect(303);
    let stale = bob.post(&path, &[("body", "From another window"), ("version", "0")]).await.expect(422);
    stale.showing("From another window").showing("another window while");
    ada.get(&team.page()).await.showing("Better").showing("edited");
    ada.get(&format!("{path}/versions")).await.expect(200).showing("It is *good*");
    // An owner deletes it, and either brings it back within 30 days.
    ada.post(&format!("{path}/delete"), &[]).await.expect(303);
    bob.get(&team.page()).await.hiding("Better").showing("A comment was deleted");
    bob.post(&path, &[("body", "y"), ("version", "1")]).await.expect(404);
    bob.post(&format!("{path}/undelete"), &[]).await.expect(303);
    ada.get(&team.page()).await.showing("Better");
    bob.post(&format!("{path}/delete"), &[]).await.expect(303);
    team.t.advance(TimeDelta::days(30));
    let mut bob = team.t.browser();
    bob.sign_in(&team.t.app, team.bob.0.id).await;
    bob.post(&format!("{path}/undelete"), &[]).await.expect(404);
    bob.get(&team.page()).await.hiding("A comment was deleted");
}

#[tokio::test]
async fn a_viewer_reads_and_says_nothing() {
    let team = Team::with_bob_as(Role::Viewer).await;
    let (mut ada, mut bob) = (team.ada.1.clone(), team.bob.1.clone());
    ada.post(&team.say(), &[("body", "Hello")]).await.expect(303);
    let id = team.newest().await;
    bob.get(&team.page()).await.expect(200).showing("Hello").hiding("name=\"body\"");
    bob.post(&team.say(), &[("body", "Me too")]).await.expect(403);
    bob.post(&format!("/comments/{id}/reactions"), &[("reaction", "👍")]).await.expect(403);
    bob.get(&format!("/comments/{id}/versions")).await.expect(403);
}

#[tokio::test]
async fn a_reaction_is_put_on_and_taken_off() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let (mut ada, mut bob) = (team.ada.1.clone(), team.bob.1.clone());
    ada.post(&team.say(), &[("body", "Done")]).await.expect(303);
    let path = format!("/comments/{}/reactions", team.newest().await);
    bob.post(&path, &[("reaction", "🦄")]).await.expect(422);
    bob.post(&path, &[("reaction", "🎉")]).await.expect(303);
    ada.post(&path, &[("reaction", "🎉")]).await.expect(303);
    ada.get(&team.page()).await.showing("🎉 2").showing("title=\"Ada, Bob\"");
    bob.post(&path, &[("reaction", "🎉")]).await.expect(303);
    ada.get(&team.page()).await.showing("🎉 1");
}

#[tokio::test]
async fn people_and_cards_are_named_as_the_reader_may_see_them() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let (mut ada, mut bob) = (team.ada.1.clone(), team.bob.1.clone());
    let (eve, mut outsider) = team.t.sign_up("Eve").await;
    let secret = team.t.board(&team.ada.0, "Secret").await;
    let column = team.t.column(&secret, &team.ada.0, "To do").await;
    let hidden = team.t.cards(&column, &team.ada.0, &["Hidden plan"]).await.remove(0);
    assert!(!team.watches(&team.bob.0).await);
    let origin = team.t.app.config.domain.origin();
    let body =
        format!("@{} and @{}, see #2 and #9: {origin}/cards/{}", team.bob.0.handle, eve.handle, hidden.id);
    ada.post(&team.say(), &[("body", &body)]).await.expect(303);
    assert!(team.watches(&team.bob.0).await, "a mention watches");
    let page = ada.get(&team.page()).await;
    let page = page
        .showing("title=\"@bob\" dir=\"auto\">Bob</span>")
        .showing("@eve")
        .showing("#2 Draw")
        .showing("#9:");
    page.showing("#1 Hidden plan");
    bob.get(&team.page()).await.showing("#2 Draw").hiding("Hidden plan");
    outsider.get(&team.page()).await.expect(404);
    // The other card says where it is named; a number leads to its card.
    let other = bob.get(&format!("/boards/{}/cards/2", team.board.id)).await;
    bob.get(other.location()).await.expect(200).showing("Mentioned in").showing("Plan");
    bob.get(&format!("/boards/{}/cards/99", team.board.id)).await.expect(404);
    bob.get(&format!("/boards/{}/cards/x", team.board.id)).await.expect(404);
    // A handle that was given up still leads to its person, and is nobody else's.
    let mut conn = team.t.conn().await;
    User::change_handle(&mut conn, team.bob.0.id, "robert", team.t.now()).await.expect("changed");
    ada.get(&team.page()).await.showing(">Bob</span>");
    User::change_handle(&mut conn, eve.id, "bob", team.t.now()).await.expect_err("it leads to Bob");
    let rows: i64 = old_handles::table.count().get_result(&mut conn).await.expect("a count");
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn a_card_is_given_to_members_who_can_work_on_it() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let (mut ada, mut bob) = (team.ada.1.clone(), team.bob.1.clone());
    let (eve, _) = team.t.sign_up("Eve").await;
    let path = format!("{}/assignees", team.page());
    for nobody in [eve.id.to_string(), Uuid::now_v7().to_string(), "x".to_owned()] {
        ada.post(&path, &[("user_id", &nobody)]).await.expect(422);
    }
    let of_bob = team.bob.0.id.to_string();
    bob.post(&path, &[("user_id", &of_bob)]).await.expect(403);
    ada.post(&path, &[("user_id", &of_bob)]).await.expect(303);
    ada.get(&team.page()).await.showing("Unassign Bob");
    assert!(team.watches(&team.bob.0).await);
    bob.post(&format!("{}/unwatch", team.page()), &[]).await.expect(303);
    assert!(!team.watches(&team.bob.0).await);
    bob.post(&format!("{}/watch", team.page()), &[]).await.expect(303);
    assert!(team.watches(&team.bob.0).await);
    // Whoever becomes a viewer has no cards any more.
    let role = format!("/boards/{}/members/{of_bob}", team.board.id);
    ada.post(&role, &[("role", "viewer")]).await.expect(303);
    let count: i64 = assignees::table.count().get_result(&mut team.t.conn().await).await.expect("a count");
    assert_eq!(count, 0);
    ada.post(&path, &[("user_id", &of_bob)]).await.expect(422).showing("may comment");
    // Nor can they begin to watch one, but stop it.
    bob.get(&team.page()).await.showing("&#x2f;unwatch\"");
    bob.post(&format!("{}/unwatch", team.page()), &[]).await.expect(303);
    bob.get(&team.page()).await.hiding("&#x2f;watch\"");
    bob.post(&format!("{}/watch", team.page()), &[]).await.expect(403);
    bob.post(&format!("/boards/{}/watch", team.board.id), &[]).await.expect(403);
    bob.get(&format!("/boards/{}/members", team.board.id)).await.expect(200).hiding("/watch\"");
    assert!(!team.watches(&team.bob.0).await);
}

#[tokio::test]
async fn a_long_stream_is_paged_and_begins_with_the_newest() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let mut ada = team.ada.1.clone();
    let row = |number: usize| {
        (
            comments::id.eq(Uuid::now_v7()),
            comments::board_id.eq(team.board.id),
            comments::card_id.eq(team.card.id),
            comments::user_id.eq(team.bob.0.id),
            comments::body.eq(format!("Remark {number}.")),
            comments::created_at.eq(team.t.now()),
        )
    };
    let rows: Vec<_> = (0..120).map(row).collect();
    diesel::insert_into(comments::table).values(rows).execute(&mut team.t.conn().await).await.expect("rows");
    let (mut path, mut seen) = (team.page(), 0);
    loop {
        let page = ada.get(&path).await.expect(200);
        let html = page.body;
        let count = html.matches("id=\"comment-0").count();
        assert!(count <= 50);
        seen += count;
        let Some((_, rest)) = html.split_once("?before=") else { break };
        let before = &rest[..36];
        path = format!("{}?before={before}", team.page());
    }
    assert_eq!(seen, 120);
}

#[tokio::test]
async fn numbers_are_given_in_order_and_never_twice() {
    let team = Team::with_bob_as(Role::Editor).await;
    let mut ada = team.ada.1.clone();
    let mut conn = team.t.conn().await;
    diesel::delete(cards::table.filter(cards::number.eq(2))).execute(&mut conn).await.expect("erased");
    let column = team.card.column_id;
    ada.post(&format!("/columns/{column}/cards"), &[("title", "Third")]).await.expect(303);
    let numbers: Vec<(Option<i32>, String)> = cards::table
        .order(cards::number)
        .select((cards::number, cards::title))
        .load(&mut conn)
        .await
        .expect("rows");
    assert_eq!(numbers, [(Some(1), "Plan".to_owned()), (Some(3), "Third".to_owned())]);
}

#[tokio::test]
async fn a_card_says_where_it_is_named_for_as_long_as_it_is() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let mut ada = team.ada.1.clone();
    let other = ada.get(&format!("/boards/{}/cards/2", team.board.id)).await.location().to_owned();
    let writer = team.ada.1.clone();
    let edit = async |body: &str| {
        let fields = [("title", "Plan"), ("body", body)];
        writer.clone().post(&team.page(), &fields).await.expect(303);
    };
    edit("After #2").await;
    ada.get(&other).await.showing("Mentioned in");
    edit("After all").await;
    ada.get(&other).await.hiding("Mentioned in");
    // A comment that names it goes on doing so whatever the text says.
    ada.post(&team.say(), &[("body", "See #2")]).await.expect(303);
    let comment = format!("/comments/{}", team.newest().await);
    edit("Before all").await;
    ada.get(&other).await.showing("Mentioned in");
    ada.post(&format!("{comment}/delete"), &[]).await.expect(303);
    ada.get(&other).await.hiding("Mentioned in");
    ada.post(&format!("{comment}/undelete"), &[]).await.expect(303);
    ada.get(&other).await.showing("Mentioned in");
    ada.post(&comment, &[("body", "Never mind"), ("version", "0")]).await.expect(303);
    ada.get(&other).await.hiding("Mentioned in");
}

#[tokio::test]
async fn the_board_shows_who_a_card_is_for_and_how_much_was_said() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let mut ada = team.ada.1.clone();
    let board = format!("/boards/{}", team.board.id);
    let plain = ada.get(&board).await.showing("2 members").hiding("card-meta");
    let etag = plain.headers["etag"].clone();
    ada.post(&team.say(), &[("body", "One")]).await.expect(303);
    ada.post(&team.say(), &[("body", "Two")]).await.expect(303);
    ada.post(&format!("/comments/{}/delete", team.newest().await), &[]).await.expect(303);
    let bob = team.bob.0.id.to_string();
    let assigned = ada.htmx().post(&format!("{}/assignees", team.page()), &[("user_id", &bob)]).await;
    assigned.showing("hx-swap-oob").showing("aria-label=\"Bob\"").showing("1 comment");
    let page = ada.get(&board).await.showing("aria-label=\"Bob\"").showing("1 comment").hiding("2 comments");
    assert_ne!(page.headers["etag"], etag);
    ada.post(&format!("{}/assignees/{bob}/remove", team.page()), &[]).await.expect(303);
    ada.get(&board).await.hiding("aria-label=\"Bob\"");
}

#[tokio::test]
async fn a_person_chooses_a_handle() {
    let team = Team::with_bob_as(Role::Commenter).await;
    let mut ada = team.ada.1.clone();
    ada.get("/account").await.showing("value=\"ada\"");
    for (handle, said) in [
        ("", "fill this in"),
        ("a", "2 to 30"),
        ("a b", "2 to 30"),
        ("bob", "Another person"),
        ("me", "Another person"),
    ] {
        ada.post("/account/handle", &[("handle", handle)]).await.expect(422).showing(said);
    }
    assert_eq!(ada.post("/account/handle", &[("handle", "@Countess")]).await.location(), "/account");
    ada.get("/account").await.showing("value=\"countess\"").showing("your handle now");
    ada.post(&team.say(), &[("body", "@countess @ada")]).await.expect(303);
    let page = ada.get(&team.page()).await;
    assert_eq!(page.body.matches(">Ada</span>").count(), 2, "the old one leads on: {page:?}");
    team.bob
        .1
        .clone()
        .post("/account/handle", &[("handle", "ada")])
        .await
        .expect(422)
        .showing("Another person");
}
