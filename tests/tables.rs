//! The table of a board's cards: what it shows, in which order, and how many at a time.

use xtablo::models::assignee;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::color::Color;
use xtablo::models::field::choice::FieldChoice;
use xtablo::models::field::kind::FieldKind;
use xtablo::models::field::{Field, NewField};
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::user::User;
use xtablo::models::when::When;

use crate::support::browser::Answer;
use crate::support::{TestApp, nobody};

async fn field(t: &TestApp, board: &Board, by: &User, name: &str, kind: FieldKind) -> Field {
    let choices: &[&str] = if kind == FieldKind::Choice { &["Low", "High"] } else { &[] };
    let new = NewField { name, on_card: false, shows_sum: false, choices };
    t.change(board.id, by, async |change| Field::create(change, kind, new).await).await.expect("a field")
}

/// The titles of a page's rows, in order.
fn rows(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let rows = answer.body.split("<th scope=\"row\"><a href=").skip(1);
    rows.filter_map(|row| row.split_once('>')?.1.split_once("</a>").map(|(title, _)| title)).collect()
}

#[tokio::test]
async fn a_table_is_sorted_by_any_of_its_columns() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let (todo, done) = (t.column(&board, &ada, "To do").await, t.column(&board, &ada, "Done").await);
    let mut cards: Vec<Card> = t.cards(&todo, &ada, &["b", "c"]).await;
    cards.extend(t.cards(&done, &ada, &["a"]).await);
    let number = field(&t, &board, &ada, "Effort", FieldKind::Number).await;
    let choice = field(&t, &board, &ada, "Level", FieldKind::Choice).await;
    let text = field(&t, &board, &ada, "Customer", FieldKind::Text).await;
    let mut choices = FieldChoice::of_board(&t.conn().await, board.id).await.expect("choices");
    let choices = choices.remove(&choice.id).expect("two");
    for (card, field, value) in [
        (0, &number, "10.50"),
        (1, &number, "9"),
        (2, &choice, &choices[1].id.to_string()),
        (0, &choice, &choices[0].id.to_string()),
        (1, &text, "x"),
    ] {
        let path = format!("/cards/{}/fields/{}", cards[card].id, field.id);
        browser.post(&path, &[("value", value)]).await.expect(303);
    }
    let new = NewLabel { name: "Bug", color: Color::Red };
    let bug =
        t.change(board.id, &ada, async |change| Label::create(change, new).await).await.expect("a label");
    let today = t.now().date_naive();
    t.change(board.id, &ada, async |change| {
        Label::put_on(change, &cards[1], bug.id).await?;
        cards[2].set_dates(change, None, Some(When::Day(today))).await?;
        cards[0].set_dates(change, None, Some(When::Moment(t.now() + chrono::TimeDelta::days(3)))).await
    })
    .await
    .expect("labeled and dated");
    t.change(board.id, &ada, async |change| assignee::assign(change, &cards[1], ada.id).await)
        .await
        .expect("assigned");
    let path = format!("/boards/{}/table", board.id);
    for (sort, expected) in [
        (String::new(), ["b", "c", "a"]),
        ("title".to_owned(), ["a", "b", "c"]),
        ("-title".to_owned(), ["c", "b", "a"]),
        ("-number".to_owned(), ["a", "c", "b"]),
        ("column".to_owned(), ["b", "c", "a"]),
        ("-column".to_owned(), ["a", "b", "c"]),
        // What has none comes last, either way.
        ("labels".to_owned(), ["c", "b", "a"]),
        ("-labels".to_owned(), ["c", "b", "a"]),
        ("assignees".to_owned(), ["c", "b", "a"]),
        ("due".to_owned(), ["a", "b", "c"]),
        ("-due".to_owned(), ["b", "a", "c"]),
        ("start".to_owned(), ["b", "c", "a"]),
        ("done".to_owned(), ["b", "c", "a"]),
        ("created".to_owned(), ["b", "c", "a"]),
        ("updated".to_owned(), ["b", "c", "a"]),
        // As numbers, and choices in their own order.
        (format!("field.{}", number.id), ["c", "b", "a"]),
        (format!("-field.{}", number.id), ["b", "c", "a"]),
        (format!("-field.{}", choice.id), ["a", "b", "c"]),
        (format!("field.{}", text.id), ["c", "b", "a"]),
        (format!("field.{}", nobody()), ["b", "c", "a"]),
        ("nothing".to_owned(), ["b", "c", "a"]),
    ] {
        let answer = browser.get(&format!("{path}?sort={sort}")).await;
        assert_eq!(rows(&answer), expected, "{sort}");
    }
    // Fields that are chosen, with the sum of all numbers, and the rows by a filter.
    let shown = format!("show=field.{}&show=field.{}&show=labels", number.id, choice.id);
    browser
        .get(&format!("{path}?{shown}&sort=title"))
        .await
        .showing(">10.50<")
        .showing(">19.50<")
        .showing(">High<")
        .showing("aria-sort=\"ascending\"")
        .hiding(">To do<");
    let filtered = browser.get(&format!("{path}?{shown}&label={}", bug.id)).await;
    assert_eq!(rows(&filtered), ["c"]);
    filtered
        .showing("1 of 3 cards")
        .showing(">Bug<")
        .hiding(">19.50<")
        // What is shown stays where the filter goes, and the filter where the board is.
        .showing(
            &format!("href=\"{path}?{shown}\"")
                .replace('/', "&#x2f;")
                .replace('&', "&amp;")
                .replace("&amp;#x2f;", "&#x2f;"),
        )
        .showing(&format!("href=\"/boards/{}?label={}\"", board.id, bug.id).replace('/', "&#x2f;"));
    browser.get(&format!("{path}?q=nothing")).await.expect(200).showing("No card matches the filter.");
    // The form of the filter leads back to the table.
    browser
        .get(&format!("/boards/{}/filter?view=table&{shown}&q=x", board.id))
        .await
        .expect(200)
        .showing(&format!("action=\"{path}\"").replace('/', "&#x2f;"))
        .showing("name=\"show\" value=\"labels\"");
}

#[tokio::test]
async fn a_table_has_a_hundred_rows_a_page() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let path = format!("/boards/{}/table", board.id);
    browser.get(&path).await.expect(200).showing("This board has no cards.");
    let column = t.column(&board, &ada, "To do").await;
    t.many_cards(&column, 250).await;
    let first = browser.get(&format!("{path}?q=card&sort=-created")).await;
    assert_eq!(rows(&first).len(), 100);
    first.showing("page=2").hiding("rel=\"prev\"");
    let second = browser.get(&format!("{path}?page=2")).await;
    assert_eq!(rows(&second).first(), Some(&"Card 100"));
    second.showing("rel=\"prev\"").showing("rel=\"next\"");
    for beyond in ["3", "99", "9223372036854775807"] {
        let last = browser.get(&format!("{path}?page={beyond}")).await;
        assert_eq!(rows(&last).len(), 50, "{beyond}");
        last.hiding("rel=\"next\"");
    }
    for odd in
        ["page=-1", "page=x", "page=0", "sort=-", "sort=--title", "show=%00", "show=field.&sort=field."]
    {
        assert_eq!(rows(&browser.get(&format!("{path}?{odd}")).await).len(), 100, "{odd}");
    }
    let (_, mut eves) = t.sign_up("Eve").await;
    eves.get(&path).await.expect(404);
}
