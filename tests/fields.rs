//! Fields of a board's own: made, changed, put in order, filled in on cards, summed up, deleted.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::field::choice::FieldChoice;
use xtablo::models::field::kind::FieldKind;
use xtablo::models::field::value::FieldValue;
use xtablo::models::field::{Field, NewField};
use xtablo::models::user::User;
use xtablo::schema::{boards, card_fields, events, users};

use crate::support::browser::{Answer, Browser};
use crate::support::{TestApp, nobody};

async fn field(t: &TestApp, board: &Board, by: &User, name: &str, kind: FieldKind) -> Field {
    let choices: &[&str] = if kind == FieldKind::Choice { &["Low", "Middle", "High"] } else { &[] };
    let new = NewField { name, on_card: true, shows_sum: true, choices };
    t.change(board.id, by, async |change| Field::create(change, kind, new).await).await.expect("a field")
}

async fn names(t: &TestApp, board: &Board) -> Vec<String> {
    let fields = Field::of_board(&t.conn().await, board.id).await.expect("fields");
    fields.into_iter().map(|field| field.name).collect()
}

async fn choices(t: &TestApp, field: &Field) -> Vec<FieldChoice> {
    let mut all = FieldChoice::of_board(&t.conn().await, field.board_id).await.expect("choices");
    all.remove(&field.id).unwrap_or_default()
}

async fn revision(t: &TestApp, board: &Board) -> i64 {
    let board = boards::table.find(board.id).select(boards::revision);
    board.first(&mut t.conn().await).await.expect("the board")
}

async fn fill(browser: &mut Browser, card: &Card, field: &Field, value: &str) -> Answer {
    browser.post(&format!("/cards/{}/fields/{}", card.id, field.id), &[("value", value)]).await
}

/// What the card says in the field, as it is kept; a choice by its id.
async fn value(t: &TestApp, card: &Card, field: &Field) -> Option<String> {
    let mut values = FieldValue::of_card(&t.conn().await, card.id).await.expect("values");
    values.remove(&field.id).map(FieldValue::into_text)
}

#[tokio::test]
async fn a_board_s_fields_are_made_changed_and_put_in_order() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let path = format!("/boards/{}/fields", board.id);
    browser
        .get(&format!("/boards/{}", board.id))
        .await
        .showing(&format!("href=\"{}\"", path.replace('/', "&#x2f;")));
    browser.get(&path).await.expect(200).showing("No fields yet.");
    let effort = [("name", " Effort "), ("kind", "number"), ("on_card", "on"), ("sum", "on")];
    assert_eq!(browser.post(&path, &effort).await.location(), path);
    let priority = [("name", "<b>Priority</b>"), ("kind", "choice"), ("choices", "Low\n\n High \n")];
    browser.htmx().post(&path, &priority).await.expect(200).hiding("<html").showing("&lt;b&gt;Priority");
    for (name, kind) in [("Customer", "text"), ("Handover", "date"), ("Paid", "yes_no")] {
        browser.post(&path, &[("name", name), ("kind", kind), ("choices", "not read")]).await.expect(303);
    }
    assert_eq!(names(&t, &board).await, ["Effort", "<b>Priority</b>", "Customer", "Handover", "Paid"]);
    browser
        .get(&path)
        .await
        .expect(200)
        .showing("Low\nHigh")
        .showing("Filled in on no card")
        .showing("Yes or no");

    let fields = Field::of_board(&t.conn().await, board.id).await.expect("fields");
    let [effort, priority, customer, ..] = fields.as_slice() else { panic!("five fields") };
    assert!(effort.on_card && effort.shows_sum && !priority.on_card && !customer.shows_sum);
    let change = format!("/fields/{}", effort.id);
    assert_eq!(browser.post(&change, &[("name", "Hours"), ("on_card", "on")]).await.location(), path);
    let before = revision(&t, &board).await;
    browser.post(&change, &[("name", "Hours"), ("on_card", "on")]).await.expect(303);
    assert_eq!(revision(&t, &board).await, before, "it was so already");
    let move_it = format!("/fields/{}/move", effort.id);
    assert_eq!(browser.post(&move_it, &[("after", &customer.id.to_string())]).await.location(), path);
    assert_eq!(names(&t, &board).await, ["<b>Priority</b>", "Customer", "Hours", "Handover", "Paid"]);
    browser.post(&move_it, &[("after", "")]).await.expect(303);
    assert_eq!(names(&t, &board).await[0], "Hours");
    browser
        .get(&format!("/boards/{}/events", board.id))
        .await
        .showing("added the field “Effort”")
        .showing("changed the field “Hours”")
        .showing("moved the field “Hours”");

    // What is wrong is said where it was typed, and nothing has changed.
    let long = "x".repeat(61);
    let refused = async |browser: &mut Browser, path: &str, fields: &[(&str, &str)], says: &str| {
        browser.post(path, fields).await.expect(422).showing("field-error").showing(says);
    };
    refused(&mut browser, &path, &[("name", &long), ("kind", "text")], &long).await;
    refused(&mut browser, &path, &[("name", ""), ("kind", "text")], "Please fill this in.").await;
    refused(&mut browser, &path, &[("name", "Speed"), ("kind", "color")], "Speed").await;
    let many = (0..51).map(|number| number.to_string()).collect::<Vec<_>>().join("\n");
    for (choices, says) in [
        (" \n", "Please fill this in."),
        ("S\nM\nS", "only once"),
        (&format!("S\n{long}"), "has 61"),
        (&many, "At most 50 choices"),
    ] {
        refused(&mut browser, &path, &[("name", "Size"), ("kind", "choice"), ("choices", choices)], says)
            .await;
    }
    refused(&mut browser, &change, &[("name", &long)], &long).await;
    browser.post(&move_it, &[]).await.expect(422);
    browser.post(&move_it, &[("after", &nobody().to_string())]).await.expect(404);
    assert_eq!(names(&t, &board).await.len(), 5);

    // Deleting asks first; a field that is gone is found no more, nor can one follow it.
    let delete = format!("/fields/{}/delete", customer.id);
    browser.post(&delete, &[]).await.expect(200).showing("It is filled in on no card.");
    assert_eq!(browser.confirm(&delete).await.location(), path);
    browser.confirm(&delete).await.expect(404);
    browser.post(&move_it, &[("after", &customer.id.to_string())]).await.expect(422);
    browser
        .get(&format!("/boards/{}/trash", board.id))
        .await
        .expect(200)
        .showing("Fields")
        .showing("Customer");
}

#[tokio::test]
async fn a_board_has_thirty_fields_at_most() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    for _ in 0..30 {
        field(&t, &board, &ada, "Customer", FieldKind::Text).await;
    }
    let path = format!("/boards/{}/fields", board.id);
    let more = [("name", "One more"), ("kind", "text")];
    browser.post(&path, &more).await.expect(403).showing("30 fields").showing("One more");
    // A deleted one makes room, and stays deleted while another has its place.
    let first = Field::of_board(&t.conn().await, board.id).await.expect("fields").remove(0);
    browser.confirm(&format!("/fields/{}/delete", first.id)).await.expect(303);
    browser.post(&path, &more).await.expect(303);
    browser.post(&format!("/fields/{}/undelete", first.id), &[]).await.expect(403).showing("30 fields");
    assert_eq!(names(&t, &board).await.len(), 30);
}

#[tokio::test]
async fn a_card_fills_in_what_each_kind_takes_and_nothing_else() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let page = format!("/cards/{}", card.id);
    for (kind, good, bad) in [
        (FieldKind::Text, vec![(" Shop <i>& Co</i>\n ", "Shop <i>& Co</i>")], vec!["x".repeat(501)]),
        (
            FieldKind::Number,
            vec![
                ("2,50", "2.50"),
                ("+007", "7"),
                ("-0", "0"),
                ("0.1000000001", "0.1000000001"),
                ("12345678901234567890", "12345678901234567890"),
            ],
            ["NaN", "Infinity", "-inf", "1e5", "1,000", "1 000", "1.2.3", "0x1", "99999999999999999999999"]
                .map(str::to_owned)
                .into(),
        ),
        (
            FieldKind::Date,
            vec![("2028-02-29", "2028-02-29"), ("1900-01-01", "1900-01-01")],
            ["2027-02-29", "1899-12-31", "3000-01-01", "2026-12-24T10:00", "tomorrow"]
                .map(str::to_owned)
                .into(),
        ),
        (FieldKind::YesNo, vec![("yes", "yes"), ("no", "no")], vec!["maybe".to_owned()]),
    ] {
        let one = field(&t, &board, &ada, kind.word(), kind).await;
        for (typed, kept) in good {
            assert_eq!(fill(&mut browser, &card, &one, typed).await.location(), page, "{typed}");
            assert_eq!(value(&t, &card, &one).await.as_deref(), Some(kept));
        }
        let before = (value(&t, &card, &one).await, revision(&t, &board).await);
        fill(&mut browser, &card, &one, &before.0.clone().unwrap()).await.expect(303);
        for typed in bad {
            let answer = fill(&mut browser, &card, &one, &typed).await.expect(422).showing("field-error");
            assert!(
                kind == FieldKind::YesNo || answer.body.contains(&typed),
                "what was typed stays: {typed}"
            );
        }
        browser
            .post(&format!("{page}/fields/{}", one.id), &[])
            .await
            .expect(422)
            .showing("This field is missing.");
        assert_eq!((value(&t, &card, &one).await, revision(&t, &board).await), before, "nothing was written");
        browser.get(&page).await.showing(&format!("id=\"field-{}\"", one.id));
        fill(&mut browser, &card, &one, " ").await.expect(303);
        assert_eq!(value(&t, &card, &one).await, None);
    }
    browser.get(&page).await.showing("filled in “number” on “Plan”").showing("cleared “number” on “Plan”");
    // The words say what is wrong.
    let number = field(&t, &board, &ada, "Effort", FieldKind::Number).await;
    fill(&mut browser, &card, &number, "1e5").await.showing("written in digits");
    fill(&mut browser, &card, &number, "1,000").await.showing("thousands or decimals");
    // Of another board, gone, unknown.
    let other = t.board(&ada, "Other").await;
    let foreign = field(&t, &other, &ada, "Foreign", FieldKind::Text).await;
    fill(&mut browser, &card, &foreign, "x").await.expect(404);
    browser.confirm(&format!("/fields/{}/delete", number.id)).await.expect(303);
    fill(&mut browser, &card, &number, "3").await.expect(404);
    browser.post(&format!("{page}/fields/x"), &[("value", "3")]).await.expect(404);
}

#[tokio::test]
async fn numbers_are_read_and_written_as_the_language_does() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let effort = field(&t, &board, &ada, "Aufwand", FieldKind::Number).await;
    let german = users::language.eq("de");
    diesel::update(users::table.find(ada.id)).set(german).execute(&mut t.conn().await).await.expect("German");
    fill(&mut browser, &card, &effort, "12345,60").await.expect(303);
    assert_eq!(value(&t, &card, &effort).await.as_deref(), Some("12345.60"));
    browser.get(&format!("/boards/{}", board.id)).await.showing("12.345,60");
    browser.get(&format!("/cards/{}", card.id)).await.showing("value=\"12345,60\"");
    fill(&mut browser, &card, &effort, "1.000")
        .await
        .expect(422)
        .showing("Tausender")
        .showing("value=\"1.000\"");
    fill(&mut browser, &card, &effort, "1,125").await.expect(303);
    assert_eq!(value(&t, &card, &effort).await.as_deref(), Some("1.125"));
}

#[tokio::test]
async fn a_choice_that_is_renamed_stays_and_one_that_is_removed_asks_first() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let cards = t.cards(&column, &ada, &["Plan", "Build"]).await;
    let priority = field(&t, &board, &ada, "Priority", FieldKind::Choice).await;
    let [low, middle, high]: [FieldChoice; 3] =
        choices(&t, &priority).await.try_into().expect("three choices");
    let (page, change) = (format!("/boards/{}", board.id), format!("/fields/{}", priority.id));
    for card in &cards {
        fill(&mut browser, card, &priority, &high.id.to_string()).await.expect(303);
    }
    fill(&mut browser, &cards[0], &priority, &middle.id.to_string()).await.expect(303);
    let settings = |choices| [("name", "Priority"), ("on_card", "on"), ("choices", choices)];

    // Renamed in its place, and all of them put in another order.
    browser.post(&change, &settings("Low\nMedium\nHigh")).await.expect(303);
    browser.get(&page).await.showing("Medium").hiding("Middle");
    browser.post(&change, &settings("High\nMedium\nLow")).await.expect(303);
    let ids = async || choices(&t, &priority).await.into_iter().map(|choice| choice.id).collect::<Vec<_>>();
    assert_eq!(ids().await, [high.id, middle.id, low.id]);

    // One that no card has goes without a question, one that cards have does not.
    browser.post(&change, &settings("High\nMedium")).await.expect(303);
    let before = revision(&t, &board).await;
    browser
        .post(&change, &settings("Medium"))
        .await
        .expect(422)
        .showing("chosen on 1 card,")
        .showing("Remove them all the same");
    assert_eq!((ids().await.len(), revision(&t, &board).await), (2, before));
    let confirmed = [&settings("Medium")[..], &[("confirmed", "yes")]].concat();
    browser.post(&change, &confirmed).await.expect(303);
    browser.get(&page).await.showing("Medium").hiding("High");
    assert_eq!(value(&t, &cards[1], &priority).await, None);
    browser.get(&format!("{page}/fields")).await.showing("Filled in on 1 card");

    // Gone, of another field, no id at all: nothing is lost.
    let other = field(&t, &board, &ada, "Risk", FieldKind::Choice).await;
    let foreign = choices(&t, &other).await.remove(0);
    for gone in [high.id, foreign.id, nobody()] {
        let refused = fill(&mut browser, &cards[0], &priority, &gone.to_string()).await.expect(422);
        refused.showing("This choice is no longer there.");
    }
    fill(&mut browser, &cards[0], &priority, "High").await.expect(422).showing("Please choose one of these.");
    assert_eq!(value(&t, &cards[0], &priority).await, Some(middle.id.to_string()));

    // Its name again brings it back, on the cards that had it and have chosen nothing else since.
    browser.post(&change, &settings("Medium\nHigh")).await.expect(303);
    assert_eq!(ids().await, [middle.id, high.id]);
    assert_eq!(value(&t, &cards[1], &priority).await, Some(high.id.to_string()));
}

#[tokio::test]
async fn an_event_tells_what_was_before_and_after() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let priority = field(&t, &board, &ada, "Priority", FieldKind::Choice).await;
    let [low, _, high]: [FieldChoice; 3] = choices(&t, &priority).await.try_into().expect("three choices");
    for choice in [&low, &high] {
        fill(&mut browser, &card, &priority, &choice.id.to_string()).await.expect(303);
    }
    browser
        .post(&format!("/fields/{}", priority.id), &[("name", "Urgency"), ("choices", "Low\nMiddle\nHigh")])
        .await
        .expect(303);
    let newest: Vec<(String, serde_json::Value)> = events::table
        .filter(events::board_id.eq(board.id))
        .order(events::id.desc())
        .limit(2)
        .select((events::kind, events::data))
        .load(&mut t.conn().await)
        .await
        .expect("events");
    let [(changed, change), (set, filled)] = newest.as_slice() else { panic!("two events") };
    assert_eq!((changed.as_str(), set.as_str()), ("field_changed", "card_field_set"));
    assert_eq!((&filled["from"], &filled["to"]), (&low.id.to_string().into(), &high.id.to_string().into()));
    assert_eq!((&change["from"], &change["name"]), (&"Priority".into(), &"Urgency".into()));
    assert_eq!((&change["from_on_card"], &change["on_card"]), (&true.into(), &false.into()));
    assert_eq!(change["from_choices"], change["choices"]);
    assert_eq!(change["choices"][0]["id"], low.id.to_string());
}

#[tokio::test]
async fn the_board_shows_a_quiet_word_and_the_sum_of_each_column() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let cards = t.cards(&column, &ada, &["Plan", "Build", "Old"]).await;
    let page = format!("/boards/{}", board.id);
    let mut fields = Vec::new();
    for kind in FieldKind::ALL {
        fields.push(field(&t, &board, &ada, &format!("The {}", kind.word()), *kind).await);
    }
    let [text, number, date, choice, yes_no] = fields.as_slice() else { panic!("five kinds") };
    browser.get(&page).await.hiding("field-word").hiding("card-meta");
    let long = "a text that goes on and on and on and on, until it ends";
    let high = choices(&t, choice).await.remove(2).id.to_string();
    for (one, value) in
        [(text, long), (number, "0.1"), (date, "2031-05-04"), (choice, &high), (yes_no, "yes")]
    {
        fill(&mut browser, &cards[0], one, value).await.expect(303);
    }
    fill(&mut browser, &cards[1], yes_no, "no").await.expect(303);
    fill(&mut browser, &cards[1], number, "0.2").await.expect(303);
    fill(&mut browser, &cards[2], number, "10000").await.expect(303);
    let shown = browser.get(&page).await.expect(200);
    let shown =
        shown.showing("4 May 2031").showing("a text that goes on and on and on and on…").hiding("until it");
    let shown = shown.showing(">High<").showing("<b>10,000.3</b>").hiding(">Low<");
    assert_eq!(
        shown.body.matches("<span class=\"field-word\"").count(),
        7,
        "five, one and one: a no says nothing"
    );

    // What is archived counts for nothing; what is filled in in the dialog counts at once.
    browser.post(&format!("/cards/{}/archive", cards[2].id), &[]).await.expect(303);
    browser.get(&page).await.showing("<b>0.3</b>");
    let path = format!("/cards/{}/fields/{}", cards[0].id, number.id);
    browser
        .htmx()
        .post(&path, &[("value", "-0.15")])
        .await
        .expect(200)
        .showing("hx-swap-oob")
        .showing(&format!("id=\"sums-{}\"", column.id))
        .showing("<b>0.05</b>");

    // A field that is not shown is not read, and one that is deleted comes back with what cards said.
    browser.post(&format!("/fields/{}", text.id), &[("name", "The text")]).await.expect(303);
    browser.confirm(&format!("/fields/{}/delete", choice.id)).await.expect(303);
    browser.get(&page).await.hiding("goes on").hiding(">High<");
    browser.get(&format!("/cards/{}", cards[0].id)).await.showing("until it ends").hiding(">High<");
    let back = browser.post(&format!("/fields/{}/undelete", choice.id), &[]).await;
    assert_eq!(back.location(), format!("{page}/fields"));
    browser.get(&page).await.showing(">High<");
    browser.get(&format!("{page}/events")).await.showing("restored the field “The choice”");
}

#[tokio::test]
async fn fields_cost_a_board_page_the_same_queries_however_many_there_are() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Big").await;
    let column = t.column(&board, &ada, "To do").await;
    let page = format!("/boards/{}", board.id);
    let mut cost = async || {
        let before = t.app.db.queries();
        let answer = browser.get(&page).await.expect(200);
        (t.app.db.queries() - before, answer.body.matches("field-word").count())
    };
    let (none, shown) = cost().await;
    assert_eq!(shown, 0);
    let cards = t.cards(&column, &ada, &["A", "B", "C", "D"]).await;
    for number in 0..10 {
        let one = field(&t, &board, &ada, &format!("Field {number}"), FieldKind::Number).await;
        t.change(board.id, &ada, async |change| {
            for card in &cards {
                let value = Some(FieldValue::Plain(number.to_string()));
                FieldValue::fill(change, card, one.id, value).await?;
            }
            Ok::<_, xtablo::models::field::value::FillError>(())
        })
        .await
        .expect("filled in");
    }
    let (many, shown) = cost().await;
    assert_eq!(shown, 40);
    assert_eq!(none, many);
}

#[tokio::test]
async fn those_who_may_only_look_read_what_is_filled_in_and_so_does_the_public() {
    let t = TestApp::new().await;
    let (ada, mut owner) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let effort = field(&t, &board, &ada, "Effort", FieldKind::Number).await;
    let customer = field(&t, &board, &ada, "Customer", FieldKind::Text).await;
    fill(&mut owner, &card, &effort, "12345.5").await.expect(303);
    let (viv, mut viewer) = t.sign_up("Viv").await;
    xtablo::models::member::Member::create(
        &mut t.conn().await,
        board.id,
        viv.id,
        xtablo::models::role::Role::Viewer,
        t.now(),
    )
    .await
    .expect("a member");
    let page = format!("/cards/{}", card.id);
    viewer.get(&page).await.expect(200).showing("12,345.5").hiding("Customer").hiding("name=\"value\"");
    viewer
        .get(&format!("/boards/{}/fields", board.id))
        .await
        .expect(200)
        .showing("Effort")
        .hiding("<form class=\"stack");
    fill(&mut viewer, &card, &customer, "x").await.expect(403);

    owner.post(&format!("/boards/{}/public-link", board.id), &[("days", "")]).await.expect(303);
    let members = owner.get(&format!("/boards/{}/members", board.id)).await;
    let (_, link) = members.body.split_once("&#x2f;public&#x2f;").expect("a public link");
    let token: String = link.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let mut public = t.browser();
    public.get(&format!("/public/{token}")).await.expect(200).showing("12,345.5").showing("column-sums");
    public
        .get(&format!("/public/{token}/cards/{}", card.id))
        .await
        .expect(200)
        .showing("12,345.5")
        .hiding("Customer");
}

#[tokio::test]
async fn what_was_removed_long_ago_is_erased_with_what_cards_said() {
    let t = TestApp::new().await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let effort = field(&t, &board, &ada, "Effort", FieldKind::Number).await;
    let priority = field(&t, &board, &ada, "Priority", FieldKind::Choice).await;
    let high = choices(&t, &priority).await.remove(2);
    fill(&mut browser, &card, &effort, "3").await.expect(303);
    fill(&mut browser, &card, &priority, &high.id.to_string()).await.expect(303);
    browser.confirm(&format!("/fields/{}/delete", effort.id)).await.expect(303);
    let fewer = [("name", "Priority"), ("choices", "Low\nMiddle"), ("confirmed", "yes")];
    browser.post(&format!("/fields/{}", priority.id), &fewer).await.expect(303);
    let kept = async || {
        let of_card = card_fields::table.filter(card_fields::card_id.eq(card.id));
        of_card
            .select(card_fields::field_id)
            .order(card_fields::field_id)
            .load::<Uuid>(&mut t.conn().await)
            .await
    };
    let erase = async || {
        let before = t.now() - xtablo::models::trash::KEPT;
        let conn = &mut t.conn().await;
        Field::erase_deleted(conn, before, 10).await.expect("erased")
            + FieldChoice::erase_deleted(conn, before, 10).await.expect("erased")
    };
    assert_eq!(erase().await, 0);
    assert_eq!(kept().await.expect("values").len(), 2);
    t.advance(TimeDelta::days(30) + TimeDelta::seconds(1));
    assert_eq!(erase().await, 2);
    assert!(kept().await.expect("values").is_empty());
}
