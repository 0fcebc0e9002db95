//! What the load meets: a person, her board, and moves of its cards.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;
use xtablo::models::board::{Board, NewBoard};
use xtablo::models::change::{Author, Change};
use xtablo::models::checklist::Checklist;
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::color::Color;
use xtablo::models::column::Column;
use xtablo::models::field::choice::FieldChoice;
use xtablo::models::field::kind::FieldKind;
use xtablo::models::field::{Field, NewField};
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::member::Member;
use xtablo::models::rank;
use xtablo::models::role::Role;
use xtablo::models::user::{NewUser, User};
use xtablo::schema::{assignees, card_fields, card_labels, cards, comments, users};

use crate::load::{Client, Requests};

const COLUMNS: usize = 10;

/// A signed-in browser, as far as its headers go.
#[derive(Clone)]
pub struct Visitor {
    pub user_id: Uuid,
    pub cookie: String,
}

impl Visitor {
    /// Registers, as a browser would, and so signs in.
    pub async fn register(address: SocketAddr, conn: &mut AsyncPgConnection) -> Result<Self> {
        let form = "name=Ada+Lovelace&email=ada%40example.com&password=correct+horse+battery";
        let nobody = Self { user_id: Uuid::nil(), cookie: String::new() };
        let mut client = Client::connect(address).await?;
        let answer = client.send(&nobody.post("/register", form, false)).await?;
        ensure!(answer.status == 303, "registering was answered with {}", answer.head);
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        Ok(Self {
            cookie: cookie.context("no cookie")?.to_owned(),
            user_id: users::table.select(users::id).first(conn).await?,
        })
    }

    pub fn get(&self, path: &str, more: &str) -> String {
        format!("GET {path} HTTP/1.1\r\n{}{more}\r\n", self.headers())
    }

    pub fn post(&self, path: &str, form: &str, htmx: bool) -> String {
        let htmx = if htmx { "hx-request: true\r\n" } else { "" };
        format!(
            "POST {path} HTTP/1.1\r\n{}sec-fetch-site: same-origin\r\n{htmx}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            self.headers(),
            form.len()
        )
    }

    fn headers(&self) -> String {
        format!(
            "host: localhost\r\ncookie: {}\r\naccept: text/html\r\naccept-language: en\r\n\
             accept-encoding: gzip, deflate, br\r\n\
             user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n",
            self.cookie
        )
    }
}

/// A board with [`COLUMNS`] columns and `size` cards, some with a text. The cards' ids are numbers from `first`
/// on, so that pgbench can make them up.
pub async fn seed(conn: &mut AsyncPgConnection, owner: Uuid, size: usize, first: usize) -> Result<Uuid> {
    let now = Utc::now();
    let new = NewBoard { title: "Launch of the new site", color: Color::Teal };
    let board = Board::create(conn, new, owner, now).await?;
    for number in 0..COLUMNS {
        let title = format!("Stage {number} of the work");
        let author = Author::owner(owner);
        let column =
            Change::run(conn, board.id, author, now, async |change| Column::create(change, &title).await)
                .await?;
        let rows: Vec<_> = rank::spread(size / COLUMNS)
            .into_iter()
            .zip(first + number * size / COLUMNS..)
            .map(|(rank, index)| {
                let body = if index % 3 == 0 {
                    "Ask *everybody* first, then [look](https://example.com).\n"
                } else {
                    ""
                };
                (
                    cards::id.eq(card_id(index)),
                    cards::board_id.eq(board.id),
                    cards::column_id.eq(column.id),
                    cards::title.eq(format!("Card {index}: what's to be done about part {number} & its kin")),
                    cards::body.eq(body.repeat(10)),
                    cards::rank.eq(rank),
                    cards::created_by.eq(owner),
                    cards::created_at.eq(now),
                    cards::updated_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(cards::table).values(&rows).execute(conn).await?;
    }
    Ok(board.id)
}

/// Puts a team of `size` on the board: each card is for two of them and has three comments. Returns the first card.
pub async fn add_team(conn: &mut AsyncPgConnection, board: Uuid, size: usize) -> Result<Uuid> {
    let now = Utc::now();
    let mut team = Vec::new();
    for number in 1..size {
        let name = format!("Member {number} of the team");
        // Every board has a team of its own.
        let email = format!("member-{number}-{}@example.com", board.simple());
        let new = NewUser { name: &name, email: &email, password_hash: "", confirmed: true };
        let id = User::create(conn, new, now).await?.id;
        Member::create(conn, board, id, Role::Editor, now).await?;
        team.push(id);
    }
    let all: Vec<Uuid> =
        cards::table.filter(cards::board_id.eq(board)).order(cards::id).select(cards::id).load(conn).await?;
    for (index, card) in all.iter().enumerate() {
        let both = [team[index % team.len()], team[(index * 7 + 1) % team.len()]];
        let rows: Vec<_> = both
            .iter()
            .map(|user| {
                (
                    assignees::card_id.eq(card),
                    assignees::user_id.eq(user),
                    assignees::board_id.eq(board),
                    assignees::created_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(assignees::table).values(&rows).on_conflict_do_nothing().execute(conn).await?;
        say(conn, board, *card, &team, 3).await?;
    }
    all.as_slice().first().copied().context("the board has cards")
}

/// Puts three labels, a due date, a checklist of five items, a number and a choice on each card of the board.
pub async fn organise(conn: &mut AsyncPgConnection, board: Uuid, owner: Uuid) -> Result<()> {
    let now = Utc::now();
    let mut labels = Vec::new();
    for (number, color) in Color::ALL.iter().enumerate() {
        let mut change = Change::begin(conn, board, Author::owner(owner), now).await?;
        let name = format!("Label {number}");
        labels.push(Label::create(&mut change, NewLabel { name: &name, color: *color }).await?.id);
    }
    let mut change = Change::begin(conn, board, Author::owner(owner), now).await?;
    let new = NewField { name: "Effort", on_card: true, shows_sum: true, choices: &[] };
    let effort = Field::create(&mut change, FieldKind::Number, new).await?.id;
    let new =
        NewField { name: "Size", on_card: true, shows_sum: false, choices: &["Small", "Large", "Huge"] };
    let size = Field::create(&mut change, FieldKind::Choice, new).await?.id;
    let sizes = FieldChoice::of_board(conn, board).await?.remove(&size).unwrap_or_default();
    let all: Vec<Uuid> =
        cards::table.filter(cards::board_id.eq(board)).order(cards::id).select(cards::id).load(conn).await?;
    for (index, card) in all.iter().enumerate() {
        let filled = |field: Uuid, value: Option<String>, choice: Option<Uuid>| {
            (
                card_fields::card_id.eq(card),
                card_fields::field_id.eq(field),
                card_fields::board_id.eq(board),
                card_fields::value.eq(value),
                card_fields::choice_id.eq(choice),
            )
        };
        let rows = vec![
            filled(effort, Some(format!("{}.5", index % 20)), None),
            filled(size, None, Some(sizes[index % sizes.len()].id)),
        ];
        diesel::insert_into(card_fields::table).values(rows).execute(conn).await?;
        let rows: Vec<_> = (0..3)
            .map(|nth| {
                (
                    card_labels::card_id.eq(card),
                    card_labels::label_id.eq(labels[(index + nth * 3) % labels.len()]),
                    card_labels::board_id.eq(board),
                )
            })
            .collect();
        diesel::insert_into(card_labels::table).values(&rows).execute(conn).await?;
        let due = now.date_naive() + TimeDelta::days(index as i64 % 100 - 20);
        diesel::update(cards::table.find(card)).set(cards::due_on.eq(due)).execute(conn).await?;
        let mut change = Change::begin(conn, board, Author::owner(owner), now).await?;
        let checklist = Checklist::create(&mut change, *card, "Steps").await?;
        ChecklistItem::create_all(&mut change, &checklist, &["One", "Two", "Three", "Four", "Five"]).await?;
    }
    Ok(())
}

/// Puts so many comments on a card, by the members in turn.
pub async fn say(
    conn: &mut AsyncPgConnection,
    board: Uuid,
    card: Uuid,
    team: &[Uuid],
    count: usize,
) -> Result<()> {
    let now = Utc::now();
    let rows: Vec<_> = (0..count)
        .map(|number| {
            (
                comments::id.eq(Uuid::now_v7()),
                comments::board_id.eq(board),
                comments::card_id.eq(card),
                comments::user_id.eq(team.get(number % team.len().max(1))),
                comments::body.eq(format!("Comment {number}: *done*, see #{number} and `code`.")),
                comments::created_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(comments::table).values(&rows).execute(conn).await?;
    Ok(())
}

/// The number's digits, read as hexadecimal.
fn card_id(number: usize) -> Uuid {
    Uuid::try_parse(&format!("{number:032}")).expect("32 digits")
}

/// Which column each card of a board is in.
pub async fn places(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<BTreeMap<Uuid, Uuid>> {
    let rows: Vec<(Uuid, Uuid)> = cards::table
        .filter(cards::board_id.eq(board_id))
        .select((cards::id, cards::column_id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Moves cards that nobody else moves, each behind another of them, or now and then to a column's top.
pub struct Moves {
    visitor: Visitor,
    htmx: bool,
    random: StdRng,
    pub cards: Vec<(Uuid, Uuid)>,
}

impl Moves {
    /// `among` sequences of moves that do not meet.
    pub fn split(visitor: &Visitor, htmx: bool, places: &BTreeMap<Uuid, Uuid>, among: usize) -> Vec<Self> {
        let own = |nth: usize| places.iter().skip(nth).step_by(among).map(|(card, column)| (*card, *column));
        (0..among)
            .map(|nth| Self {
                visitor: visitor.clone(),
                htmx,
                random: StdRng::seed_from_u64(nth as u64),
                cards: own(nth).collect(),
            })
            .collect()
    }
}

impl Requests for Moves {
    fn next(&mut self) -> String {
        let count = self.cards.len();
        let moved = self.random.random_range(0..count);
        let other = (moved + self.random.random_range(1..count)) % count;
        let (after, column) = self.cards[other];
        let after = if self.random.random_ratio(1, 10) { String::new() } else { after.to_string() };
        self.cards[moved].1 = column;
        let path = format!("/cards/{}/move", self.cards[moved].0);
        self.visitor.post(&path, &format!("column_id={column}&after={after}"), self.htmx)
    }
}
