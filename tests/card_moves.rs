//! Moving cards: the order holds, whatever happens at once.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::card::{Card, MoveTo};
use xtablo::models::change::{Author, Change};
use xtablo::models::column::Column;
use xtablo::models::user::User;
use xtablo::schema::{boards, cards};

use crate::support::browser::{Answer, Browser};
use crate::support::{TestApp, nobody};

struct Story {
    t: TestApp,
    ada: User,
    browser: Browser,
    board: Board,
    todo: Column,
    doing: Column,
    cards: Vec<Card>,
}

/// A board with two columns, the cards A, B and C in the first.
async fn story() -> Story {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let todo = t.column(&board, &ada, "To do").await;
    let doing = t.column(&board, &ada, "Doing").await;
    let cards = t.cards(&todo, &ada, &["A", "B", "C"]).await;
    Story { t, ada, browser, board, todo, doing, cards }
}

async fn send(browser: &mut Browser, card: &Card, column: Uuid, after: Option<Uuid>) -> Answer {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    browser
        .post(&format!("/cards/{}/move", card.id), &[("column_id", &column.to_string()), ("after", &after)])
        .await
}

#[tokio::test]
async fn a_move_to_where_the_card_is_writes_nothing() {
    let mut s = story().await;
    let [a, b, c] = [0, 1, 2].map(|n: usize| s.cards[n].clone());
    let mut conn = s.t.conn().await;
    let revision = boards::table.find(s.board.id).select(boards::revision);
    let before: i64 = revision.first(&mut conn).await.expect("a board");
    for (card, after) in
        [(&a, None), (&b, Some(a.id)), (&c, Some(b.id)), (&a, Some(a.id)), (&b, Some(b.id)), (&c, Some(c.id))]
    {
        send(&mut s.browser, card, s.todo.id, after).await.expect(303);
    }
    assert_eq!(s.t.titles(&s.todo).await, ["A", "B", "C"]);
    assert_eq!(revision.first(&mut conn).await, Ok(before));
    s.browser.get(&format!("/boards/{}/events", s.board.id)).await.hiding("moved “");
}

#[tokio::test]
async fn a_card_moves_within_its_column_and_to_another() {
    let mut s = story().await;
    let [a, b, c] = [0, 1, 2].map(|n: usize| s.cards[n].clone());
    send(&mut s.browser, &c, s.todo.id, None).await.expect(303);
    assert_eq!(s.t.titles(&s.todo).await, ["C", "A", "B"]);
    send(&mut s.browser, &c, s.todo.id, Some(b.id)).await.expect(303);
    assert_eq!(s.t.titles(&s.todo).await, ["A", "B", "C"]);
    send(&mut s.browser, &a, s.todo.id, Some(a.id)).await.expect(303);
    assert_eq!(s.t.titles(&s.todo).await, ["A", "B", "C"]);
    let answer = send(&mut s.browser.htmx(), &b, s.doing.id, None).await.expect(200).hiding("<html");
    assert!(answer.body.contains(&format!("column-{}", s.todo.id)), "the column it left comes along");
    assert!(answer.body.contains("hx-swap-oob"));
    assert_eq!(
        (s.t.titles(&s.todo).await, s.t.titles(&s.doing).await),
        (vec!["A".into(), "C".into()], vec!["B".into()])
    );
    s.browser.get(&format!("/boards/{}/events", s.board.id)).await.showing("from").showing("Doing");
}

#[tokio::test]
async fn the_form_offers_every_place() {
    let mut s = story().await;
    let path = format!("/cards/{}/move", s.cards[0].id);
    s.browser.get(&path).await.expect(200).showing("After B").hiding("After A");
    s.browser
        .get(&format!("{path}?column_id={}", s.doing.id))
        .await
        .expect(200)
        .showing("At the top")
        .hiding("After B");
    s.browser.get(&format!("{path}?column_id={}", nobody())).await.expect(404);
    s.browser.get(&format!("{path}?column_id=x")).await.expect(404);
    s.browser.htmx().get(&path).await.expect(200).hiding("<html");
}

#[tokio::test]
async fn a_place_that_is_none_changes_nothing() {
    let mut s = story().await;
    let [a, b, c] = [0, 1, 2].map(|n: usize| s.cards[n].clone());
    let (eve, _) = s.t.sign_up("Eve").await;
    let other = s.t.board(&eve, "Other").await;
    let foreign = s.t.column(&other, &eve, "Elsewhere").await;
    let foreign_card = s.t.cards(&foreign, &eve, &["X"]).await.remove(0);
    send(&mut s.browser, &a, foreign.id, None).await.expect(404);
    send(&mut s.browser, &a, nobody(), None).await.expect(404);
    send(&mut s.browser, &a, s.todo.id, Some(nobody())).await.expect(404);
    send(&mut s.browser, &a, s.todo.id, Some(foreign_card.id)).await.expect(404);
    send(&mut s.browser, &a, s.doing.id, Some(b.id)).await.expect(422).showing("no longer in this column");
    s.browser.post(&format!("/cards/{}/archive", c.id), &[]).await.expect(303);
    send(&mut s.browser, &a, s.todo.id, Some(c.id)).await.expect(422);
    send(&mut s.browser.htmx(), &a, s.todo.id, Some(c.id)).await.expect(422).hiding("<html");
    send(&mut s.browser, &c, s.todo.id, None).await.expect(422).showing("stays where it is");
    s.browser.post(&format!("/columns/{}/archive", s.doing.id), &[]).await.expect(303);
    send(&mut s.browser, &a, s.doing.id, None).await.expect(422).showing("archived in the meantime");
    let path = format!("/cards/{}/move", a.id);
    for body in ["", "after=", "column_id=x&after=", "column_id=&after="] {
        s.browser.post_body(&path, body).await.expect(422);
    }
    s.browser.post_body(&path, format!("column_id={}", s.todo.id)).await.expect(422);
    assert_eq!(s.t.titles(&s.todo).await, ["A", "B"]);
}

#[tokio::test]
async fn ten_moves_of_one_card_at_once_leave_it_in_one_place() {
    let s = story().await;
    let moves = (0..10).map(|n| {
        let (mut browser, card) = (s.browser.clone(), s.cards[0].clone());
        let column = if n % 2 == 0 { s.doing.id } else { s.todo.id };
        async move { send(&mut browser, &card, column, None).await.expect(303) }
    });
    futures_util::future::join_all(moves).await;
    assert_whole(&s).await;
}

#[tokio::test]
async fn moves_of_all_cards_to_one_place_at_once_all_arrive() {
    let s = story().await;
    let titles: Vec<String> = (0..20).map(|n| format!("Card {n}")).collect();
    let more = s.t.cards(&s.todo, &s.ada, &titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let after = s.cards[0].id;
    let moves = more.iter().map(|card| {
        let (mut browser, column) = (s.browser.clone(), s.todo.id);
        async move { send(&mut browser, card, column, Some(after)).await.expect(303) }
    });
    futures_util::future::join_all(moves).await;
    let order = s.t.titles(&s.todo).await;
    assert_eq!((order.len(), order[0].as_str()), (23, "A"));
    assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), 23);
}

/// No card is lost or doubled, and no two stand in one place.
async fn assert_whole(s: &Story) {
    let ranks: Vec<(Uuid, String)> = cards::table
        .filter(cards::board_id.eq(s.board.id))
        .select((cards::column_id, cards::rank))
        .load(&mut s.t.conn().await)
        .await
        .expect("ranks");
    assert_eq!(ranks.len(), s.cards.len());
    assert_eq!(ranks.iter().collect::<BTreeSet<_>>().len(), s.cards.len());
    let mut shown = s.t.titles(&s.todo).await;
    shown.extend(s.t.titles(&s.doing).await);
    shown.sort();
    assert_eq!(shown, ["A", "B", "C"]);
}

#[tokio::test]
async fn a_move_writes_one_card_however_many_there_are() {
    let s = story().await;
    s.t.many_cards(&s.doing, 300).await;
    let mut conn = s.t.conn().await;
    let ranks = async |conn: &mut diesel_async::AsyncPgConnection| -> Vec<(Uuid, String)> {
        cards::table.select((cards::id, cards::rank)).order(cards::id).load(conn).await.expect("ranks")
    };
    let before = ranks(&mut conn).await;
    let place = MoveTo { column_id: s.todo.id, after: Some(s.cards[2].id) };
    let moved = s.t.change(s.todo.board_id, &s.ada, async |change| s.cards[0].move_to(change, place).await);
    moved.await.expect("moved");
    let after = ranks(&mut conn).await;
    assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 1);
}

#[tokio::test]
async fn a_thousand_moves_to_one_spot_keep_the_order_and_the_ranks_short() {
    let s = story().await;
    let mut conn = s.t.conn().await;
    let place = MoveTo { column_id: s.todo.id, after: Some(s.cards[0].id) };
    let author = Author::editor(s.ada.id);
    let mut change = Change::begin(&mut conn, s.todo.board_id, author, s.t.now()).await.expect("begun");
    for step in 0..1200 {
        let moved = if step % 2 == 0 { &s.cards[2] } else { &s.cards[1] };
        moved.move_to(&mut change, place).await.expect("moved");
    }
    drop(change);
    assert_eq!(s.t.titles(&s.todo).await, ["A", "B", "C"]);
    let ranks: Vec<String> = cards::table.select(cards::rank).load(&mut conn).await.expect("ranks");
    assert!(ranks.iter().all(|rank| rank.len() <= xtablo::models::rank::LONGEST));
}
