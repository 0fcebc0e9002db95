//! The same done to many cards at once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::card::Card;
use xtablo::models::color::Color;
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::schema::{boards, cards, events};

use crate::support::browser::{Answer, Browser};
use crate::support::{TestApp, nobody};

async fn bulk(browser: &mut Browser, board: Uuid, cards: &[&Card], fields: &[(&str, &str)]) -> Answer {
    let mut body: Vec<String> = cards.iter().map(|card| format!("card_id={}", card.id)).collect();
    body.extend(fields.iter().map(|(name, value)| format!("{name}={value}")));
    browser.post_body(&format!("/boards/{board}/cards/bulk"), body.join("&")).await
}

#[tokio::test]
async fn many_cards_are_moved_labeled_assigned_dated_done_archived_and_deleted() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (bob, _) = t.sign_up("Bob").await;
    let board = t.board(&ada, "Launch").await;
    Member::create(&mut t.conn().await, board.id, bob.id, Role::Editor, t.now()).await.expect("a member");
    let (todo, done) = (t.column(&board, &ada, "To do").await, t.column(&board, &ada, "Done").await);
    let first = t.cards(&todo, &ada, &["A", "B", "C"]).await;
    let old = t.cards(&done, &ada, &["Old", "Older"]).await;
    let new = NewLabel { name: "Bug", color: Color::Red };
    let label =
        t.change(board.id, &ada, async |change| Label::create(change, new).await).await.expect("made");
    let (label, bob, to) = (label.id.to_string(), bob.id.to_string(), done.id.to_string());
    let path = format!("/boards/{}", board.id);
    browser.get(&format!("{path}/cards/bulk")).await.expect(200).showing("Older").showing("Bug");

    // In the order of the board, whatever the order in which they were chosen.
    let chosen = [&old[0], &first[2], &first[0]];
    let fields = [("action", "move"), ("column_id", &*to)];
    assert_eq!(bulk(&mut browser, board.id, &chosen, &fields).await.location(), path);
    assert_eq!(t.titles(&todo).await, ["B"]);
    assert_eq!(t.titles(&done).await, ["Older", "A", "C", "Old"]);
    // One change, told as one, taken back as one.
    browser.get(&format!("{path}/events")).await.showing("and 2 more changes");
    browser.post(&format!("{path}/undo"), &[]).await.expect(303);
    assert_eq!(t.titles(&todo).await, ["A", "B", "C"]);
    assert_eq!(t.titles(&done).await, ["Old", "Older"]);

    let all: Vec<&Card> = first.iter().collect();
    for (fields, shown) in [
        ([("action", "label"), ("label_id", &*label)], ">Bug<"),
        ([("action", "assign"), ("user_id", &*bob)], "title=\"Bob\""),
        ([("action", "due"), ("due", "2027-03-01")], "2027-03-01"),
        ([("action", "done"), ("due", "")], "is-done"),
    ] {
        bulk(&mut browser, board.id, &all, &fields).await.expect(303);
        let page = browser.get(&path).await;
        assert_eq!(page.body.matches(shown).count(), 3, "{shown}");
        // What changes nothing is no change.
        let revision = async || {
            let board = boards::table.find(board.id).select(boards::revision);
            board.first::<i64>(&mut t.conn().await).await.expect("the board")
        };
        let before = revision().await;
        bulk(&mut browser, board.id, &all, &fields).await.expect(303);
        assert_eq!(revision().await, before, "{shown}");
        browser.post(&format!("{path}/undo"), &[]).await.expect(303);
        let page = browser.get(&path).await;
        assert!(!page.body.contains(shown), "{shown}");
    }
    for (put, take, field, value) in
        [("label", "unlabel", "label_id", &*label), ("assign", "unassign", "user_id", &*bob)]
    {
        bulk(&mut browser, board.id, &all, &[("action", put), (field, value)]).await.expect(303);
        bulk(&mut browser, board.id, &all[..2], &[("action", take), (field, value)]).await.expect(303);
    }
    for action in ["archive", "delete"] {
        bulk(&mut browser, board.id, &all, &[("action", action)]).await.expect(303);
        assert_eq!(t.titles(&todo).await, [""; 0]);
        browser.post(&format!("{path}/undo"), &[]).await.expect(303);
        assert_eq!(t.titles(&todo).await, ["A", "B", "C"]);
    }
    // A script is told to ask for the board anew, and is offered the way back.
    let mut script = browser.htmx();
    let answer = bulk(&mut script, board.id, &all, &[("action", "done")]).await.expect(200);
    assert_eq!(answer.headers.get("hx-trigger").unwrap(), "xtablo:stale");
    answer.showing("and 2 more changes").showing("data-toast");
}

#[tokio::test]
async fn what_cannot_be_done_to_many_cards_is_said_and_nothing_changes() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (eve, mut eves) = t.sign_up("Eve").await;
    let board = t.board(&ada, "Launch").await;
    let other = t.board(&ada, "Other").await;
    let mut conn = t.conn().await;
    Member::create(&mut conn, board.id, eve.id, Role::Viewer, t.now()).await.expect("a member");
    let (todo, gone) = (t.column(&board, &ada, "To do").await, t.column(&board, &ada, "Gone").await);
    let elsewhere = t.column(&other, &ada, "Elsewhere").await;
    let made = t.cards(&todo, &ada, &["A", "B"]).await;
    let foreign = t.cards(&elsewhere, &ada, &["Foreign"]).await.remove(0);
    browser.post(&format!("/columns/{}/archive", gone.id), &[]).await.expect(303);
    let dates = [("start", "2027-05-01"), ("due", "")];
    browser.post(&format!("/cards/{}/dates", made[0].id), &dates).await.expect(303);
    let count = async || events::table.count().get_result::<i64>(&mut t.conn().await).await.expect("a count");
    let before = count().await;
    let both = [&made[0], &made[1]];
    let (gone, elsewhere, eve) = (gone.id.to_string(), elsewhere.id.to_string(), eve.id.to_string());
    bulk(&mut browser, board.id, &[], &[("action", "done")]).await.expect(422).showing("at least one card");
    let answer = bulk(&mut browser, board.id, &both, &[("action", "explode")]).await.expect(422);
    assert_eq!(answer.body.matches(" checked").count(), 2, "the choice stays");
    bulk(&mut browser, board.id, &both, &[("action", "move"), ("column_id", &gone)])
        .await
        .expect(422)
        .showing("has been archived");
    bulk(&mut browser, board.id, &both, &[("action", "move"), ("column_id", &elsewhere)]).await.expect(404);
    bulk(&mut browser, board.id, &both, &[("action", "move")]).await.expect(422);
    bulk(&mut browser, board.id, &both, &[("action", "label"), ("label_id", &nobody().to_string())])
        .await
        .expect(404);
    bulk(&mut browser, board.id, &both, &[("action", "assign"), ("user_id", &eve)])
        .await
        .expect(422)
        .showing("Only members who may comment");
    let early = [("action", "due"), ("due", "2027-04-01")];
    bulk(&mut browser, board.id, &both, &early)
        .await
        .expect(422)
        .showing("One of the cards begins after that");
    bulk(&mut browser, board.id, &both, &[("action", "due"), ("due", "soon")])
        .await
        .expect(422)
        .showing("soon");
    bulk(&mut browser, board.id, &[&foreign], &[("action", "done")]).await.expect(404);
    bulk(&mut eves, board.id, &both, &[("action", "done")]).await.expect(403);
    assert_eq!(count().await, before);

    // Five hundred, and not one more.
    t.many_cards(&t.column(&board, &ada, "Many").await, 500).await;
    let ids: Vec<Uuid> = cards::table
        .filter(cards::board_id.eq(board.id))
        .order(cards::id)
        .select(cards::id)
        .load(&mut conn)
        .await
        .expect("ids");
    let body = |ids: &[Uuid]| {
        let cards: Vec<String> = ids.iter().map(|id| format!("card_id={id}")).collect();
        format!("{}&action=move&column_id={}", cards.join("&"), todo.id)
    };
    let path = format!("/boards/{}/cards/bulk", board.id);
    browser.post_body(&path, body(&ids[..501])).await.expect(422).showing("At most 500 cards");
    browser.post_body(&path, body(&ids[ids.len() - 500..])).await.expect(303);
    assert_eq!(t.titles(&todo).await.len(), 502);
    browser.post(&format!("/boards/{}/undo", board.id), &[]).await.expect(303);
    assert_eq!(t.titles(&todo).await, ["A", "B"]);
}
