//! Moving cards to another board: everything comes along, both boards know, and nothing is forgotten.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::assignee;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::card::crossing::ON_CARDS;
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::color::Color;
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::role::Role;
use xtablo::schema::{boards, card_fields, card_watches, cards, events};

use crate::support::browser::{Answer, Browser};
use crate::support::full_card::FullCard;
use crate::support::nobody;

async fn send(browser: &mut Browser, card: &Card, column: Uuid, after: Option<Uuid>) -> Answer {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let fields = [("column_id", column.to_string()), ("after", after)];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.post(&format!("/cards/{}/move", card.id), &fields).await
}

#[tokio::test]
async fn a_card_goes_to_another_board_with_everything_on_it() {
    let mut f = FullCard::begin(&[]).await;
    let (before, there) = (f.revision(&f.board).await, f.revision(&f.other).await);
    let first = f.card_called(&f.other_column, "There already").await;
    let answer = send(&mut f.browser, &f.card, f.other_column.id, Some(first)).await;
    assert_eq!(answer.location(), format!("/boards/{}#card-{}", f.other.id, f.card.id));
    assert_eq!((f.revision(&f.board).await, f.revision(&f.other).await), (before + 1, there + 1));
    assert_eq!(f.t.titles(&f.column).await, [""; 0]);
    assert_eq!(f.t.titles(&f.other_column).await, ["There already", "Plan"]);
    f.browser
        .get(&f.path)
        .await
        .expect(200)
        .showing("Ideas")
        .showing("#2")
        .showing("24 Dec 2999")
        .showing("Draw it")
        .showing("<strong>said</strong>")
        .showing("a.txt")
        .showing("from another board to “Ideas”")
        .hiding("to another board");
    let labels = (vec!["Bug".into(), "Ours".into()], vec!["Bug".into(), "Ours".into()]);
    assert_eq!(f.labels(f.card.id, &f.other).await, labels);
    assert_eq!(f.labels(f.card.id, &f.board).await.0, [""; 0]);
    assert_eq!(f.stored().await, (1, 1));
    f.browser.get(&format!("/boards/{}/files", f.other.id)).await.showing("a.txt");
    f.browser.get(&format!("/boards/{}/files", f.board.id)).await.hiding("a.txt");
    f.browser.get(&format!("/boards/{}", f.other.id)).await.showing("1/2").showing(">Ours<");

    // Those who are not there are taken off it.
    let conn = f.t.conn().await;
    let people = assignee::of_card(&conn, f.card.id).await.expect("people");
    assert_eq!(people.iter().map(|person| person.id).collect::<Vec<_>>(), [f.ada.id]);
    let items = ChecklistItem::of_card(&conn, f.card.id).await.expect("items");
    assert!(items.iter().all(|(item, _)| item.user_id.is_none()) && items.len() == 2);
    let watching: Vec<Uuid> = card_watches::table
        .filter(card_watches::card_id.eq(f.card.id))
        .select(card_watches::user_id)
        .load(&mut f.t.conn().await)
        .await
        .expect("watchers");
    assert_eq!(watching, [f.ada.id]);

    // Both boards tell of it, and neither names the other.
    let history = f.browser.get(&format!("/boards/{}/events", f.board.id)).await.expect(200);
    history.showing("moved “Plan” from “To do” to another board").hiding("Other");
    let history = f.browser.get(&format!("/boards/{}/events", f.other.id)).await.expect(200);
    history.showing("moved “Plan” from another board to “Ideas”").hiding("Launch");
    let kinds: Vec<(String, Option<Uuid>)> = events::table
        .filter(events::kind.eq_any(["card_left", "card_arrived"]))
        .order(events::id)
        .select((events::kind, events::card_id))
        .load(&mut f.t.conn().await)
        .await
        .expect("events");
    assert_eq!(kinds, [("card_left".to_owned(), None), ("card_arrived".to_owned(), Some(f.card.id))]);

    // It works there as it did.
    f.browser.post(&format!("{}/comments", f.path), &[("body", "Here now")]).await.expect(303);
    f.browser.upload(&format!("{}/files", f.path), &[("b.txt", b"more")]).await.expect(303);
    f.browser.confirm(&format!("{}/delete", f.path)).await.expect(303);
    f.browser.post(&format!("{}/undelete", f.path), &[]).await.expect(303);
    assert_eq!(f.t.titles(&f.other_column).await, ["There already", "Plan"]);
}

#[tokio::test]
async fn an_old_number_leads_to_the_card_and_is_nobody_else_s() {
    let mut f = FullCard::begin(&[]).await;
    let by_number = |board: &Board, number: i32| format!("/boards/{}/cards/{number}", board.id);
    send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(303);
    assert_eq!(f.browser.get(&by_number(&f.board, 1)).await.location(), f.path);
    assert_eq!(f.browser.get(&by_number(&f.other, 2)).await.location(), f.path);
    f.t.cards(&f.column, &f.ada, &["Next"]).await;
    assert_eq!(f.browser.get(&by_number(&f.board, 1)).await.location(), f.path);
    assert_ne!(f.browser.get(&by_number(&f.board, 2)).await.location(), f.path);
    // Back again it gets another one, and so does the next card there.
    send(&mut f.browser, &f.card, f.column.id, None).await.expect(303);
    f.t.cards(&f.other_column, &f.ada, &["Next there"]).await;
    let numbers: Vec<(String, Option<i32>)> = cards::table
        .order((cards::board_id, cards::number))
        .select((cards::title, cards::number))
        .load(&mut f.t.conn().await)
        .await
        .expect("cards");
    let expected = [("Next", 2), ("Plan", 3), ("There already", 1), ("Next there", 3)];
    assert_eq!(numbers, expected.map(|(title, number)| (title.to_owned(), Some(number))));
    assert_eq!(f.browser.get(&by_number(&f.board, 1)).await.location(), f.path);
    assert_eq!(f.browser.get(&by_number(&f.other, 2)).await.location(), f.path);
    // Who sees neither is told nothing.
    let (_, mut eve) = f.t.sign_up("Eve").await;
    eve.get(&by_number(&f.board, 1)).await.expect(404);
}

#[tokio::test]
async fn the_page_says_what_is_lost_there() {
    let mut f = FullCard::begin(&[]).await;
    let path = format!("{}/move", f.path);
    f.browser.get(&path).await.expect(200).showing("Launch").showing("Other").hiding("of 2 assignees");
    for query in [format!("board_id={}", f.other.id), format!("column_id={}", f.other_column.id)] {
        f.browser
            .get(&format!("{path}?{query}"))
            .await
            .expect(200)
            .showing("After There already")
            .showing("1 of 2 assignees is not on that board")
            .showing("1 of 2 watchers cannot see that board")
            .showing("1 of 2 labels is new to that board");
    }
    f.browser
        .htmx()
        .get(&format!("{path}?board_id={}", f.other.id))
        .await
        .expect(200)
        .hiding("<html")
        .hiding("hx-post");
    f.browser.get(&format!("{path}?board_id={}", nobody())).await.expect(404);
    f.make(&f.other, &f.bob, Role::Viewer).await;
    f.browser
        .get(&format!("{path}?board_id={}", f.other.id))
        .await
        .showing("1 of 2 assignees is not on that board, or only looks on")
        .hiding("watchers");
}

/// A table that is added later must come along as well.
#[tokio::test]
async fn every_table_that_repeats_a_card_s_board_follows_the_card() {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        table_name: String,
    }
    #[derive(QueryableByName)]
    struct Rows {
        #[diesel(sql_type = BigInt)]
        left: i64,
        #[diesel(sql_type = BigInt)]
        came: i64,
    }
    // The history stays where it happened, and numbers where they were given.
    let stay = ["events", "old_card_numbers"];
    let mut f = FullCard::begin(&[]).await;
    let mut conn = f.t.conn().await;
    let tables: Vec<Table> = diesel::sql_query(
        "SELECT table_name FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name IN ('card_id', 'board_id')
         GROUP BY table_name HAVING count(*) = 2 ORDER BY table_name",
    )
    .load(&mut conn)
    .await
    .expect("tables");
    let tables: BTreeSet<String> = tables.into_iter().map(|table| table.table_name).collect();
    let known =
        ON_CARDS.into_iter().chain(["card_labels", "card_fields"]).chain(stay).map(str::to_owned).collect();
    assert_eq!(tables, known, "src/models/card/crossing.rs says which tables follow a card");
    send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(303);
    for table in tables.iter().filter(|table| !stay.contains(&table.as_str())) {
        let rows: Rows = diesel::sql_query(format!(
            "SELECT count(*) FILTER (WHERE board_id <> $1) AS left, count(*) FILTER (WHERE board_id = $1) AS came
             FROM {table} WHERE card_id = $2"
        ))
        .bind::<diesel::sql_types::Uuid, _>(f.other.id)
        .bind::<diesel::sql_types::Uuid, _>(f.card.id)
        .get_result(&mut conn)
        .await
        .expect("rows");
        assert_eq!(rows.left, 0, "{table}");
        assert!(rows.came > 0, "the story has nothing in {table}, so it shows nothing");
    }
}

#[tokio::test]
async fn a_card_moves_where_one_may_change_both_boards() {
    let mut f = FullCard::begin(&[]).await;
    let (eve, mut hers) = f.t.sign_up("Eve").await;
    let own = f.t.board(&eve, "Hers").await;
    let column = f.t.column(&own, &eve, "Mine").await;
    send(&mut hers, &f.card, column.id, None).await.expect(404);
    f.make(&f.board, &eve, Role::Commenter).await;
    send(&mut hers, &f.card, column.id, None).await.expect(403);
    send(&mut f.browser, &f.card, column.id, None).await.expect(404);
    send(&mut f.browser, &f.card, nobody(), None).await.expect(404);
    f.make(&own, &f.ada, Role::Commenter).await;
    send(&mut f.browser, &f.card, column.id, None).await.expect(403);

    let there = f.card_called(&f.other_column, "There already").await;
    send(&mut f.browser, &f.card, f.other_column.id, Some(f.card.id)).await.expect(404);
    send(&mut f.browser, &f.card, f.other_column.id, Some(nobody())).await.expect(404);
    f.browser.post(&format!("/cards/{there}/archive"), &[]).await.expect(303);
    let refused = send(&mut f.browser, &f.card, f.other_column.id, Some(there)).await.expect(422);
    refused.showing("no longer in this column").showing("Ideas");
    f.browser.post(&format!("/columns/{}/archive", f.other_column.id), &[]).await.expect(303);
    let refused = send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(422);
    refused.showing("archived in the meantime");
    f.browser.post(&format!("/columns/{}/restore", f.other_column.id), &[]).await.expect(303);
    f.browser.post(&format!("{}/archive", f.path), &[]).await.expect(303);
    let refused = send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(422);
    refused.showing("stays where it is");
    f.browser.post(&format!("{}/restore", f.path), &[]).await.expect(303);
    let before = (f.revision(&f.board).await, f.revision(&f.other).await);
    f.t.change(f.other.id, &f.ada, async |change| Board::archive(change).await).await.expect("archived");
    send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(403);
    assert_eq!((f.revision(&f.board).await, f.revision(&f.other).await), (before.0, before.1 + 1));
    assert_eq!(f.t.titles(&f.column).await, ["Plan"]);
}

#[tokio::test]
async fn files_that_do_not_fit_keep_the_card_where_it_is() {
    let mut f = FullCard::begin(&[("BOARD_QUOTA_MB", "1")]).await;
    let large = vec![b'x'; 600 * 1024];
    f.browser.upload(&format!("{}/files", f.path), &[("large", &large)]).await.expect(303);
    let there = f.card_called(&f.other_column, "There already").await;
    f.browser.upload(&format!("/cards/{there}/files"), &[("large", &large)]).await.expect(303);
    f.browser
        .get(&format!("{}/move?board_id={}", f.path, f.other.id))
        .await
        .showing("2 of 2 files do not fit");
    send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(422).showing("take up 1 MB");
    assert_eq!(f.t.titles(&f.column).await, ["Plan"]);
    f.browser.confirm(&format!("/cards/{there}/delete")).await.expect(303);
    send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(303);
}

#[tokio::test]
async fn cards_that_cross_each_other_at_once_all_arrive() {
    let f = FullCard::begin(&[]).await;
    let (mine, theirs): (Vec<String>, Vec<String>) =
        (0..10).map(|n| (format!("Out {n}"), format!("In {n}"))).unzip();
    let out = f.t.cards(&f.column, &f.ada, &mine.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let home =
        f.t.cards(&f.other_column, &f.ada, &theirs.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let all =
        out.iter().map(|card| (card, f.other_column.id)).chain(home.iter().map(|card| (card, f.column.id)));
    let moves = all.map(|(card, column)| {
        let mut browser = f.browser.clone();
        async move { send(&mut browser, card, column, None).await.expect(303) }
    });
    futures_util::future::join_all(moves).await;
    let sorted = |mut titles: Vec<String>| {
        titles.sort();
        titles
    };
    let here = sorted(f.t.titles(&f.column).await);
    assert_eq!(here, sorted([theirs, vec!["Plan".to_owned()]].concat()));
    let there = sorted(f.t.titles(&f.other_column).await);
    assert_eq!(there, sorted([mine, vec!["There already".to_owned()]].concat()));
    let last: i32 = boards::table
        .find(f.other.id)
        .select(boards::last_card_number)
        .first(&mut f.t.conn().await)
        .await
        .expect("a board");
    assert_eq!(last, 21);
}

/// The newest event of a kind on a board.
async fn event(f: &FullCard, board: &Board, kind: &str) -> Uuid {
    events::table
        .filter(events::board_id.eq(board.id).and(events::kind.eq(kind)))
        .order(events::id.desc())
        .select(events::id)
        .first(&mut f.t.conn().await)
        .await
        .expect("an event")
}

async fn number(f: &FullCard) -> Option<i32> {
    let number = cards::table.find(f.card.id).select(cards::number);
    number.first(&mut f.t.conn().await).await.expect("a card")
}

/// What the card says in its board's fields, who it and its items are for, and who watches it.
async fn what_it_has(f: &FullCard) -> (Vec<Option<String>>, Vec<Uuid>, Vec<Option<Uuid>>, Vec<Uuid>) {
    let (conn, mut other) = (f.t.conn().await, f.t.conn().await);
    let fields = card_fields::table.filter(card_fields::card_id.eq(f.card.id)).order(card_fields::value);
    let fields = fields.select(card_fields::value).load(&mut other).await.expect("fields");
    let people = assignee::of_card(&conn, f.card.id).await.expect("people");
    let mut people: Vec<Uuid> = people.iter().map(|person| person.id).collect();
    people.sort_unstable();
    let items = ChecklistItem::of_card(&conn, f.card.id).await.expect("items");
    let items = items.into_iter().map(|(item, _)| item.user_id).collect();
    let watchers = card_watches::table.filter(card_watches::card_id.eq(f.card.id));
    let watchers = watchers.order(card_watches::user_id).select(card_watches::user_id);
    (fields, people, items, watchers.load(&mut other).await.expect("watchers"))
}

#[tokio::test]
async fn a_move_is_taken_back_from_either_board_and_made_again() {
    let mut f = FullCard::begin(&[]).await;
    f.t.cards(&f.column, &f.ada, &["Below"]).await;
    let (labels, before) = (f.labels(f.card.id, &f.board).await.0, what_it_has(&f).await);
    let answer = send(&mut f.browser.htmx(), &f.card, f.other_column.id, None).await.expect(200);
    let arrived = event(&f, &f.other, "card_arrived").await;
    answer.showing("data-toast");
    assert_eq!(what_it_has(&f).await.1, [f.ada.id]);
    // What was said, and labeled, meanwhile comes along.
    f.browser.post(&format!("{}/comments", f.path), &[("body", "From **there**")]).await.expect(303);
    // The label that it took is of the same change.
    let first = events::table.find(arrived).select(events::part_of.assume_not_null());
    let first: Uuid = first.first(&mut f.t.conn().await).await.expect("the label");
    let undo = format!("/events/{first}/undo");
    f.browser.get(&format!("/boards/{}/events", f.other.id)).await.showing(&undo.replace('/', "&#x2f;"));
    let revisions = (f.revision(&f.board).await, f.revision(&f.other).await);
    f.browser.post(&undo, &[]).await.expect(303);
    assert_eq!((f.revision(&f.board).await, f.revision(&f.other).await), (revisions.0 + 1, revisions.1 + 1));
    assert_eq!(f.t.titles(&f.column).await, ["Plan", "Below"]);
    assert_eq!(f.t.titles(&f.other_column).await, ["There already"]);
    assert_eq!((number(&f).await, f.labels(f.card.id, &f.board).await.0), (Some(1), labels.clone()));
    assert_eq!(what_it_has(&f).await, before);
    f.browser.get(&f.path).await.showing("#1").showing("Room of it").showing("<strong>there</strong>");
    // Both histories say so, and a second time there is nothing to undo.
    f.browser.post(&undo, &[]).await.expect(409).showing("undone already");
    let left = event(&f, &f.board, "card_left").await;
    f.browser.post(&format!("/events/{left}/undo"), &[]).await.expect(409).showing("undone already");
    f.browser.get(&format!("/boards/{}/events", f.board.id)).await.showing("is-undone");
    let by_number = format!("/boards/{}/cards/2", f.other.id);
    assert_eq!(f.browser.get(&by_number).await.location(), f.path, "its number there leads on");

    // Made again, from the board that it came back to, and taken back once more from the one that it left.
    let back = event(&f, &f.board, "card_arrived").await;
    f.browser.post(&format!("/events/{back}/undo"), &[]).await.expect(303);
    assert_eq!(f.t.titles(&f.other_column).await, ["Plan", "There already"]);
    assert_eq!((number(&f).await, f.labels(f.card.id, &f.other).await.0), (Some(2), labels.clone()));
    f.browser.post(&format!("/events/{left}/undo"), &[]).await.expect(303);
    assert_eq!(f.t.titles(&f.column).await, ["Plan", "Below"]);
    assert_eq!((number(&f).await, f.labels(f.card.id, &f.board).await.0), (Some(1), labels));
    assert_eq!(what_it_has(&f).await, before);
}

#[tokio::test]
async fn a_move_is_not_taken_back_over_something_newer_nor_by_who_may_not_change_both_boards() {
    let mut f = FullCard::begin(&[]).await;
    let (path, elsewhere) = (f.path.clone(), f.t.column(&f.other, &f.ada, "Elsewhere").await);
    send(&mut f.browser, &f.card, f.other_column.id, None).await.expect(303);
    let (arrived, left) = (event(&f, &f.other, "card_arrived").await, event(&f, &f.board, "card_left").await);
    let undo = format!("/events/{arrived}/undo");
    // Bob edits the board that it left, and is not on the other one.
    let mut bobs = f.t.browser();
    bobs.sign_in(&f.t.app, f.bob.id).await;
    bobs.post(&undo, &[]).await.expect(404);
    let other_way = format!("/events/{left}/undo");
    bobs.post(&other_way, &[]).await.expect(409).showing("that you may not change").hiding("Other");
    f.make(&f.other, &f.bob, Role::Commenter).await;
    bobs.post(&other_way, &[]).await.expect(409).showing("that you may not change");
    bobs.post(&undo, &[]).await.expect(403);
    f.t.change(f.board.id, &f.ada, async |change| Board::archive(change).await).await.expect("archived");
    f.browser.post(&undo, &[]).await.expect(409).showing("that you may not change");
    f.t.change(f.board.id, &f.ada, async |change| Board::restore(change).await).await.expect("restored");

    // The column that it left is archived.
    let column = format!("/columns/{}", f.column.id);
    f.browser.post(&format!("{column}/archive"), &[]).await.expect(303);
    f.browser.post(&undo, &[]).await.expect(409).showing("archived the column “To do”");
    f.browser.post(&format!("{column}/restore"), &[]).await.expect(303);
    // It was moved on, archived, deleted.
    send(&mut f.browser, &f.card, elsewhere.id, None).await.expect(303);
    f.browser.post(&undo, &[]).await.expect(409).showing("from “Ideas” to “Elsewhere”");
    let moved = event(&f, &f.other, "card_moved").await;
    f.browser.post(&format!("/events/{moved}/undo"), &[]).await.expect(303);
    f.browser.post(&format!("{path}/archive"), &[]).await.expect(303);
    f.browser.post(&undo, &[]).await.expect(409).showing("archived “Plan”");
    f.browser.post(&format!("{path}/restore"), &[]).await.expect(303);
    f.browser.confirm(&format!("{path}/delete")).await.expect(303);
    f.browser.post(&undo, &[]).await.expect(409).showing("deleted “Plan”");
    f.browser.post(&format!("{path}/undelete"), &[]).await.expect(303);
    // A label that was taken off there stays off, and one that was put on comes along.
    let there = Label::of_board(&f.t.conn().await, f.other.id).await.expect("labels");
    let bug = there.iter().find(|label| label.name == "Bug").expect("a label").id;
    f.browser.post(&format!("{path}/labels/{bug}/remove"), &[]).await.expect(303);
    let new = NewLabel { name: "New", color: Color::Sky };
    let new = f.t.change(f.other.id, &f.ada, async |change| Label::create(change, new).await);
    let new = new.await.expect("a label").id.to_string();
    f.browser.post(&format!("{path}/labels"), &[("label_id", &*new)]).await.expect(303);
    f.browser.post(&undo, &[]).await.expect(303);
    assert_eq!(f.labels(f.card.id, &f.board).await.0, ["Ours", "New"]);
    assert_eq!(f.t.titles(&f.column).await, ["Plan"]);
}
