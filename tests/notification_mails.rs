//! Mails that tell people what they have not read, to a real SMTP server, and how they are stopped.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::schema::{jobs, notification_mails, notifications, users};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::service::{SECRET, Service};
use crate::support::smtp::{Arrived, Sink};

const FROM: (&str, &str) = ("MAIL_FROM", "Xtablo <xtablo@example.com>");

/// Ada has made a card, and Bob works on it; their addresses are confirmed.
struct Team {
    t: TestApp,
    board: Board,
    card: Card,
    ada: (User, Browser),
    bob: (User, Browser),
}

impl Team {
    async fn begin(url: &str) -> Self {
        let settings = [("SMTP_URL", url), FROM];
        let t = TestApp::with(&settings).await;
        let (ada, bob) = (t.sign_up("Ada").await, t.sign_up("Bob").await);
        let board = t.board(&ada.0, "Launch").await;
        let column = t.column(&board, &ada.0, "To do").await;
        let card = t.cards(&column, &ada.0, &["Plan <b>"]).await.remove(0);
        let mut conn = t.conn().await;
        Member::create(&mut conn, board.id, bob.0.id, Role::Editor, t.now()).await.expect("a member");
        diesel::update(users::table)
            .set(users::email_confirmed_at.eq(Some(t.now())))
            .execute(&mut conn)
            .await
            .expect("confirmed");
        Self { t, board, card, ada, bob }
    }

    fn path(&self) -> String {
        format!("/cards/{}", self.card.id)
    }

    async fn say(&mut self, body: &str) {
        let path = format!("{}/comments", self.path());
        self.bob.1.post(&path, &[("body", body)]).await.expect(303);
    }

    /// Ada's settings.
    async fn choose(&mut self, urgent: &str, rest: &str, reasons: &[&str]) {
        let mut fields = vec![("urgent", urgent), ("rest", rest), ("hour", "8"), ("due", "on")];
        fields.extend(reasons.iter().map(|reason| ("reasons", *reason)));
        self.ada.1.post("/account/notifications", &fields).await.expect(303);
    }

    /// On to the next day's noon, by when every window has ended.
    fn next_day(&self) {
        let noon = (self.t.now().date_naive() + TimeDelta::days(1)).and_hms_opt(12, 0, 0).expect("a time");
        self.t.advance(noon.and_utc() - self.t.now());
    }
}

const ALL: [&str; 8] =
    ["mentioned", "assigned", "comment", "due_tomorrow", "overdue", "change", "new_card", "role_changed"];

/// The paths of the links in a mail that stop mails, as one decodes quoted-printable.
fn stops(mail: &Arrived) -> Vec<String> {
    let text = mail.text();
    let links = text.split("/unsubscribe/").skip(1);
    let token = |rest: &str| {
        let token: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        format!("/unsubscribe/{token}")
    };
    links.map(token).collect()
}

fn stop(mail: &Arrived, ending: impl Fn(&str) -> bool) -> String {
    let all = stops(mail);
    all.iter().find(|path| ending(path.as_str())).unwrap_or_else(|| panic!("none in {all:?}")).clone()
}

#[tokio::test]
async fn a_mention_is_mailed_at_once_and_all_mails_of_a_card_are_one_thread() {
    let mut sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    team.say("@ada, is it <i>good</i>?\nI wonder").await;
    team.say("@ada, well?").await;
    team.t.mail_the_told().await;
    let first = sink.next().await;
    assert_eq!(first.to, ["ada@example.com"]);
    assert!(first.header("Subject").starts_with("Plan <b> "), "{}", first.header("Subject"));
    let text = first.text();
    for part in [
        "You were mentioned",
        "Bob commented",
        "and 1 more",
        "> @ada, well?",
        "http://localhost/cards/",
        "Plan &lt;b&gt;",
        "prefers-color-scheme: dark",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("<img") && !text.contains("url("), "nothing is loaded from outside");
    let unsubscribe = first.header("List-Unsubscribe");
    assert!(unsubscribe.starts_with("<http://localhost/unsubscribe/"), "{unsubscribe}");
    assert_eq!(first.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let thread = format!("<{}.{}@example.com>", team.card.id, team.ada.0.id);
    assert_eq!((first.header("In-Reply-To"), first.header("References")), (thread.clone(), thread.clone()));
    // Another mention of the same card waits for some minutes, and is in the same thread.
    team.say("@ada?").await;
    team.t.mail_the_told().await;
    team.t.advance(TimeDelta::minutes(11));
    team.t.mail_the_told().await;
    let second = sink.next().await;
    assert_eq!(second.header("References"), thread);
    assert_ne!(second.header("Message-ID"), first.header("Message-ID"));
    // Nothing of it comes again with the rest.
    team.next_day();
    team.t.mail_the_told().await;
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn the_rest_is_one_mail_a_window_by_board_and_card_and_nothing_where_all_was_read() {
    let mut sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    for number in 0..200 {
        team.say(&format!("Number {number}")).await;
    }
    let other = team.t.board(&team.bob.0, "Another").await;
    let column = team.t.column(&other, &team.bob.0, "Ideas").await;
    let mut conn = team.t.conn().await;
    Member::create(&mut conn, other.id, team.ada.0.id, Role::Editor, team.t.now()).await.expect("a member");
    team.ada.1.post(&format!("/boards/{}/watch", other.id), &[]).await.expect(303);
    team.t.cards(&column, &team.bob.0, &["Fresh"]).await;
    team.t.mail_the_told().await;
    team.next_day();
    for _ in 0..3 {
        team.t.mail_the_told().await;
    }
    let mail = sink.next().await;
    assert!(mail.header("Subject").starts_with("News on 2 cards"), "{}", mail.header("Subject"));
    let text = mail.text();
    let places = ["Another", "Fresh", "Launch", "Plan <b>", "and 199 more", "Number 199"];
    let places: Vec<Option<usize>> = places.iter().map(|part| text.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {text}");
    // What is read before the window ends is in no mail.
    team.say("Read at once").await;
    team.t.mail_the_told().await;
    team.ada.1.post("/inbox/read", &[]).await.expect(303);
    team.next_day();
    team.t.mail_the_told().await;
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn a_server_that_is_away_for_an_hour_loses_nothing_and_doubles_nothing() {
    let sink = Sink::start(&[]).await;
    let (url, port) = (sink.url(), sink.port.to_string());
    sink.stop().await;
    let mut team = Team::begin(&url).await;
    team.say("@ada, hello").await;
    team.t.mail_the_told().await;
    let made: Vec<uuid::Uuid> = notification_mails::table
        .select(notification_mails::id)
        .load(&mut team.t.conn().await)
        .await
        .expect("rows");
    assert_eq!(made.len(), 1);
    // Meanwhile more happens; the mail that waits stays what it was.
    team.say("@ada, still there?").await;
    team.t.advance(TimeDelta::hours(1));
    let mut sink = Sink::start(&["--port", &port]).await;
    for _ in 0..3 {
        team.t.mail_the_told().await;
    }
    let mut arrived = [sink.next().await, sink.next().await];
    arrived.sort_by_key(|mail| mail.text().contains("still there"));
    assert_eq!(arrived[0].header("Message-ID"), format!("<{}@example.com>", made[0]));
    assert!(arrived[0].text().contains("hello") && !arrived[0].text().contains("still there"));
    assert!(arrived[1].text().contains("still there"));
    assert_eq!(sink.stop_and_count().await, 0, "each came once");
}

#[tokio::test]
async fn a_worker_killed_between_sending_and_saying_so_sends_the_same_mail_again() {
    let mut sink = Sink::start(&["--hang-after-data"]).await;
    let mut team = Team::begin(&sink.url()).await;
    team.t.leaves_jobs();
    team.say("@ada, hello").await;
    team.t.tell().await;
    let due = "UPDATE jobs SET run_at = now() WHERE kind = 'mail_notifications'";
    team.t.conn().await.batch_execute(due).await.expect("set");
    let database = team.t.app.config.database_url.expose().to_owned();
    let url = sink.url();
    let settings = [("DATABASE_URL", database.as_str()), SECRET, ("SMTP_URL", &url), FROM];
    let mut killed = Service::worker(&settings).await.0;
    let first = sink.next().await;
    killed.signal(rustix::process::Signal::KILL);
    killed.exit_code().await;
    sink.stop().await;
    // Its lease runs out, and another worker takes the job.
    let over = "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE kind = 'mail_notifications'";
    team.t.conn().await.batch_execute(over).await.expect("set");
    let mut sink = Sink::start(&[]).await;
    let url = sink.url();
    let settings = [("DATABASE_URL", database.as_str()), SECRET, ("SMTP_URL", &url), FROM];
    let _worker = Service::worker(&settings).await;
    let mut conn = team.t.conn().await;
    loop {
        let waiting =
            jobs::table.filter(jobs::kind.eq("mail_notifications").and(jobs::state.eq("available")));
        diesel::update(waiting).set(jobs::run_at.eq(diesel::dsl::now)).execute(&mut conn).await.expect("set");
        if let Ok(second) = tokio::time::timeout(Duration::from_secs(1), sink.next()).await {
            assert_eq!(second.header("Message-ID"), first.header("Message-ID"));
            assert_eq!(second.header("Subject"), first.header("Subject"));
            break;
        }
    }
}

#[tokio::test]
async fn who_may_not_see_it_any_more_gets_no_mail_and_neither_does_an_address_nobody_confirmed() {
    let sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    let assign = format!("{}/assignees", team.path());
    team.ada.1.post(&assign, &[("user_id", &team.bob.0.id.to_string())]).await.expect(303);
    team.t.tell().await;
    // Removed after he was told and before the mail.
    let remove = format!("/boards/{}/members/{}/remove", team.board.id, team.bob.0.id);
    team.ada.1.confirm(&remove).await.expect(303);
    team.t.mail_the_told().await;
    let mut conn = team.t.conn().await;
    Member::create(&mut conn, team.board.id, team.bob.0.id, Role::Editor, team.t.now()).await.expect("back");
    let unconfirmed = users::email_confirmed_at.eq(None::<chrono::DateTime<chrono::Utc>>);
    diesel::update(users::table.find(team.ada.0.id)).set(unconfirmed).execute(&mut conn).await.expect("set");
    team.say("@ada, hello").await;
    team.t.mail_the_told().await;
    team.next_day();
    team.t.mail_the_told().await;
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn a_link_stops_the_mails_of_a_card_without_signing_in_and_looking_at_it_changes_nothing() {
    let mut sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    team.say("@ada, one").await;
    team.t.mail_the_told().await;
    let mail = sink.next().await;
    let path = stop(&mail, |path| path.contains(".card-"));
    assert!(mail.header("List-Unsubscribe").contains(&path), "the head has the same");
    let mut stranger = team.t.browser();
    stranger.get(&path).await.expect(200).showing("Stop these mails?").showing("about this card");
    let muted = async |t: &TestApp| {
        let muted = xtablo::schema::muted_cards::table.count();
        muted.get_result::<i64>(&mut t.conn().await).await.expect("a count")
    };
    assert_eq!(muted(&team.t).await, 0);
    // As a mail program posts it: from nowhere, with a body of its own, perhaps twice.
    for _ in 0..2 {
        let request =
            axum::http::Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
        stranger.send(request, "List-Unsubscribe=One-Click".into()).await.expect(200).showing("Stopped");
    }
    assert_eq!(muted(&team.t).await, 1);
    team.say("@ada, two").await;
    team.t.advance(TimeDelta::minutes(11));
    team.t.mail_the_told().await;
    team.next_day();
    team.t.mail_the_told().await;
    // The inbox has it, and the settings bring the mails back.
    team.ada.1.get("/inbox").await.showing("Plan");
    team.ada.1.get("/account/notifications").await.showing("about 1 card again");
    let mut fields =
        vec![("urgent", "at_once"), ("rest", "daily"), ("hour", "8"), ("due", "on"), ("unmute", "on")];
    fields.extend(ALL.map(|reason| ("reasons", reason)));
    team.ada.1.post("/account/notifications", &fields).await.expect(303);
    team.say("@ada, three").await;
    team.t.mail_the_told().await;
    assert!(sink.next().await.text().contains("three"));
    // A link that was changed is none.
    for bad in [path.replace(".card-", ".reason-"), format!("{path}0"), "/unsubscribe/x.all".to_owned()] {
        stranger.get(&bad).await.expect(410);
        stranger.post(&bad, &[]).await.expect(410);
    }
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn links_stop_one_reason_or_all() {
    let mut sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    team.choose("at_once", "hourly", &ALL).await;
    team.say("one").await;
    team.t.tell().await;
    team.next_day();
    team.t.mail_the_told().await;
    let mail = sink.next().await;
    let mut stranger = team.t.browser();
    stranger.post(&stop(&mail, |path| path.ends_with(".reason-comment")), &[]).await.expect(200);
    team.say("two").await;
    team.t.tell().await;
    team.next_day();
    team.t.mail_the_told().await;
    // What is no comment still comes.
    team.bob.1.post(&format!("{}/done", team.path()), &[]).await.expect(303);
    team.ada.1.get(&team.path()).await.expect(200);
    team.bob.1.post(&format!("{}/undone", team.path()), &[]).await.expect(303);
    team.t.tell().await;
    team.next_day();
    team.t.mail_the_told().await;
    assert!(sink.next().await.text().contains("as not done"));
    stranger.post(&stop(&mail, |path| path.ends_with(".all")), &[]).await.expect(200).showing("Stopped");
    team.ada.1.get("/account/notifications").await.showing("value=\"never\" selected");
    team.ada.1.post("/inbox/read", &[]).await.expect(303);
    team.say("@ada, three").await;
    team.t.mail_the_told().await;
    team.next_day();
    team.t.mail_the_told().await;
    assert_eq!(sink.stop_and_count().await, 0);
}

#[tokio::test]
async fn settings_are_kept_and_what_is_wrong_with_them_is_said() {
    let sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    let page = team.ada.1.get("/account/notifications").await.expect(200);
    page.showing("value=\"at_once\" selected").showing("value=\"daily\" selected").showing("UTC");
    let bad = [("urgent", "soon"), ("rest", "daily"), ("hour", "24"), ("reasons", "moon")];
    team.ada
        .1
        .post("/account/notifications", &bad)
        .await
        .expect(422)
        .showing("0 to 23")
        .showing("value=\"24\"");
    team.choose("with_rest", "weekly", &["mentioned"]).await;
    let page = team.ada.1.get("/account/notifications").await.expect(200);
    page.showing("value=\"with_rest\" selected").showing("value=\"weekly\" selected");
    // Nobody who wants nothing at once gets a job for it.
    team.say("@ada, hello").await;
    team.t.tell().await;
    assert!(team.t.mail_jobs().await.is_empty());
}

#[tokio::test]
async fn dates_are_mailed_once_a_day_in_the_morning() {
    let mut sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    team.choose("at_once", "never", &ALL).await;
    let day = team.t.now().date_naive() + TimeDelta::days(2);
    team.t.advance(day.and_hms_opt(7, 59, 0).expect("a time").and_utc() - team.t.now());
    let tomorrow = (day + TimeDelta::days(1)).to_string();
    let dates = [("start", ""), ("start_time", ""), ("due", tomorrow.as_str()), ("due_time", "")];
    team.ada.1.post(&format!("{}/dates", team.path()), &dates).await.expect(303);
    let remind = async |t: &TestApp| {
        let job = xtablo::queue::NewJob::new(&xtablo::tasks::RemindOfDates {}).expect("JSON");
        job.enqueue(&mut t.conn().await).await.expect("enqueued");
        t.mail_the_told().await;
    };
    remind(&team.t).await;
    let lines = async |t: &TestApp| {
        notifications::table.count().get_result::<i64>(&mut t.conn().await).await.expect("a count")
    };
    assert_eq!(lines(&team.t).await, 0, "not before eight");
    team.t.advance(TimeDelta::minutes(2));
    for _ in 0..3 {
        remind(&team.t).await;
        team.t.advance(TimeDelta::hours(1));
    }
    let mail = sink.next().await;
    assert!(mail.text().contains("Due tomorrow"), "{}", mail.text());
    assert_eq!(sink.stop_and_count().await, 0, "once, although all else is never mailed");
}

#[tokio::test]
async fn mails_speak_the_language_of_their_reader() {
    let mut sink = Sink::start(&[]).await;
    let mut team = Team::begin(&sink.url()).await;
    let german = users::language.eq(Some("de"));
    let ada = users::table.find(team.ada.0.id);
    diesel::update(ada).set(german).execute(&mut team.t.conn().await).await.expect("set");
    team.say("@ada, hallo").await;
    team.t.mail_the_told().await;
    let text = sink.next().await.text();
    for part in ["Du wurdest genannt", "Keine E-Mails mehr zu dieser Karte", "lang=\"de\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
