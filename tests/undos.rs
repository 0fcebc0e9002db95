//! Taking back what was done.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use xtablo::config;
use xtablo::models::card::Card;
use xtablo::models::change::{Author, Change};
use xtablo::models::color::Color;
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::schema::{boards, cards, events, recurrences};

use crate::support::browser::Browser;
use crate::support::{TestApp, nobody};

/// The newest change of a board that was not taken back, and is none that takes back.
async fn newest(conn: &mut AsyncPgConnection, board_id: Uuid) -> Uuid {
    events::table
        .filter(events::board_id.eq(board_id).and(events::part_of.is_null()))
        .filter(events::undone_at.is_null().and(events::undoes.is_null()))
        .order(events::id.desc())
        .select(events::id)
        .first(conn)
        .await
        .expect("an event")
}

#[tokio::test]
async fn what_was_done_is_taken_back_from_the_page_that_follows() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let path = format!("/cards/{}", card.id);
    let title = async || {
        let title = cards::table.find(card.id).select(cards::title);
        title.first::<String>(&mut t.conn().await).await.expect("the card")
    };
    assert_eq!(browser.post(&format!("{path}/title"), &[("title", "Ship")]).await.location(), path);
    let event = newest(&mut t.conn().await, board.id).await;
    let undo = format!("/events/{event}/undo");
    // The page that follows offers it, once.
    browser.get(&path).await.expect(200).showing("Saved.").showing(&undo.replace('/', "&#x2f;"));
    browser.get(&path).await.hiding("Saved.");
    assert_eq!(browser.post(&undo, &[("next", &path)]).await.location(), path);
    assert_eq!(title().await, "Plan");
    // A second time it is there no more; and an undo can be undone.
    browser.post(&undo, &[]).await.expect(409).showing("undone already");
    let again = events::table.filter(events::undoes.eq(event)).select(events::id);
    let again: Uuid = again.first(&mut t.conn().await).await.expect("the undo");
    browser.post(&format!("/events/{again}/undo"), &[]).await.expect(303);
    assert_eq!(title().await, "Ship");
    browser.post(&undo, &[]).await.expect(303);
    assert_eq!(title().await, "Plan");

    // A script gets the notice with the part that changed, and asks for the rest when it is told.
    let mut script = browser.htmx();
    let answer = script.post(&format!("{path}/title"), &[("title", "Sail")]).await.expect(200);
    let event = newest(&mut t.conn().await, board.id).await;
    let undo = format!("/events/{event}/undo");
    let answer = answer.showing("data-toast").showing("renamed “Plan” to “Sail”");
    answer.showing(&undo.replace('/', "&#x2f;"));
    let undone = script.post(&undo, &[]).await.expect(200).showing("renamed “Sail” to “Plan”");
    assert_eq!(undone.headers.get("hx-trigger").unwrap(), "xtablo:stale");
    script.post(&undo, &[]).await.expect(409).showing("undone already").hiding("<html");
    // What changes nothing offers nothing.
    script.post(&format!("{path}/title"), &[("title", "Plan")]).await.expect(200).hiding("data-toast");
}

#[tokio::test]
async fn history_offers_it_to_those_who_may_and_says_what_is_in_the_way() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (bob, mut bobs) = t.sign_up("Bob").await;
    let (eve, mut eves) = t.sign_up("Eve").await;
    let (_, mut strangers) = t.sign_up("Sam").await;
    let board = t.board(&ada, "Launch").await;
    let mut conn = t.conn().await;
    for (user, role) in [(&bob, Role::Editor), (&eve, Role::Viewer)] {
        Member::create(&mut conn, board.id, user.id, role, t.now()).await.expect("a member");
    }
    let (todo, done) = (t.column(&board, &ada, "To do").await, t.column(&board, &ada, "Done").await);
    let card = t.cards(&todo, &ada, &["Plan"]).await.remove(0);
    let (path, history) = (format!("/cards/{}", card.id), format!("/boards/{}/events", board.id));
    let to = [("column_id", &*done.id.to_string()), ("after", "")];
    browser.post(&format!("{path}/move"), &to).await.expect(303);
    let moved = newest(&mut conn, board.id).await;
    let undo = format!("/events/{moved}/undo");
    let form = undo.replace('/', "&#x2f;");
    browser.get(&history).await.showing(&form);
    bobs.get(&history).await.showing(&form);
    eves.get(&history).await.expect(200).hiding(&form);
    eves.post(&undo, &[]).await.expect(403);
    strangers.post(&undo, &[]).await.expect(404);
    browser.post(&format!("/events/{}/undo", nobody()), &[]).await.expect(404);

    // Somebody moved it on since.
    let on = [("column_id", &*todo.id.to_string()), ("after", "")];
    bobs.post(&format!("{path}/move"), &on).await.expect(303);
    browser.post(&undo, &[]).await.expect(409).showing("Bob").showing("from “Done” to “To do”");
    let on = newest(&mut conn, board.id).await;
    browser.post(&format!("/events/{on}/undo"), &[]).await.expect(303);
    assert_eq!(t.titles(&done).await, ["Plan"]);
    // The column that it came from is gone.
    bobs.post(&format!("/columns/{}/archive", todo.id), &[]).await.expect(303);
    browser.post(&undo, &[]).await.expect(409).showing("archived the column “To do”");
    let archived = newest(&mut conn, board.id).await;
    bobs.post(&format!("/events/{archived}/undo"), &[]).await.expect(303);
    bobs.post(&undo, &[("next", &path)]).await.expect(303);
    assert_eq!(t.titles(&todo).await, ["Plan"]);
    browser.get(&history).await.showing("undone").hiding(&form);

    // What others have done to it since is not thrown away.
    let made = t.cards(&todo, &ada, &["New"]).await.remove(0);
    let made_event = newest(&mut conn, board.id).await;
    bobs.post(&format!("/cards/{}/comments", made.id), &[("body", "Mine")]).await.expect(303);
    browser.post(&format!("/events/{made_event}/undo"), &[]).await.expect(409).showing("Bob");
    // What somebody says is theirs: to take it back is for them, and for owners.
    let said = newest(&mut conn, board.id).await;
    browser.post(&format!("/cards/{}/comments", made.id), &[("body", "Yours")]).await.expect(303);
    let yours = newest(&mut conn, board.id).await;
    bobs.post(&format!("/events/{yours}/undo"), &[]).await.expect(403);
    bobs.post(&format!("/events/{said}/undo"), &[]).await.expect(303);
    // An owner's change is no editor's to take back.
    browser.post(&format!("/boards/{}", board.id), &[("title", "Lunch"), ("color", "red")]).await.expect(303);
    let renamed = newest(&mut conn, board.id).await;
    bobs.post(&format!("/events/{renamed}/undo"), &[]).await.expect(403);
    browser.post(&format!("/events/{renamed}/undo"), &[]).await.expect(303);
    let board_now = boards::table.find(board.id).select((boards::title, boards::color));
    let (title, color): (String, Color) = board_now.first(&mut conn).await.expect("the board");
    assert_eq!((&*title, color), ("Launch", Color::Teal), "both, for they were one change");
    // Nor is a person's decision.
    let left = events::kind.eq("board_created").and(events::board_id.eq(board.id));
    let created: Uuid =
        events::table.filter(left).select(events::id).first(&mut conn).await.expect("an event");
    browser.post(&format!("/events/{created}/undo"), &[]).await.expect(409).showing("cannot be taken back");
}

#[tokio::test]
async fn the_newest_own_change_is_taken_back_without_naming_it() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (bob, mut bobs) = t.sign_up("Bob").await;
    let board = t.board(&ada, "Launch").await;
    Member::create(&mut t.conn().await, board.id, bob.id, Role::Editor, t.now()).await.expect("a member");
    let (page, undo) = (format!("/boards/{}", board.id), format!("/boards/{}/undo", board.id));
    browser.post(&format!("{page}/columns"), &[("title", "One")]).await.expect(303);
    browser.post(&format!("{page}/columns"), &[("title", "Two")]).await.expect(303);
    bobs.post(&format!("{page}/columns"), &[("title", "His")]).await.expect(303);
    browser.get(&page).await.showing("One").showing("Two").showing("His");
    // Again and again it goes further back, past what others did.
    assert_eq!(browser.post(&undo, &[]).await.location(), page);
    browser.get(&page).await.showing("One").hiding(">Two<").showing("His");
    browser.post(&undo, &[]).await.expect(303);
    browser.get(&page).await.hiding(">One<").showing("His");
    t.advance(TimeDelta::minutes(11));
    browser.post(&undo, &[]).await.expect(409).showing("nothing on this board");
    bobs.post(&undo, &[]).await.expect(409);
}

/// A small generator of numbers, so that a failure can be run again by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.roll(all.len())].clone()) }
    }

    fn word(&mut self) -> String {
        format!("w{}", self.roll(1000))
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The board as people see it, a thing a line.
async fn picture(conn: &mut AsyncPgConnection, board_id: Uuid) -> String {
    const SEEN: &str = "
        WITH col AS (SELECT * FROM columns c WHERE board_id = $1 AND (archived_at IS NULL OR EXISTS
            (SELECT 1 FROM cards WHERE column_id = c.id AND deleted_at IS NULL))),
        card AS (SELECT * FROM cards WHERE board_id = $1 AND deleted_at IS NULL),
        label AS (SELECT * FROM labels WHERE board_id = $1 AND deleted_at IS NULL),
        list AS (SELECT l.* FROM checklists l JOIN card ON card.id = l.card_id WHERE l.deleted_at IS NULL)
        SELECT concat_ws(' ', 'board', title, color, open_role, archived_at IS NULL, is_template) AS line FROM boards WHERE id = $1
        UNION ALL SELECT concat_ws(' ', 'column', id, title, coalesce(wip_limit, 0), archived_at IS NULL,
            rank() OVER (ORDER BY rank)) FROM col
        UNION ALL SELECT concat_ws(' ', 'card', id, column_id, title, body, archived_at IS NULL, coalesce(start_on::text, '-'),
            coalesce(due_on::text, '-'), done_at IS NULL, is_template, recurs, rank() OVER (PARTITION BY column_id ORDER BY rank)) FROM card
        UNION ALL SELECT concat_ws(' ', 'recurs', card_id, every, unit, days, comes_back, time_zone) FROM recurrences
            JOIN card ON card.id = card_id
        UNION ALL SELECT concat_ws(' ', 'label', id, name, color, rank() OVER (ORDER BY rank)) FROM label
        UNION ALL SELECT concat_ws(' ', 'labeled', o.card_id, o.label_id) FROM card_labels o
            JOIN card ON card.id = o.card_id JOIN label ON label.id = o.label_id
        UNION ALL SELECT concat_ws(' ', 'assigned', a.card_id, user_id) FROM assignees a JOIN card ON card.id = a.card_id
        UNION ALL SELECT concat_ws(' ', 'list', id, title, rank() OVER (PARTITION BY card_id ORDER BY rank)) FROM list
        UNION ALL SELECT concat_ws(' ', 'item', i.id, i.checklist_id, text, i.user_id, coalesce(i.due_on::text, '-'),
            checked_at IS NULL, rank() OVER (PARTITION BY i.checklist_id ORDER BY i.rank)) FROM checklist_items i
            JOIN list ON list.id = i.checklist_id WHERE i.deleted_at IS NULL
        UNION ALL SELECT concat_ws(' ', 'file', f.id, f.card_id, name) FROM files f JOIN card ON card.id = f.card_id
            WHERE f.deleted_at IS NULL
        UNION ALL SELECT concat_ws(' ', 'cover', o.card_id, o.file_id) FROM covers o JOIN files f ON f.id = o.file_id
            JOIN card ON card.id = o.card_id WHERE f.deleted_at IS NULL
        UNION ALL SELECT concat_ws(' ', 'comment', m.id, m.body) FROM comments m JOIN card ON card.id = m.card_id
            WHERE m.deleted_at IS NULL
        UNION ALL SELECT concat_ws(' ', 'member', user_id, role) FROM members WHERE board_id = $1
        UNION ALL SELECT concat_ws(' ', 'field', id, name, kind, on_card, shows_sum, rank() OVER (ORDER BY rank)) FROM fields
            WHERE board_id = $1 AND deleted_at IS NULL
        UNION ALL SELECT concat_ws(' ', 'choice', h.id, h.field_id, h.name, h.place) FROM field_choices h
            JOIN fields f ON f.id = h.field_id WHERE f.board_id = $1 AND f.deleted_at IS NULL AND h.deleted_at IS NULL
        UNION ALL SELECT concat_ws(' ', 'value', v.card_id, v.field_id, v.value, v.choice_id) FROM card_fields v
            JOIN card ON card.id = v.card_id JOIN fields f ON f.id = v.field_id LEFT JOIN field_choices h ON h.id = choice_id
            WHERE f.deleted_at IS NULL AND h.deleted_at IS NULL
        UNION ALL SELECT concat_ws(' ', 'link', from_id, to_id, l.kind) FROM card_links l
            JOIN card ON card.id = l.from_id JOIN card other ON other.id = l.to_id
        ORDER BY 1";
    let query = diesel::sql_query(SEEN).bind::<diesel::sql_types::Uuid, _>(board_id);
    let lines: Vec<Line> = query.load(conn).await.expect("a picture");
    lines.into_iter().fold(String::new(), |mut all, line| {
        writeln!(all, "{}", line.line).unwrap();
        all
    })
}

/// What random changes are made of.
struct Board {
    id: Uuid,
    people: Vec<Uuid>,
    browsers: Vec<Browser>,
    dice: Dice,
    now: DateTime<Utc>,
    limits: config::Files,
}

#[derive(QueryableByName)]
struct Ids {
    #[diesel(sql_type = Array<Nullable<Text>>)]
    ids: Vec<Option<String>>,
}

impl Board {
    /// One of the rows of a query of ids on this board.
    async fn one(&mut self, conn: &mut AsyncPgConnection, from: &str) -> Option<Vec<String>> {
        let query = diesel::sql_query(from).bind::<diesel::sql_types::Uuid, _>(self.id);
        let rows: Vec<Ids> = query.load(conn).await.unwrap_or_else(|error| panic!("{from}: {error}"));
        let row = self.dice.of(&rows.iter().map(|row| row.ids.clone()).collect::<Vec<_>>())?;
        Some(row.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Makes the next card of one that repeats, as the worker does when it is time; whether there was one to make.
    async fn recur(&self, conn: &mut AsyncPgConnection, card_id: Uuid) -> bool {
        let row = diesel::update(recurrences::table.find(card_id));
        row.set(recurrences::comes_at.eq(self.now)).execute(conn).await.expect("it is time");
        Change::run(conn, self.id, Author::System, self.now, async |change| {
            Card::recur(change, card_id, &self.limits).await
        })
        .await
        .expect("the next card");
        let moved_on: i64 = recurrences::table.find(card_id).count().get_result(conn).await.expect("a count");
        moved_on == 0
    }

    /// Makes a random change, as a form does; whether there was one to make.
    #[expect(clippy::too_many_lines, reason = "a list of the changes that there are")]
    async fn change(&mut self, conn: &mut AsyncPgConnection) -> bool {
        const CARD: &str = "SELECT ARRAY[id::text, column_id::text] AS ids FROM cards \
            WHERE board_id = $1 AND deleted_at IS NULL ORDER BY id";
        const ON_BOARD: &str = "SELECT ARRAY[c.id::text, column_id::text] AS ids FROM cards c \
            JOIN columns o ON o.id = column_id WHERE c.board_id = $1 AND deleted_at IS NULL \
            AND c.archived_at IS NULL AND o.archived_at IS NULL ORDER BY c.id";
        const COLUMN: &str = "SELECT ARRAY[id::text] AS ids FROM columns WHERE board_id = $1 AND archived_at IS NULL ORDER BY id";
        const LABEL: &str = "SELECT ARRAY[id::text] AS ids FROM labels WHERE board_id = $1 AND deleted_at IS NULL ORDER BY id";
        const LIST: &str = "SELECT ARRAY[l.id::text, card_id::text] AS ids FROM checklists l JOIN cards c \
            ON c.id = card_id WHERE l.board_id = $1 AND l.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY l.id";
        const ITEM: &str = "SELECT ARRAY[i.id::text, i.card_id::text, i.checklist_id::text] AS ids \
            FROM checklist_items i JOIN checklists l ON l.id = checklist_id JOIN cards c ON c.id = i.card_id \
            WHERE i.board_id = $1 AND i.deleted_at IS NULL AND l.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY i.id";
        const FILE: &str = "SELECT ARRAY[f.id::text] AS ids FROM files f JOIN cards c ON c.id = card_id \
            WHERE f.board_id = $1 AND f.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY f.id";
        const COMMENT: &str = "SELECT ARRAY[m.id::text, user_id::text] AS ids FROM comments m JOIN cards c \
            ON c.id = card_id WHERE m.board_id = $1 AND m.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY m.id";
        const FIELD: &str = "SELECT ARRAY[f.id::text, kind, (SELECT id::text FROM field_choices WHERE field_id = f.id \
            AND deleted_at IS NULL ORDER BY place LIMIT 1)] AS ids FROM fields f \
            WHERE board_id = $1 AND deleted_at IS NULL ORDER BY f.id";
        const TEMPLATE: &str = "SELECT ARRAY[id::text] AS ids FROM cards \
            WHERE board_id = $1 AND deleted_at IS NULL AND is_template ORDER BY id";
        const RECURS: &str = "SELECT ARRAY[c.id::text] AS ids FROM recurrences r JOIN cards c ON c.id = card_id \
            WHERE c.board_id = $1 AND c.deleted_at IS NULL ORDER BY c.id";
        const COVER: &str = "SELECT ARRAY[f.id::text] AS ids FROM covers o JOIN files f ON f.id = file_id JOIN cards c \
            ON c.id = f.card_id WHERE f.board_id = $1 AND f.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY f.id";
        let deleted = |table: &str| {
            format!(
                "SELECT ARRAY[id::text] AS ids FROM {table} WHERE board_id = $1 AND deleted_at IS NOT NULL ORDER BY id"
            )
        };
        let archived = |table: &str| {
            format!(
                "SELECT ARRAY[id::text] AS ids FROM {table} WHERE board_id = $1 AND archived_at IS NOT NULL ORDER BY id"
            )
        };
        let (board, word, person) = (self.id, self.dice.word(), self.dice.of(&self.people).unwrap());
        let person = person.to_string();
        let color = self.dice.of(Color::ALL).unwrap().word();
        let mut author = None;
        macro_rules! one {
            ($from:expr) => {
                match self.one(conn, $from).await {
                    Some(row) => row,
                    None => return false,
                }
            };
        }
        let day = format!("2026-12-{:02}", 1 + self.dice.roll(28));
        let (path, fields): (String, Vec<(&str, String)>) = match self.dice.roll(51) {
            0 => (format!("/boards/{board}"), vec![("title", word), ("color", color.to_owned())]),
            1 => (
                format!("/boards/{board}/open"),
                vec![("role", ["none", "viewer"][self.dice.roll(2)].to_owned())],
            ),
            2 => (format!("/boards/{board}/columns"), vec![("title", word)]),
            3 => {
                let limit = (1 + self.dice.roll(9)).to_string();
                (format!("/columns/{}", one!(COLUMN)[0]), vec![("title", word), ("wip_limit", limit)])
            }
            4 | 5 => {
                let column = one!(COLUMN).remove(0);
                let after = if self.dice.roll(2) == 0 { String::new() } else { one!(COLUMN).remove(0) };
                (format!("/columns/{column}/move"), vec![("after", after)])
            }
            6 => (format!("/columns/{}/archive", one!(COLUMN)[0]), vec![]),
            7 => (format!("/columns/{}/restore", one!(&archived("columns"))[0]), vec![]),
            8 | 9 => (format!("/columns/{}/cards", one!(COLUMN)[0]), vec![("title", word)]),
            10 => (format!("/cards/{}", one!(CARD)[0]), vec![("title", word.clone()), ("body", word)]),
            11..=15 => {
                let card = one!(ON_BOARD).remove(0);
                let follow = one!(ON_BOARD);
                let to = [("column_id", follow[1].clone()), ("after", follow[0].clone())];
                (format!("/cards/{card}/move"), to.into())
            }
            16 => (format!("/cards/{}/archive", one!(CARD)[0]), vec![]),
            17 => (format!("/cards/{}/restore", one!(&archived("cards"))[0]), vec![]),
            18 => (format!("/cards/{}/delete", one!(CARD)[0]), vec![("confirmed", "yes".to_owned())]),
            19 => (format!("/cards/{}/undelete", one!(&deleted("cards"))[0]), vec![]),
            20 => (format!("/cards/{}/assignees", one!(CARD)[0]), vec![("user_id", person)]),
            21 => (format!("/cards/{}/assignees/{person}/remove", one!(CARD)[0]), vec![]),
            22 => (format!("/boards/{board}/labels"), vec![("name", word), ("color", color.to_owned())]),
            23 => {
                let to = vec![("name", word), ("color", color.to_owned())];
                (format!("/labels/{}", one!(LABEL)[0]), to)
            }
            24 => {
                let label = one!(LABEL).remove(0);
                let after = if self.dice.roll(2) == 0 { String::new() } else { one!(LABEL).remove(0) };
                (format!("/labels/{label}/move"), vec![("after", after)])
            }
            25 => (format!("/labels/{}/delete", one!(LABEL)[0]), vec![("confirmed", "yes".to_owned())]),
            26 => (format!("/labels/{}/undelete", one!(&deleted("labels"))[0]), vec![]),
            27 => (format!("/cards/{}/labels", one!(CARD)[0]), vec![("label_id", one!(LABEL).remove(0))]),
            28 => {
                let on = "SELECT ARRAY[o.card_id::text, label_id::text] AS ids FROM card_labels o JOIN cards c \
                    ON c.id = card_id JOIN labels l ON l.id = label_id WHERE o.board_id = $1 \
                    AND c.deleted_at IS NULL AND l.deleted_at IS NULL ORDER BY 1";
                let on = one!(on);
                (format!("/cards/{}/labels/{}/remove", on[0], on[1]), vec![])
            }
            29 => {
                let dates = vec![("start", String::new()), ("due", day)];
                (format!("/cards/{}/dates", one!(CARD)[0]), dates)
            }
            30 => (format!("/cards/{}/{}", one!(CARD)[0], ["done", "undone"][self.dice.roll(2)]), vec![]),
            31 => (format!("/cards/{}/checklists", one!(CARD)[0]), vec![("title", word)]),
            32 => {
                let list = one!(LIST);
                match self.dice.roll(5) {
                    0 => (format!("/checklists/{}", list[0]), vec![("title", word)]),
                    1 | 2 => (format!("/checklists/{}/move", list[0]), vec![("after", String::new())]),
                    3 => (format!("/checklists/{}/delete", list[0]), vec![]),
                    _ => (format!("/checklists/{}/undelete", one!(&deleted("checklists"))[0]), vec![]),
                }
            }
            33 => (format!("/checklists/{}/items", one!(LIST)[0]), vec![("text", format!("{word}\nb\nc"))]),
            34 => {
                let to = vec![("text", word), ("user_id", person), ("due", day), ("due_time", String::new())];
                (format!("/items/{}", one!(ITEM)[0]), to)
            }
            35 => (format!("/items/{}/{}", one!(ITEM)[0], ["check", "uncheck"][self.dice.roll(2)]), vec![]),
            36 => {
                let item = one!(ITEM);
                let lists = format!(
                    "SELECT ARRAY[id::text] AS ids FROM checklists WHERE board_id = $1 AND card_id = '{}' \
                     AND deleted_at IS NULL ORDER BY id",
                    item[1]
                );
                let to = vec![("checklist_id", one!(&lists).remove(0)), ("after", String::new())];
                (format!("/items/{}/move", item[0]), to)
            }
            37 => match self.dice.roll(4) {
                0 => (format!("/items/{}/convert", one!(ITEM)[0]), vec![]),
                1 | 2 => (format!("/items/{}/delete", one!(ITEM)[0]), vec![]),
                _ => (format!("/items/{}/undelete", one!(&deleted("checklist_items"))[0]), vec![]),
            },
            38 => match self.dice.roll(6) {
                0 => (format!("/files/{}/delete", one!(FILE)[0]), vec![("confirmed", "yes".to_owned())]),
                1 => (format!("/files/{}/undelete", one!(&deleted("files"))[0]), vec![]),
                2 | 3 => (format!("/files/{}/cover", one!(FILE)[0]), vec![]),
                4 => (format!("/files/{}/uncover", one!(COVER)[0]), vec![]),
                _ => (format!("/files/{}", one!(FILE)[0]), vec![("name", format!("{word}.png"))]),
            },
            39 => (format!("/cards/{}/comments", one!(CARD)[0]), vec![("body", word)]),
            41 => match self.dice.roll(6) {
                0 | 1 => {
                    let kind = ["text", "number", "choice"][self.dice.roll(3)];
                    let choices = if kind == "choice" { "a\nb\nc" } else { "" };
                    let of = [("name", word), ("kind", kind.to_owned()), ("choices", choices.to_owned())];
                    (format!("/boards/{board}/fields"), of.into())
                }
                2 => (format!("/fields/{}/move", one!(FIELD)[0]), vec![("after", String::new())]),
                3 => (format!("/fields/{}/delete", one!(FIELD)[0]), vec![("confirmed", "yes".to_owned())]),
                4 => (format!("/fields/{}/undelete", one!(&deleted("fields"))[0]), vec![]),
                _ => {
                    let field = one!(FIELD);
                    let choices = if field[1] == "choice" { format!("a\n{word}\nc") } else { String::new() };
                    let to = [("name", word), ("choices", choices), ("confirmed", "yes".to_owned())];
                    (format!("/fields/{}", field[0]), to.into())
                }
            },
            42 | 43 => {
                let (card, field) = (one!(CARD).remove(0), one!(FIELD));
                let value = match field[1].as_str() {
                    "choice" => field[2].clone(),
                    "number" => self.dice.roll(100).to_string(),
                    _ => word,
                };
                (format!("/cards/{card}/fields/{}", field[0]), vec![("value", value)])
            }
            45 => {
                let to = [("column_id", one!(COLUMN).remove(0)), ("after", String::new()), ("title", word)];
                let with = ("with", "checklists".to_owned());
                (format!("/cards/{}/copy", one!(CARD)[0]), to.into_iter().chain([with]).collect())
            }
            46 => {
                let verb = ["template", "untemplate"][self.dice.roll(2)];
                let of = match (self.dice.roll(4), verb) {
                    (0, _) => format!("/boards/{board}"),
                    (_, "template") => format!("/cards/{}", one!(CARD)[0]),
                    _ => format!("/cards/{}", one!(TEMPLATE)[0]),
                };
                (format!("{of}/{verb}"), vec![])
            }
            48 => {
                let (unit, from) = (["day", "week", "month", "year"][self.dice.roll(4)], self.dice.roll(2));
                let every = (1 + self.dice.roll(9)).to_string();
                let rule = [("every", every), ("unit", unit.to_owned()), ("on", String::new())];
                let from = ("from", ["due", "done"][from].to_owned());
                (format!("/cards/{}/recurrence", one!(CARD)[0]), rule.into_iter().chain([from]).collect())
            }
            49 if self.dice.roll(3) == 0 => (format!("/cards/{}/recurrence/delete", one!(RECURS)[0]), vec![]),
            49 | 50 => {
                let card: Uuid = one!(RECURS)[0].parse().expect("an id");
                return self.recur(conn, card).await;
            }
            44 if self.dice.roll(3) == 0 => {
                let of = "SELECT ARRAY[l.id::text] AS ids FROM card_links l JOIN cards c ON c.id = from_id \
                    JOIN cards o ON o.id = to_id WHERE c.board_id = $1 AND c.deleted_at IS NULL \
                    AND o.deleted_at IS NULL ORDER BY l.id";
                (format!("/links/{}/remove", one!(of)[0]), vec![])
            }
            44 => {
                let kind = ["relates", "blocks", "duplicates"][self.dice.roll(3)];
                let to = [("card", format!("/cards/{}", one!(CARD)[0])), ("kind", kind.to_owned())];
                (format!("/cards/{}/links", one!(CARD)[0]), to.into())
            }
            40 => {
                let comment = one!(COMMENT);
                author = self.people.iter().position(|id| id.to_string() == comment[1]);
                match self.dice.roll(3) {
                    0 => (format!("/comments/{}/delete", comment[0]), vec![]),
                    1 => (format!("/comments/{}/undelete", one!(&deleted("comments"))[0]), vec![]),
                    _ => (format!("/comments/{}", comment[0]), vec![("body", word)]),
                }
            }
            _ => {
                let role = ["editor", "commenter"][self.dice.roll(2)];
                (format!("/boards/{board}/members/{}", self.people[3]), vec![("role", role.to_owned())])
            }
        };
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // Owners all but the last one, whose role changes.
        let index = author.unwrap_or_else(|| self.dice.roll(3));
        let answer = self.browsers[index].post(&path, &fields).await;
        assert!(answer.status.as_u16() < 500, "{path}: {answer:?}");
        answer.status.as_u16() == 303
    }
}

/// The kinds of events that can be taken back.
const KINDS: [&str; 68] = [
    "board_renamed",
    "board_recolored",
    "board_opened",
    "column_created",
    "column_renamed",
    "column_limited",
    "column_moved",
    "column_archived",
    "column_restored",
    "card_created",
    "card_copied",
    "card_renamed",
    "card_edited",
    "card_moved",
    "card_archived",
    "card_restored",
    "card_deleted",
    "card_undeleted",
    "card_covered",
    "card_uncovered",
    "file_attached",
    "file_renamed",
    "file_deleted",
    "file_undeleted",
    "member_role_changed",
    "comment_created",
    "comment_edited",
    "comment_deleted",
    "comment_restored",
    "assignee_added",
    "assignee_removed",
    "label_created",
    "label_changed",
    "label_moved",
    "label_deleted",
    "label_restored",
    "card_labeled",
    "card_unlabeled",
    "card_dated",
    "card_done",
    "card_undone",
    "checklist_created",
    "checklist_renamed",
    "checklist_moved",
    "checklist_deleted",
    "checklist_restored",
    "items_added",
    "item_changed",
    "item_checked",
    "item_unchecked",
    "item_moved",
    "item_deleted",
    "item_restored",
    "item_converted",
    "field_created",
    "field_changed",
    "field_moved",
    "field_deleted",
    "field_restored",
    "card_field_set",
    "card_linked",
    "card_unlinked",
    "card_recurrence_set",
    "card_recurred",
    "board_templated",
    "board_untemplated",
    "card_templated",
    "card_untemplated",
];

#[tokio::test]
async fn random_changes_of_every_kind_taken_back_leave_the_board_as_it_was() {
    let t = TestApp::with(&[("CHANGES_PER_SECOND", "10000")]).await;
    t.leaves_jobs();
    let mut people = Vec::new();
    for name in ["Ada", "Bob", "Cem", "Dan"] {
        people.push(t.sign_up(name).await);
    }
    let ada = people[0].0.clone();
    let board = t.board(&ada, "Launch").await;
    let mut conn = t.conn().await;
    for (index, (user, _)) in people.iter().enumerate().skip(1) {
        let role = if index == 3 { Role::Editor } else { Role::Owner };
        Member::create(&mut conn, board.id, user.id, role, t.now()).await.expect("a member");
    }
    let mut files = Vec::new();
    for title in ["To do", "Doing", "Done"] {
        let column = t.column(&board, &ada, title).await;
        for card in t.cards(&column, &ada, &["One", "Two", "Three"]).await {
            let uploads = format!("/cards/{}/files", card.id);
            people[0]
                .1
                .upload(&uploads, &[("a.png", b"not looked at"), ("b.png", b"nor this")])
                .await
                .expect(303);
            files.extend(t.files(card.id).await);
        }
    }
    for file in &files {
        t.thumbnail(file, b"picture").await;
    }
    for name in ["Bug", "Idea"] {
        let new = NewLabel { name, color: Color::Red };
        t.change(board.id, &ada, async |change| Label::create(change, new).await).await.expect("a label");
    }
    // Somebody who looks on: after each change the columns that it touched are drawn anew, and no others.
    let (eve, mut onlooker) = t.sign_up("Eve").await;
    Member::create(&mut conn, board.id, eve.id, Role::Editor, t.now()).await.expect("a member");
    let page = format!("/boards/{}", board.id);
    let before = picture(&mut conn, board.id).await;
    let start: Uuid = newest(&mut conn, board.id).await;

    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_130);
    let (people, browsers): (Vec<_>, Vec<_>) = people.into_iter().map(|(user, it)| (user.id, it)).unzip();
    let (dice, now, limits) = (Dice(seed), t.now(), t.app.config.files.clone());
    let mut on = Board { id: board.id, people, browsers, dice, now, limits };
    let mut kinds = BTreeSet::new();
    let mut changes = 0;
    // As many as it takes, at least 200: chance reaches the rarest kinds late.
    while changes < 200 || KINDS.iter().any(|kind| !kinds.contains(*kind)) {
        let missing = || KINDS.iter().filter(|kind| !kinds.contains(**kind)).collect::<Vec<_>>();
        assert!(changes < 3000, "seed {seed}: never came: {:?}", missing());
        if changes % 20 == 7 {
            // Uploads have a form of their own.
            let card = on
                .one(
                    &mut conn,
                    "SELECT ARRAY[id::text] AS ids FROM cards WHERE board_id = $1 AND deleted_at IS NULL",
                )
                .await;
            if let Some(card) = card {
                on.browsers[0].upload(&format!("/cards/{}/files", card[0]), &[("c.txt", b"text")]).await;
            }
        }
        changes += usize::from(on.change(&mut conn).await);
        let seen = onlooker.get(&page).await.expect(200).body;
        if changes % 5 == 0 {
            let drawn_anew = onlooker.beside(&t).get(&page).await.expect(200).body;
            assert_eq!(seen, drawn_anew, "seed {seed}: what is kept of the board is not what it has become");
        }
        let newer: Vec<String> = events::table
            .filter(events::board_id.eq(board.id).and(events::id.gt(start)))
            .select(events::kind)
            .distinct()
            .load(&mut conn)
            .await
            .expect("kinds");
        kinds.extend(newer);
    }

    let all: Vec<(Uuid, String, Option<Uuid>)> = events::table
        .filter(events::board_id.eq(board.id).and(events::id.gt(start)).and(events::part_of.is_null()))
        .order(events::id.desc())
        .select((events::id, events::kind, events::user_id))
        .load(&mut conn)
        .await
        .expect("events");
    for (index, (id, kind, user_id)) in all.iter().enumerate() {
        // What somebody says nobody else puts into other words; all else any owner takes back.
        let author = on.people.iter().position(|person| Some(*person) == *user_id);
        let by = if kind == "comment_edited" { author.unwrap() } else { index % 3 };
        let answer = on.browsers[by].post(&format!("/events/{id}/undo"), &[]).await;
        assert_eq!(answer.status.as_u16(), 303, "seed {seed}, {kind} {id}: {answer:?}");
    }
    let after = picture(&mut conn, board.id).await;
    let gone: Vec<&str> = before.lines().filter(|line| !after.lines().any(|other| other == *line)).collect();
    let come: Vec<&str> = after.lines().filter(|line| !before.lines().any(|other| other == *line)).collect();
    assert!(gone.is_empty() && come.is_empty(), "seed {seed}\nwere: {gone:#?}\nare: {come:#?}");
}
