//! What was deleted comes back to its place, for 30 days.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::models::checklist::Checklist;
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::schema::cards;

use crate::support::{TestApp, nobody};

#[tokio::test]
async fn a_deleted_card_comes_back_to_its_place_with_everything_on_it() {
    let t = TestApp::new().await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["First", "Plan", "Last"]).await.remove(1);
    let (path, trash) = (format!("/cards/{}", card.id), format!("/boards/{}/trash", board.id));
    browser.get(&trash).await.expect(200).showing("Nothing was deleted");
    browser.post(&format!("{path}/comments"), &[("body", "Hello")]).await.expect(303);
    browser.upload(&format!("{path}/files"), &[("a.txt", b"text")]).await.expect(303);
    assert_eq!(browser.confirm(&format!("{path}/delete")).await.location(), trash);
    browser.get(&path).await.expect(404);
    browser.get(&trash).await.expect(200).showing("You find it in the trash").showing("Plan").hiding("a.txt");

    let undelete = format!("{path}/undelete");
    let back = format!("/boards/{}#card-{}", board.id, card.id);
    assert_eq!(browser.post(&undelete, &[]).await.location(), back);
    assert_eq!(t.titles(&column).await, ["First", "Plan", "Last"]);
    browser.get(&path).await.expect(200).showing("Hello").showing("a.txt").showing("from the trash");
    // A second press changes nothing.
    browser.post(&undelete, &[]).await.expect(303);
    browser.post(&format!("/cards/{}/undelete", nobody()), &[]).await.expect(404);

    // The page's script offers it at once.
    browser
        .htmx()
        .post(&format!("{path}/delete"), &[])
        .await
        .expect(200)
        .showing("deleted “Plan”")
        .showing("&#x2f;undo\"");
    browser.htmx().post(&undelete, &[]).await.expect(200).showing("Plan");

    // After 30 days it is gone from the trash.
    browser.confirm(&format!("{path}/delete")).await.expect(303);
    t.advance(TimeDelta::days(29));
    browser.get(&trash).await.expect(200).showing("Plan");
    t.advance(TimeDelta::days(2));
    browser.get(&trash).await.expect(200).hiding("Plan");
}

#[tokio::test]
async fn a_card_whose_column_is_archived_comes_back_to_the_nearest_one() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let columns = [
        t.column(&board, &ada, "To do").await,
        t.column(&board, &ada, "Doing").await,
        t.column(&board, &ada, "Done").await,
    ];
    let card = t.cards(&columns[1], &ada, &["Plan"]).await.remove(0);
    t.cards(&columns[2], &ada, &["Old"]).await;
    let path = format!("/cards/{}", card.id);
    let archive = async |browser: &mut crate::support::browser::Browser, index: usize| {
        browser.post(&format!("/columns/{}/archive", columns[index].id), &[]).await.expect(303);
    };
    browser.confirm(&format!("{path}/delete")).await.expect(303);
    archive(&mut browser, 1).await;
    browser.post(&format!("{path}/undelete"), &[]).await.expect(303);
    assert_eq!(t.titles(&columns[2]).await, ["Old", "Plan"], "the next one, at its end");

    browser.confirm(&format!("{path}/delete")).await.expect(303);
    archive(&mut browser, 2).await;
    browser.post(&format!("{path}/undelete"), &[]).await.expect(303);
    assert_eq!(t.titles(&columns[0]).await, ["Plan"], "none follows, so the last one");

    // Without any column its own comes back with it.
    browser.confirm(&format!("{path}/delete")).await.expect(303);
    archive(&mut browser, 0).await;
    browser.post(&format!("{path}/undelete"), &[]).await.expect(303);
    browser.get(&format!("/boards/{}", board.id)).await.expect(200).showing("To do").showing("Plan");
}

#[tokio::test]
async fn files_labels_checklists_and_items_come_back_too() {
    let t = TestApp::new().await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let (path, trash) = (format!("/cards/{}", card.id), format!("/boards/{}/trash", board.id));
    browser.upload(&format!("{path}/files"), &[("a.txt", b"text")]).await.expect(303);
    browser
        .post(&format!("/boards/{}/labels", board.id), &[("name", "Bug"), ("color", "red")])
        .await
        .expect(303);
    browser.post(&format!("{path}/checklists"), &[("title", "Steps")]).await.expect(303);
    let conn = t.conn().await;
    let list = Checklist::of_card(&conn, card.id).await.expect("checklists").remove(0);
    browser.post(&format!("/checklists/{}/items", list.id), &[("text", "One\nTwo")]).await.expect(303);
    let item = ChecklistItem::of_card(&conn, card.id).await.expect("items").remove(0).0;
    let file = t.files(card.id).await.remove(0);
    let label = xtablo::models::label::Label::of_board(&conn, board.id).await.expect("labels").remove(0);

    for (thing, named) in [
        (format!("/files/{}", file.id), "a.txt"),
        (format!("/labels/{}", label.id), "Bug"),
        (format!("/items/{}", item.id), "One"),
        (format!("/checklists/{}", list.id), "Steps"),
    ] {
        browser.confirm(&format!("{thing}/delete")).await.expect(303);
        let undelete = format!("{thing}/undelete");
        browser.get(&trash).await.expect(200).showing(named);
        browser.post(&undelete, &[]).await.expect(303);
        browser.get(&trash).await.expect(200).showing("Nothing was deleted");
        browser.post(&undelete, &[]).await.expect(303);
    }
    browser.get(&path).await.showing("a.txt").showing("Steps").showing("0/2");

    // What was on a card that is deleted comes back with the card alone.
    browser.confirm(&format!("/files/{}/delete", file.id)).await.expect(303);
    browser.confirm(&format!("/items/{}/delete", item.id)).await.expect(303);
    browser.confirm(&format!("{path}/delete")).await.expect(303);
    browser.get(&trash).await.expect(200).showing("Plan").hiding("a.txt").hiding("Checklist items");
    for gone in [format!("/files/{}", file.id), format!("/items/{}", item.id)] {
        browser.post(&format!("{gone}/undelete"), &[]).await.expect(404);
    }
    let back = cards::table.find(card.id).select(cards::deleted_at.is_null());
    assert!(!back.first::<bool>(&mut t.conn().await).await.expect("the card"));
}

#[tokio::test]
async fn a_deleted_board_comes_back_to_its_owners_with_everything_on_it() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (bob, mut bobs) = t.sign_up("Bob").await;
    let (_, mut strangers) = t.sign_up("Sam").await;
    let board = t.board(&ada, "Launch").await;
    Member::create(&mut t.conn().await, board.id, bob.id, Role::Editor, t.now()).await.expect("a member");
    let column = t.column(&board, &ada, "To do").await;
    t.cards(&column, &ada, &["Plan"]).await;
    let (path, trash) = (format!("/boards/{}", board.id), "/boards/trash");
    browser.get(trash).await.expect(200).showing("None of your boards");
    browser.confirm(&format!("{path}/delete")).await.expect(303);
    browser.get(&path).await.expect(404);
    browser.get(trash).await.showing("Launch");
    bobs.get(trash).await.hiding("Launch");

    let undelete = format!("{path}/undelete");
    bobs.post(&undelete, &[]).await.expect(403);
    strangers.post(&undelete, &[]).await.expect(404);
    assert_eq!(browser.post(&undelete, &[]).await.location(), path);
    browser.get(&path).await.expect(200).showing("Plan");
    bobs.get(&path).await.expect(200);
    browser.get(&format!("{path}/events")).await.showing("brought the board back");
    // A second press changes nothing.
    browser.post(&undelete, &[]).await.expect(303);
    browser.get(trash).await.hiding("Launch");

    browser.confirm(&format!("{path}/delete")).await.expect(303);
    t.advance(TimeDelta::days(29));
    browser.get(trash).await.showing("Launch");
    t.advance(TimeDelta::days(2));
    browser.get(trash).await.hiding("Launch");
    browser.post(&undelete, &[]).await.expect(404);
}
