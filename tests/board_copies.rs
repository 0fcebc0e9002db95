//! Copies of boards: what comes along, who owns them, and what they cost.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::column::{Column, ColumnSettings};
use xtablo::models::label::Label;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::schema::{boards, card_references, cards, columns_ as columns, members};

use crate::support::browser::{Answer, Browser};
use crate::support::full_card::FullCard;
use crate::support::{TestApp, nobody};

async fn send(browser: &mut Browser, board: &Board, title: &str, with: &[&str]) -> Answer {
    let mut fields = vec![("title", title)];
    fields.extend(with.iter().map(|part| ("with", *part)));
    browser.post(&format!("/boards/{}/copy", board.id), &fields).await
}

/// The board that an answer leads to.
fn made(answer: &Answer) -> Uuid {
    answer.location().strip_prefix("/boards/").expect("a board").parse().expect("an id")
}

async fn columns_of(t: &TestApp, board_id: Uuid) -> Vec<Column> {
    Column::of_board(&t.conn().await, board_id).await.expect("columns")
}

#[tokio::test]
async fn a_board_is_copied_with_its_cards_and_what_is_on_them() {
    let mut f = FullCard::begin(&[]).await;
    let limited = ColumnSettings { title: "To do", wip_limit: Some(1) };
    f.t.change(f.board.id, &f.ada, async |change| f.column.update(change, limited).await)
        .await
        .expect("limited");
    let (gone, kept) =
        (f.t.column(&f.board, &f.ada, "Gone").await, f.t.column(&f.board, &f.ada, "Doing").await);
    f.t.cards(&gone, &f.ada, &["In an archived column"]).await;
    let more = f.t.cards(&kept, &f.ada, &["Archived", "Deleted", "Second", "Third"]).await;
    f.browser.post(&format!("/columns/{}/archive", gone.id), &[]).await.expect(303);
    f.browser.post(&format!("/cards/{}/archive", more[0].id), &[]).await.expect(303);
    f.browser.confirm(&format!("/cards/{}/delete", more[1].id)).await.expect(303);
    // #5 is “Second”.
    f.browser.post(&f.path, &[("title", "Plan"), ("body", "After #5 and #1")]).await.expect(303);
    f.browser.post(&format!("/cards/{}/done", more[2].id), &[]).await.expect(303);
    let before = f.revision(&f.board).await;
    f.browser
        .get(&format!("/boards/{}/copy", f.board.id))
        .await
        .expect(200)
        .showing("value=\"Launch\"")
        .showing("with cards, 3 cards")
        .showing("Their 1 file is not stored again");

    let copy = made(&send(&mut f.browser, &f.board, " Relaunch ", &["cards"]).await);
    assert_eq!(f.revision(&f.board).await, before, "the board is only read");
    let columns = columns_of(&f.t, copy).await;
    let shown: Vec<_> = columns.iter().map(|column| (column.title.as_str(), column.wip_limit)).collect();
    assert_eq!(shown, [("To do", Some(1)), ("Doing", None)]);
    assert_eq!(f.t.titles(&columns[0]).await, ["Plan"]);
    assert_eq!(f.t.titles(&columns[1]).await, ["Second", "Third"]);
    let labels: Vec<String> = Label::of_board(&f.t.conn().await, copy)
        .await
        .expect("labels")
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(labels, ["Bug", "Ours"]);
    f.browser
        .get(&format!("/boards/{copy}"))
        .await
        .expect(200)
        .showing("Relaunch")
        .showing(">Ours<")
        .showing("1/2")
        .showing("24 Dec 2999")
        .showing("Done</span>");
    let plan = f.card_called(&columns[0], "Plan").await;
    f.browser
        .get(&format!("/cards/{plan}"))
        .await
        .expect(200)
        .showing("Draw it")
        .showing("a.txt")
        .hiding("<strong>said")
        .hiding("Bob");
    assert_eq!(f.stored().await, (1, 2));

    // Numbers are the same, so what a text names is the copy's own; the next card has the next.
    let second = f.card_called(&columns[1], "Second").await;
    f.browser.get(&format!("/cards/{plan}")).await.showing(&format!("/cards/{second}\""));
    assert_eq!(
        f.browser.get(&format!("/boards/{copy}/cards/5")).await.location(),
        format!("/cards/{second}")
    );
    let named: Vec<Uuid> = card_references::table
        .filter(card_references::named_in.eq(plan))
        .select(card_references::card_id)
        .load(&mut f.t.conn().await)
        .await
        .expect("references");
    assert_eq!(named, [second]);
    f.browser.get(&format!("/cards/{second}")).await.showing(&format!("/cards/{plan}\""));
    f.browser.post(&format!("/columns/{}/cards", columns[0].id), &[("title", "Next")]).await.expect(303);
    let next = f.card_called(&columns[0], "Next").await;
    let number = cards::table.find(next).select(cards::number);
    let number: Option<i32> = number.first(&mut f.t.conn().await).await.expect("a number");
    assert_eq!(number, Some(7));

    let history = f.browser.get(&format!("/boards/{copy}/events")).await.expect(200);
    history.showing("created the board “Relaunch” as a copy").hiding("Launch”");
    let people = Member::of_board(&f.t.conn().await, copy).await.expect("people");
    assert_eq!(
        people.iter().map(|one| (one.person.id, one.role)).collect::<Vec<_>>(),
        [(f.ada.id, Role::Owner)]
    );
}

#[tokio::test]
async fn columns_and_labels_always_come_and_people_where_an_owner_says_so() {
    let mut f = FullCard::begin(&[]).await;
    let bare = made(&send(&mut f.browser, &f.board, "Bare", &[]).await);
    assert_eq!(columns_of(&f.t, bare).await.len(), 1);
    f.browser.get(&format!("/boards/{bare}")).await.expect(200).hiding("Plan");
    assert_eq!(Label::of_board(&f.t.conn().await, bare).await.expect("labels").len(), 2);

    f.browser.get(&format!("/boards/{}/copy", f.board.id)).await.showing("value=\"people\"");
    let full = made(&send(&mut f.browser, &f.board, "Full", &["people", "cards"]).await);
    let roles: Vec<(Uuid, Role)> = members::table
        .filter(members::board_id.eq(full))
        .order(members::role)
        .select((members::user_id, members::role))
        .load(&mut f.t.conn().await)
        .await
        .expect("people");
    assert_eq!(roles, [(f.bob.id, Role::Editor), (f.ada.id, Role::Owner)]);
    let plan = f.card_called(&columns_of(&f.t, full).await[0], "Plan").await;
    f.browser.get(&format!("/cards/{plan}")).await.showing("Bob");

    // Who only looks on makes a copy of their own, without the people.
    let (eve, mut hers) = f.t.sign_up("Eve").await;
    send(&mut hers, &f.board, "Hers", &["cards"]).await.expect(404);
    f.make(&f.board, &eve, Role::Viewer).await;
    hers.get(&format!("/boards/{}/copy", f.board.id)).await.expect(200).hiding("value=\"people\"");
    send(&mut hers, &f.board, "Hers", &["people"]).await.expect(403);
    let own = made(&send(&mut hers, &f.board, "Hers", &["cards"]).await);
    hers.post(&format!("/boards/{own}"), &[("title", "Mine"), ("color", "red")]).await.expect(303);
    f.browser.get(&format!("/boards/{own}")).await.expect(404);
    // An archived board can be copied; the copy is not archived.
    f.t.change(f.board.id, &f.ada, async |change| Board::archive(change).await).await.expect("archived");
    let late = made(&send(&mut hers, &f.board, "Late", &["cards"]).await);
    hers.post(&format!("/boards/{late}/columns"), &[("title", "More")]).await.expect(303);
}

#[tokio::test]
async fn what_is_wrong_with_a_copy_is_said_in_the_form() {
    let mut f = FullCard::begin(&[]).await;
    let long = "x".repeat(121);
    let refused = send(&mut f.browser, &f.board, &long, &["cards"]).await.expect(422);
    refused.showing(&long).showing("value=\"cards\" checked");
    send(&mut f.browser, &f.board, " ", &[]).await.expect(422).showing("fill this in");
    send(&mut f.browser, &f.board, "A", &["votes"]).await.expect(422).showing("choose one of these");
    f.browser.post(&format!("/boards/{}/copy", nobody()), &[("title", "A")]).await.expect(404);
    let large = vec![b'x'; 600 * 1024];
    f.browser.upload(&format!("{}/files", f.path), &[("a", &large), ("b", &large)]).await.expect(303);
    let before: i64 = boards::table.count().get_result(&mut f.t.conn().await).await.expect("a count");
    f.t.restart(|config| config.files.board_quota = Some(1024 * 1024));
    f.browser.to(&f.t);
    send(&mut f.browser, &f.board, "A", &["cards"]).await.expect(422).showing("take up 1 MB");
    let after: i64 = boards::table.count().get_result(&mut f.t.conn().await).await.expect("a count");
    assert_eq!(after, before, "nothing was made");
    send(&mut f.browser, &f.board, "A", &[]).await.expect(303);
}

#[tokio::test]
async fn a_copy_costs_the_same_statements_however_many_cards_it_has() {
    let mut f = FullCard::begin(&[]).await;
    let cost = async |t: &TestApp, browser: &mut Browser| {
        let before = t.app.db.queries();
        let copy = made(&send(browser, &f.board, "Copy", &["cards"]).await);
        let copied = columns::table.inner_join(cards::table.on(cards::column_id.eq(columns::id)));
        let copied = copied.filter(columns::board_id.eq(copy)).count();
        (t.app.db.queries() - before, copied.get_result::<i64>(&mut t.conn().await).await.expect("a count"))
    };
    let (few, cards) = cost(&f.t, &mut f.browser).await;
    assert_eq!(cards, 1);
    // Each with a label and a checklist.
    let fill = format!(
        "INSERT INTO cards (id, board_id, column_id, title, rank, created_at, updated_at)
         SELECT gen_random_uuid(), '{board}', '{column}', 'Card ' || n, 'z' || lpad(n::text, 6, '0') || '1', now(), now()
         FROM generate_series(1, 500) AS n;
         INSERT INTO card_labels (card_id, label_id, board_id)
         SELECT cards.id, labels.id, '{board}' FROM cards, labels
         WHERE cards.board_id = '{board}' AND cards.title LIKE 'Card %' AND labels.board_id = '{board}';
         INSERT INTO checklists (id, board_id, card_id, title, rank, created_at)
         SELECT id, board_id, id, 'Steps', 'V', now() FROM cards WHERE board_id = '{board}' AND title LIKE 'Card %';
         INSERT INTO checklist_items (id, board_id, card_id, checklist_id, text, rank, created_at)
         SELECT gen_random_uuid(), board_id, card_id, id, 'Step ' || n, 'V' || n, now()
         FROM checklists, generate_series(1, 5) AS n WHERE board_id = '{board}' AND id = card_id",
        board = f.board.id,
        column = f.column.id,
    );
    f.t.conn().await.batch_execute(&fill).await.expect("filled");
    let begun = std::time::Instant::now();
    let (many, cards) = cost(&f.t, &mut f.browser).await;
    println!("501 cards in {:?}", begun.elapsed());
    assert_eq!(cards, 501);
    assert_eq!(few, many);
}
