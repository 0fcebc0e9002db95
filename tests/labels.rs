//! Labels: made, changed, put in order, put on cards, deleted.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::models::board::Board;
use xtablo::models::color::Color;
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::user::User;
use xtablo::schema::boards;

use crate::support::{TestApp, nobody};

async fn label(t: &TestApp, board: &Board, by: &User, name: &str) -> Label {
    let new = NewLabel { name, color: Color::Red };
    t.change(board.id, by, async |change| Label::create(change, new).await).await.expect("a label")
}

/// The names of a board's labels, in their order.
async fn names(t: &TestApp, board: &Board) -> Vec<String> {
    let labels = Label::of_board(&t.conn().await, board.id).await.expect("labels");
    labels.into_iter().map(|label| label.name).collect()
}

#[tokio::test]
async fn a_board_s_labels_are_made_changed_and_put_in_order() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let path = format!("/boards/{}/labels", board.id);
    browser.get(&path).await.expect(200).showing("No labels yet.");
    assert_eq!(browser.post(&path, &[("name", " Bug "), ("color", "red")]).await.location(), path);
    browser.post(&path, &[("name", ""), ("color", "sky")]).await.expect(303);
    browser
        .htmx()
        .post(&path, &[("name", "<b>Design</b>"), ("color", "violet")])
        .await
        .expect(200)
        .hiding("<html")
        .showing("&lt;b&gt;Design");
    assert_eq!(names(&t, &board).await, ["Bug", "", "<b>Design</b>"]);
    // Without a name it is called by its color.
    browser.get(&path).await.expect(200).showing(">Sky<").showing("On no card");

    let labels = Label::of_board(&t.conn().await, board.id).await.expect("labels");
    let [bug, unnamed, design] = labels.as_slice() else { panic!("three labels") };
    let change = format!("/labels/{}", bug.id);
    assert_eq!(browser.post(&change, &[("name", "Fault"), ("color", "pink")]).await.location(), path);
    let move_it = format!("/labels/{}/move", bug.id);
    assert_eq!(browser.post(&move_it, &[("after", &design.id.to_string())]).await.location(), path);
    assert_eq!(names(&t, &board).await, ["", "<b>Design</b>", "Fault"]);
    browser.post(&format!("/labels/{}/move", design.id), &[("after", "")]).await.expect(303);
    assert_eq!(names(&t, &board).await, ["<b>Design</b>", "", "Fault"]);
    browser
        .get(&format!("/boards/{}/events", board.id))
        .await
        .showing("added the label “Sky”")
        .showing("changed the label “Fault”")
        .showing("moved the label “Fault”");

    // What is wrong is said where it was typed, and nothing has changed.
    let long = "x".repeat(61);
    browser.post(&path, &[("name", &long), ("color", "red")]).await.expect(422).showing("61").showing(&long);
    browser.post(&path, &[("name", "Bug"), ("color", "mauve")]).await.expect(422).showing("field-error");
    browser
        .post(&change, &[("name", &long), ("color", "red")])
        .await
        .expect(422)
        .showing("61")
        .showing(&long);
    browser.post(&move_it, &[]).await.expect(422);
    browser.post(&move_it, &[("after", &nobody().to_string())]).await.expect(404);
    assert_eq!(names(&t, &board).await, ["<b>Design</b>", "", "Fault"]);

    // Deleting asks first, and a label that is gone is found no more, nor can one follow it.
    let delete = format!("/labels/{}/delete", unnamed.id);
    browser.post(&delete, &[]).await.expect(200).showing("It is on no card.");
    assert_eq!(browser.confirm(&delete).await.location(), path);
    assert_eq!(names(&t, &board).await, ["<b>Design</b>", "Fault"]);
    browser.confirm(&delete).await.expect(404);
    browser.post(&move_it, &[("after", &unnamed.id.to_string())]).await.expect(422);
}

#[tokio::test]
async fn two_labels_that_look_the_same_are_told_of() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let path = format!("/boards/{}/labels", board.id);
    let says = "Another label has the same name and color.";
    label(&t, &board, &ada, "Bug").await;
    let idea = label(&t, &board, &ada, "Idea").await;
    browser.get(&path).await.expect(200).hiding(says);
    // Of another color it is another one.
    browser.post(&path, &[("name", "Bug"), ("color", "sky")]).await.expect(303);
    browser.get(&path).await.hiding(says);
    let twin = browser.htmx().post(&path, &[("name", "Bug"), ("color", "red")]).await.expect(200);
    assert_eq!(twin.body.matches(says).count(), 2, "both of them");
    let twins = Label::of_board(&t.conn().await, board.id).await.expect("labels");
    browser.confirm(&format!("/labels/{}/delete", twins[3].id)).await.expect(303);
    browser.get(&path).await.hiding(says);
    let renamed = [("name", "Bug"), ("color", "red")];
    browser.htmx().post(&format!("/labels/{}", idea.id), &renamed).await.expect(200).showing(says);
}

#[tokio::test]
async fn a_board_has_a_hundred_labels_at_most() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let all = t.change(board.id, &ada, async |change| {
        for _ in 0..100 {
            Label::create(change, NewLabel { name: "Bug", color: Color::Red }).await?;
        }
        Ok::<_, xtablo::models::change::ChangeError>(())
    });
    all.await.expect("a hundred");
    let path = format!("/boards/{}/labels", board.id);
    browser.post(&path, &[("name", "One more"), ("color", "red")]).await.expect(403).showing("100 labels");
    // A deleted one makes room.
    let first = Label::of_board(&t.conn().await, board.id).await.expect("labels").remove(0);
    browser.confirm(&format!("/labels/{}/delete", first.id)).await.expect(303);
    browser.post(&path, &[("name", "One more"), ("color", "red")]).await.expect(303);
}

#[tokio::test]
async fn labels_are_put_on_cards_and_taken_off() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let (bug, design) = (label(&t, &board, &ada, "Bug").await, label(&t, &board, &ada, "Design").await);
    let (page, on_board) = (format!("/cards/{}", card.id), format!("/boards/{}", board.id));
    let labels = format!("{page}/labels");
    let put = async |browser: &mut crate::support::browser::Browser, label: &Label| {
        browser.post(&labels, &[("label_id", &label.id.to_string())]).await
    };
    // In the order of the board, whichever came first.
    assert_eq!(put(&mut browser, &design).await.location(), page);
    browser
        .htmx()
        .post(&labels, &[("label_id", &bug.id.to_string())])
        .await
        .expect(200)
        .showing("aria-pressed=\"true\"")
        .showing("hx-swap-oob");
    let shown = browser.get(&on_board).await.expect(200);
    let (first, second) = (shown.body.find(">Bug<"), shown.body.find(">Design<"));
    assert!(first.is_some() && first < second, "{:?}", (first, second));
    let revision = async || {
        let board = boards::table.find(board.id).select(boards::revision);
        board.first::<i64>(&mut t.conn().await).await.expect("the board")
    };
    let before = revision().await;
    put(&mut browser, &bug).await.expect(303);
    assert_eq!(revision().await, before, "it was there already");

    browser.get(&format!("{on_board}/labels")).await.showing("On 1 card");
    let delete = format!("/labels/{}/delete", bug.id);
    browser.post(&delete, &[]).await.expect(200).showing("It is on 1 card.");
    browser.confirm(&delete).await.expect(303);
    browser.get(&on_board).await.hiding(">Bug<").showing(">Design<");
    put(&mut browser, &bug).await.expect(404);
    // Brought back, it is on the cards that had it.
    t.change(board.id, &ada, async |change| Label::undelete(change, bug.id).await).await.expect("back");
    browser.get(&on_board).await.showing(">Bug<").showing(">Design<");

    let remove = format!("{labels}/{}/remove", design.id);
    assert_eq!(browser.post(&remove, &[]).await.location(), page);
    browser.post(&remove, &[]).await.expect(303);
    browser.get(&on_board).await.hiding(">Design<");
    browser
        .get(&page)
        .await
        .showing("put the label “Bug” on “Plan”")
        .showing("took the label “Design” off “Plan”");

    // Of another board, unknown, none.
    let other = t.board(&ada, "Other").await;
    let foreign = label(&t, &other, &ada, "Foreign").await;
    put(&mut browser, &foreign).await.expect(404);
    browser.post(&labels, &[("label_id", "x")]).await.expect(422).showing("Plan");
    browser.post(&labels, &[]).await.expect(422);
}
