//! Search over all boards of a person.

use std::process::Stdio;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::card::{Card, NewCard};
use xtablo::models::column::Column;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::search::index;
use xtablo::models::user::User;
use xtablo::schema::{boards, cards};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::full_card::FullCard;
use crate::support::service::{SECRET, command};

struct Desk {
    t: TestApp,
    ada: User,
    browser: Browser,
    board: Board,
    column: Column,
}

impl Desk {
    async fn begin() -> Self {
        let t = TestApp::new().await;
        let (ada, browser) = t.sign_up("Ada").await;
        let board = t.board(&ada, "Launch").await;
        let column = t.column(&board, &ada, "To do").await;
        Self { t, ada, browser, board, column }
    }

    async fn card(&self, title: &str, body: &str) -> Card {
        let new = NewCard { title, body };
        let made = self
            .t
            .change(self.board.id, &self.ada, async |change| Card::create(change, &self.column, new).await);
        made.await.expect("a card")
    }

    async fn found(&mut self, query: &str) -> Vec<String> {
        found(&mut self.browser, query).await
    }
}

fn path(query: &str) -> String {
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    format!("/search?q={encoded}")
}

/// The titles of what is found, in their order.
async fn found(browser: &mut Browser, query: &str) -> Vec<String> {
    let page = browser.get(&path(query)).await.expect(200).body;
    let rows = page.split("class=\"row-title\"").skip(1);
    let title = |row: &str| {
        let inside = row.split_once('>').expect("a link").1.split("</a>").next().expect("its end");
        inside.replace("<mark>", "").replace("</mark>", "").trim().to_owned()
    };
    rows.map(title).collect()
}

/// Has the worker's look at boards that are behind done.
async fn catch_up(t: &TestApp) {
    let mut conn = t.conn().await;
    for id in index::boards_behind(&conn).await.expect("boards") {
        index::index_board(&mut conn, id).await.expect("indexed");
    }
    assert!(index::boards_behind(&conn).await.expect("boards").is_empty());
}

#[tokio::test]
async fn a_card_is_found_by_its_title_its_text_and_all_that_is_on_it() {
    let mut f = FullCard::begin(&[]).await;
    for (query, place) in [
        ("plan", "<mark>Plan</mark>"),
        ("TEXT", "Description"),
        ("\"build it\"", "Checklist"),
        ("steps", "Plan"),
        ("a.txt", "<mark>a.txt</mark>"),
        ("room", "Room"),
        ("said", "Comment by Ada"),
        ("plan said build", "Plan"),
    ] {
        let page = f.browser.get(&path(query)).await.expect(200);
        page.showing(place).showing("1 card<").showing(&format!("/boards/{}", f.board.id)).showing("Launch");
    }
    assert_eq!(found(&mut f.browser, "nowhere").await, [""; 0]);
    f.browser.get(&path("nowhere")).await.expect(200).showing("Nothing found");
    // What was typed is text on the page, and so is what was found.
    let card = format!("/cards/{}", f.card.id);
    let new =
        [("title", "A <b>bold</b> plan"), ("body", "<script>alert('needle')</script>"), ("version", "0")];
    f.browser.post(&card, &new).await.expect(303);
    let page = f.browser.get(&path("bold <!> needle")).await.expect(200);
    page.showing("A &lt;b&gt;<mark>bold</mark>&lt;")
        .hiding("<script>alert")
        .showing("value=\"bold &lt;!&gt; needle\"");
    f.browser.htmx().get(&path("bold")).await.expect(200).hiding("<html").showing("id=\"found\"");
}

#[tokio::test]
async fn the_title_comes_before_the_text_and_that_before_comments_and_newer_before_older() {
    let mut desk = Desk::begin().await;
    let old = desk.card("Paint: the old needle", "").await;
    desk.t.advance(TimeDelta::days(700));
    desk.browser.sign_in(&desk.t.app, desk.ada.id).await;
    let comment = desk.card("Comment", "").await;
    let say = [("body", "a needle, and another needle, needle")];
    desk.browser.post(&format!("/cards/{}/comments", comment.id), &say).await.expect(303);
    let list = desk.card("List", "").await;
    desk.browser.post(&format!("/cards/{}/checklists", list.id), &[("title", "Needle")]).await.expect(303);
    desk.card("Text", "Where is the needle?").await;
    desk.t.advance(TimeDelta::days(1));
    desk.card("Paint: the new needle", "").await;
    let best_first = ["Paint: the new needle", "Paint: the old needle", "Text", "List", "Comment"];
    assert_eq!(desk.found("needle").await, best_first);
    // An old card that was spoken of lately is new.
    desk.t.advance(TimeDelta::days(200));
    desk.browser.sign_in(&desk.t.app, desk.ada.id).await;
    desk.browser.post(&format!("/cards/{}/comments", old.id), &[("body", "Still here")]).await.expect(303);
    assert_eq!(desk.found("paint").await, ["Paint: the old needle", "Paint: the new needle"]);
}

#[tokio::test]
async fn words_with_hyphens_numbers_and_dots_are_found() {
    let mut desk = Desk::begin().await;
    desk.card(
        "Release v1.2.3 of foo-bar on 2026-12-24",
        "see app.example.com/a_b?c=d and ABC-123, 1e5, +49 30 1234",
    )
    .await;
    desk.card("Other", "12 and 3").await;
    for query in [
        "v1.2.3",
        "v1.2",
        "foo-bar",
        "bar",
        "\"foo bar\"",
        "2026-12-24",
        "2026-12",
        "app.example.com",
        "example.com/a_b",
        "abc-123",
        "ABC",
        "1e5",
        "+49 30",
    ] {
        assert_eq!(desk.found(query).await.len(), 1, "{query}");
    }
    for query in ["v1.3", "bar-foo", "\"foo 2026\"", "\"v1.2.3 see\"", "\"12 24 see\""] {
        assert_eq!(desk.found(query).await, [""; 0], "{query}");
    }
}

#[tokio::test]
async fn any_part_of_a_sentence_without_spaces_is_found() {
    let mut desk = Desk::begin().await;
    desk.card("全文検索の機能を追加する", "iPhone版でも。カタカナ").await;
    desk.card("สวัสดีชาวโลก", "").await;
    for query in ["検索", "機能", "検索の機能", "索", "iphone版", "カタカ", "\"追加する\""]
    {
        assert_eq!(desk.found(query).await, ["全文検索の機能を追加する"], "{query}");
    }
    assert_eq!(desk.found("ชาว").await, ["สวัสดีชาวโลก"]);
    for query in ["索検", "検能", "機能検索"] {
        assert_eq!(desk.found(query).await, [""; 0], "{query}");
    }
    desk.browser.get(&path("検索")).await.showing("全文<mark>検索</mark>の機能を追加する");
}

#[tokio::test]
async fn arabic_is_found_with_and_without_its_marks() {
    let mut desk = Desk::begin().await;
    desk.card("مُرَاجَعَة الخُطَّة", "أحمد يكتب").await;
    for query in ["مراجعة", "مُرَاجَعَة", "الخطة", "احمد", "أحمد", "مراج"] {
        assert_eq!(desk.found(query).await.len(), 1, "{query}");
    }
    assert_eq!(desk.found("مراجعات").await, [""; 0]);
}

#[tokio::test]
async fn a_compound_is_found_by_its_beginning_and_a_word_by_each_of_its_spellings() {
    let mut desk = Desk::begin().await;
    desk.card("Donaudampfschifffahrt", "Straße in Łódź, Café, ПРИВЕТ").await;
    desk.card("Dampf", "C").await;
    for query in [
        "donau",
        "Donaudampf",
        "donaudampfschifffahrt",
        "strasse",
        "STRASSE",
        "cafe\u{301}",
        "lodz",
        "привет",
        "прив",
    ] {
        assert_eq!(desk.found(query).await, ["Donaudampfschifffahrt"], "{query}");
    }
    assert_eq!(desk.found("\"donau\"").await, [""; 0], "in quotes a word is whole");
    assert_eq!(desk.found("c").await, ["Dampf"], "one letter is a word");
}

#[tokio::test]
async fn operators_narrow_what_is_found() {
    let mut f = FullCard::begin(&[]).await;
    f.t.advance(TimeDelta::minutes(1));
    let other = f.t.cards(&f.column, &f.ada, &["Plan two"]).await.remove(0);
    f.browser
        .post(&format!("/cards/{}/dates", other.id), &[("start", ""), ("due", "2026-12-24")])
        .await
        .expect(303);
    f.browser.post(&format!("/cards/{}/done", other.id), &[]).await.expect(303);
    for (query, titles) in [
        ("plan", &["Plan two", "Plan"][..]),
        ("plan -two", &["Plan"]),
        ("plan -\"two\"", &["Plan"]),
        ("two -plan", &[]),
        ("assignee:@bob", &["Plan"]),
        ("assignee:me", &["Plan"]),
        ("assignee:Ad", &["Plan"]),
        ("plan assignee:none", &["Plan two"]),
        ("plan -assignee:me", &["Plan two"]),
        ("label:bug", &["Plan"]),
        ("label:bug label:nothing", &["Plan"]),
        ("plan label:none", &["Plan two"]),
        ("plan -label:ours", &["Plan two"]),
        ("is:done", &["Plan two"]),
        ("plan is:open", &["Plan"]),
        ("plan is:archived", &[]),
        ("plan -is:done", &["Plan"]),
        ("has:file", &["Plan"]),
        ("plan -has:file", &["Plan two"]),
        ("due:<2027-01-01", &["Plan two"]),
        ("due:2026-12-24", &["Plan two"]),
        ("due:>2026-12-24", &[]),
        ("due:>=2026-12-24 due:<2026-12-25", &["Plan two"]),
        ("plan due:none", &["Plan"]),
        ("due:overdue", &[]),
        ("board:other", &["There already"]),
        ("board:LAUNCH plan is:done", &["Plan two"]),
        ("plan -board:launch", &[]),
        ("#1", &["Plan", "There already"]),
        ("#2 board:launch", &["Plan two"]),
        ("#1 -board:other", &["Plan"]),
        ("board:%", &[]),
        ("board:_", &[]),
    ] {
        let mut titles_found = found(&mut f.browser, query).await;
        let mut titles = titles.to_vec();
        if query.starts_with('#') {
            titles_found.sort();
            titles.sort_unstable();
        }
        assert_eq!(titles_found, titles, "{query}");
    }
    f.browser.get(&path("colour:red plan")).await.showing("There is no “colour:”").showing("No cards");
    f.browser.post(&format!("/cards/{}/archive", other.id), &[]).await.expect(303);
    assert_eq!(found(&mut f.browser, "is:archived").await, ["Plan two"]);
    f.browser.get(&path("two")).await.showing("Archived").showing("Done");
}

#[tokio::test]
async fn days_are_the_reader_s() {
    let mut desk = Desk::begin().await;
    let card = desk.card("Late", "").await;
    let (at, zone) = ("2026-12-24T23:30:00Z".parse().expect("a moment"), Some("Europe/Berlin"));
    let at: chrono::DateTime<chrono::Utc> = at;
    diesel::update(cards::table.find(card.id))
        .set(cards::due_at.eq(at))
        .execute(&mut desk.t.conn().await)
        .await
        .expect("due");
    assert_eq!(desk.found("due:2026-12-24").await, ["Late"]);
    use xtablo::schema::users;
    diesel::update(users::table.find(desk.ada.id))
        .set(users::time_zone.eq(zone))
        .execute(&mut desk.t.conn().await)
        .await
        .expect("moved");
    assert_eq!(desk.found("due:2026-12-24").await, [""; 0]);
    assert_eq!(desk.found("due:2026-12-25").await, ["Late"], "it is the next day there");
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_see() {
    let mut desk = Desk::begin().await;
    let card = desk.card("Secret needle", "").await;
    let (bob, mut bobs) = desk.t.sign_up("Bob").await;
    desk.t.browser().get("/search?q=needle").await.expect(303);
    assert_eq!(found(&mut bobs, "needle").await, [""; 0]);
    let mut conn = desk.t.conn().await;
    Member::create(&mut conn, desk.board.id, bob.id, Role::Viewer, desk.t.now()).await.expect("a member");
    for query in ["needle", "#1", "board:launch"] {
        assert_eq!(found(&mut bobs, query).await, ["Secret needle"], "{query}");
    }
    desk.browser.confirm(&format!("/boards/{}/members/{}/remove", desk.board.id, bob.id)).await.expect(303);
    for query in ["needle", "#1", "board:launch", "is:open", "due:none", "-nothing is:open"] {
        assert_eq!(found(&mut bobs, query).await, [""; 0], "{query}");
    }
    let open = |role: Option<&'static str>| {
        diesel::update(boards::table.find(desk.board.id)).set(boards::open_role.eq(role))
    };
    open(Some("viewer")).execute(&mut conn).await.expect("open");
    assert_eq!(found(&mut bobs, "needle").await, ["Secret needle"], "the board is open to everybody");
    open(None).execute(&mut conn).await.expect("closed");
    // A deleted card, and a deleted board.
    desk.browser.confirm(&format!("/cards/{}/delete", card.id)).await.expect(303);
    assert_eq!(desk.found("needle").await, [""; 0]);
    desk.browser.post(&format!("/cards/{}/undelete", card.id), &[]).await.expect(303);
    assert_eq!(desk.found("needle").await, ["Secret needle"]);
    desk.browser.confirm(&format!("/boards/{}/delete", desk.board.id)).await.expect(303);
    assert_eq!(desk.found("needle").await, [""; 0]);
}

#[tokio::test]
async fn each_change_is_found_at_once_and_what_it_took_away_no_more() {
    let mut f = FullCard::begin(&[]).await;
    let is_found = async |f: &mut FullCard, query: &str| found(&mut f.browser, query).await.len();
    f.browser.post(&format!("{}/title", f.path), &[("title", "Scheme")]).await.expect(303);
    assert_eq!((is_found(&mut f, "scheme").await, is_found(&mut f, "plan").await), (1, 0));
    f.browser.post(&format!("/boards/{}/undo", f.board.id), &[]).await.expect(303);
    assert_eq!((is_found(&mut f, "scheme").await, is_found(&mut f, "plan").await), (0, 1));
    let ids: (Uuid, Uuid, Uuid) = {
        use xtablo::schema::{checklist_items, comments, files};
        let mut conn = f.t.conn().await;
        let comment = comments::table.select(comments::id).first(&mut conn).await.expect("a comment");
        let item = checklist_items::table.filter(checklist_items::text.eq("Draw it"));
        let item = item.select(checklist_items::id).first(&mut conn).await.expect("an item");
        (comment, item, files::table.select(files::id).first(&mut conn).await.expect("a file"))
    };
    for (query, path) in [
        ("said", format!("/comments/{}/delete", ids.0)),
        ("draw", format!("/items/{}/delete", ids.1)),
        ("a.txt", format!("/files/{}/delete", ids.2)),
    ] {
        assert_eq!(is_found(&mut f, query).await, 1, "{query}");
        f.browser.confirm(&path).await.expect(303);
        assert_eq!(is_found(&mut f, query).await, 0, "{query}");
        f.browser.post(&path.replace("delete", "undelete"), &[]).await.expect(303);
        assert_eq!(is_found(&mut f, query).await, 1, "{query}");
    }
    // A field may be on every card, so the worker looks.
    let field: Uuid = {
        use xtablo::schema::fields;
        let room = fields::table.filter(fields::name.eq("Room"));
        room.select(fields::id).first(&mut f.t.conn().await).await.expect("a field")
    };
    f.browser.confirm(&format!("/fields/{field}/delete")).await.expect(303);
    f.browser.get(&path("room")).await.showing("still being read");
    catch_up(&f.t).await;
    f.browser.get(&path("room")).await.showing("No cards").hiding("still being read");
    // On another board it is found there.
    let to = [("column_id", f.other_column.id.to_string()), ("after", String::new())];
    let to = to.each_ref().map(|(name, value)| (*name, value.as_str()));
    f.browser.post(&format!("{}/move", f.path), &to).await.expect(303);
    assert_eq!(is_found(&mut f, "plan board:launch").await, 0);
    assert_eq!(is_found(&mut f, "plan board:other said").await, 1);
}

#[tokio::test]
async fn a_copied_board_and_what_an_older_version_wrote_are_found_once_the_worker_has_looked() {
    let mut desk = Desk::begin().await;
    desk.card("Needle", "").await;
    let copy = [("title", "Copy"), ("with", "cards")];
    desk.browser.post(&format!("/boards/{}/copy", desk.board.id), &copy).await.expect(303);
    assert_eq!(desk.found("needle board:copy").await, [""; 0]);
    catch_up(&desk.t).await;
    assert_eq!(desk.found("needle board:copy").await, ["Needle"]);
    // Such a version raises the revision alone.
    let more = desk.t.column(&desk.board, &desk.ada, "More").await;
    desk.t.many_cards(&more, 450).await;
    diesel::update(boards::table.find(desk.board.id))
        .set(boards::revision.eq(boards::revision + 1))
        .execute(&mut desk.t.conn().await)
        .await
        .expect("raised");
    desk.browser.get(&path("needle")).await.showing("still being read");
    catch_up(&desk.t).await;
    desk.browser.get(&path("needle")).await.hiding("still being read");
    let entries: i64 = {
        use xtablo::schema::search_entries;
        search_entries::table.count().get_result(&mut desk.t.conn().await).await.expect("a count")
    };
    assert_eq!(entries, 452);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_has_everything_read_anew() {
    let mut desk = Desk::begin().await;
    desk.card("Needle", "").await;
    diesel::sql_query("DELETE FROM search_entries").execute(&mut desk.t.conn().await).await.expect("deleted");
    assert_eq!(desk.found("needle").await, [""; 0]);
    let url = desk.t.app.config.database_url.expose();
    let settings = [("DATABASE_URL", url), SECRET];
    let mut reindex = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    reindex.args(["search", "reindex"]).stdout(Stdio::piped());
    let output = reindex.output().await.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 cards of 1 boards can be found\n");
    assert_eq!(desk.found("needle").await, ["Needle"]);
}

#[tokio::test]
async fn whatever_is_typed_is_answered_with_words() {
    let mut desk = Desk::begin().await;
    desk.card("Needle 100% a_b", "").await;
    desk.browser.get("/search").await.expect(200).showing("What can be searched for").hiding("No cards");
    for (query, words) in [
        ("x".repeat(1000).as_str(), "first 500 characters"),
        ("board: label: is:", "card"),
        ("is: due:", "card"),
        ("board:\"\" is:wrong", "is not understood"),
        ("\"needle", "A quotation mark has no other one"),
        ("%", "Signs alone"),
        ("_", "Signs alone"),
        ("\\", "Signs alone"),
        ("'; DROP TABLE cards; --", "No cards"),
        ("a & b | !c <-> d:*", "No cards"),
        ("\u{0}", "What can be searched for"),
        ("\u{202e}eldeen", "No cards"),
        ("مرحبا", "No cards"),
        ("n", "No cards"),
        ("-needle", "Say a word"),
        ("#99999999999999999999", "No cards"),
        ("🚀", "Signs alone"),
        ("a b c d e f g h i j k l m n o p q r s t u v", "first 20 words"),
        ("needle -needle", "No cards"),
    ] {
        desk.browser.get(&path(query)).await.expect(200).showing(words);
    }
    for found in ["needle 100%", "a_b", "\"needle 100\""] {
        assert_eq!(desk.found(found).await.len(), 1, "{found}");
    }
    for page in ["0", "-1", "2", "99999999999999999999999", "x", "%00"] {
        desk.browser.get(&format!("/search?q=needle&page={page}")).await.expect(200).showing("1 card<");
    }
    desk.browser.get("/search?q=%FF%FE&page=1").await.expect(200);
}

#[tokio::test]
async fn a_long_text_is_found_as_far_as_it_is_read_and_changes_all_the_same() {
    let mut desk = Desk::begin().await;
    // Of letters that take four bytes each, in words that differ.
    let body: String = (0..16_000_u32)
        .filter_map(|n| {
            Some([char::from_u32(0x10400 + n % 80)?, char::from_u32(0x10400 + n / 80 % 80)?, ' '])
        })
        .flatten()
        .collect();
    let card = desk.card("Needle", &body).await;
    let ligatures = "\u{fdfa} ".repeat(9_000);
    for _ in 0..6 {
        desk.browser
            .post(&format!("/cards/{}/comments", card.id), &[("body", &ligatures[..])])
            .await
            .expect(303);
    }
    assert_eq!(desk.found("needle").await, ["Needle"]);
    desk.card("Word", &"x".repeat(40_000)).await;
    assert_eq!(desk.found("word").await, ["Word"]);
}

#[tokio::test]
async fn what_is_found_is_paged_and_has_an_end() {
    let mut desk = Desk::begin().await;
    let titles: Vec<String> = (0..45).map(|n| format!("Needle {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    desk.t.cards(&desk.column, &desk.ada, &titles).await;
    assert_eq!(desk.found("needle").await.len(), 20);
    let last = desk.browser.get("/search?q=needle&page=3").await.expect(200);
    last.showing("45 cards").showing("page=2").hiding("page=4").hiding("What was");
    desk.browser.get("/search?q=needle&page=99").await.expect(200).showing("page=2").hiding("page=98");
    let more = desk.t.column(&desk.board, &desk.ada, "More").await;
    desk.t.many_cards(&more, 600).await;
    diesel::update(boards::table.find(desk.board.id))
        .set(boards::revision.eq(boards::revision + 1))
        .execute(&mut desk.t.conn().await)
        .await
        .expect("raised");
    catch_up(&desk.t).await;
    desk.browser.get(&path("is:open")).await.expect(200).showing("More than 500 cards");
}
