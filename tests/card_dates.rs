//! When cards begin and are due, in the reader's zone, and whether they are done.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::models::user::User;
use xtablo::schema::{boards, events, users};
use xtablo::time_zone::TimeZone;

use crate::support::TestApp;

async fn lives_in(t: &TestApp, user: &User, zone: &str) {
    let to = users::time_zone.eq(zone);
    diesel::update(users::table.find(user.id)).set(to).execute(&mut t.conn().await).await.expect("set");
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// The clock of the app says this.
fn it_is(t: &TestApp, now: &str) {
    t.advance(moment(now) - t.now());
}

#[tokio::test]
async fn a_card_has_dates_as_the_reader_s_clock_says_them() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    lives_in(&t, &ada, "Europe/Berlin").await;
    let (bob, mut in_new_york) = t.sign_up("Bob").await;
    lives_in(&t, &bob, "America/New_York").await;
    let board = t.board(&ada, "Launch").await;
    let open = boards::table.find(board.id);
    let to = boards::open_role.eq("editor");
    diesel::update(open).set(to).execute(&mut t.conn().await).await.expect("open to everybody");
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let (path, on_board) = (format!("/cards/{}", card.id), format!("/boards/{}", board.id));
    let dates = format!("{path}/dates");

    let new_year = [("start", "2999-12-30"), ("due", "2999-12-31T18:30")];
    assert_eq!(browser.post(&dates, &new_year).await.location(), path);
    browser.get(&path).await.expect(200).showing("31 Dec 2999 18:30").showing("value=\"18:30\"");
    in_new_york.get(&path).await.expect(200).showing("31 Dec 2999 12:30").showing("America&#x2f;New_York");
    // A day is that day everywhere.
    in_new_york.get(&path).await.showing("30 Dec 2999");
    in_new_york.get(&on_board).await.expect(200).showing("31 Dec 2999 12:30");
    // In fields of their own, as the page sends them.
    let apart = [("start", "2999-12-30"), ("start_time", ""), ("due", "2999-12-31"), ("due_time", "12:30")];
    let history = async || {
        events::table
            .filter(events::card_id.eq(card.id).and(events::kind.eq("card_dated")))
            .count()
            .get_result::<i64>(&mut t.conn().await)
            .await
            .expect("a count")
    };
    assert_eq!(history().await, 1);
    in_new_york.post(&dates, &apart).await.expect(303);
    assert_eq!(history().await, 1, "the same, said otherwise");
    in_new_york
        .htmx()
        .post(&dates, &[("start", ""), ("due", "2999-12-31")])
        .await
        .expect(200)
        .showing("hx-swap-oob");
    browser.get(&path).await.showing("changed the dates of “Plan”").hiding("18:30");

    for (start, due, problem) in [
        ("", "2026-02-29", "Please enter a day"),
        ("", "1899-12-31", "Please enter a day"),
        ("", "3000-01-01", "Please enter a day"),
        ("", "tomorrow", "Please enter a day"),
        ("2026-12-24T25:00", "", "Please enter a day"),
        ("2026-12-25", "2026-12-24", "before the card starts"),
        ("2026-12-25T10:00", "2026-12-25T09:00", "before the card starts"),
        ("2026-12-25", "2026-12-24T23:59", "before the card starts"),
    ] {
        let refused = browser.post(&dates, &[("start", start), ("due", due)]).await.expect(422);
        refused.showing(problem).showing(&format!("value=\"{due}\""));
    }
    browser.post(&dates, &[("due", ""), ("due_time", "12:00")]).await.expect(422);
    browser.post(&dates, &[("start", "2026-12-24T10:00"), ("due", "2026-12-24")]).await.expect(303);
    browser.post(&dates, &[]).await.expect(303);
    browser.get(&path).await.hiding("<time class=\"date");
}

#[tokio::test]
async fn a_skipped_hour_is_the_next_one_and_a_doubled_one_the_first() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    lives_in(&t, &ada, "Europe/Berlin").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let path = format!("/cards/{}", card.id);
    for (due, datetime) in
        [("2027-03-28T02:30", "2027-03-28T01:30:00Z"), ("2027-10-31T02:30", "2027-10-31T00:30:00Z")]
    {
        browser.post(&format!("{path}/dates"), &[("due", due)]).await.expect(303);
        browser.get(&path).await.expect(200).showing(&format!("datetime=\"{datetime}\""));
    }
}

#[tokio::test]
async fn a_board_says_when_a_date_is_near_past_and_done() {
    let t = TestApp::new().await;
    it_is(&t, "2030-05-01T12:00:00Z");
    let (ada, mut browser) = t.sign_up("Ada").await;
    lives_in(&t, &ada, "Europe/Berlin").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let (path, on_board) = (format!("/cards/{}", card.id), format!("/boards/{}", board.id));
    browser.post(&format!("{path}/dates"), &[("due", "2030-05-04T10:00")]).await.expect(303);

    // An unchanged page is known until it looks different, and no longer.
    let mut shown = browser.get(&on_board).await.expect(200).hiding("date-word");
    for (now, word) in [
        ("2030-05-01T21:59:59Z", None),
        // A day begins in Berlin.
        ("2030-05-01T22:00:00Z", Some("")),
        ("2030-05-02T22:00:00Z", Some("")),
        ("2030-05-03T07:59:59Z", None),
        ("2030-05-03T08:00:00Z", Some("soon")),
        ("2030-05-03T22:00:00Z", Some("soon")),
        ("2030-05-04T07:59:59Z", None),
        ("2030-05-04T08:00:00Z", Some("overdue")),
    ] {
        it_is(&t, now);
        let etag = shown.headers["etag"].to_str().expect("text").to_owned();
        let again = Request::get(&on_board).header(header::IF_NONE_MATCH, etag);
        let answer = browser.send(again, Body::empty()).await;
        match word {
            None => {
                answer.expect(304);
            }
            Some(word) => {
                shown = answer.expect(200);
                if word.is_empty() {
                    shown = shown.hiding("date-word");
                } else {
                    shown = shown.showing(&format!("date-word\">{word}<")).showing(&format!("is-{word}"));
                }
            }
        }
    }

    assert_eq!(browser.post(&format!("{path}/done"), &[]).await.location(), path);
    browser.get(&on_board).await.showing("date-word\">Done<").hiding("overdue");
    let count = async || {
        let of_card = events::table.filter(events::card_id.eq(card.id));
        of_card.count().get_result::<i64>(&mut t.conn().await).await.expect("a count")
    };
    let before = count().await;
    browser.post(&format!("{path}/done"), &[]).await.expect(303);
    assert_eq!(count().await, before, "done already");
    browser.get(&path).await.showing("marked “Plan” as done");
    browser.htmx().post(&format!("{path}/undone"), &[]).await.expect(200).showing("overdue");
}

#[tokio::test]
async fn an_account_has_the_zone_of_its_browser_until_it_chooses() {
    let t = TestApp::with(&[("REGISTRATION", "open")]).await;
    t.leaves_jobs();
    let zone = async |email: &str| {
        let user = users::table.filter(users::email.eq(email)).select(users::time_zone);
        user.first::<Option<String>>(&mut t.conn().await).await.expect("the account")
    };
    let account = [("name", "Zoe"), ("email", "zoe@example.com"), ("password", "correct horse battery")];
    let mut browser = t.browser();
    let with_zone: Vec<(&str, &str)> = account.into_iter().chain([("time_zone", "Asia/Tokyo")]).collect();
    browser.post("/register", &with_zone).await.expect(303);
    assert_eq!(zone("zoe@example.com").await.as_deref(), Some("Asia/Tokyo"));
    browser.get("/account").await.expect(200).showing("<option selected>Asia&#x2f;Tokyo</option>");
    let profile = |zone| [("name", "Zoe"), ("email", "zoe@example.com"), ("time_zone", zone)];
    browser.post("/account", &profile("Europe/Berlin")).await.expect(303);
    browser.post("/account", &profile("Berlin")).await.expect(422);
    assert_eq!(zone("zoe@example.com").await.as_deref(), Some("Europe/Berlin"));

    // One from before there were zones gets its own at the next sign-in; nonsense, and a later one, change nothing.
    let (_, _) = t.sign_up("Ada").await;
    for (sent, kept) in [
        ("Mars/Olympus", None),
        ("Pacific/Auckland", Some("Pacific/Auckland")),
        ("Asia/Tokyo", Some("Pacific/Auckland")),
    ] {
        let fields =
            [("email", "ada@example.com"), ("password", crate::support::PASSWORD), ("time_zone", sent)];
        t.browser().post("/login", &fields).await.expect(303);
        assert_eq!(zone("ada@example.com").await.as_deref(), kept);
        t.advance(TimeDelta::minutes(1));
    }
    assert!(TimeZone::parse("Pacific/Auckland").is_some());
}

#[tokio::test]
async fn names_of_labels_are_always_shown_to_those_who_want_them() {
    let t = TestApp::new().await;
    let (_, mut browser) = t.sign_up("Ada").await;
    browser.get("/boards").await.expect(200).hiding("has-label-names");
    let profile = [("name", "Ada"), ("email", "ada@example.com"), ("label_names", "on")];
    browser.post("/account", &profile).await.expect(303);
    browser.get("/boards").await.expect(200).showing("has-label-names");
    browser.get("/account").await.expect(200).showing("name=\"label_names\" checked");
    browser.post("/account", &profile[..2]).await.expect(303);
    browser.get("/boards").await.hiding("has-label-names");
}
