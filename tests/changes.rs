//! Changes of a board: each is one transaction, weighed under the board's lock, and tried again where only time is against it.

use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tokio::sync::Mutex;
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::card::{Card, NewCard};
use xtablo::models::change::ChangeError;
use xtablo::models::column::Column;
use xtablo::models::user::User;
use xtablo::schema::{boards, cards, events};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::database::until_waiting;

struct Stage {
    t: TestApp,
    ada: User,
    browser: Browser,
    board: Board,
    column: Column,
    card: Card,
}

async fn stage() -> Stage {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    Stage { t, ada, browser, board, column, card }
}

async fn revision(conn: &mut AsyncPgConnection, board_id: Uuid) -> i64 {
    boards::table.find(board_id).select(boards::revision).first(conn).await.expect("a board")
}

#[tokio::test]
async fn two_hundred_cards_are_one_transaction_and_one_revision() {
    let s = stage().await;
    let mut conn = s.t.conn().await;
    let before = revision(&mut conn, s.board.id).await;
    let titles: Vec<String> = (0..200).map(|number| format!("Card {number}")).collect();
    let created = s.t.change(s.board.id, &s.ada, async |change| {
        for title in &titles {
            Card::create(change, &s.column, NewCard { title, body: "" }).await?;
        }
        Ok::<_, ChangeError>(())
    });
    created.await.expect("created");
    assert_eq!(revision(&mut conn, s.board.id).await, before + 1);
    assert_eq!(s.t.titles(&s.column).await[1..], titles);
    let written: i64 = events::table.count().get_result(&mut conn).await.expect("a count");
    assert_eq!(written, 3 + 200, "the board, the column, the first card and these");
}

#[tokio::test]
async fn a_change_that_fails_half_way_leaves_nothing() {
    let s = stage().await;
    let mut conn = s.t.conn().await;
    let before = revision(&mut conn, s.board.id).await;
    let failed: Result<(), ChangeError> =
        s.t.change(s.board.id, &s.ada, async |change| {
            Card::create(change, &s.column, NewCard { title: "Half", body: "" }).await?;
            Err(diesel::result::Error::NotFound.into())
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(revision(&mut conn, s.board.id).await, before);
    assert_eq!(s.t.titles(&s.column).await, ["Plan"]);
}

#[tokio::test]
async fn a_deadlock_is_answered_by_trying_again() {
    let s = stage().await;
    let mut other = s.t.conn().await;
    // The change is to find the deadlock, not the other one.
    other.batch_execute("SET deadlock_timeout = '10min'; BEGIN").await.expect("begun");
    let card = cards::table.find(s.card.id);
    card.select(cards::id).for_update().first::<Uuid>(&mut other).await.expect("locked");
    let other = Mutex::new(Some(other));
    let attempts = AtomicUsize::new(0);
    let (go, may_go) = tokio::sync::oneshot::channel::<()>();
    let go = Mutex::new(Some(go));
    let wants_the_board = async {
        may_go.await.expect("told");
        let mut other = other.lock().await.take().expect("there");
        let board = diesel::update(boards::table.find(s.board.id));
        board.set(boards::title.eq("Other")).execute(&mut other).await.expect("its turn comes");
        other.batch_execute("COMMIT").await.expect("committed");
    };
    let change = s.t.change(s.board.id, &s.ada, async |change| {
        if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
            go.lock().await.take().expect("asked once").send(()).expect("heard");
            until_waiting(&mut s.t.conn().await, 1).await;
        }
        s.card.archive(change).await
    });
    let (changed, ()) = tokio::join!(change, wants_the_board);
    changed.expect("archived");
    // The second one may meet the other change once more.
    assert!((2..=3).contains(&attempts.into_inner()));
    assert_eq!(s.t.titles(&s.column).await, [""; 0]);
}

#[tokio::test]
async fn a_lock_time_out_is_answered_by_trying_again() {
    let s = stage().await;
    let mut other = s.t.conn().await;
    other.batch_execute("BEGIN").await.expect("begun");
    let card = cards::table.find(s.card.id);
    card.select(cards::id).for_update().first::<Uuid>(&mut other).await.expect("locked");
    let other = Mutex::new(Some(other));
    let attempts = AtomicUsize::new(0);
    let change = s.t.change(s.board.id, &s.ada, async |change| {
        if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
            change.batch_execute("SET LOCAL lock_timeout = '1ms'").await?;
        } else if let Some(mut other) = other.lock().await.take() {
            other.batch_execute("ROLLBACK").await?;
        }
        s.card.archive(change).await
    });
    change.await.expect("archived");
    assert_eq!(attempts.into_inner(), 2);
}

#[tokio::test]
async fn a_right_is_weighed_as_it_is_when_the_board_is_free() {
    for (sql, status) in [
        ("UPDATE members SET role = 'viewer'", 403),
        ("DELETE FROM members", 404),
        ("UPDATE users SET disabled_at = now()", 404),
        ("UPDATE boards SET archived_at = now()", 403),
        ("UPDATE boards SET deleted_at = now()", 404),
    ] {
        let mut s = stage().await;
        let mut other = s.t.conn().await;
        other.batch_execute("BEGIN").await.expect("begun");
        let board = boards::table.find(s.board.id);
        board.select(boards::id).for_update().first::<Uuid>(&mut other).await.expect("locked");
        let path = format!("/cards/{}/archive", s.card.id);
        let archive = s.browser.post(&path, &[]);
        let meanwhile = async {
            until_waiting(&mut s.t.conn().await, 1).await;
            other.batch_execute(sql).await.expect(sql);
            other.batch_execute("COMMIT").await.expect("committed");
        };
        let (answer, ()) = tokio::join!(archive, meanwhile);
        assert_eq!(answer.status.as_u16(), status, "{sql}");
        let archived = cards::table.find(s.card.id).select(cards::archived_at.is_not_null());
        assert!(!archived.first::<bool>(&mut s.t.conn().await).await.expect("a card"), "{sql}");
    }
}

#[tokio::test]
async fn a_renamed_member_is_a_change_of_every_board_they_are_on() {
    let mut s = stage().await;
    let mut conn = s.t.conn().await;
    let before = revision(&mut conn, s.board.id).await;
    let profile = |name| [("name", name), ("email", "ada@example.com"), ("theme", "dark")];
    s.browser.post("/account", &profile("Ada")).await.expect(303);
    assert_eq!(revision(&mut conn, s.board.id).await, before, "the same name");
    s.browser.post("/account", &profile("Ada Lovelace")).await.expect(303);
    assert_eq!(revision(&mut conn, s.board.id).await, before + 1);
}
