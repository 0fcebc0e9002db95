//! Copies of cards: what comes along, what cannot, and that contents are stored once.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::garbage::{self, Plan};
use xtablo::models::board::Board;
use xtablo::models::card::{Card, MoveError, MoveTo, NewCopy};
use xtablo::models::change::{Author, Change, ChangeError};
use xtablo::models::copying::Along;
use xtablo::models::file::File;
use xtablo::models::role::Role;
use xtablo::schema::{assignees, boards, cards, comments, covers, files, jobs, objects, thumbnails};

use crate::support::browser::{Answer, Browser};
use crate::support::full_card::FullCard;
use crate::support::nobody;
use crate::support::story::content_path;

/// Everything that can be taken along.
const ALL: [&str; 5] = ["checklists", "labels", "assignees", "files", "comments"];

async fn send(browser: &mut Browser, path: &str, column: Uuid, title: &str, with: &[&str]) -> Answer {
    let column = column.to_string();
    let mut fields = vec![("column_id", column.as_str()), ("after", ""), ("title", title)];
    fields.extend(with.iter().map(|part| ("with", *part)));
    browser.post(&format!("{path}/copy"), &fields).await
}

#[tokio::test]
async fn a_card_is_copied_with_everything_on_it_or_nothing() {
    let mut f = FullCard::begin(&[]).await;
    let before = f.revision(&f.board).await;
    f.browser
        .get(&format!("{}/copy", f.path))
        .await
        .expect(200)
        .showing("value=\"Plan\"")
        .showing("value=\"files\" checked")
        .showing("value=\"comments\">")
        .hiding("not on that board");
    let answer = send(&mut f.browser, &f.path, f.column.id, " Plan B ", &ALL).await;
    let copy = f.card_called(&f.column, "Plan B").await;
    assert_eq!(answer.location(), format!("/boards/{}#card-{copy}", f.board.id));
    assert_eq!(f.revision(&f.board).await, before + 1);
    assert_eq!(f.t.titles(&f.column).await, ["Plan B", "Plan"]);
    f.browser
        .get(&format!("/cards/{copy}"))
        .await
        .expect(200)
        .showing("<em>text</em>")
        .showing("#2")
        .showing("24 Dec 2999")
        .showing("Draw it")
        .showing("Build it")
        .showing("value=\"1\" max=\"2\"")
        .showing("<strong>said</strong>")
        .showing("a.txt")
        .showing("as a copy");
    assert_eq!(
        f.labels(copy, &f.board).await,
        (vec!["Bug".into(), "Ours".into()], vec!["Bug".into(), "Ours".into()])
    );
    let people: Vec<Uuid> = assignees::table
        .filter(assignees::card_id.eq(copy))
        .order(assignees::created_at)
        .select(assignees::user_id)
        .load(&mut f.t.conn().await)
        .await
        .expect("people");
    assert_eq!(people.len(), 2);
    assert_eq!(f.stored().await, (1, 2), "the content is there once");
    let file = f.t.files(copy).await.remove(0);
    assert_eq!(f.browser.get_bytes(&content_path(&file)).await, b"what it holds");
    f.browser.get(&format!("/boards/{}/files", f.board.id)).await.showing("Plan B");

    // The copy goes its own way.
    f.browser.post(&format!("/files/{}", file.id), &[("name", "b.txt")]).await.expect(303);
    f.browser.get(&f.path).await.showing("a.txt").hiding("b.txt").hiding("as a copy");

    send(&mut f.browser, &f.path, f.column.id, "Bare", &[]).await.expect(303);
    let bare = f.card_called(&f.column, "Bare").await;
    f.browser
        .get(&format!("/cards/{bare}"))
        .await
        .expect(200)
        .showing("<em>text</em>")
        .hiding("Draw it")
        .hiding("<strong>said")
        .hiding("a.txt");
    assert_eq!(f.labels(bare, &f.board).await.0, [""; 0]);
    assert_eq!(f.stored().await, (1, 2));

    // In the dialog the column beneath has it at once.
    let column = f.column.id.to_string();
    let fields = [("column_id", column.as_str()), ("after", &f.card.id.to_string()), ("title", "Third")];
    f.browser
        .htmx()
        .post(&format!("{}/copy", f.path), &fields)
        .await
        .expect(200)
        .showing("Third")
        .hiding("<html");
    assert_eq!(f.t.titles(&f.column).await, ["Bare", "Plan B", "Plan", "Third"]);
}

#[tokio::test]
async fn what_cannot_come_to_another_board_is_said_before() {
    let mut f = FullCard::begin(&[]).await;
    let (before, there) = (f.revision(&f.board).await, f.revision(&f.other).await);
    f.browser
        .get(&format!("{}/copy?board_id={}", f.path, f.other.id))
        .await
        .expect(200)
        .showing("Ideas")
        .showing("1 of 2 assignees is not on that board")
        .showing("1 of 1 checklist items with a person loses theirs")
        .showing("1 of 2 labels is new to that board")
        .showing("1 of 1 numbers (#…) in its description")
        .hiding("watchers");
    let answer = send(&mut f.browser, &f.path, f.other_column.id, "Plan", &ALL).await;
    let copy = f.card_called(&f.other_column, "Plan").await;
    assert_eq!(answer.location(), format!("/boards/{}#card-{copy}", f.other.id));
    assert_eq!(f.revision(&f.board).await, before, "the card's own board is only read");
    assert_eq!(f.revision(&f.other).await, there + 1);
    assert_eq!(
        f.labels(copy, &f.other).await,
        (vec!["Bug".into(), "Ours".into()], vec!["Bug".into(), "Ours".into()])
    );
    assert_eq!(f.labels(f.card.id, &f.board).await.0.len(), 2);
    f.browser
        .get(&format!("/cards/{copy}"))
        .await
        .expect(200)
        .showing("Draw it")
        .showing("Build it")
        .showing("<strong>said</strong>")
        .showing("a.txt")
        .hiding("Bob");
    f.browser.get(&format!("/boards/{}", f.other.id)).await.showing("1/2");
    // Once more: now all labels are there.
    f.browser.get(&format!("{}/copy?board_id={}", f.path, f.other.id)).await.hiding("new to that board");

    // The board has no columns, or the reader no board.
    let empty = f.t.board(&f.ada, "Empty").await;
    let page = f.browser.get(&format!("{}/copy?board_id={}", f.path, empty.id)).await.expect(200);
    page.showing("has no columns yet").hiding("name=\"after\"");
    let (eve, mut reader) = f.t.sign_up("Eve").await;
    f.make(&f.board, &eve, Role::Viewer).await;
    reader.get(&format!("{}/copy", f.path)).await.expect(200).showing("no board whose cards you may change");
}

#[tokio::test]
async fn labels_that_do_not_fit_stay_behind() {
    let mut f = FullCard::begin(&[]).await;
    use xtablo::models::color::Color;
    use xtablo::models::label::{Label, NewLabel};
    let all = f.t.change(f.other.id, &f.ada, async |change| {
        for n in 0..99 {
            let name = format!("Label {n}");
            Label::create(change, NewLabel { name: &name, color: Color::Sky }).await?;
        }
        Ok::<_, ChangeError>(())
    });
    all.await.expect("a hundred");
    let page = f.browser.get(&format!("{}/copy?board_id={}", f.path, f.other.id)).await.expect(200);
    page.showing("1 of 2 labels does not fit").hiding("new to that board");
    send(&mut f.browser, &f.path, f.other_column.id, "Plan", &ALL).await.expect(303);
    let copy = f.card_called(&f.other_column, "Plan").await;
    assert_eq!(f.labels(copy, &f.other).await.0, ["Bug"]);
}

#[tokio::test]
async fn a_content_stays_until_the_last_file_that_has_it_is_erased() {
    let mut f = FullCard::begin(&[]).await;
    send(&mut f.browser, &f.path, f.other_column.id, "Plan", &["files"]).await.expect(303);
    let (first, copy) = (f.t.files(f.card.id).await.remove(0), f.card_called(&f.other_column, "Plan").await);
    let copied = f.t.files(copy).await.remove(0);
    assert_eq!(first.object.key, copied.object.key);
    let collect = async || {
        let mut conn = f.t.conn().await;
        let plan = Plan { grace: TimeDelta::zero(), ..Plan::at(f.t.now() + TimeDelta::days(1)) };
        garbage::collect(&mut conn, &f.t.app.storage, plan, |_| ()).await.expect("collected")
    };
    // Another content in its place, long ago: the copy still has it.
    f.browser.upload(&format!("/files/{}/replace", first.id), &[("a.txt", b"another")]).await.expect(303);
    f.t.leaves_jobs();
    assert_eq!(collect().await, 0);
    assert_eq!(f.browser.get_bytes(&content_path(&copied)).await, b"what it holds");
    f.browser.confirm(&format!("/files/{}/delete", first.id)).await.expect(303);
    let erase = async |days| {
        let before = f.t.now() + TimeDelta::days(days);
        File::erase_deleted(&mut f.t.conn().await, before, 10).await.expect("erased")
    };
    assert_eq!((erase(1).await, collect().await), (1, 1), "the new content goes, the old one stays");
    assert_eq!(f.browser.get_bytes(&content_path(&copied)).await, b"what it holds");
    f.browser.confirm(&format!("/files/{}/delete", copied.id)).await.expect(303);
    assert_eq!((erase(1).await, collect().await), (1, 1));
    assert_eq!(f.stored().await, (0, 0));
}

#[tokio::test]
async fn a_copy_takes_of_the_other_board_s_quota_and_of_no_store() {
    let mut f = FullCard::begin(&[("BOARD_QUOTA_MB", "1"), ("STORAGE_QUOTA_MB", "1")]).await;
    let large = vec![b'x'; 600 * 1024];
    f.browser.upload(&format!("{}/files", f.path), &[("large", &large)]).await.expect(303);
    send(&mut f.browser, &f.path, f.other_column.id, "Plan", &["files"]).await.expect(303);
    let page = f.browser.get(&format!("{}/copy?board_id={}", f.path, f.other.id)).await.expect(200);
    page.showing("2 of 2 files do not fit");
    let refused = send(&mut f.browser, &f.path, f.other_column.id, "Typed", &["files"]).await.expect(422);
    refused.showing("take up 1 MB").showing("value=\"Typed\"").showing("Ideas");
    send(&mut f.browser, &f.path, f.other_column.id, "Without", &["labels"]).await.expect(303);
    assert_eq!(f.stored().await, (2, 4));
}

#[tokio::test]
async fn pictures_keep_their_thumbnails_and_unprepared_ones_are_prepared() {
    let mut f = FullCard::begin(&[]).await;
    let file = f.t.files(f.card.id).await.remove(0);
    let mut conn = f.t.conn().await;
    f.t.thumbnail(&file, b"png").await;
    diesel::insert_into(covers::table)
        .values((covers::card_id.eq(f.card.id), covers::file_id.eq(file.id)))
        .execute(&mut conn)
        .await
        .expect("a cover");
    send(&mut f.browser, &f.path, f.column.id, "Seen", &["files"]).await.expect(303);
    let copied = f.t.files(f.card_called(&f.column, "Seen").await).await.remove(0);
    f.browser.get(&format!("/boards/{}", f.board.id)).await.showing(&format!("/thumbnails/{}", copied.id));
    f.browser.get(&format!("/thumbnails/{}", copied.id)).await.expect(200);
    let waiting = async || {
        let waiting = jobs::table.filter(jobs::kind.eq("prepare_picture").and(jobs::state.eq("available")));
        waiting.count().get_result::<i64>(&mut f.t.conn().await).await.expect("a count")
    };
    assert_eq!(waiting().await, 0);

    // Its worker has not come yet, so the copy has a job of its own.
    diesel::update(files::table.find(file.id))
        .set(files::content_type.eq("image/png"))
        .execute(&mut conn)
        .await
        .expect("set");
    diesel::delete(thumbnails::table.find(file.id)).execute(&mut conn).await.expect("gone");
    send(&mut f.browser, &f.path, f.column.id, "Unseen", &["files"]).await.expect(303);
    assert_eq!(waiting().await, 1);
    f.t.leaves_jobs();
}

#[tokio::test]
async fn a_copy_is_for_those_who_see_the_card_and_may_change_the_board() {
    let mut f = FullCard::begin(&[]).await;
    let (eve, mut hers) = f.t.sign_up("Eve").await;
    let own = f.t.board(&eve, "Hers").await;
    let column = f.t.column(&own, &eve, "Mine").await;
    send(&mut hers, &f.path, column.id, "Plan", &ALL).await.expect(404);
    hers.get(&format!("{}/copy", f.path)).await.expect(404);
    f.make(&f.board, &eve, Role::Viewer).await;
    f.make(&f.other, &eve, Role::Commenter).await;
    // Who only looks on takes a copy to a board of their own.
    hers.get(&f.path).await.showing("/copy\"");
    hers.get(&format!("{}/copy", f.path)).await.expect(200).showing("Mine").hiding("Ideas");
    hers.get(&format!("{}/copy?board_id={}", f.path, f.other.id)).await.expect(404);
    send(&mut hers, &f.path, column.id, "Plan", &ALL).await.expect(303);
    send(&mut hers, &f.path, f.column.id, "Plan", &ALL).await.expect(403);
    send(&mut hers, &f.path, f.other_column.id, "Plan", &ALL).await.expect(403);
    send(&mut f.browser, &f.path, column.id, "Plan", &ALL).await.expect(404);
    send(&mut f.browser, &f.path, nobody(), "Plan", &ALL).await.expect(404);

    // On an archived board nothing is made; from one, copies are.
    f.t.change(f.other.id, &f.ada, async |change| Board::archive(change).await).await.expect("archived");
    send(&mut f.browser, &f.path, f.other_column.id, "Plan", &ALL).await.expect(403);
    f.t.change(f.board.id, &f.ada, async |change| Board::archive(change).await).await.expect("archived");
    send(&mut hers, &f.path, column.id, "Late", &ALL).await.expect(303);

    // The right to look is weighed again under the lock, and so is whether the card is there.
    let to = boards::open_role.eq("editor");
    diesel::update(boards::table.find(own.id)).set(to).execute(&mut f.t.conn().await).await.expect("open");
    let place = MoveTo { column_id: column.id, after: None };
    let copy = async |by: Uuid| {
        let new = NewCopy { title: "Plan", place, along: Along::default() };
        let act = async |change: &mut Change<'_>| f.card.copy_to(change, new, &f.t.app.config.files).await;
        Change::run(&mut f.t.conn().await, own.id, Author::editor(by), f.t.now(), act).await
    };
    let not_found = |copied: Result<Uuid, MoveError>| {
        matches!(copied, Err(MoveError::Change(ChangeError::Query(diesel::result::Error::NotFound))))
    };
    let (outsider, _) = f.t.sign_up("Zoe").await;
    assert!(not_found(copy(outsider.id).await));
    assert!(copy(f.ada.id).await.is_ok());
    let gone = cards::deleted_at.eq(f.t.now());
    diesel::update(cards::table.find(f.card.id))
        .set(gone)
        .execute(&mut f.t.conn().await)
        .await
        .expect("gone");
    assert!(not_found(copy(f.ada.id).await));
}

#[tokio::test]
async fn what_is_wrong_with_a_copy_is_said_in_the_form() {
    let mut f = FullCard::begin(&[]).await;
    let column = f.column.id.to_string();
    let copy = format!("{}/copy", f.path);
    let mut post = async |fields: &[(&str, &str)]| f.browser.post(&copy, fields).await;
    let long = "x".repeat(501);
    post(&[("column_id", &column), ("after", ""), ("title", &long), ("with", "labels")])
        .await
        .expect(422)
        .showing(&long)
        .showing("value=\"labels\" checked")
        .showing("value=\"files\">");
    post(&[("column_id", &column), ("after", ""), ("title", " ")]).await.expect(422).showing("fill this in");
    post(&[("column_id", &column), ("after", ""), ("title", "A"), ("with", "votes")])
        .await
        .expect(422)
        .showing("choose one of these");
    post(&[]).await.expect(422);
    post(&[("column_id", "x"), ("after", ""), ("title", "A")]).await.expect(422);
    let elsewhere = f.card_called(&f.other_column, "There already").await.to_string();
    let mut post = async |fields: &[(&str, &str)]| f.browser.post(&copy, fields).await;
    post(&[("column_id", &column), ("after", &elsewhere), ("title", "A")]).await.expect(404);
    post(&[("column_id", &column), ("after", &nobody().to_string()), ("title", "A")]).await.expect(404);
    f.browser.post(&format!("/columns/{column}/archive"), &[]).await.expect(303);
    f.browser
        .post(&copy, &[("column_id", &column), ("after", ""), ("title", "Typed")])
        .await
        .expect(422)
        .showing("archived in the meantime")
        .showing("Typed");
    f.browser.get(&format!("{copy}?column_id={column}")).await.expect(404);
    f.browser.get(&format!("{copy}?board_id=x")).await.expect(404);
    f.browser.get(&format!("{copy}?board_id={}", nobody())).await.expect(404);
    assert_eq!(f.stored().await, (1, 1));
}

#[tokio::test]
async fn copied_comments_keep_their_order_and_their_authors() {
    let mut f = FullCard::begin(&[]).await;
    for n in 2..5 {
        f.t.advance(TimeDelta::minutes(1));
        f.browser
            .post(&format!("{}/comments", f.path), &[("body", &format!("Number {n}"))])
            .await
            .expect(303);
    }
    send(&mut f.browser, &f.path, f.other_column.id, "Plan", &["comments"]).await.expect(303);
    let copy = f.card_called(&f.other_column, "Plan").await;
    let of = async |card_id: Uuid| -> Vec<(String, Option<Uuid>)> {
        let of_card = comments::table.filter(comments::card_id.eq(card_id)).order(comments::id);
        of_card
            .select((comments::body, comments::user_id))
            .load(&mut f.t.conn().await)
            .await
            .expect("comments")
    };
    assert_eq!(of(copy).await, of(f.card.id).await);
    assert_eq!(of(copy).await.len(), 4);
    let used: i64 = objects::table.count().get_result(&mut f.t.conn().await).await.expect("a count");
    assert_eq!(used, 1);
    let known = Card::detail(&f.t.conn().await, copy).await.expect("the copy");
    assert_eq!(known.number, Some(2));
}
