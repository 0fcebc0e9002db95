//! Boards: made, renamed, starred, archived, deleted, and closed to outsiders.

use axum::body::Body;
use axum::http::{Request, header};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::board::{Board, NewBoard};
use xtablo::models::event::{Event, Happened};
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::schema::{boards, events};

use crate::support::{TestApp, nobody};

#[tokio::test]
async fn a_person_makes_a_board_and_finds_it() {
    let t = TestApp::new().await;
    let (_, mut ada) = t.sign_up("Ada").await;
    ada.get("/boards").await.expect(200).showing("A clean table");
    let path = ada.post("/boards", &[("title", "Launch & <go>")]).await.location().to_owned();
    ada.get(&path).await.expect(200).showing("Launch &amp; &lt;go&gt;");
    ada.get("/boards").await.expect(200).showing("Launch &amp; &lt;go&gt;");
}

#[tokio::test]
async fn an_outsider_gets_404_everywhere_on_a_board() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let (_, mut eve) = t.sign_up("Eve").await;
    let board = t.board(&ada, "Secret").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = &t.cards(&column, &ada, &["Plan"]).await[0];
    for path in ["", "/edit", "/archive", "/events"] {
        eve.get(&format!("/boards/{}{path}", board.id)).await.expect(404).hiding("Secret");
    }
    for path in ["", "/move"] {
        eve.get(&format!("/cards/{}{path}", card.id)).await.expect(404).hiding("Plan");
    }
    eve.get(&format!("/columns/{}/edit", column.id)).await.expect(404);
    for verb in ["", "/archive", "/restore", "/delete", "/star", "/unstar", "/columns"] {
        eve.post(&format!("/boards/{}{verb}", board.id), &[("title", "x"), ("color", "red")])
            .await
            .expect(404);
    }
    let column_fields = [("title", "x"), ("wip_limit", ""), ("after", "")];
    for verb in ["", "/archive", "/restore", "/move", "/cards"] {
        eve.post(&format!("/columns/{}{verb}", column.id), &column_fields).await.expect(404);
    }
    let column_id = column.id.to_string();
    let card_fields = [("title", "x"), ("body", ""), ("column_id", column_id.as_str()), ("after", "")];
    for verb in ["", "/archive", "/restore", "/delete", "/move"] {
        eve.post(&format!("/cards/{}{verb}", card.id), &card_fields).await.expect(404);
    }
    assert_eq!(t.titles(&column).await, ["Plan"]);
}

#[tokio::test]
async fn an_error_page_knows_who_reads_it() {
    let t = TestApp::new().await;
    let (_, mut ada) = t.sign_up("Ada").await;
    let path = format!("/boards/{}", nobody());
    ada.get(&path).await.expect(404).showing("Go to your boards").showing("ada@example.com");
    t.browser().get("/no/such/page").await.expect(404).showing("Go to the start page").hiding("Sign out");
}

#[tokio::test]
async fn an_unknown_or_broken_id_is_404() {
    let t = TestApp::new().await;
    let (_, mut ada) = t.sign_up("Ada").await;
    for path in [format!("/boards/{}", nobody()), "/boards/1".to_owned(), "/cards/x".to_owned()] {
        ada.get(&path).await.expect(404).showing("Page not found");
    }
}

#[tokio::test]
async fn a_board_is_renamed_and_recolored() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Old").await;
    let path = format!("/boards/{}", board.id);
    browser.post(&path, &[("title", "New"), ("color", "pink")]).await.expect(303);
    browser.get(&path).await.showing("New").showing("color-pink");
    browser.get(&format!("{path}/events")).await.showing("renamed the board");
}

#[tokio::test]
async fn a_wrong_form_comes_back_with_what_was_typed() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Old").await;
    let path = format!("/boards/{}", board.id);
    let long = "x".repeat(10_000);
    browser
        .post(&path, &[("title", &long), ("color", "pink")])
        .await
        .expect(422)
        .showing(&long)
        .showing("at most 120");
    browser.post(&path, &[("title", "Fine"), ("color", "plaid")]).await.expect(422).showing("Fine");
    browser.post_body(&path, "title=a&title=b&color=red").await.expect(422).showing("more than once");
    browser.post_body(&path, "color=red").await.expect(422);
    browser.post_body(&path, "title=%E2%80%8B%00&color=red").await.expect(422);
    browser.post_body(&path, "title=a%FFb&color=red").await.expect(422).showing("could not be read");
    browser.get(&path).await.showing("Old");
}

#[tokio::test]
async fn a_star_is_each_members_own() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    browser.post(&format!("/boards/{}/star", board.id), &[]).await.expect(303);
    browser.get("/boards").await.showing("Starred");
    browser
        .htmx()
        .post(&format!("/boards/{}/unstar", board.id), &[])
        .await
        .expect(200)
        .hiding("<html")
        .hiding("Starred");
}

#[tokio::test]
async fn what_is_so_already_writes_nothing() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let (on_board, on_column, on_card) =
        (format!("/boards/{}", board.id), format!("/columns/{}", column.id), format!("/cards/{}", card.id));
    for (path, fields) in [
        (format!("{on_card}/archive"), &[][..]),
        (format!("{on_card}/restore"), &[]),
        (format!("{on_column}/archive"), &[]),
        (format!("{on_column}/restore"), &[]),
        (on_column, &[("title", "Doing"), ("wip_limit", "3")]),
        (on_board.clone(), &[("title", "Start"), ("color", "red")]),
        (format!("{on_board}/archive"), &[]),
        (format!("{on_board}/restore"), &[]),
    ] {
        browser.post(&path, fields).await.expect(303);
        let once = revision_and_events(&t, board.id).await;
        browser.post(&path, fields).await.expect(303);
        browser.post(&path, fields).await.expect(303);
        assert_eq!(revision_and_events(&t, board.id).await, once, "{path}");
    }
}

#[tokio::test]
async fn a_save_is_compared_with_what_is_there_and_not_with_what_was_read() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let read = t.board(&ada, "Before").await;
    for title in ["Between", "Before"] {
        let new = NewBoard { title, color: read.color };
        t.change(read.id, &ada, async |change| Board::update(change, new).await).await.expect("saved");
    }
    let events = Event::of_board(&mut t.conn().await, read.id, None, 10).await.expect("events");
    let renamed = Happened::BoardRenamed { from: "Between".to_owned(), to: "Before".to_owned() };
    assert_eq!(events[0].first.happened, Some(renamed));
}

async fn revision_and_events(t: &TestApp, board_id: Uuid) -> (i64, i64) {
    let mut conn = t.conn().await;
    let revision = boards::table.find(board_id).select(boards::revision).first(&mut conn).await;
    let events = events::table.filter(events::board_id.eq(board_id)).count().get_result(&mut conn).await;
    (revision.expect("a board"), events.expect("a count"))
}

#[tokio::test]
async fn an_archived_board_is_read_only_until_it_is_restored() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Done").await;
    let column = t.column(&board, &ada, "To do").await;
    let path = format!("/boards/{}", board.id);
    browser.post(&format!("{path}/archive"), &[]).await.expect(303);
    browser.get(&path).await.expect(200).showing("Archived");
    browser
        .post(&format!("/columns/{}/cards", column.id), &[("title", "x")])
        .await
        .expect(403)
        .showing("archived");
    browser.post(&format!("{path}/restore"), &[]).await.expect(303);
    browser.post(&format!("/columns/{}/cards", column.id), &[("title", "x")]).await.expect(303);
}

#[tokio::test]
async fn a_deleted_board_is_gone_for_everybody() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Gone").await;
    let path = format!("/boards/{}", board.id);
    browser.confirm(&format!("{path}/delete")).await.expect(303);
    browser.get("/boards").await.showing("Board deleted.").hiding("Gone");
    browser.get("/boards").await.hiding("Board deleted.");
    browser.get(&path).await.expect(404);
    browser.post(&format!("{path}/restore"), &[]).await.expect(404);
}

#[tokio::test]
async fn an_unchanged_board_is_not_sent_again() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Steady").await;
    let path = format!("/boards/{}", board.id);
    let etag = browser.get(&path).await.expect(200).headers[header::ETAG].clone();
    let again = Request::get(&path).header(header::IF_NONE_MATCH, &etag);
    browser.send(again, Body::empty()).await.expect(304).hiding("Steady");
    for change in [("columns", vec![("title", "To do")]), ("star", vec![])] {
        browser.post(&format!("{path}/{}", change.0), &change.1).await.expect(303);
        let again = Request::get(&path).header(header::IF_NONE_MATCH, &etag);
        browser.send(again, Body::empty()).await.expect(200);
    }
}

#[tokio::test]
async fn a_board_page_costs_the_same_queries_with_5_cards_and_with_5000() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Big").await;
    let column = t.column(&board, &ada, "To do").await;
    t.many_cards(&column, 5).await;
    let path = format!("/boards/{}", board.id);
    let mut cost = async || {
        let before = t.app.db.queries();
        let page = browser.get(&path).await.expect(200);
        (t.app.db.queries() - before, page.body.matches("<li id=\"card-").count())
    };
    let (first, _) = cost().await;
    assert!(first <= 10, "{first} queries");
    // From then on one more asks what has changed.
    t.column(&board, &ada, "Done").await;
    let (few, shown) = cost().await;
    assert_eq!(shown, 5);
    let more = t.column(&board, &ada, "Doing").await;
    t.many_cards(&more, 4995).await;
    let (many, shown) = cost().await;
    assert_eq!(shown, 5000);
    assert_eq!(few, many);
    assert!(many <= 11, "{many} queries");
}

#[tokio::test]
async fn a_member_may_do_what_their_role_allows() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Shared").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = &t.cards(&column, &ada, &["Plan"]).await[0];
    let mut conn = t.conn().await;
    for (name, role, edits) in
        [("Viv", Role::Viewer, false), ("Cam", Role::Commenter, false), ("Edi", Role::Editor, true)]
    {
        let (member, mut browser) = t.sign_up(name).await;
        Member::create(&mut conn, board.id, member.id, role, t.now()).await.expect("a member");
        let path = format!("/boards/{}", board.id);
        let page = browser.get(&path).await.expect(200).showing("Plan");
        assert_eq!(page.body.contains("Add a card"), edits, "{name}");
        browser.get(&format!("/cards/{}", card.id)).await.expect(200);
        let edited = if edits { 303 } else { 403 };
        browser.post(&format!("/columns/{}/cards", column.id), &[("title", "x")]).await.expect(edited);
        let moved = [("column_id", column.id.to_string()), ("after", String::new())];
        let moved = moved.each_ref().map(|(field, value)| (*field, value.as_str()));
        browser.post(&format!("/cards/{}/move", card.id), &moved).await.expect(edited);
        browser.post(&format!("{path}/star"), &[]).await.expect(303);
        browser.post(&path, &[("title", "Mine"), ("color", "red")]).await.expect(403).showing("Not allowed");
        for verb in ["archive", "restore", "delete"] {
            browser.post(&format!("{path}/{verb}"), &[]).await.expect(403);
        }
    }
}

#[tokio::test]
async fn changes_of_one_board_at_once_all_count() {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Busy").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let changes = (0..10).map(|n| {
        let (mut browser, title) = (browser.clone(), format!("Plan {n}"));
        let path = format!("/cards/{}", card.id);
        async move { browser.post(&path, &[("title", &title), ("body", "")]).await.expect(303) }
    });
    futures_util::future::join_all(changes).await;
    let titles = t.titles(&column).await;
    assert!(titles.len() == 1 && titles[0].starts_with("Plan "), "{titles:?}");
    let revision: i64 = boards::table
        .find(board.id)
        .select(boards::revision)
        .first(&mut t.conn().await)
        .await
        .expect("a board");
    assert_eq!(revision, board.revision + 12, "a column, a card and ten titles");
}

#[tokio::test]
async fn every_archived_card_is_within_reach() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let mut conn = t.conn().await;
    diesel::sql_query(format!(
        "INSERT INTO cards (id, board_id, column_id, title, body, rank, created_at, updated_at, archived_at)
         SELECT gen_random_uuid(), '{}', '{}', 'card ' || n || '.', '', 'a' || n, now(), now(),
                now() - n * interval '1 second'
         FROM generate_series(1, 250) n",
        board.id, column.id
    ))
    .execute(&mut conn)
    .await
    .expect("written");
    let first = browser.get(&format!("/boards/{}/archive", board.id)).await.expect(200);
    first.showing("card 1.").showing("card 100.").showing("page=2");
    let last = browser.get(&format!("/boards/{}/archive?page=3", board.id)).await.expect(200);
    let last = last.showing("card 201.").showing("card 250.").showing("page=2");
    assert!(!last.body.contains("page=4"));
}

#[tokio::test]
async fn a_board_and_a_person_have_their_most() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let mut conn = t.conn().await;
    for fill in [
        format!(
            "INSERT INTO cards (id, board_id, column_id, title, body, rank, created_at, updated_at)
             SELECT gen_random_uuid(), '{}', '{}', 'card', '', 'a' || n, now(), now()
             FROM generate_series(1, 19999) n",
            board.id, column.id
        ),
        format!(
            "WITH many AS (
                INSERT INTO boards (id, title, color, created_at, updated_at)
                SELECT gen_random_uuid(), 'board', 'blue', now(), now() FROM generate_series(1, 1998)
                RETURNING id)
             INSERT INTO members (board_id, user_id, role, created_at)
             SELECT id, '{}', 'owner', now() FROM many",
            ada.id
        ),
    ] {
        diesel::sql_query(fill).execute(&mut conn).await.expect("written");
    }
    let path = format!("/columns/{}/cards", column.id);
    browser.post(&path, &[("title", "the last")]).await.expect(303);
    browser.post(&path, &[("title", "one too many")]).await.expect(403).showing("20,000 cards");
    browser.post("/boards", &[("title", "the last")]).await.expect(303);
    browser.post("/boards", &[("title", "one too many")]).await.expect(403).showing("2,000 boards");
}

#[tokio::test]
async fn what_destroys_something_asks_first_where_no_script_does() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (bob, _) = t.sign_up("Bob <b>").await;
    let board = t.board(&ada, "Launch").await;
    Member::create(&mut t.conn().await, board.id, bob.id, Role::Editor, t.now()).await.expect("a member");
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    browser.upload(&format!("/cards/{}/files", card.id), &[("a.txt", b"a")]).await.expect(303);
    let file = t.files(card.id).await.remove(0);
    browser.post(&format!("/cards/{}/archive", card.id), &[]).await.expect(303);
    let members = format!("/boards/{}/members", board.id);
    for (path, back, asked) in [
        (format!("/files/{}/delete", file.id), format!("/cards/{}#files", card.id), "Delete this file?"),
        (format!("/cards/{}/delete", card.id), format!("/cards/{}", card.id), "Delete this card?"),
        (format!("{members}/{}/remove", bob.id), members.clone(), "Remove Bob &lt;b&gt; from"),
        (format!("/boards/{}/leave", board.id), members.clone(), "Leave this board?"),
        (format!("/boards/{}/delete", board.id), format!("/boards/{}", board.id), "Delete this board"),
    ] {
        let asking = browser.post(&path, &[]).await.expect(200).showing(asked);
        let html = asking.body.replace("&#x2f;", "/");
        assert!(html.contains(&format!("action=\"{path}\"")), "{asking:?}");
        assert!(html.contains(&format!("href=\"{back}\"")), "{asking:?}");
        browser.post(&path, &[("confirmed", "no")]).await.expect(200);
    }
    browser.get(&format!("/files/{}", file.id)).await.expect(200);
    browser.get(&members).await.showing("Bob");
    browser.confirm(&format!("/boards/{}/delete", board.id)).await.expect(303);
    browser.get(&format!("/boards/{}", board.id)).await.expect(404);
}
