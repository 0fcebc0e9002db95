//! Columns: added, renamed, limited, moved, archived.

use xtablo::models::board::Board;
use xtablo::models::change::{Author, Change};
use xtablo::models::column::Column;
use xtablo::models::order::Destination;

use crate::support::{TestApp, nobody};

async fn order(t: &TestApp, board: &Board) -> Vec<String> {
    let columns = Column::of_board(&t.conn().await, board.id).await.expect("columns");
    columns.into_iter().map(|column| column.title).collect()
}

#[tokio::test]
async fn a_column_is_added_renamed_and_limited() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let to = browser
        .post(&format!("/boards/{}/columns", board.id), &[("title", "To do")])
        .await
        .location()
        .to_owned();
    let id = to.split("#column-").nth(1).expect("the column's anchor").to_owned();
    let column = format!("/columns/{id}");
    browser.post(&column, &[("title", "Next"), ("wip_limit", "1")]).await.expect(303);
    for title in ["a", "b"] {
        browser.post(&format!("{column}/cards"), &[("title", title)]).await.expect(303);
    }
    browser.get(&to).await.showing("Next").showing("over the limit");
    browser.post(&column, &[("title", "Next"), ("wip_limit", "")]).await.expect(303);
    browser.get(&to).await.hiding("over the limit");
    browser.get(&format!("{column}/edit")).await.expect(200).showing("Next");
    for wrong in ["0", "1000", "few"] {
        browser
            .post(&column, &[("title", "Next"), ("wip_limit", wrong)])
            .await
            .expect(422)
            .showing("whole number");
    }
    browser.htmx().post(&column, &[("title", ""), ("wip_limit", "")]).await.expect(422).hiding("<html");
    browser
        .htmx()
        .post(&column, &[("title", "Later"), ("wip_limit", "")])
        .await
        .expect(200)
        .hiding("<html")
        .showing("Later");
}

#[tokio::test]
async fn a_refused_column_shows_the_board_with_what_was_typed() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let path = format!("/boards/{}/columns", board.id);
    let long = "y".repeat(121);
    browser
        .post(&path, &[("title", &long)])
        .await
        .expect(422)
        .showing("<html")
        .showing(&long)
        .showing("at most 120");
    browser.htmx().post(&path, &[("title", &long)]).await.expect(422).hiding("<html").showing("new-column");
}

#[tokio::test]
async fn a_column_moves_first_and_after_another() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let mut columns = Vec::new();
    for title in ["A", "B", "C"] {
        columns.push(t.column(&board, &ada, title).await);
    }
    let [a, b, c] = [0, 1, 2].map(|n: usize| columns[n].id.to_string());
    browser.post(&format!("/columns/{c}/move"), &[("after", "")]).await.expect(303);
    assert_eq!(order(&t, &board).await, ["C", "A", "B"]);
    browser.post(&format!("/columns/{c}/move"), &[("after", &b)]).await.expect(303);
    assert_eq!(order(&t, &board).await, ["A", "B", "C"]);
    browser.post(&format!("/columns/{a}/move"), &[("after", &a)]).await.expect(303);
    assert_eq!(order(&t, &board).await, ["A", "B", "C"]);
    browser.post(&format!("/columns/{b}/archive"), &[]).await.expect(303);
    browser
        .post(&format!("/columns/{c}/move"), &[("after", &b)])
        .await
        .expect(422)
        .showing("archived in the meantime");
    browser.post(&format!("/columns/{c}/move"), &[("after", &nobody().to_string())]).await.expect(404);
    browser.post(&format!("/columns/{c}/move"), &[("after", "x")]).await.expect(422);
    browser.post(&format!("/columns/{b}/restore"), &[]).await.expect(303);
    assert_eq!(order(&t, &board).await, ["A", "B", "C"]);
}

#[tokio::test]
async fn a_thousand_moves_keep_the_order_and_the_ranks_short() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let a = t.column(&board, &ada, "A").await;
    let (b, c) = (t.column(&board, &ada, "B").await, t.column(&board, &ada, "C").await);
    let mut conn = t.conn().await;
    let author = Author::editor(ada.id);
    let mut change = Change::begin(&mut conn, board.id, author, t.now()).await.expect("begun");
    // B and C leapfrog each other right behind A: the place where ranks grow.
    for step in 0..1200 {
        let moved = if step % 2 == 0 { &c } else { &b };
        moved.move_to(&mut change, Destination::After(Some(a.id))).await.expect("moved");
    }
    drop(change);
    assert_eq!(order(&t, &board).await, ["A", "B", "C"]);
    let columns = Column::of_board(&conn, board.id).await.expect("columns");
    assert!(columns.iter().all(|column| column.rank.len() <= xtablo::models::rank::LONGEST));
}

#[tokio::test]
async fn an_archived_column_takes_its_cards_along_and_brings_them_back() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "Someday").await;
    t.cards(&column, &ada, &["Dream"]).await;
    let path = format!("/boards/{}", board.id);
    browser.post(&format!("/columns/{}/archive", column.id), &[]).await.expect(303);
    browser.get(&path).await.hiding("Someday").hiding("Dream");
    browser.get(&format!("{path}/archive")).await.showing("Someday");
    browser.post(&format!("/columns/{}/cards", column.id), &[("title", "x")]).await.expect(404);
    browser.post(&format!("/columns/{}/restore", column.id), &[]).await.expect(303);
    browser.get(&path).await.showing("Someday").showing("Dream");
}

#[tokio::test]
async fn a_board_begins_with_the_usual_columns_in_one_step() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let page = format!("/boards/{}", board.id);
    browser.get(&page).await.expect(200).showing("Begin with To do, Doing and Done");
    let (path, titles) = (format!("{page}/columns/first"), [("titles", "To do\r\nDoing\r\n\r\nDone")]);
    let long = "x".repeat(121);
    let many = "x\n".repeat(11);
    for (titles, said) in [(&*long, "121"), (&*many, "one of these")] {
        browser.post(&path, &[("titles", titles)]).await.expect(422).showing(said);
    }
    // A double click makes them once.
    for _ in 0..2 {
        assert_eq!(browser.post(&path, &titles).await.location(), page);
    }
    let html = browser.get(&page).await.expect(200).body;
    let titles: Vec<_> = html
        .split("class=\"column-title\"")
        .skip(1)
        .map(|part| part.split(['>', '<']).nth(1).unwrap())
        .collect();
    assert_eq!(titles, ["To do", "Doing", "Done"]);
}
