//! Cards that repeat: the next one is made by the worker, once, with what the first had and with dates that have moved on.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::assignee;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::change::{Author, Change, ChangeError};
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::column::Column;
use xtablo::models::recurrence::Recurrence;
use xtablo::models::role::Role;
use xtablo::queue::{Attempt, Failure, Job};
use xtablo::schema::{card_fields, card_watches, cards, events, jobs, recurrences, users};
use xtablo::tasks::{RepeatCard, RepeatDueCards};

use crate::support::TestApp;
use crate::support::browser::{Answer, Browser};
use crate::support::full_card::FullCard;
use crate::support::nobody;

const ATTEMPT: Attempt = Attempt { job_id: Uuid::nil(), number: 1, most: 20 };

async fn set(browser: &mut Browser, path: &str, every: &str, unit: &str, on: &[&str], from: &str) -> Answer {
    let mut fields = vec![("every", every), ("unit", unit), ("from", from), ("on", "")];
    fields.extend(on.iter().map(|word| ("on", *word)));
    browser.post(&format!("{path}/recurrence"), &fields).await
}

async fn set_dates(browser: &mut Browser, path: &str, start: &str, due: &str) {
    browser.post(&format!("{path}/dates"), &[("start", start), ("due", due)]).await.expect(303);
}

async fn repeat(t: &TestApp, card_id: Uuid) -> Result<(), Failure> {
    RepeatCard { card_id }.run(t.app.clone(), ATTEMPT).await
}

/// What the jobs that wait are to do; they wait no more.
async fn take_jobs(t: &TestApp) -> Vec<serde_json::Value> {
    let waiting = jobs::table.filter(jobs::kind.eq("repeat_card").and(jobs::state.eq("available")));
    let taken = diesel::delete(waiting).returning(jobs::payload);
    taken.get_results(&mut t.conn().await).await.expect("jobs")
}

/// Looks at the clock, as the worker does every minute, and does what is found; the jobs that were there are lost.
async fn by_the_clock(t: &TestApp) -> usize {
    take_jobs(t).await;
    RepeatDueCards {}.run(t.app.clone(), ATTEMPT).await.expect("a look");
    let payloads = take_jobs(t).await;
    for payload in &payloads {
        let task: RepeatCard = serde_json::from_value(payload.clone()).expect("a task");
        task.run(t.app.clone(), ATTEMPT).await.expect("done");
    }
    payloads.len()
}

/// The card that a rule is of by now, and the rest of them on its board.
async fn cards_of(t: &TestApp, board: &Board) -> (Vec<Uuid>, Vec<Uuid>) {
    let all: Vec<(Uuid, bool)> = cards::table
        .filter(cards::board_id.eq(board.id).and(cards::deleted_at.is_null()))
        .order(cards::number)
        .select((cards::id, cards::recurs))
        .load(&mut t.conn().await)
        .await
        .expect("cards");
    let ids = |recurs| all.iter().filter(|(_, one)| *one == recurs).map(|(id, _)| *id).collect();
    (ids(true), ids(false))
}

async fn due_of(t: &TestApp, card_id: Uuid) -> Option<String> {
    let detail = Card::detail(&t.conn().await, card_id).await.expect("a card");
    detail.dates.due().map(|due| due.to_string())
}

async fn comes_at(t: &TestApp, card_id: Uuid) -> Option<DateTime<Utc>> {
    let recurrence = Recurrence::of_card(&t.conn().await, card_id).await.expect("a rule");
    recurrence.expect("a rule").comes_at
}

fn day(t: &TestApp, days: i64) -> String {
    (t.now() + TimeDelta::days(days)).date_naive().to_string()
}

#[tokio::test]
async fn the_next_card_comes_when_one_is_done_and_has_what_it_had() {
    let mut f = FullCard::begin(&[]).await;
    let (path, other) = (f.path.clone(), f.t.column(&f.board, &f.ada, "Done").await);
    set_dates(&mut f.browser, &path, &day(&f.t, 8), &day(&f.t, 10)).await;
    f.browser
        .get(&format!("{path}/recurrence"))
        .await
        .expect(200)
        .showing("aria-describedby=\"recurrence-from-due-hint\" checked")
        .hiding("Stop repeating");
    f.browser.get(&path).await.showing("Repeat this card");
    assert_eq!(set(&mut f.browser, &path, "10", "day", &[], "done").await.location(), path);
    f.browser
        .get(&path)
        .await
        .showing("Repeats every 10 days")
        .showing("when this one is done")
        .showing("made “Plan” repeat");
    f.browser.get(&format!("{path}/recurrence")).await.showing("value=\"10\"").showing("Stop repeating");
    let on_board = format!("/boards/{}", f.board.id);
    f.browser.get(&on_board).await.showing("class=\"recurs\"");
    // The same once more changes nothing.
    let before = f.revision(&f.board).await;
    set(&mut f.browser, &path, "10", "day", &[], "done").await.expect(303);
    assert_eq!(f.revision(&f.board).await, before);

    // It is moved, done, and not done after all, before the next one has come.
    let to = [("column_id", &*other.id.to_string()), ("after", "")];
    f.browser.post(&format!("{path}/move"), &to).await.expect(303);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    assert_eq!(take_jobs(&f.t).await, [serde_json::json!({ "card_id": f.card.id })]);
    assert!(matches!(repeat(&f.t, f.card.id).await, Err(Failure::Snooze(_))), "it can be taken back");
    f.browser.post(&format!("{path}/undone"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    repeat(&f.t, f.card.id).await.expect("nothing to do");
    assert_eq!(f.t.titles(&f.column).await, [""; 0]);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    // The worker was killed on the way: nothing is there of it.
    let mut conn = f.t.conn().await;
    let limits = &f.t.app.config.files;
    let killed = Change::run(&mut conn, f.board.id, Author::System, f.t.now(), async |change| {
        Card::recur(change, f.card.id, limits).await?;
        Err::<(), _>(ChangeError::Query(diesel::result::Error::RollbackTransaction))
    });
    killed.await.expect_err("killed");
    assert_eq!(f.t.titles(&f.column).await, [""; 0]);
    // Several workers at once, and once more.
    let at_once = (0..4).map(|_| repeat(&f.t, f.card.id));
    for done in futures_util::future::join_all(at_once).await {
        done.expect("done");
    }
    repeat(&f.t, f.card.id).await.expect("nothing to do");
    assert_eq!(f.t.titles(&f.column).await, ["Plan"], "in the column where it was first, once");
    assert_eq!(f.t.titles(&other).await, ["Plan"]);

    let (now, then) = cards_of(&f.t, &f.board).await;
    assert_eq!(then, [f.card.id]);
    let next = now[0];
    let detail = Card::detail(&f.t.conn().await, next).await.expect("the next card");
    let dates = [detail.dates.start(), detail.dates.due()].map(|when| when.map(|when| when.to_string()));
    assert_eq!(dates, [Some(day(&f.t, 18)), Some(day(&f.t, 20))], "it was done before it was due");
    assert_eq!((detail.dates.done_at, detail.body.as_str()), (None, "The *text*, see #2"));
    f.browser
        .get(&format!("/cards/{next}"))
        .await
        .expect(200)
        .showing("Draw it")
        .showing("a.txt")
        .showing("<strong dir=\"auto\">The recurrence</strong> <span>added “Plan” to “To do” again")
        .showing("Repeats every 10 days")
        .hiding("Former member")
        .hiding("<strong>said");
    f.browser.get(&path).await.hiding("Repeats every 10 days").showing("Repeat this card");
    let items = ChecklistItem::of_card(&conn, next).await.expect("items");
    assert!(items.len() == 2 && items.iter().all(|(item, _)| item.checked_at.is_none()));
    assert_eq!(f.labels(next, &f.board).await.0, ["Bug", "Ours"]);
    let people: Vec<Uuid> =
        assignee::of_card(&conn, next).await.expect("people").iter().map(|person| person.id).collect();
    assert_eq!(people, [f.ada.id, f.bob.id]);
    let watching = async |card_id: Uuid| -> Vec<Uuid> {
        let of_card = card_watches::table.filter(card_watches::card_id.eq(card_id));
        let ids = of_card.order(card_watches::user_id).select(card_watches::user_id);
        ids.load(&mut f.t.conn().await).await.expect("watchers")
    };
    assert_eq!(watching(next).await, watching(f.card.id).await);
    let filled = async |card_id: Uuid| -> Vec<Option<String>> {
        let of_card = card_fields::table.filter(card_fields::card_id.eq(card_id));
        let values = of_card.order(card_fields::field_id).select(card_fields::value);
        values.load(&mut f.t.conn().await).await.expect("values")
    };
    let values = filled(next).await;
    assert!(values == filled(f.card.id).await && values.len() == 2);
    assert_eq!(f.stored().await, (1, 2));

    // And so on.
    f.browser.post(&format!("/cards/{next}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    assert_eq!(by_the_clock(&f.t).await, 1, "by the clock, since its own job was lost");
    assert_eq!(f.t.titles(&f.column).await, ["Plan", "Plan"]);
    assert_eq!(by_the_clock(&f.t).await, 0);
}

#[tokio::test]
async fn the_database_itself_takes_the_next_card_only_once() {
    let mut f = FullCard::begin(&[]).await;
    let path = f.path.clone();
    set(&mut f.browser, &path, "1", "day", &[], "done").await.expect(303);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    // As if a run had made the card and the rule had stayed.
    let mut conn = f.t.conn().await;
    let next: Uuid = recurrences::table
        .find(f.card.id)
        .select(recurrences::next_card_id)
        .first(&mut conn)
        .await
        .expect("an id");
    diesel::insert_into(cards::table)
        .values((
            cards::id.eq(next),
            cards::board_id.eq(f.board.id),
            cards::column_id.eq(f.column.id),
            cards::title.eq("Made"),
            cards::rank.eq("zz"),
            cards::created_at.eq(f.t.now()),
            cards::updated_at.eq(f.t.now()),
        ))
        .execute(&mut conn)
        .await
        .expect("a card");
    assert!(matches!(repeat(&f.t, f.card.id).await, Err(Failure::Retry(_))));
    assert_eq!(f.t.titles(&f.column).await, ["Plan", "Made"]);
}

#[tokio::test]
async fn the_next_card_comes_when_the_due_date_does_and_what_was_missed_is_left_out() {
    let mut f = FullCard::begin(&[]).await;
    let path = f.path.clone();
    diesel::update(users::table.find(f.ada.id))
        .set(users::time_zone.eq("Pacific/Kiritimati"))
        .execute(&mut f.t.conn().await)
        .await
        .expect("a zone");
    set_dates(&mut f.browser, &path, "", &format!("{}T08:30", day(&f.t, 2))).await;
    set(&mut f.browser, &path, "1", "week", &[], "due").await.expect(303);
    assert_eq!(by_the_clock(&f.t).await, 0);
    // Another date, another time at which it comes.
    let before = comes_at(&f.t, f.card.id).await.expect("a time");
    set_dates(&mut f.browser, &path, "", &format!("{}T08:30", day(&f.t, 3))).await;
    assert_eq!(comes_at(&f.t, f.card.id).await, Some(before + TimeDelta::days(1)));
    // To be done does not bring it.
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    assert_eq!(by_the_clock(&f.t).await, 0);
    f.t.advance(TimeDelta::days(3));
    assert_eq!(by_the_clock(&f.t).await, 1);
    let (now, _) = cards_of(&f.t, &f.board).await;
    let next = now[0];
    assert_ne!(next, f.card.id);
    let due: DateTime<Utc> = due_of(&f.t, next).await.expect("a date").parse().expect("a moment");
    // In summer as in winter, and in her zone.
    assert_eq!((due + TimeDelta::hours(14)).format("%H:%M").to_string(), "08:30");

    // It lay for a year: one card, after today.
    let old = f.t.now() - TimeDelta::days(400);
    let there = format!("/cards/{next}");
    set_dates(&mut f.browser, &there, "", &old.date_naive().to_string()).await;
    assert_eq!(by_the_clock(&f.t).await, 1);
    assert_eq!(by_the_clock(&f.t).await, 0);
    let (now, then) = cards_of(&f.t, &f.board).await;
    assert_eq!((now.len(), then.len()), (1, 2));
    let due: NaiveDate = due_of(&f.t, now[0]).await.expect("a date").parse().expect("a day");
    let today = (f.t.now() + TimeDelta::hours(14)).date_naive();
    assert!(due > today && due <= today + TimeDelta::days(7), "{due}");

    // Without a date nothing comes, and with one again it does.
    let last = format!("/cards/{}", now[0]);
    set_dates(&mut f.browser, &last, "", "").await;
    assert_eq!(comes_at(&f.t, now[0]).await, None);
    let fields = [("card_id", &*now[0].to_string()), ("action", "due"), ("due", &*day(&f.t, -1))];
    f.browser.post(&format!("/boards/{}/cards/bulk", f.board.id), &fields).await.expect(303);
    assert_eq!(by_the_clock(&f.t).await, 1);
    f.t.leaves_jobs();
}

#[tokio::test]
async fn many_that_are_done_at_once_all_repeat() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let all = t.cards(&column, &ada, &["One", "Two", "Three"]).await;
    for card in &all[..2] {
        let path = format!("/cards/{}", card.id);
        set(&mut browser, &path, "1", "month", &["last-friday"], "done").await.expect(303);
    }
    let ids: Vec<String> = all.iter().map(|card| card.id.to_string()).collect();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("card_id", id.as_str())).collect();
    fields.push(("action", "done"));
    browser.post(&format!("/boards/{}/cards/bulk", board.id), &fields).await.expect(303);
    t.advance(TimeDelta::seconds(11));
    assert_eq!(by_the_clock(&t).await, 2);
    assert_eq!(t.titles(&column).await, ["One", "Two", "Three", "One", "Two"]);
    let (now, _) = cards_of(&t, &board).await;
    let due: NaiveDate = due_of(&t, now[0]).await.expect("a date").parse().expect("a day");
    assert!(due > t.now().date_naive(), "one without dates gets one: {due}");
}

#[tokio::test]
async fn the_page_says_what_the_rule_is_and_what_is_wrong_with_one() {
    let mut f = FullCard::begin(&[]).await;
    let path = f.path.clone();
    set_dates(&mut f.browser, &path, "", "2028-02-29").await;
    for (every, unit, on, says) in [
        ("1", "day", vec![], "Repeats every day"),
        ("2", "week", vec!["monday"], "Repeats every 2 weeks on Monday"),
        ("1", "week", vec!["friday", "monday", "last"], "Repeats every week on Monday, Friday"),
        ("1", "week", vec![], "Repeats every week on Tuesday"),
        ("1", "month", vec!["30"], "Repeats every month on day 30"),
        ("1", "month", vec!["31"], "Repeats every month on the last day"),
        ("3", "month", vec!["monday", "last-friday"], "Repeats every 3 months on the last Friday"),
        ("1", "month", vec![], "Repeats every month on day 29"),
        ("1", "year", vec!["12"], "Repeats every year on 29 Feb"),
    ] {
        set(&mut f.browser, &path, every, unit, &on, "due").await.expect(303);
        f.browser.get(&path).await.showing(says).showing("when the due date has come");
        f.browser.get(&format!("{path}/recurrence")).await.expect(200).showing(says);
    }
    f.browser.get(&path).await.showing("changed how “Plan” repeats");
    for (every, unit, on, from, says) in [
        ("0", "week", vec![], "done", "from 1 to 99"),
        ("100", "week", vec![], "done", "from 1 to 99"),
        ("", "week", vec![], "done", "fill this in"),
        ("1", "decade", vec![], "done", "choose one of these"),
        ("1", "month", vec!["1", "2"], "done", "choose one of these"),
        ("1", "month", vec!["fifth-friday"], "done", "choose one of these"),
        ("1", "week", vec!["someday"], "done", "choose one of these"),
        ("1", "week", vec!["monday"], "birth", "choose one of these"),
    ] {
        set(&mut f.browser, &path, every, unit, &on, from).await.expect(422).showing(says);
    }
    // What was typed stays.
    set(&mut f.browser, &path, "7", "month", &["second-tuesday", "friday"], "x")
        .await
        .expect(422)
        .showing("value=\"7\"")
        .showing("value=\"friday\" checked")
        .showing("value=\"second-tuesday\" selected")
        .showing("value=\"month\" selected");
    f.browser.post(&format!("{path}/recurrence"), &[]).await.expect(422);
    // What never happens.
    set_dates(&mut f.browser, &path, "", "").await;
    set(&mut f.browser, &path, "1", "day", &[], "due")
        .await
        .expect(422)
        .showing("no due date that could come");
    set_dates(&mut f.browser, &path, "", "2999-06-01").await;
    set(&mut f.browser, &path, "1", "year", &[], "due").await.expect(422).showing("after the year 2999");
    // In the dialog the card takes the form's place, and the face beneath has its mark.
    set(&mut f.browser.htmx(), &path, "5", "day", &[], "due")
        .await
        .expect(200)
        .hiding("<html")
        .showing("class=\"recurs\"")
        .showing("Repeats every 5 days");
    set(&mut f.browser.htmx(), &path, "0", "day", &[], "due").await.expect(422).hiding("<html");
    f.browser.htmx().get(&format!("{path}/recurrence")).await.expect(200).hiding("<html");
    assert_eq!(f.browser.post(&format!("{path}/recurrence/delete"), &[]).await.location(), path);
    f.browser.get(&path).await.hiding("Repeats every").showing("stopped repeating “Plan”");
    f.browser.get(&format!("/boards/{}", f.board.id)).await.hiding("class=\"recurs\"");

    let (eve, mut hers) = f.t.sign_up("Eve").await;
    set(&mut hers, &path, "1", "day", &[], "done").await.expect(404);
    f.make(&f.board, &eve, Role::Commenter).await;
    set(&mut hers, &path, "1", "day", &[], "done").await.expect(403);
    hers.get(&format!("{path}/recurrence")).await.expect(403);
    hers.get(&path).await.hiding("Repeat this card");
    f.browser.get(&format!("/cards/{}/recurrence", nobody())).await.expect(404);
}

#[tokio::test]
async fn the_next_card_comes_to_the_nearest_column_that_is_there() {
    let mut f = FullCard::begin(&[]).await;
    let path = f.path.clone();
    let (middle, last) =
        (f.t.column(&f.board, &f.ada, "Doing").await, f.t.column(&f.board, &f.ada, "Done").await);
    set(&mut f.browser, &path, "1", "day", &[], "done").await.expect(303);
    let to = [("column_id", &*last.id.to_string()), ("after", "")];
    f.browser.post(&format!("{path}/move"), &to).await.expect(303);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    let archive = async |columns: &[&Column]| {
        for column in columns {
            f.t.change(f.board.id, &f.ada, async |change| column.archive(change).await).await.expect("off");
        }
    };
    // No column at all, or the board is archived: it waits.
    archive(&[&f.column, &middle, &last]).await;
    assert_eq!(by_the_clock(&f.t).await, 0);
    repeat(&f.t, f.card.id).await.expect("nothing to do");
    f.t.change(f.board.id, &f.ada, async |change| middle.restore(change).await).await.expect("back");
    f.t.change(f.board.id, &f.ada, async |change| Board::archive(change).await).await.expect("archived");
    assert_eq!(by_the_clock(&f.t).await, 0);
    repeat(&f.t, f.card.id).await.expect("nothing to do");
    f.t.change(f.board.id, &f.ada, async |change| Board::restore(change).await).await.expect("restored");
    // So it does in the trash.
    f.t.change(f.board.id, &f.ada, async |change| f.card.delete(change).await).await.expect("deleted");
    assert_eq!(by_the_clock(&f.t).await, 0);
    repeat(&f.t, f.card.id).await.expect("nothing to do");
    f.browser.post(&format!("{path}/undelete"), &[]).await.expect(303);
    assert_eq!(by_the_clock(&f.t).await, 1);
    let titles = f.t.titles(&middle).await;
    assert_eq!(titles, ["Plan", "Plan"], "the card that came back from the trash, and the next one");

    // An archived card repeats all the same.
    let next = cards_of(&f.t, &f.board).await.0[0];
    f.browser.post(&format!("/cards/{next}/done"), &[]).await.expect(303);
    f.browser.post(&format!("/cards/{next}/archive"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    assert_eq!(by_the_clock(&f.t).await, 1);
    assert_eq!(f.t.titles(&middle).await, ["Plan", "Plan"]);
    f.t.leaves_jobs();
}

#[tokio::test]
async fn a_rule_goes_along_to_another_board_and_a_copy_has_none() {
    let mut f = FullCard::begin(&[]).await;
    let path = f.path.clone();
    set(&mut f.browser, &path, "1", "day", &[], "done").await.expect(303);
    let copy = [("column_id", &*f.column.id.to_string()), ("after", ""), ("title", "Copy")];
    f.browser.post(&format!("{path}/copy"), &copy).await.expect(303);
    assert_eq!(cards_of(&f.t, &f.board).await.0, [f.card.id]);
    let to = [("column_id", &*f.other_column.id.to_string()), ("after", "")];
    f.browser.post(&format!("{path}/move"), &to).await.expect(303);
    let there = f.t.column(&f.other, &f.ada, "Done").await;
    let to = [("column_id", &*there.id.to_string()), ("after", "")];
    f.browser.post(&format!("{path}/move"), &to).await.expect(303);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    assert_eq!(by_the_clock(&f.t).await, 1);
    assert_eq!(f.t.titles(&f.other_column).await, ["Plan", "There already", "Plan"][1..]);
    assert_eq!(f.t.titles(&f.column).await, ["Copy"]);
    let board = [("title", "Next"), ("with", "cards")];
    f.browser.post(&format!("/boards/{}/copy", f.other.id), &board).await.expect(303);
    let rules: i64 = recurrences::table.count().get_result(&mut f.t.conn().await).await.expect("a count");
    assert_eq!(rules, 1);
}

#[tokio::test]
async fn what_came_by_itself_is_taken_back_like_anything_else() {
    let mut f = FullCard::begin(&[]).await;
    let path = f.path.clone();
    set(&mut f.browser, &path, "1", "day", &[], "done").await.expect(303);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    assert_eq!(by_the_clock(&f.t).await, 1);
    let next = cards_of(&f.t, &f.board).await.0[0];
    let came: Uuid = events::table
        .filter(events::kind.eq("card_recurred").and(events::user_id.is_null()))
        .select(events::id)
        .first(&mut f.t.conn().await)
        .await
        .expect("an event");
    let undo = format!("/events/{came}/undo");
    // Ctrl+Z is for what one has done oneself.
    f.browser.get(&format!("/boards/{}/events", f.board.id)).await.showing("The recurrence");
    // Somebody has worked on it since.
    f.browser.post(&format!("/cards/{next}/title"), &[("title", "Mine")]).await.expect(303);
    f.browser.post(&undo, &[]).await.expect(409).showing("renamed “Plan” to “Mine”");
    f.browser.post(&format!("/boards/{}/undo", f.board.id), &[]).await.expect(303);
    f.browser.post(&undo, &[]).await.expect(303);
    assert_eq!(cards_of(&f.t, &f.board).await, (vec![f.card.id], vec![]));
    // It does not come at once again, but the next time that it is done.
    assert_eq!(by_the_clock(&f.t).await, 0);
    let undone: Uuid = events::table
        .filter(events::undoes.eq(came))
        .select(events::id)
        .first(&mut f.t.conn().await)
        .await
        .expect("the undo");
    f.browser.post(&format!("/events/{undone}/undo"), &[]).await.expect(303);
    assert_eq!(cards_of(&f.t, &f.board).await, (vec![next], vec![f.card.id]));
    f.browser.post(&undo, &[]).await.expect(303);
    f.browser.post(&format!("{path}/undone"), &[]).await.expect(303);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    assert_eq!(by_the_clock(&f.t).await, 1);
    assert_ne!(cards_of(&f.t, &f.board).await.0, [f.card.id]);
}

#[tokio::test]
async fn a_board_without_room_is_asked_again_and_files_that_do_not_fit_stay_behind() {
    let mut f = FullCard::begin(&[("BOARD_QUOTA_MB", "1")]).await;
    let path = f.path.clone();
    f.browser.upload(&format!("{path}/files"), &[("large", &vec![b'x'; 600 * 1024])]).await.expect(303);
    set(&mut f.browser, &path, "1", "day", &[], "done").await.expect(303);
    f.browser.post(&format!("{path}/done"), &[]).await.expect(303);
    f.t.advance(TimeDelta::seconds(11));
    let full = f.t.column(&f.board, &f.ada, "Full").await;
    diesel::sql_query(
        "INSERT INTO cards (id, board_id, column_id, title, body, rank, created_at, updated_at, number)
         SELECT gen_random_uuid(), $1, $2, 'Card ' || n, '', n::text, now(), now(), 100 + n FROM generate_series(1, 19999) AS n",
    )
    .bind::<diesel::sql_types::Uuid, _>(f.board.id)
    .bind::<diesel::sql_types::Uuid, _>(full.id)
    .execute(&mut f.t.conn().await)
    .await
    .expect("many cards");
    assert_eq!(by_the_clock(&f.t).await, 1);
    assert_eq!(f.t.titles(&f.column).await, ["Plan"]);
    assert_eq!(comes_at(&f.t, f.card.id).await, Some(f.t.now() + TimeDelta::days(1)));
    diesel::delete(cards::table.filter(cards::title.like("Card %")))
        .execute(&mut f.t.conn().await)
        .await
        .expect("room");
    f.t.advance(TimeDelta::days(1));
    assert_eq!(by_the_clock(&f.t).await, 1);
    let next = cards_of(&f.t, &f.board).await.0[0];
    assert_eq!(f.t.files(next).await.len(), 0);
    assert_eq!(f.t.files(f.card.id).await.len(), 2);
}
