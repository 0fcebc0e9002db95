//! What people are told, and how they read it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;
use xtablo::models::assignee;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::column::Column;
use xtablo::models::member::Member;
use xtablo::models::notification::telling::{Batch, NamedPeople};
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::queue::NewJob;
use xtablo::schema::{board_watches, boards, card_watches, jobs, notifications, untold_events, users};
use xtablo::tasks::{NotifyConcerned, RemindOfDates};

use crate::support::TestApp;
use crate::support::browser::Browser;

/// Ada owns the board, and has made the card that she watches; Bob works on it.
struct Team {
    t: TestApp,
    board: Board,
    todo: Column,
    doing: Column,
    card: Card,
    ada: (User, Browser),
    bob: (User, Browser),
}

impl Team {
    async fn begin() -> Self {
        let t = TestApp::new().await;
        let (ada, bob) = (t.sign_up("Ada").await, t.sign_up("Bob").await);
        let board = t.board(&ada.0, "Launch").await;
        let (todo, doing) =
            (t.column(&board, &ada.0, "To do").await, t.column(&board, &ada.0, "Doing").await);
        let card = t.cards(&todo, &ada.0, &["Plan"]).await.remove(0);
        Member::create(&mut t.conn().await, board.id, bob.0.id, Role::Editor, t.now())
            .await
            .expect("a member");
        Self { t, board, todo, doing, card, ada, bob }
    }

    fn path(&self) -> String {
        format!("/cards/{}", self.card.id)
    }

    async fn say(&mut self, body: &str) {
        let path = format!("{}/comments", self.path());
        self.bob.1.post(&path, &[("body", body)]).await.expect(303);
    }

    /// Reason, count, and whether it is read, of what a person was told of the card.
    async fn line(&self, user: &User) -> Option<(String, i32, bool)> {
        line_of(&self.t, user, self.card.id).await
    }
}

async fn line_of(t: &TestApp, user: &User, subject: Uuid) -> Option<(String, i32, bool)> {
    let own = notifications::user_id.eq(user.id).and(notifications::subject_id.eq(subject));
    let row: Option<(String, i32, Option<DateTime<Utc>>)> = notifications::table
        .filter(own)
        .select((notifications::reason, notifications::count, notifications::read_at))
        .first(&mut t.conn().await)
        .await
        .optional()
        .expect("an answer");
    row.map(|(reason, count, read_at)| (reason, count, read_at.is_some()))
}

/// A line that is not read.
fn told(reason: &str, count: i32) -> (String, i32, bool) {
    (reason.to_owned(), count, false)
}

async fn waiting_jobs(t: &TestApp) -> i64 {
    let waiting = jobs::table.filter(jobs::kind.eq("notify_concerned").and(jobs::state.eq("available")));
    waiting.count().get_result(&mut t.conn().await).await.expect("a count")
}

#[tokio::test]
async fn what_others_do_is_told_once_and_opening_the_card_reads_it() {
    let mut team = Team::begin().await;
    team.say("It is *good*").await;
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("comment", 1)));
    assert_eq!(team.line(&team.bob.0).await, None, "nobody is told of their own deed");
    let mut ada = team.ada.1.clone();
    let inbox = ada.get("/inbox").await.expect(200).showing("Plan").showing("New comment").showing("Bob");
    inbox.showing("Inbox, 1 unread").showing("inbox-number");
    team.bob.1.get("/inbox").await.expect(200).showing("Nothing here").hiding("Plan");
    // Its page reads it, and says so itself.
    ada.get(&team.path()).await.expect(200).showing("Inbox, nothing unread");
    ada.get("/inbox").await.showing("Plan").showing("Mark as unread").showing("nothing unread");
    assert_eq!(team.line(&team.ada.0).await, Some(("comment".to_owned(), 1, true)));
    // What comes after that counts from there.
    team.say("And more").await;
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("comment", 1)));
    let opened = ada.htmx().get(&team.path()).await.expect(200);
    assert_eq!(opened.headers["hx-trigger"], "xtablo:read", "the mark on the page beneath asks for itself");
    assert!(!ada.htmx().get(&team.path()).await.headers.contains_key("hx-trigger"));
}

#[tokio::test]
async fn a_burst_is_one_job_and_one_line() {
    let mut team = Team::begin().await;
    for number in 0..200 {
        team.say(&format!("Number {number}")).await;
    }
    assert_eq!(waiting_jobs(&team.t).await, 1);
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("comment", 200)));
    team.ada.1.get("/inbox").await.showing("and 199 more").showing("Inbox, 1 unread");
    let left: i64 = untold_events::table.count().get_result(&mut team.t.conn().await).await.expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_move_that_concerns_nobody_else_enqueues_nothing() {
    let mut team = Team::begin().await;
    let to = [("column_id", team.doing.id.to_string()), ("after", String::new())];
    let to = to.each_ref().map(|(name, value)| (*name, value.as_str()));
    let path = format!("{}/move", team.path());
    team.ada.1.post(&path, &to).await.expect(303);
    assert_eq!(waiting_jobs(&team.t).await, 0, "Ada alone watches her card");
    // Within its column it concerns nobody, whoever moves it.
    team.bob.1.post(&path, &to).await.expect(303);
    assert_eq!(waiting_jobs(&team.t).await, 0);
    let back = [("column_id", team.todo.id.to_string()), ("after", String::new())];
    let back = back.each_ref().map(|(name, value)| (*name, value.as_str()));
    team.bob.1.post(&path, &back).await.expect(303);
    assert_eq!(waiting_jobs(&team.t).await, 1);
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("change", 1)));
}

#[tokio::test]
async fn whom_a_text_names_is_told_when_it_does_and_not_again() {
    let mut team = Team::begin().await;
    let (eve, _) = team.t.sign_up("Eve").await;
    team.say("@ada and @eve, look").await;
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("mentioned", 1)));
    assert_eq!(team.line(&eve).await, None, "she is not on the board");
    // The most pressing reason stays until it is read, and an edit that names nobody new is told to nobody.
    team.say("Never mind").await;
    let newest = xtablo::schema::comments::table.order(xtablo::schema::comments::id.asc());
    let first: Uuid =
        newest.select(xtablo::schema::comments::id).first(&mut team.t.conn().await).await.expect("a comment");
    let edit = [("body", "@ada and @bob and @eve, look again"), ("version", "0")];
    team.bob.1.post(&format!("/comments/{first}"), &edit).await.expect(303);
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("mentioned", 2)));
    // A card's text names people, too.
    team.ada.1.get(&team.path()).await.expect(200);
    let text = [("title", "Plan"), ("body", "Ask @ada"), ("version", "0")];
    team.bob.1.post(&team.path(), &text).await.expect(303);
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("mentioned", 1)));
}

#[tokio::test]
async fn a_card_that_is_given_to_somebody_is_told_as_that_unless_it_is_undone_at_once() {
    let mut team = Team::begin().await;
    let path = format!("{}/assignees", team.path());
    team.ada.1.post(&path, &[("user_id", &team.bob.0.id.to_string())]).await.expect(303);
    team.ada.1.post(&format!("/boards/{}/undo", team.board.id), &[]).await.expect(303);
    team.t.tell().await;
    assert_eq!(team.line(&team.bob.0).await, None);
    team.ada.1.post(&path, &[("user_id", &team.bob.0.id.to_string())]).await.expect(303);
    team.ada.1.post(&format!("{}/done", team.path()), &[]).await.expect(303);
    team.t.tell().await;
    assert_eq!(team.line(&team.bob.0).await, Some(told("assigned", 2)));
    team.bob.1.get("/inbox").await.showing("Assigned to you").showing("marked “Plan” as done");
}

#[tokio::test]
async fn a_job_that_dies_half_way_or_runs_twice_tells_everybody_once() {
    let mut team = Team::begin().await;
    team.say("Hello").await;
    // It dies before its commit: a connection that goes takes its transaction along.
    let mut conn = team.t.conn().await;
    conn.batch_execute("BEGIN").await.expect("begun");
    let batch = Batch::take(&mut conn, team.board.id).await.expect("an answer").expect("something to tell");
    // Another worker leaves what this one holds alone.
    let other = Batch::take(&mut team.t.conn().await, team.board.id).await;
    assert!(other.expect("an answer").is_none());
    batch.tell(&mut conn, &NamedPeople::default(), false, team.t.now()).await.expect("told");
    drop(conn);
    let mut conn = team.t.conn().await;
    while Batch::take(&mut conn, team.board.id).await.expect("an answer").is_none() {
        tokio::task::yield_now().await;
    }
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("comment", 1)));
    for _ in 0..2 {
        let again = NewJob::new(&NotifyConcerned { board_id: team.board.id }).expect("JSON");
        again.enqueue(&mut team.t.conn().await).await.expect("enqueued");
        team.t.tell().await;
    }
    assert_eq!(team.line(&team.ada.0).await, Some(told("comment", 1)));
}

#[tokio::test]
async fn what_a_change_that_failed_recorded_is_told_to_nobody() {
    let team = Team::begin().await;
    let failed: Result<(), assignee::AssignError> = team
        .t
        .change(team.board.id, &team.ada.0, async |change| {
            assignee::assign(change, &team.card, team.bob.0.id).await?;
            Err(assignee::AssignError::NotAssignable)
        })
        .await;
    failed.expect_err("refused");
    assert_eq!(waiting_jobs(&team.t).await, 0);
}

#[tokio::test]
async fn who_was_removed_meanwhile_is_not_told_and_is_shown_nothing() {
    let mut team = Team::begin().await;
    let path = format!("{}/assignees", team.path());
    let bob = team.bob.0.id.to_string();
    team.ada.1.post(&path, &[("user_id", &bob)]).await.expect(303);
    let remove = format!("/boards/{}/members/{bob}/remove", team.board.id);
    team.ada.1.confirm(&remove).await.expect(303);
    team.t.tell().await;
    assert_eq!(team.line(&team.bob.0).await, None, "removed between the deed and its telling");
    // Removed after that: the line is there, and nobody sees it until he is back.
    let mut conn = team.t.conn().await;
    Member::create(&mut conn, team.board.id, team.bob.0.id, Role::Editor, team.t.now()).await.expect("back");
    team.ada.1.post(&path, &[("user_id", &bob)]).await.expect(303);
    team.t.tell().await;
    team.bob.1.get("/inbox").await.showing("Plan").showing("1 unread");
    team.ada.1.confirm(&remove).await.expect(303);
    team.bob.1.get("/inbox").await.hiding("Plan").showing("nothing unread");
    Member::create(&mut conn, team.board.id, team.bob.0.id, Role::Commenter, team.t.now())
        .await
        .expect("back");
    team.bob.1.get("/inbox").await.showing("Plan").showing("1 unread");
    // A card that is deleted is told of no more, and a disabled account of nothing.
    team.ada.1.confirm(&format!("{}/delete", team.path())).await.expect(303);
    team.bob.1.get("/inbox").await.hiding("Plan").showing("nothing unread");
    team.ada.1.post(&format!("{}/undelete", team.path()), &[]).await.expect(303);
    team.bob.1.get("/inbox").await.showing("Plan");
    let disabled = users::disabled_at.eq(Some(team.t.now()));
    diesel::update(users::table.find(team.ada.0.id))
        .set(disabled)
        .execute(&mut conn)
        .await
        .expect("disabled");
    team.say("Nobody there?").await;
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, None);
    team.t.leaves_jobs();
}

#[tokio::test]
async fn a_card_that_goes_to_another_board_is_one_line_for_who_is_on_both() {
    let mut team = Team::begin().await;
    let other = team.t.board(&team.ada.0, "Other").await;
    let column = team.t.column(&other, &team.ada.0, "Ideas").await;
    let mut conn = team.t.conn().await;
    Member::create(&mut conn, other.id, team.bob.0.id, Role::Editor, team.t.now()).await.expect("a member");
    let mut bob = team.bob.1.clone();
    bob.post(&format!("/boards/{}/watch", other.id), &[]).await.expect(303);
    bob.post(&format!("{}/watch", team.path()), &[]).await.expect(303);
    let to = [("column_id", column.id.to_string()), ("after", String::new())];
    let to = to.each_ref().map(|(name, value)| (*name, value.as_str()));
    team.ada.1.post(&format!("{}/move", team.path()), &to).await.expect(303);
    team.t.tell().await;
    assert_eq!(team.line(&team.bob.0).await, Some(told("new_card", 1)));
    let lines: i64 = notifications::table.count().get_result(&mut conn).await.expect("a count");
    assert_eq!(lines, 1);
    // The line follows the card: of a board that Bob is not on he learns nothing.
    bob.get("/inbox").await.showing("Other").hiding("Launch");
    let hidden = team.t.board(&team.ada.0, "Hidden").await;
    let column = team.t.column(&hidden, &team.ada.0, "Secret").await;
    let to = [("column_id", column.id.to_string()), ("after", String::new())];
    let to = to.each_ref().map(|(name, value)| (*name, value.as_str()));
    team.ada.1.post(&format!("{}/move", team.path()), &to).await.expect(303);
    bob.get("/inbox").await.showing("nothing unread").hiding("Plan").hiding("Hidden");
}

#[tokio::test]
async fn who_watches_a_board_is_told_of_new_cards_and_who_decides_tells_of_roles() {
    let mut team = Team::begin().await;
    team.bob.1.post(&format!("/boards/{}/watch", team.board.id), &[]).await.expect(303);
    let new = team.t.cards(&team.todo, &team.ada.0, &["Fresh", "Fresher"]).await;
    let role = format!("/boards/{}/members/{}", team.board.id, team.bob.0.id);
    team.ada.1.post(&role, &[("role", "viewer")]).await.expect(303);
    team.t.tell().await;
    assert_eq!(line_of(&team.t, &team.bob.0, new[0].id).await, Some(told("new_card", 1)));
    assert_eq!(line_of(&team.t, &team.bob.0, team.board.id).await, Some(told("role_changed", 1)));
    let inbox = team.bob.1.get("/inbox").await.showing("Fresh").showing("Your role changed");
    inbox.showing("3 unread");
    // One reason alone, one board alone; what makes no sense is all.
    team.bob.1.get("/inbox?reason=role_changed").await.showing("Your role changed").hiding("Fresh</a>");
    team.bob.1.get(&format!("/inbox?board={}", team.board.id)).await.showing("Fresh</a>");
    team.bob.1.get(&format!("/inbox?board={}", Uuid::now_v7())).await.hiding("Fresh</a>");
    team.bob.1.get("/inbox?reason=moon&board=x&page=-7").await.expect(200).showing("Fresh</a>");
}

#[tokio::test]
async fn an_invitation_is_told_while_it_is_open() {
    let mut team = Team::begin().await;
    let (eve, mut hers) = team.t.sign_up("Eve").await;
    let path = format!("/boards/{}/invitations", team.board.id);
    team.ada.1.post(&path, &[("email", "EVE@example.com"), ("role", "editor")]).await.expect(303);
    team.t.tell().await;
    assert_eq!(line_of(&team.t, &eve, team.board.id).await, Some(told("invitation", 1)));
    hers.get("/inbox").await.showing("Invitation").showing("href=\"/boards\"").showing("1 unread");
    let id: Uuid = xtablo::schema::invitations::table
        .select(xtablo::schema::invitations::id)
        .first(&mut team.t.conn().await)
        .await
        .expect("an invitation");
    team.ada.1.post(&format!("/invitations/{id}/revoke"), &[]).await.expect(303);
    hers.get("/inbox").await.hiding("Launch").showing("nothing unread");
}

#[tokio::test]
async fn lines_are_read_put_off_and_brought_back() {
    let mut team = Team::begin().await;
    team.say("Hello").await;
    team.t.tell().await;
    let id: Uuid =
        notifications::table.select(notifications::id).first(&mut team.t.conn().await).await.expect("a line");
    let mut ada = team.ada.1.clone();
    let path = |verb: &str| format!("/inbox/{id}/{verb}");
    ada.post(&path("read"), &[]).await.expect(303);
    ada.get("/inbox").await.showing("nothing unread").showing("Plan");
    let part = ada.htmx().post(&path("unread"), &[]).await.expect(200).showing("Mark as read");
    assert_eq!(part.headers["hx-trigger"], "xtablo:read");
    let mark =
        ada.htmx().get("/inbox/mark").await.expect(200).showing("id=\"inbox-mark\"").showing("1 unread");
    mark.hiding("<main");
    // Of somebody else it is nothing.
    team.bob.1.post(&path("read"), &[]).await.expect(303);
    team.bob.1.post("/inbox/no-id/read", &[]).await.expect(303);
    assert_eq!(team.line(&team.ada.0).await, Some(told("comment", 1)));
    for bad in ["", "yesterday", "2020-01-01"] {
        let refused = ada.post(&path("snooze"), &[("until", bad)]).await.expect(422);
        refused.showing("Please enter a day to come").showing("Plan");
    }
    let answer = ada.post(&format!("{}?reason=comment", path("snooze")), &[("until", "tomorrow")]).await;
    assert_eq!(answer.location(), "/inbox?reason=comment", "back to what was looked at");
    ada.get("/inbox").await.hiding("Plan").showing("nothing unread");
    // Opening the card does not read what is put off.
    ada.get(&team.path()).await.expect(200);
    assert_eq!(team.line(&team.ada.0).await, Some(told("comment", 1)));
    let over = "UPDATE notifications SET snoozed_until = now() - interval '1 second'";
    team.t.conn().await.batch_execute(over).await.expect("set");
    ada.get("/inbox").await.showing("Plan").showing("1 unread");
    ada.post("/inbox/read", &[]).await.expect(303);
    ada.get("/inbox").await.showing("nothing unread");
}

#[tokio::test]
async fn a_long_inbox_has_pages_and_its_number_an_end() {
    let mut team = Team::begin().await;
    team.bob.1.post(&format!("/boards/{}/watch", team.board.id), &[]).await.expect(303);
    let titles: Vec<String> = (0..120).map(|number| format!("Card {number:03}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    team.t.cards(&team.todo, &team.ada.0, &titles).await;
    team.t.tell().await;
    let mut bob = team.bob.1.clone();
    bob.get("/inbox").await.showing("99+").showing("?page=2").showing("a hundred unread or more");
    let second = bob.get("/inbox?page=2&reason=new_card").await.showing("page=3").showing("reason=new_card");
    second.showing("?reason=new_card&amp;page=2\"");
    bob.post("/inbox/read?page=2", &[]).await.expect(303);
    bob.get("/boards").await.showing("nothing unread");
}

#[tokio::test]
async fn the_page_of_a_board_says_how_many_are_unread_although_it_has_not_changed() {
    let mut team = Team::begin().await;
    let path = format!("/boards/{}", team.board.id);
    let mut ada = team.ada.1.clone();
    let tag = ada.get(&path).await.expect(200).showing("nothing unread").headers["etag"].clone();
    let other = team.t.board(&team.ada.0, "Other").await;
    let column = team.t.column(&other, &team.ada.0, "Ideas").await;
    let card = team.t.cards(&column, &team.ada.0, &["Idea"]).await.remove(0);
    let mut conn = team.t.conn().await;
    Member::create(&mut conn, other.id, team.bob.0.id, Role::Editor, team.t.now()).await.expect("a member");
    let ask =
        |tag: &axum::http::HeaderValue| axum::http::Request::get(&path).header("if-none-match", tag.clone());
    ada.send(ask(&tag), axum::body::Body::empty()).await.expect(304);
    team.bob.1.post(&format!("/cards/{}/comments", card.id), &[("body", "Hm")]).await.expect(303);
    team.t.tell().await;
    ada.send(ask(&tag), axum::body::Body::empty()).await.expect(200).showing("1 unread");
}

/// A moment at this hour of UTC, at least a day from now.
fn at_hour(t: &TestApp, hour: u32) {
    let day = t.now().date_naive() + TimeDelta::days(2);
    let at = day.and_hms_opt(hour, 0, 5).expect("a time").and_utc();
    t.advance(at - t.now());
}

async fn remind(t: &TestApp) {
    NewJob::new(&RemindOfDates {}).expect("JSON").enqueue(&mut t.conn().await).await.expect("enqueued");
    t.tell().await;
}

#[tokio::test]
async fn dates_are_told_in_the_morning_of_the_persons_zone_and_once() {
    let mut team = Team::begin().await;
    let kolkata = users::time_zone.eq(Some("Asia/Kolkata"));
    let mut conn = team.t.conn().await;
    diesel::update(users::table.find(team.bob.0.id)).set(kolkata).execute(&mut conn).await.expect("set");
    team.bob.1.post(&format!("{}/watch", team.path()), &[]).await.expect(303);
    at_hour(&team.t, 3);
    let tomorrow = (team.t.now().date_naive() + TimeDelta::days(1)).to_string();
    let dates = [("start", ""), ("start_time", ""), ("due", tomorrow.as_str()), ("due_time", "")];
    // Ada changes the date: of that Bob is told as well.
    team.ada.1.post(&format!("{}/dates", team.path()), &dates).await.expect(303);
    // Half past eight in Kolkata is three in the night for Ada.
    remind(&team.t).await;
    assert_eq!(team.line(&team.bob.0).await, Some(told("due_tomorrow", 2)));
    assert_eq!(team.line(&team.ada.0).await, None);
    team.bob.1.get("/inbox").await.showing("Due tomorrow").showing("1 unread");
    team.bob.1.get(&team.path()).await.expect(200);
    for _ in 0..2 {
        remind(&team.t).await;
    }
    assert_eq!(team.line(&team.bob.0).await.map(|(.., read)| read), Some(true), "not again");
    team.t.advance(TimeDelta::hours(5));
    remind(&team.t).await;
    assert_eq!(team.line(&team.ada.0).await, Some(told("due_tomorrow", 1)));
    // Two days later it is overdue, and the day after that it is no news.
    team.t.advance(TimeDelta::days(2));
    for _ in 0..2 {
        remind(&team.t).await;
    }
    assert_eq!(team.line(&team.ada.0).await, Some(told("overdue", 2)));
    assert_eq!(team.line(&team.bob.0).await, Some(told("overdue", 1)));
    // What is done is neither.
    team.ada.1.post(&format!("{}/done", team.path()), &[]).await.expect(303);
    team.ada.1.get(&team.path()).await.expect(200);
    team.t.advance(TimeDelta::days(1));
    remind(&team.t).await;
    assert_eq!(team.line(&team.ada.0).await.map(|(.., read)| read), Some(true));
    team.t.leaves_jobs();
}

#[tokio::test]
async fn thousands_are_told_of_one_change_in_parts() {
    let team = Team::begin().await;
    let mut conn = team.t.conn().await;
    let open = boards::open_role.eq(Some(Role::Viewer));
    diesel::update(boards::table.find(team.board.id)).set(open).execute(&mut conn).await.expect("opened");
    conn.batch_execute(&format!(
        "INSERT INTO users (id, name, email, canonical_email, password_hash, handle, created_at, updated_at)
         SELECT gen_random_uuid(), 'W' || n, 'w' || n || '@example.com', 'w' || n || '@example.com', 'x', 'w' || n,
             now(), now() FROM generate_series(1, 2500) AS n;
         INSERT INTO board_watches (board_id, user_id, created_at)
         SELECT '{}', id, now() FROM users WHERE password_hash = 'x';",
        team.board.id
    ))
    .await
    .expect("many people");
    let watching: i64 = board_watches::table.count().get_result(&mut conn).await.expect("a count");
    assert_eq!(watching, 2500);
    let card = team.t.cards(&team.todo, &team.ada.0, &["For all"]).await.remove(0);
    // One part alone is a thousand; where it dies after that, the others are still to be told, and nobody twice.
    conn.transaction(async |conn| {
        let batch = Batch::take(conn, team.board.id).await?.expect("something to tell");
        batch.tell(conn, &NamedPeople::default(), false, team.t.now()).await.map(drop)
    })
    .await
    .expect("told");
    let of_card = notifications::table.filter(notifications::card_id.eq(card.id));
    let count = of_card.count().get_result::<i64>(&mut conn).await.expect("a count");
    assert_eq!(count, 1000);
    team.t.tell().await;
    let counts: Vec<i32> = of_card.select(notifications::count).load(&mut conn).await.expect("lines");
    assert_eq!((counts.len(), counts.iter().all(|count| *count == 1)), (2500, true));
}

#[tokio::test]
async fn who_watches_no_more_is_told_no_more() {
    let mut team = Team::begin().await;
    team.ada.1.post(&format!("{}/unwatch", team.path()), &[]).await.expect(303);
    let watches: i64 =
        card_watches::table.count().get_result(&mut team.t.conn().await).await.expect("a count");
    assert_eq!(watches, 0);
    team.say("Anybody?").await;
    team.t.tell().await;
    assert_eq!(team.line(&team.ada.0).await, None);
}
