//! Filters of a board: in the address, in the form, and in the parts that a filtered page asks for.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::forms::encode_query;
use xtablo::models::assignee;
use xtablo::models::board::Board;
use xtablo::models::card::{Card, NewCard};
use xtablo::models::color::Color;
use xtablo::models::column::Column;
use xtablo::models::field::choice::FieldChoice;
use xtablo::models::field::kind::FieldKind;
use xtablo::models::field::{Field, NewField};
use xtablo::models::filter::Filter;
use xtablo::models::filter::matches::Matches;
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::models::when::When;
use xtablo::schema::users;
use xtablo::time_zone::{LocalTime, TimeZone};

use crate::support::browser::{Answer, Browser};
use crate::support::{TestApp, nobody};

async fn label(t: &TestApp, board: &Board, by: &User, name: &str) -> Label {
    let new = NewLabel { name, color: Color::Red };
    t.change(board.id, by, async |change| Label::create(change, new).await).await.expect("a label")
}

async fn put(t: &TestApp, by: &User, card: &Card, label: &Label) {
    t.change(card.board_id, by, async |change| Label::put_on(change, card, label.id).await)
        .await
        .expect("labeled");
}

async fn field(t: &TestApp, board: &Board, by: &User, name: &str, kind: FieldKind) -> Field {
    let choices: &[&str] = if kind == FieldKind::Choice { &["Low", "High"] } else { &[] };
    let new = NewField { name, on_card: true, shows_sum: false, choices };
    t.change(board.id, by, async |change| Field::create(change, kind, new).await).await.expect("a field")
}

/// Sends a form as a page does that shows the cards of a filter.
async fn post_filtered(browser: &Browser, path: &str, filter: &str, fields: &[(&str, &str)]) -> Answer {
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encode_query(value))).collect();
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("xtablo-filter", filter);
    browser.htmx().send(request, Body::from(body.join("&"))).await
}

/// Which of these titles a page shows, in their order there.
fn shown<'a>(answer: &Answer, titles: &[&'a str]) -> Vec<&'a str> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut found: Vec<(usize, &str)> = titles
        .iter()
        .filter_map(|title| Some((answer.body.find(&format!("dir=\"auto\">{title}</a>"))?, *title)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, title)| title).collect()
}

#[tokio::test]
async fn a_filtered_board_shows_the_cards_that_are_asked_for() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (bob, mut bobs) = t.sign_up("Bob").await;
    let board = t.board(&ada, "Launch").await;
    Member::create(&mut t.conn().await, board.id, bob.id, Role::Editor, t.now()).await.expect("a member");
    let column = t.column(&board, &ada, "To do").await;
    let titles = ["Plan", "Draw", "Ship 100%", "Test"];
    let cards = t.cards(&column, &ada, &titles).await;
    let (bug, idea) = (label(&t, &board, &ada, "Bug").await, label(&t, &board, &ada, "Idea").await);
    put(&t, &ada, &cards[0], &bug).await;
    put(&t, &ada, &cards[1], &bug).await;
    put(&t, &ada, &cards[1], &idea).await;
    t.change(board.id, &ada, async |change| {
        cards[3].update(change, NewCard { title: "Test", body: "Über snake_case" }, None).await
    })
    .await
    .expect("a text");
    for (card, user) in [(0, &ada), (1, &bob)] {
        t.change(board.id, &ada, async |change| assignee::assign(change, &cards[card], user.id).await)
            .await
            .expect("assigned");
    }
    let path = format!("/boards/{}", board.id);
    let gone = nobody();
    for (query, expected) in [
        (format!("label={}", bug.id), vec!["Plan", "Draw"]),
        // Two of one are or, two different ones are and.
        (format!("label={}&label=none", idea.id), vec!["Draw", "Ship 100%", "Test"]),
        (format!("label={}&assignee=me", bug.id), vec!["Plan"]),
        (format!("assignee=me&assignee={}", bob.id), vec!["Plan", "Draw"]),
        ("assignee=none".to_owned(), vec!["Ship 100%", "Test"]),
        (format!("label={gone}"), vec![]),
        (format!("assignee={gone}"), vec![]),
        // Words in any order, of the title or the text, whatever stands in them.
        ("q=100%25".to_owned(), vec!["Ship 100%"]),
        ("q=%25".to_owned(), vec!["Ship 100%"]),
        ("q=_".to_owned(), vec!["Test"]),
        ("q=test+über".to_owned(), vec!["Test"]),
        ("q=%C3%9CBER+TEST".to_owned(), vec!["Test"]),
        ("q=plan&q=draw".to_owned(), vec!["Plan", "Draw"]),
        ("q=%232".to_owned(), vec!["Draw"]),
        ("q=a+b+c+d+e+f+g+h".to_owned(), vec![]),
        (format!("q=plan&label={}", idea.id), vec![]),
    ] {
        let answer = browser.get(&format!("{path}?{query}")).await;
        assert_eq!(shown(&answer, &titles), expected, "{query}");
        answer.showing(&format!("{} of 4 cards", expected.len()));
    }
    // `me` is who reads.
    let answer = bobs.get(&format!("{path}?assignee=me")).await;
    assert_eq!(shown(&answer, &titles), ["Draw"]);
    // A chip leads out of each term, and one word out of all.
    let query = format!("label={}&assignee=me", bug.id);
    let without = |query: &str| format!("href=\"{path}{query}\"").replace('/', "&#x2f;");
    browser
        .get(&format!("{path}?{query}"))
        .await
        .showing(&without(&format!("?label={}", bug.id)))
        .showing(&without("?assignee=me"))
        .showing(&without(""))
        .showing(">Assigned to me<");
    // Without one the board is as ever.
    let whole = browser.get(&path).await;
    assert_eq!(shown(&whole, &titles), titles);
    whole.hiding("of 4 cards");
    // A label that was deleted is on no card, and is told of.
    browser.confirm(&format!("/labels/{}/delete", idea.id)).await.expect(303);
    let answer = browser.get(&format!("{path}?label={}", idea.id)).await.showing("A label that is gone");
    assert_eq!(shown(&answer, &titles), Vec::<&str>::new());
}

#[tokio::test]
async fn dates_are_weighed_by_the_reader_s_calendar() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let titles = ["Past", "Past and done", "Today", "At noon", "In six days", "In a week", "Undated"];
    let cards = t.cards(&column, &ada, &titles).await;
    let set_zone = async |name: &str| {
        diesel::update(users::table.find(ada.id))
            .set(users::time_zone.eq(name))
            .execute(&mut t.conn().await)
            .await
            .expect("a zone");
    };
    set_zone("Pacific/Kiritimati").await;
    let zone = TimeZone::parse("Pacific/Kiritimati").expect("a zone");
    let today = zone.local(t.now()).date();
    let day = |days: i64| When::Day(today + TimeDelta::days(days));
    let noon = When::Moment(zone.at(today.and_hms_opt(23, 59, 0).expect("a time")));
    let dues = [day(-1), day(-1), day(0), noon, day(6), day(7)];
    for (card, due) in cards.iter().zip(dues) {
        t.change(board.id, &ada, async |change| card.set_dates(change, None, Some(due)).await)
            .await
            .expect("a date");
    }
    t.change(board.id, &ada, async |change| cards[1].set_done(change, true).await).await.expect("done");
    let path = format!("/boards/{}", board.id);
    for (query, expected) in [
        ("due=overdue", vec!["Past"]),
        ("due=today", vec!["Today", "At noon"]),
        ("due=week", vec!["Today", "At noon", "In six days"]),
        ("due=none", vec!["Undated"]),
        ("due=none&due=overdue", vec!["Past", "Undated"]),
        ("done=yes", vec!["Past and done"]),
        ("done=no&due=none", vec!["Undated"]),
        ("done=no&done=yes&due=today", vec!["Today", "At noon"]),
    ] {
        let answer = browser.get(&format!("{path}?{query}")).await;
        assert_eq!(shown(&answer, &titles), expected, "{query}");
    }
    // Where it is another day, it is another card's.
    set_zone("Pacific/Pago_Pago").await;
    let there = TimeZone::parse("Pacific/Pago_Pago").expect("a zone").local(t.now()).date();
    let answer = browser.get(&format!("{path}?due=today")).await;
    let is_due = |due: &When| due.day(TimeZone::parse("Pacific/Pago_Pago").expect("a zone")) == there;
    let expected: Vec<&str> =
        titles.iter().zip(dues).filter(|(_, due)| is_due(due)).map(|(title, _)| *title).collect();
    assert_eq!(shown(&answer, &titles), expected);
}

#[tokio::test]
async fn fields_are_asked_for_by_their_kind() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let titles = ["One", "Two", "Three"];
    let cards = t.cards(&column, &ada, &titles).await;
    let text = field(&t, &board, &ada, "Customer", FieldKind::Text).await;
    let number = field(&t, &board, &ada, "Effort", FieldKind::Number).await;
    let date = field(&t, &board, &ada, "Launch", FieldKind::Date).await;
    let choice = field(&t, &board, &ada, "Level", FieldKind::Choice).await;
    let yes_no = field(&t, &board, &ada, "Ready", FieldKind::YesNo).await;
    let mut choices = FieldChoice::of_board(&t.conn().await, board.id).await.expect("choices");
    let choices = choices.remove(&choice.id).expect("two");
    for (card, field, value) in [
        (0, &text, "Müller & Söhne 100%"),
        (1, &text, "5"),
        (0, &number, "2.50"),
        (1, &number, "-10"),
        (0, &date, "2026-12-24"),
        (1, &date, "2027-01-01"),
        (0, &choice, &choices[0].id.to_string()),
        (1, &choice, &choices[1].id.to_string()),
        (0, &yes_no, "yes"),
        (1, &yes_no, "no"),
    ] {
        let path = format!("/cards/{}/fields/{}", cards[card].id, field.id);
        browser.post(&path, &[("value", value)]).await.expect(303);
    }
    let path = format!("/boards/{}", board.id);
    for (field, value, expected) in [
        (&text, "müller", vec!["One"]),
        (&text, "100%", vec!["One"]),
        (&text, "none", vec!["Three"]),
        (&text, "..", vec![]),
        (&number, "2.5", vec!["One"]),
        (&number, "2,50", vec!["One"]),
        (&number, "-10", vec!["Two"]),
        (&number, "..0", vec!["Two"]),
        (&number, "-10..3", vec!["One", "Two"]),
        (&number, "many", vec![]),
        (&number, "none", vec!["Three"]),
        (&date, "2026-12-24", vec!["One"]),
        (&date, "2026-12-25..", vec!["Two"]),
        (&date, "2026-01-01..2027-12-31", vec!["One", "Two"]),
        (&date, "soon", vec![]),
        (&choice, &choices[1].id.to_string(), vec!["Two"]),
        (&choice, "none", vec!["Three"]),
        (&choice, "Low", vec![]),
        (&yes_no, "yes", vec!["One"]),
        (&yes_no, "no", vec!["Two", "Three"]),
    ] {
        let answer = browser.get(&format!("{path}?field.{}={}", field.id, encode_query(value))).await;
        assert_eq!(shown(&answer, &titles), expected, "{} {value}", field.name);
        answer.showing(&field.name);
    }
    // A field that is gone finds nothing, not even what has nothing in it, and is told of.
    browser.confirm(&format!("/fields/{}/delete", number.id)).await.expect(303);
    for value in ["none", "2.5", "no"] {
        let answer = browser.get(&format!("{path}?field.{}={value}", number.id)).await;
        assert_eq!(shown(&answer, &titles), Vec::<&str>::new());
        answer.showing("A field that is gone");
    }
}

#[tokio::test]
async fn bad_filters_are_told_of_and_find_nobody_s_cards() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (eve, mut eves) = t.sign_up("Eve").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    t.cards(&column, &ada, &["Plan"]).await;
    // Another's board, with a label on a card.
    let theirs = t.board(&eve, "Hers").await;
    let hers = t.column(&theirs, &eve, "Hers").await;
    let secret = t.cards(&hers, &eve, &["Secret"]).await.remove(0);
    let foreign = label(&t, &theirs, &eve, "Foreign label").await;
    put(&t, &eve, &secret, &foreign).await;
    let path = format!("/boards/{}", board.id);
    browser
        .get(&format!("{path}?label={}", foreign.id))
        .await
        .expect(200)
        .showing("0 of 1 card")
        .hiding("Secret")
        .hiding("Foreign label");
    eves.get(&format!("{path}?q=Plan")).await.expect(404);
    for (query, says) in [
        ("label=red", "One part of this address is not understood"),
        ("due=soon&done=perhaps", "2 parts of this address are not understood"),
        ("field.x=1", "One part"),
        (&format!("q={}", "x".repeat(1000)), "A text can have 200 characters"),
        (&"label=none&".repeat(500), "No label"),
        (&(0..500).map(|_| format!("label={}&", nobody())).collect::<Vec<_>>().concat(), "400 parts"),
        ("q=%00", "Plan"),
        ("q=%E2%80%AE%D7%A9%25_", "0 of 1 card"),
        ("q=\\", "0 of 1 card"),
        ("q='%22;--", "0 of 1 card"),
        ("q=l", "1 of 1 card"),
        ("%=%&&&=%ZZ&%FF=%FF&q[]=1", "Plan"),
        ("page=99&view=nothing", "Plan"),
    ] {
        browser.get(&format!("{path}?{query}")).await.expect(200).showing(says).hiding("Secret");
        browser.get(&format!("{path}/filter?{query}")).await.expect(200).hiding("Secret");
    }
    // In a header, too, where anything may stand.
    for filter in ["label=red", "%FF", "q=\t", &"q=x&".repeat(1000)] {
        let request = Request::get(format!("/columns/{}", column.id)).header("xtablo-filter", filter);
        browser.htmx().send(request, Body::empty()).await.expect(200);
    }
}

#[tokio::test]
async fn parts_of_a_filtered_page_are_filtered_and_moves_keep_the_true_order() {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let (todo, done) = (t.column(&board, &ada, "To do").await, t.column(&board, &ada, "Done").await);
    let bug = label(&t, &board, &ada, "Bug").await;
    let cards = t.cards(&todo, &ada, &["h1", "A", "h2", "B", "h3"]).await;
    for card in [1, 3] {
        put(&t, &ada, &cards[card], &bug).await;
    }
    let others = t.cards(&done, &ada, &["h4", "C"]).await;
    put(&t, &ada, &others[1], &bug).await;
    let filter = format!("label={}", bug.id);
    let column = async |column: &Column| {
        let request = Request::get(format!("/columns/{}", column.id)).header("xtablo-filter", &filter);
        browser.htmx().send(request, Body::empty()).await.expect(200)
    };
    let first = |card: &Card| format!("data-drop-first=\"{}\"", card.id);
    column(&todo)
        .await
        .showing(">A</a>")
        .showing(">B</a>")
        .hiding(">h1</a>")
        .hiding(">h3</a>")
        .showing("2 of 5")
        .showing(&first(&cards[0]));
    // B to the top of what is shown: it stands before A, and after what is not shown before that.
    let to =
        |column: &Column, after: Uuid| [("column_id", column.id.to_string()), ("after", after.to_string())];
    let act = async |card: &Card, column: &Column, after: Uuid| {
        let place = to(column, after);
        let place: Vec<(&str, &str)> = place.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post_filtered(&browser, &format!("/cards/{}/move", card.id), &filter, &place).await.expect(200)
    };
    act(&cards[3], &todo, cards[0].id).await.showing(">B</a>").hiding(">h2</a>");
    assert_eq!(t.titles(&todo).await, ["h1", "B", "A", "h2", "h3"]);
    act(&cards[3], &todo, cards[1].id).await;
    assert_eq!(t.titles(&todo).await, ["h1", "A", "B", "h2", "h3"]);
    // Into another column, both of which come back filtered.
    act(&cards[1], &done, others[0].id).await.showing(">C</a>").hiding(">h4</a>").hiding(">h1</a>");
    assert_eq!(t.titles(&done).await, ["h4", "A", "C"]);
    // With nothing shown the top is the top.
    act(&cards[3], &done, cards[1].id).await;
    let empty = column(&todo).await.showing("0 of 3").hiding("data-drop-first");
    assert!(!empty.body.contains("<li"), "{empty:?}");
    // A card that is added under the filter is there, and its page is told that it is hidden.
    let path = format!("/columns/{}/cards", todo.id);
    let added =
        post_filtered(&browser, &path, &filter, &[("title", "h5")]).await.expect(200).hiding(">h5</a>");
    assert_eq!(added.headers["hx-trigger"], "xtablo:hidden");
    assert_eq!(t.titles(&todo).await, ["h1", "h2", "h3", "h5"]);
    let shown = post_filtered(&browser, &path, "q=new", &[("title", "New")]).await.expect(200);
    assert!(!shown.headers.contains_key("hx-trigger"));
    shown.showing(">New</a>");
    // Who asks without a filter gets all, also right after.
    let all = browser.htmx().get(&format!("/columns/{}", todo.id)).await.expect(200);
    all.showing(">h1</a>").showing(">h5</a>").hiding("data-drop-first");
}

#[tokio::test]
async fn a_limit_is_one_for_all_cards_and_sums_are_of_those_shown() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let cards = t.cards(&column, &ada, &["One", "Two"]).await;
    let new = NewField { name: "Effort", on_card: false, shows_sum: true, choices: &[] };
    let effort = t
        .change(board.id, &ada, async |change| Field::create(change, FieldKind::Number, new).await)
        .await
        .expect("a field");
    for (card, value) in cards.iter().zip(["3", "40"]) {
        let path = format!("/cards/{}/fields/{}", card.id, effort.id);
        browser.post(&path, &[("value", value)]).await.expect(303);
    }
    let settings = [("title", "To do"), ("wip_limit", "1")];
    browser.post(&format!("/columns/{}", column.id), &settings).await.expect(303);
    let path = format!("/boards/{}", board.id);
    browser.get(&path).await.showing("<b>43</b>").showing("is-over");
    browser.get(&format!("{path}?q=one")).await.showing("<b>3</b>").showing("is-over").showing("1 of 2");
}

#[tokio::test]
async fn the_form_has_what_the_address_asks_for() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let bug = label(&t, &board, &ada, "Bug").await;
    let customer = field(&t, &board, &ada, "Customer", FieldKind::Text).await;
    let path = format!("/boards/{}/filter", board.id);
    let query = format!("q=a%26b&label={}&assignee=me&due=week&done=no&field.{}=x%22y", bug.id, customer.id);
    let checked = |name: &str, value: &str| format!("name=\"{name}\" value=\"{value}\" checked");
    browser
        .get(&format!("{path}?{query}"))
        .await
        .expect(200)
        .showing("value=\"a&amp;b\"")
        .showing("value=\"x&quot;y\"")
        .showing(&checked("label", &bug.id.to_string()))
        .showing(&checked("assignee", "me"))
        .showing(&checked("due", "week"))
        .showing(&checked("done", "no"));
    // The same beside the board.
    browser.htmx().get(&path).await.expect(200).hiding("<html").hiding(" checked").showing("Bug");
    // The board leads to it, also without a script.
    browser.get(&format!("/boards/{}", board.id)).await.showing(&format!("href=\"{path}\""));
}

#[tokio::test]
async fn a_filter_of_a_large_board_is_one_query_of_its_cards() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    t.many_cards(&column, 5000).await;
    let time = LocalTime::utc(t.now());
    let conn = t.conn().await;
    for (query, expected) in
        [("q=card+4999", 1), ("label=none", 5000), ("assignee=me", 0), ("due=none&q=99", 95)]
    {
        let filter = Filter::parse(query, ada.id);
        let matches = Matches::find(&conn, board.id, None, &filter, time).await.expect("cards");
        assert_eq!((matches.ids.len(), matches.total()), (expected, 5000), "{query}");
    }
    browser.get(&format!("/boards/{}?q=card+4999", board.id)).await.expect(200).showing("1 of 5000 cards");
    // What is archived is not counted.
    browser.post(&format!("/columns/{}/archive", column.id), &[]).await.expect(303);
    browser.get(&format!("/boards/{}?q=card", board.id)).await.expect(200).showing("0 of 0 cards");
}
