//! What cards are to each other: linked, seen from both sides and across boards, blocked, unlinked.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::checklist::Checklist;
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::column::Column;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::schema::{boards, card_links, cards, events};

use crate::support::browser::{Answer, Browser};
use crate::support::{TestApp, nobody};

struct Launch {
    t: TestApp,
    ada: User,
    browser: Browser,
    board: Board,
    column: Column,
    plan: Card,
    build: Card,
}

/// A board with two cards, and who works on it.
async fn launch() -> Launch {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let [plan, build] = t.cards(&column, &ada, &["Plan", "Build"]).await.try_into().expect("two cards");
    Launch { t, ada, browser, board, column, plan, build }
}

fn page(card: &Card) -> String {
    format!("/cards/{}", card.id)
}

async fn link(browser: &mut Browser, card: &Card, kind: &str, other: &str) -> Answer {
    browser.post(&format!("/cards/{}/links", card.id), &[("card", other), ("kind", kind)]).await
}

impl Launch {
    /// Another board of hers with one card.
    async fn elsewhere(&self, title: &str) -> (Board, Card) {
        let board = self.t.board(&self.ada, "Elsewhere").await;
        let column = self.t.column(&board, &self.ada, "To do").await;
        (board, self.t.cards(&column, &self.ada, &[title]).await.remove(0))
    }

    /// All links, from the first made to the last: from, kind, to.
    async fn links(&self) -> Vec<(Uuid, String, Uuid)> {
        card_links::table
            .order(card_links::id)
            .select((card_links::from_id, card_links::kind, card_links::to_id))
            .load(&mut self.t.conn().await)
            .await
            .expect("links")
    }

    async fn last_link(&self) -> Uuid {
        let newest = card_links::table.order(card_links::id.desc()).select(card_links::id);
        newest.first(&mut self.t.conn().await).await.expect("a link")
    }

    async fn revision(&self, board: &Board) -> i64 {
        let board = boards::table.find(board.id).select(boards::revision);
        board.first(&mut self.t.conn().await).await.expect("the board")
    }
}

/// A page's ETag, and whether it shows that a card is blocked.
async fn look(browser: &mut Browser, path: &str) -> (String, bool) {
    let answer = browser.get(path).await.expect(200);
    (
        answer.headers[header::ETAG].to_str().expect("ASCII").to_owned(),
        answer.body.contains("class=\"blocked\""),
    )
}

/// The same, asked for by a browser that has the page: it must be another one by now.
async fn look_again(browser: &mut Browser, path: &str, etag: &str) -> (String, bool) {
    let again = Request::get(path).header(header::IF_NONE_MATCH, etag);
    browser.send(again, Body::empty()).await.expect(200);
    look(browser, path).await
}

#[tokio::test]
async fn a_link_is_seen_from_both_sides_and_removed_from_either() {
    let mut l = launch().await;
    let (plan, build) = (page(&l.plan), page(&l.build));
    l.browser.get(&plan).await.expect(200).showing("Is blocked by").hiding("card-links");
    for (name, kind, seen, from_there) in [
        ("#2".to_owned(), "relates", "links-relates", "links-relates"),
        ("2".to_owned(), "blocks", "links-blocks", "links-blocked_by"),
        (build.clone(), "duplicates", "links-duplicates", "links-duplicated_by"),
        (
            format!(" https://boards.example.com{build}?edit=1 "),
            "duplicated_by",
            "links-duplicated_by",
            "links-duplicates",
        ),
        ("#2".to_owned(), "blocked_by", "links-blocked_by", "links-blocks"),
    ] {
        assert_eq!(link(&mut l.browser, &l.plan, kind, &name).await.location(), plan, "{kind}");
        let here = l.browser.get(&plan).await.expect(200);
        here.showing(&format!("id=\"{seen}\"")).showing("#2").showing("Build").hiding("Elsewhere");
        l.browser.get(&build).await.expect(200).showing(&format!("id=\"{from_there}\"")).showing("Plan");
        let remove = format!("/links/{}/remove", l.last_link().await);
        assert_eq!(l.browser.post(&remove, &[("card_id", &l.build.id.to_string())]).await.location(), build);
        l.browser.get(&plan).await.hiding("card-links");
        l.browser.post(&remove, &[]).await.expect(404);
    }
    l.browser
        .get(&plan)
        .await
        .showing("linked “Plan” to “Build”")
        .showing("linked “Plan”: it blocks “Build”")
        .showing("linked “Plan”: it is blocked by “Build”")
        .showing("removed the link between “Plan” and “Build”");
    let kinds: Vec<(String, serde_json::Value)> = events::table
        .filter(events::board_id.eq(l.board.id))
        .order(events::id.desc())
        .limit(2)
        .select((events::kind, events::data))
        .load(&mut l.t.conn().await)
        .await
        .expect("events");
    for (kind, data) in kinds {
        assert!(kind.starts_with("card_") && kind.ends_with("linked"), "{kind}");
        assert!(
            data["link_id"].is_string() && data["other_id"].is_string() && data["relation"].is_string(),
            "{data}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_linked_is_refused_in_words_and_nothing_is_lost() {
    let mut l = launch().await;
    let (_, secret) = l.elsewhere("Secret").await;
    let (eve, mut outsider) = l.t.sign_up("Eve").await;
    Member::create(&mut l.t.conn().await, l.board.id, eve.id, Role::Editor, l.t.now())
        .await
        .expect("a member");
    let gone = l.t.cards(&l.column, &l.ada, &["Gone"]).await.remove(0);
    l.browser.confirm(&format!("{}/delete", page(&gone))).await.expect(303);
    let before = l.revision(&l.board).await;
    for (kind, other, says) in [
        ("relates", "#1".to_owned(), "cannot be linked to itself"),
        ("relates", "#99".to_owned(), "There is no such card"),
        ("relates", "#3".to_owned(), "There is no such card"),
        ("relates", page(&gone), "There is no such card"),
        ("relates", page(&secret), "There is no such card"),
        ("relates", format!("/cards/{}", nobody()), "There is no such card"),
        ("relates", "the plan".to_owned(), "Must be the number of a card"),
        ("relates", String::new(), "Please fill this in."),
        ("hinders", "#2".to_owned(), "Please choose one of these."),
    ] {
        let refused = link(&mut outsider, &l.plan, kind, &other).await.expect(422);
        let refused = refused.showing(says).showing("<details class=\"date-edit\" open>");
        assert!(refused.body.contains(&format!("value=\"{}\"", other.replace('/', "&#x2f;"))), "{other}");
    }
    assert_eq!((l.links().await.len(), l.revision(&l.board).await), (0, before));
    // She may see it.
    link(&mut l.browser, &l.plan, "relates", &page(&secret)).await.expect(303);

    // The same twice, and the other way round; a second kind is no repetition.
    link(&mut l.browser, &l.plan, "relates", "#2").await.expect(303);
    link(&mut l.browser, &l.plan, "relates", "#2").await.expect(422).showing("are linked like this already");
    link(&mut l.browser, &l.build, "relates", "#1").await.expect(422).showing("are linked like this already");
    link(&mut l.browser, &l.plan, "duplicates", "#2").await.expect(303);
    link(&mut l.browser, &l.build, "duplicates", "#1")
        .await
        .expect(422)
        .showing("are linked like this already");
    link(&mut l.browser, &l.plan, "blocks", "#2").await.expect(303);
    link(&mut l.browser, &l.plan, "blocks", "#2").await.expect(422).showing("are linked like this already");
    link(&mut l.browser, &l.build, "blocked_by", "#1")
        .await
        .expect(422)
        .showing("are linked like this already");
    link(&mut l.browser, &l.build, "blocks", "#1").await.expect(422).showing("would block itself");
    assert_eq!(l.links().await.len(), 4);
}

#[tokio::test]
async fn no_circle_of_cards_that_block_each_other_however_long() {
    let mut l = launch().await;
    let (_, away) = l.elsewhere("Away").await;
    let more = l.t.cards(&l.column, &l.ada, &["Three", "Four"]).await;
    // Plan, Build, away, Three, Four: also by way of another board, and of a card that is deleted and may come back.
    link(&mut l.browser, &l.plan, "blocks", "#2").await.expect(303);
    link(&mut l.browser, &l.build, "blocks", &page(&away)).await.expect(303);
    link(&mut l.browser, &away, "blocks", &page(&more[0])).await.expect(303);
    link(&mut l.browser, &more[1], "blocked_by", "#3").await.expect(303);
    link(&mut l.browser, &more[1], "blocks", "#1").await.expect(422).showing("would block itself");
    l.browser.confirm(&format!("{}/delete", page(&away))).await.expect(303);
    link(&mut l.browser, &l.plan, "blocked_by", "#4").await.expect(422).showing("would block itself");
    // A diamond is no circle.
    link(&mut l.browser, &l.plan, "blocks", "#3").await.expect(303);

    // What takes too long to look through is refused.
    let column = l.t.column(&l.board, &l.ada, "Many").await;
    l.t.many_cards(&column, 1001).await;
    let mut conn = l.t.conn().await;
    let of_column = cards::table.filter(cards::column_id.eq(column.id)).order(cards::rank).select(cards::id);
    let chain: Vec<Uuid> = of_column.load(&mut conn).await.expect("cards");
    let row = |pair: &[Uuid]| {
        (
            card_links::id.eq(Uuid::now_v7()),
            card_links::from_id.eq(pair[0]),
            card_links::from_board_id.eq(l.board.id),
            card_links::to_id.eq(pair[1]),
            card_links::to_board_id.eq(l.board.id),
            card_links::kind.eq("blocks"),
            card_links::created_at.eq(l.t.now()),
        )
    };
    let rows: Vec<_> = chain.windows(2).map(row).collect();
    diesel::insert_into(card_links::table).values(rows).execute(&mut conn).await.expect("links");
    let first = format!("/cards/{}", chain[0]);
    link(&mut l.browser, &l.build, "blocks", &first).await.expect(422).showing("1,000 cards");
    let second = format!("/cards/{}", chain[1]);
    link(&mut l.browser, &l.build, "blocks", &second).await.expect(303);
}

#[tokio::test]
async fn a_card_has_fifty_links_at_most() {
    let mut l = launch().await;
    let column = l.t.column(&l.board, &l.ada, "Many").await;
    l.t.many_cards(&column, 50).await;
    for number in 3..53 {
        link(&mut l.browser, &l.plan, "relates", &number.to_string()).await.expect(303);
    }
    link(&mut l.browser, &l.plan, "relates", "#2")
        .await
        .expect(422)
        .showing("50 links")
        .showing("value=\"#2\"");
    link(&mut l.browser, &l.build, "relates", "#1").await.expect(422).showing("50 links");
    // One whose card is deleted makes room.
    let other: Uuid = l.links().await[0].2;
    l.browser.confirm(&format!("/cards/{other}/delete")).await.expect(303);
    link(&mut l.browser, &l.build, "relates", "#1").await.expect(303);
    l.browser.get(&page(&l.plan)).await.expect(200).showing("Card 1<").hiding("Card 0<");
}

#[tokio::test]
async fn a_blocked_card_has_a_mark_as_long_as_the_other_is_open() {
    let mut l = launch().await;
    let on_board = format!("/boards/{}", l.board.id);
    let (plan, build) = (page(&l.plan), page(&l.build));
    let mut etag = look(&mut l.browser, &on_board).await.0;
    link(&mut l.browser, &l.build, "blocks", "#1").await.expect(303);
    l.browser.get(&plan).await.showing("badge-blocked");
    l.browser.get(&build).await.hiding("badge-blocked");
    let column = format!("/columns/{}", l.t.column(&l.board, &l.ada, "Other").await.id);
    let into = [("column_id", column.split('/').next_back().unwrap()), ("after", "")];
    l.browser.post(&format!("{build}/move"), &into).await.expect(303);
    for (does, undoes) in [
        (format!("{build}/done"), format!("{build}/undone")),
        (format!("{build}/archive"), format!("{build}/restore")),
        (format!("{build}/delete"), format!("{build}/undelete")),
        (format!("{column}/archive"), format!("{column}/restore")),
    ] {
        let (_, shown) = look_again(&mut l.browser, &on_board, &etag).await;
        assert!(shown, "before {does}");
        l.browser.confirm(&does).await.expect(303);
        assert!(!look(&mut l.browser, &on_board).await.1, "{does}");
        l.browser.get(&plan).await.hiding("badge-blocked");
        l.browser.confirm(&undoes).await.expect(303);
        etag = look(&mut l.browser, &on_board).await.0;
        l.t.cards(&l.column, &l.ada, &["Another"]).await;
    }
    // In the dialog the other card's face changes at once, and so do columns.
    let face = format!("id=\"card-{}\"", l.plan.id);
    l.browser
        .htmx()
        .post(&format!("{build}/done"), &[])
        .await
        .expect(200)
        .showing(&face)
        .hiding("class=\"blocked\"");
    l.browser.htmx().post(&format!("{build}/undone"), &[]).await.showing(&face).showing("class=\"blocked\"");
    l.browser.htmx().post(&format!("{build}/archive"), &[]).await.showing(&face).hiding("class=\"blocked\"");
    l.browser.htmx().post(&format!("{build}/restore"), &[]).await.showing(&face).showing("class=\"blocked\"");
    let remove = format!("/links/{}/remove", l.last_link().await);
    let from_build = [("card_id", &*l.build.id.to_string())];
    l.browser.htmx().post(&remove, &from_build).await.expect(200).showing(&face).hiding("class=\"blocked\"");
    let add = [("card", "#1"), ("kind", "blocks")];
    l.browser.htmx().post(&format!("{build}/links"), &add).await.showing(&face).showing("class=\"blocked\"");
}

#[tokio::test]
async fn a_mark_on_another_board_comes_and_goes_with_what_happens_here() {
    let mut l = launch().await;
    let (elsewhere, away) = l.elsewhere("Away").await;
    let there = format!("/boards/{}", elsewhere.id);
    let public = format!("{there}/public-link");
    l.browser.post(&public, &[("days", "")]).await.expect(303);
    let members = l.browser.get(&format!("{there}/members")).await;
    let (_, token) = members.body.split_once("&#x2f;public&#x2f;").expect("a public link");
    let token: String =
        token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let (mut visitor, public) = (l.t.browser(), format!("/public/{token}"));

    let before = (look(&mut l.browser, &there).await, look(&mut visitor, &public).await);
    link(&mut l.browser, &l.plan, "blocks", &page(&away)).await.expect(303);
    let (mut etag, shown) = look_again(&mut l.browser, &there, &before.0.0).await;
    let (mut public_etag, public_shown) = look_again(&mut visitor, &public, &before.1.0).await;
    assert!(shown && public_shown, "the link alone makes both other pages");
    // A page that nothing has happened to is known still.
    let again = Request::get(&there).header(header::IF_NONE_MATCH, &etag);
    l.browser.send(again, Body::empty()).await.expect(304);

    let (plan, column) = (page(&l.plan), format!("/columns/{}", l.column.id));
    let here = format!("/boards/{}", l.board.id);
    for (does, is_blocked) in [
        (format!("{plan}/done"), false),
        (format!("{plan}/undone"), true),
        (format!("{plan}/archive"), false),
        (format!("{plan}/restore"), true),
        (format!("{plan}/delete"), false),
        (format!("{plan}/undelete"), true),
        (format!("{column}/archive"), false),
        (format!("{column}/restore"), true),
        (format!("{here}/archive"), false),
        (format!("{here}/restore"), true),
        (format!("{here}/delete"), false),
    ] {
        let revision = l.revision(&elsewhere).await;
        l.browser.confirm(&does).await.expect(303);
        let shown;
        (etag, shown) = look_again(&mut l.browser, &there, &etag).await;
        assert_eq!(shown, is_blocked, "{does}");
        (public_etag, _) = look_again(&mut visitor, &public, &public_etag).await;
        assert_eq!(l.revision(&elsewhere).await, revision, "no other board's row is written");
    }
    assert!(!look(&mut visitor, &public).await.1);
}

#[tokio::test]
async fn a_card_of_a_board_that_one_may_not_see_is_only_said_to_be_there() {
    let mut l = launch().await;
    let (elsewhere, secret) = l.elsewhere("Secret").await;
    let (eve, mut editor) = l.t.sign_up("Eve").await;
    let (viv, mut viewer) = l.t.sign_up("Viv").await;
    let mut conn = l.t.conn().await;
    Member::create(&mut conn, l.board.id, eve.id, Role::Editor, l.t.now()).await.expect("a member");
    Member::create(&mut conn, l.board.id, viv.id, Role::Viewer, l.t.now()).await.expect("a member");
    link(&mut l.browser, &l.plan, "blocked_by", &page(&secret)).await.expect(303);
    let plan = page(&l.plan);
    l.browser.get(&plan).await.showing("Secret").showing("Elsewhere").showing("badge-blocked");
    for browser in [&mut editor, &mut viewer] {
        let shown =
            browser.get(&plan).await.expect(200).showing("a card you cannot see").showing("badge-blocked");
        shown.hiding("Secret").hiding("Elsewhere").hiding(&secret.id.to_string());
        let history = browser.get(&format!("/boards/{}/events", l.board.id)).await;
        history.showing("linked “Plan” to a card of another board").hiding("Secret");
    }
    assert!(look(&mut viewer, &format!("/boards/{}", l.board.id)).await.1);

    // Who may look only cannot remove it, an outsider does not find it, an editor of either board can.
    let remove = format!("/links/{}/remove", l.last_link().await);
    viewer.post(&remove, &[]).await.expect(403);
    let (_, mut outsider) = l.t.sign_up("Out").await;
    outsider.post(&remove, &[]).await.expect(404);
    assert_eq!(editor.post(&remove, &[("card_id", &l.plan.id.to_string())]).await.location(), plan);
    editor.get(&plan).await.hiding("a card you cannot see").showing("and a card of another board");

    link(&mut l.browser, &secret, "blocks", &plan).await.expect(303);
    let remove = format!("/links/{}/remove", l.last_link().await);
    // From the page of the other board's card, with htmx too.
    let there = [("card_id", &*secret.id.to_string())];
    l.browser.htmx().post(&remove, &there).await.expect(200).showing("Secret").showing("hx-swap-oob");
    assert_eq!(l.links().await.len(), 0);

    // On a board that is open to everybody the card is seen.
    link(&mut l.browser, &secret, "relates", &plan).await.expect(303);
    l.browser.post(&format!("/boards/{}/open", elsewhere.id), &[("role", "viewer")]).await.expect(303);
    editor.get(&plan).await.showing("Secret").showing("Elsewhere");
}

#[tokio::test]
async fn of_two_links_at_once_that_would_make_a_circle_one_is_made() {
    let l = launch().await;
    let (_, away) = l.elsewhere("Away").await;
    for round in 0..5 {
        let (mut one, mut other) = (l.browser.clone(), l.browser.clone());
        let (there, here) = (page(&away), page(&l.plan));
        let (first, second) =
            tokio::join!(link(&mut one, &l.plan, "blocks", &there), link(&mut other, &away, "blocks", &here));
        let statuses = [first.status.as_u16(), second.status.as_u16()];
        assert!(statuses == [303, 422] || statuses == [422, 303], "{round}: {statuses:?}");
        assert_eq!(l.links().await.len(), 1);
        one.post(&format!("/links/{}/remove", l.last_link().await), &[]).await.expect(303);
    }
}

#[tokio::test]
async fn an_item_that_becomes_a_card_is_linked_to_the_one_it_was_on() {
    let mut l = launch().await;
    let plan = page(&l.plan);
    l.browser.post(&format!("{plan}/checklists"), &[("title", "Steps")]).await.expect(303);
    let conn = l.t.conn().await;
    let list = Checklist::of_card(&conn, l.plan.id).await.expect("checklists").remove(0);
    l.browser.post(&format!("/checklists/{}/items", list.id), &[("text", "Ship it")]).await.expect(303);
    let item = ChecklistItem::of_card(&conn, l.plan.id).await.expect("items").remove(0).0;
    l.browser.post(&format!("/items/{}/convert", item.id), &[]).await.expect(303);
    let links = l.links().await;
    assert_eq!((links.len(), links[0].0, links[0].1.as_str()), (1, l.plan.id, "relates"));
    l.browser.get(&format!("/cards/{}", links[0].2)).await.expect(200).showing("Relates to").showing("Plan");
}

#[tokio::test]
async fn links_follow_a_card_to_another_board_and_end_with_it() {
    let mut l = launch().await;
    let (elsewhere, away) = l.elsewhere("Away").await;
    link(&mut l.browser, &l.plan, "blocks", "#2").await.expect(303);
    link(&mut l.browser, &away, "blocks", "1").await.expect(422).showing("cannot be linked to itself");
    let mut conn = l.t.conn().await;
    let place = (
        cards::board_id.eq(elsewhere.id),
        cards::column_id.eq(away.column_id),
        cards::number.eq(Some(7)),
        cards::rank.eq("zz"),
    );
    diesel::update(cards::table.find(l.plan.id)).set(place).execute(&mut conn).await.expect("moved");
    let ends = card_links::table.select((card_links::from_board_id, card_links::to_board_id));
    let ends: Vec<(Uuid, Uuid)> = ends.load(&mut conn).await.expect("links");
    assert_eq!(ends, [(elsewhere.id, l.board.id)]);
    let here = format!("/boards/{}", l.board.id);
    let (etag, shown) = look(&mut l.browser, &here).await;
    assert!(shown);
    l.browser.post(&format!("{}/done", page(&l.plan)), &[]).await.expect(303);
    assert!(!look_again(&mut l.browser, &here, &etag).await.1);

    l.browser.confirm(&format!("{}/delete", page(&l.plan))).await.expect(303);
    l.t.advance(TimeDelta::days(31));
    Card::erase_deleted(&mut conn, l.t.now() - TimeDelta::days(30), 10).await.expect("erased");
    assert_eq!(l.links().await.len(), 0);
}
