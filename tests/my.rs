//! What is a person's to do, over all boards.

use chrono::{Days, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::models::assignee::{self, AssignError};
use xtablo::models::board::Board;
use xtablo::models::card::{Card, NewCard};
use xtablo::models::column::Column;
use xtablo::models::user::User;
use xtablo::schema::{boards, checklist_items, users};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::full_card::FullCard;

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

    /// A card for Ada.
    async fn card(&mut self, title: &str, due: &str) -> Card {
        let made = self.t.change(self.board.id, &self.ada, async |change| {
            let card = Card::create(change, &self.column, NewCard { title, body: "" }).await?;
            assignee::assign(change, &card, self.ada.id).await?;
            Ok::<_, AssignError>(card)
        });
        let card = made.await.expect("a card");
        let dates = [("start", ""), ("due", due)];
        self.browser.post(&format!("/cards/{}/dates", card.id), &dates).await.expect(303);
        card
    }

    /// The parts of her work with their titles.
    async fn parts(&mut self, path: &str) -> Vec<(String, Vec<String>)> {
        let page = self.browser.get(path).await.expect(200).body;
        let part = |section: &str| {
            let name =
                section.split_once("id=\"my-").map_or("", |(_, rest)| rest.split('"').next().unwrap_or(""));
            let rows = section.split("class=\"row-title\"").skip(1);
            let title = |row: &str| {
                row.split_once('>').expect("a link").1.split("</a>").next().expect("its end").to_owned()
            };
            (name.to_owned(), rows.map(title).collect())
        };
        page.split("class=\"my-part\"").skip(1).map(part).collect()
    }

    async fn part(&mut self, name: &str) -> Vec<String> {
        self.parts("/my")
            .await
            .into_iter()
            .find(|(part, _)| part == name)
            .map(|(_, titles)| titles)
            .unwrap_or_default()
    }
}

#[tokio::test]
async fn cards_and_steps_stand_by_when_they_are_due() {
    let mut desk = Desk::begin().await;
    desk.browser.get("/my").await.expect(200).showing("Nothing to do");
    let today = desk.t.now().date_naive();
    let day = |days: u64| today.checked_add_days(Days::new(days)).expect("a day").to_string();
    let before = today.checked_sub_days(Days::new(3)).expect("a day").to_string();
    desk.card("Past", &before).await;
    desk.card("Now", &day(0)).await;
    desk.card("Far", &day(30)).await;
    desk.card("Whenever", "").await;
    let done = desk.card("Finished", &before).await;
    desk.browser.post(&format!("/cards/{}/done", done.id), &[]).await.expect(303);
    let card = desk.t.cards(&desk.column, &desk.ada, &["Mine alone"]).await.remove(0);
    desk.browser.post(&format!("/cards/{}/checklists", card.id), &[("title", "Steps")]).await.expect(303);
    let list: uuid::Uuid = {
        use xtablo::schema::checklists;
        checklists::table.select(checklists::id).first(&mut desk.t.conn().await).await.expect("a checklist")
    };
    let add = format!("/checklists/{list}/items");
    desk.browser.post(&add, &[("text", "Draw it\nBuild it")]).await.expect(303);
    let draws = checklist_items::table.filter(checklist_items::text.eq("Draw it"));
    diesel::update(draws)
        .set((checklist_items::user_id.eq(desk.ada.id), checklist_items::due_on.eq(today)))
        .execute(&mut desk.t.conn().await)
        .await
        .expect("hers");
    for (part, titles) in [
        ("overdue", &["Past"][..]),
        ("today", &["Draw it", "Now"]),
        ("later", &["Far"]),
        ("undated", &["Whenever"]),
        ("done", &["Finished"]),
    ] {
        let mut found = desk.part(part).await;
        found.sort();
        assert_eq!(found, titles, "{part}");
    }
    assert_eq!(desk.part("made").await.len(), 6);
    assert_eq!(desk.part("watched").await.len(), 5, "what is done is watched no more");
    desk.browser
        .get("/my")
        .await
        .showing("Step of")
        .showing("Mine alone")
        .showing("To do")
        .showing("/boards/");
    // After two weeks nobody asks what was done.
    desk.t.advance(TimeDelta::days(15));
    desk.browser.sign_in(&desk.t.app, desk.ada.id).await;
    assert_eq!(desk.part("done").await, [""; 0]);
    let mut overdue = desk.part("overdue").await;
    overdue.sort();
    assert_eq!(overdue, ["Draw it", "Now", "Past"]);
}

#[tokio::test]
async fn days_begin_where_the_reader_is() {
    let mut desk = Desk::begin().await;
    let now = desk.t.now();
    let zone =
        |name: &'static str| diesel::update(users::table.find(desk.ada.id)).set(users::time_zone.eq(name));
    // The day that it is in Kiritimati is not the day that it is in Niue, ever.
    let there = (now + TimeDelta::hours(14)).date_naive().to_string();
    let kiritimati = zone("Pacific/Kiritimati");
    let niue = zone("Pacific/Niue");
    kiritimati.execute(&mut desk.t.conn().await).await.expect("there");
    desk.card("Now", &there).await;
    assert_eq!(desk.part("today").await, ["Now"]);
    niue.execute(&mut desk.t.conn().await).await.expect("there");
    assert_eq!(desk.part("today").await, [""; 0]);
}

#[tokio::test]
async fn what_one_may_not_see_is_nobody_s_work() {
    let mut desk = Desk::begin().await;
    desk.card("Plan", "").await;
    assert_eq!(desk.part("undated").await, ["Plan"]);
    let mut conn = desk.t.conn().await;
    diesel::sql_query("DELETE FROM members").execute(&mut conn).await.expect("gone");
    for part in ["undated", "watched", "made"] {
        assert_eq!(desk.part(part).await, [""; 0], "{part}");
        desk.browser.get(&format!("/my?part={part}")).await.expect(200).showing("Nothing here");
    }
    diesel::update(boards::table.find(desk.board.id))
        .set(boards::open_role.eq("viewer"))
        .execute(&mut conn)
        .await
        .expect("open");
    assert_eq!(desk.part("undated").await, ["Plan"]);
    diesel::update(boards::table.find(desk.board.id))
        .set(boards::archived_at.eq(desk.t.now()))
        .execute(&mut conn)
        .await
        .expect("archived");
    assert_eq!(desk.part("undated").await, [""; 0]);
    desk.t.browser().get("/my").await.expect(303);
}

#[tokio::test]
async fn a_long_part_is_paged() {
    let mut desk = Desk::begin().await;
    desk.t.many_cards(&desk.column, 120).await;
    diesel::sql_query(format!(
        "INSERT INTO assignees (card_id, user_id, board_id, created_at) SELECT id, '{}', board_id, now() FROM cards",
        desk.ada.id
    ))
    .execute(&mut desk.t.conn().await)
    .await
    .expect("hers");
    assert_eq!(desk.part("undated").await.len(), 20);
    desk.browser.get("/my").await.showing("Show all 120");
    for (path, rows, links) in [
        ("/my?part=undated", 50, "page=2"),
        ("/my?part=undated&page=3", 20, "page=2"),
        ("/my?part=undated&page=99", 20, "page=2"),
        ("/my?part=undated&page=-1", 50, "page=2"),
        ("/my?part=undated&page=99999999999999999999", 50, "page=2"),
        ("/my?part=undated&page=9223372036854775807", 20, "page=2"),
    ] {
        let page = desk.browser.get(path).await.expect(200).showing(links);
        assert_eq!(page.body.matches("class=\"row-title\"").count(), rows, "{path}");
    }
    desk.browser.get("/my?part=nothing&page=x").await.expect(200).showing("Show all 120");
}

#[tokio::test]
async fn with_several_boards_one_s_work_is_the_first_page_unless_one_wants_the_boards() {
    let mut f = FullCard::begin(&[]).await;
    assert_eq!(f.browser.get("/").await.location(), "/my");
    let form = |boards_first: &'static str| {
        [("name", "Ada"), ("email", "ada@example.com"), ("theme", "system"), ("boards_first", boards_first)]
    };
    f.browser.post("/account", &form("on")).await.expect(303);
    f.browser.get("/account").await.showing("name=\"boards_first\" checked");
    assert_eq!(f.browser.get("/").await.location(), "/boards");
    f.browser.post("/account", &form("")).await.expect(303);
    assert_eq!(f.browser.get("/").await.location(), "/my");
    f.browser.confirm(&format!("/boards/{}/delete", f.other.id)).await.expect(303);
    assert_eq!(f.browser.get("/").await.location(), "/boards", "one board is work enough");
}
