//! The demo's other people: what they do on its board, and say about its cards.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::clock::Clock;
use crate::models::assignee::{self, AssignError};
use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::card_link::name::CardName;
use crate::models::card_link::relation::Relation;
use crate::models::card_link::{CardLink, LinkError};
use crate::models::change::{Author, Change};
use crate::models::checklist::Checklist;
use crate::models::checklist::item::ChecklistItem;
use crate::models::color::Color;
use crate::models::comment::Comment;
use crate::models::field::choice::FieldChoice;
use crate::models::field::kind::FieldKind;
use crate::models::field::value::FieldValue;
use crate::models::field::{Field, NewField};
use crate::models::invitation::{Invitation, NewInvitation};
use crate::models::label::{Label, NewLabel};
use crate::models::member::{Joining, Member, MemberError};
use crate::models::reaction::Reaction;
use crate::models::right::Right;
use crate::models::role::Role;
use crate::models::user::{NewUser, User};
use crate::models::when::When;
use crate::schema::cards;

/// Names, addresses and roles. They sign in with the demo's own password.
pub const OTHERS: [(&str, &str, Role); 2] =
    [("Ada Lovelace", "ada@example.com", Role::Owner), ("Grace Hopper", "grace@example.com", Role::Editor)];
/// The board that they share with the demo's own person.
pub const BOARD: &str = "Shop relaunch";
const INVITED: &str = "alan@example.com";

/// The labels of the board.
const LABELS: [(&str, Color); 4] = [
    ("Bug", Color::Red),
    ("Design", Color::Violet),
    ("Waiting for others", Color::Amber),
    ("", Color::Green),
];

/// The fields of the board: an effort, summed up in each column, and one of these.
const EFFORT: &str = "Days";
const CHANNEL: &str = "Channel";
const CHANNELS: &[&str] = &["Shop", "Phone", "Mail"];

/// The first of these cards blocks the other.
const BLOCKS: (&str, &str) = ("Fix: total is wrong with two vouchers", "Checkout on one page");

/// What a card is marked with, who it is for, and what was said on it; labels and people by their place, the demo's own
/// person is 0.
struct Talk {
    card: &'static str,
    labels: &'static [usize],
    /// In so many days.
    due: Option<i64>,
    /// The effort, and the channel by its place.
    fields: Option<(&'static str, usize)>,
    /// What is to be done for it, and how many of these have been done.
    steps: (&'static [&'static str], usize),
    assignees: &'static [usize],
    comments: &'static [(usize, &'static str)],
}

const TALKS: [Talk; 5] = [
    Talk {
        card: "Checkout on one page",
        labels: &[1],
        due: Some(5),
        fields: Some(("4.5", 0)),
        steps: (&["Draw it", "Try it with five people", "Build it behind a switch"], 1),
        assignees: &[0, 1],
        comments: &[
            (
                1,
                "Address and delivery fit side by side from 600 px on. Below that the order matters:\n\n\
                 1. address\n2. delivery\n3. payment",
            ),
            (2, "@ada-lovelace, does **Pay without an account** wait for the new payment provider?"),
            (1, "No, the old one can do it too. I will try it today."),
        ],
    },
    Talk {
        card: "Fix: total is wrong with two vouchers",
        labels: &[0, 2],
        due: Some(-1),
        fields: Some(("0.5", 0)),
        steps: (&[], 0),
        assignees: &[2],
        comments: &[
            (0, "A customer found it. @grace-hopper, can you look at it before the rest?"),
            (2, "On it."),
        ],
    },
    Talk {
        card: "Faster start page on a phone",
        labels: &[1, 3],
        due: Some(1),
        fields: Some(("3", 1)),
        steps: (&["Map", "Pictures", "Fonts"], 2),
        assignees: &[1],
        comments: &[(1, "4.1 s now. The map is next.")],
    },
    Talk {
        card: "New order confirmation mail",
        labels: &[2],
        due: None,
        fields: Some(("1.25", 2)),
        steps: (&[], 0),
        assignees: &[0],
        comments: &[],
    },
    Talk {
        card: "Choose the new payment provider",
        labels: &[],
        due: None,
        fields: None,
        steps: (&[], 0),
        assignees: &[],
        comments: &[(0, "Decided. The minutes are attached to the card.")],
    },
];

/// How often the clock ticks for all of it.
pub fn changes() -> usize {
    let of_talk = |talk: &Talk| {
        let steps = if talk.steps.0.is_empty() { 0 } else { 2 + talk.steps.1 };
        let due = usize::from(talk.due.is_some());
        let fields = if talk.fields.is_some() { 2 } else { 0 };
        talk.labels.len() + due + fields + steps + talk.assignees.len() + talk.comments.len()
    };
    // Accounts, joining, fields, labels, the link, the invitation, the reaction.
    2 * OTHERS.len() + 2 + 2 + 1 + LABELS.len() + TALKS.iter().map(of_talk).sum::<usize>()
}

/// Makes the accounts, lets them join the board, and has them work on it.
pub async fn make(
    conn: &mut AsyncPgConnection,
    owner: Uuid,
    board: &Board,
    password_hash: &str,
    clock: &mut Clock,
) -> anyhow::Result<()> {
    let mut people = vec![owner];
    for (name, email, role) in OTHERS {
        let new = NewUser { name, email, password_hash, confirmed: true };
        let id = User::create(conn, new, clock.tick()).await?.id;
        let joins =
            async |change: &mut Change<'_>| Member::join(change, id, role, Joining::ByInvitation).await;
        Change::run::<_, _, MemberError>(conn, board.id, Author::Joining { id }, clock.tick(), joins).await?;
        people.push(id);
    }
    let ids: HashMap<String, Uuid> = cards::table
        .filter(cards::board_id.eq(board.id))
        .select((cards::title, cards::id))
        .load::<(String, Uuid)>(conn)
        .await?
        .into_iter()
        .collect();
    let mut labels = Vec::new();
    for (name, color) in LABELS {
        let mut change = Change::begin(conn, board.id, Author::owner(owner), clock.tick()).await?;
        labels.push(Label::create(&mut change, NewLabel { name, color }).await?.id);
    }
    let mut change = Change::begin(conn, board.id, Author::owner(owner), clock.tick()).await?;
    let new = NewField { name: EFFORT, on_card: true, shows_sum: true, choices: &[] };
    let effort = Field::create(&mut change, FieldKind::Number, new).await?.id;
    let mut change = Change::begin(conn, board.id, Author::owner(owner), clock.tick()).await?;
    let new = NewField { name: CHANNEL, on_card: true, shows_sum: false, choices: CHANNELS };
    let channel = Field::create(&mut change, FieldKind::Choice, new).await?.id;
    let channels = FieldChoice::of_board(conn, board.id).await?.remove(&channel).unwrap_or_default();
    let mut newest = None;
    for talk in &TALKS {
        let id = *ids.get(talk.card).with_context(|| format!("the demo has no card {}", talk.card))?;
        let card = cards::table.find(id).select(Card::as_select()).first(conn).await?;
        for label in talk.labels {
            let mut change = Change::begin(conn, board.id, Author::owner(owner), clock.tick()).await?;
            Label::put_on(&mut change, &card, labels[*label]).await?;
        }
        if let Some(days) = talk.due {
            let due = When::Day((Utc::now() + TimeDelta::days(days)).date_naive());
            let mut change = Change::begin(conn, board.id, Author::owner(owner), clock.tick()).await?;
            card.set_dates(&mut change, None, Some(due)).await?;
        }
        if let Some((days, place)) = talk.fields {
            let values = [
                (effort, FieldValue::Plain(days.to_owned())),
                (channel, FieldValue::Choice(channels[place].id)),
            ];
            for (field, value) in values {
                let mut change = Change::begin(conn, board.id, Author::owner(owner), clock.tick()).await?;
                FieldValue::fill(&mut change, &card, field, Some(value)).await?;
            }
        }
        make_steps(conn, owner, &card, talk.steps, clock).await?;
        for person in talk.assignees {
            let assigns =
                async |change: &mut Change<'_>| assignee::assign(change, &card, people[*person]).await;
            let author = Author::editor(owner);
            Change::run::<_, _, AssignError>(conn, board.id, author, clock.tick(), assigns).await?;
        }
        for (person, body) in talk.comments {
            let author = Author::Member { id: people[*person], right: Right::Comment };
            let mut change = Change::begin(conn, board.id, author, clock.tick()).await?;
            newest = Some(Comment::create(&mut change, &card, body, &[]).await?);
        }
    }
    let card = |title: &str| ids.get(title).copied().with_context(|| format!("the demo has no card {title}"));
    let (from, to) = (card(BLOCKS.0)?, CardName::Id(card(BLOCKS.1)?));
    let links = async |change: &mut Change<'_>| CardLink::create(change, from, to, Relation::Blocks).await;
    Change::run::<_, _, LinkError>(conn, board.id, Author::owner(owner), clock.tick(), links).await?;
    if let Some(comment) = newest {
        let author = Author::Member { id: people[1], right: Right::Comment };
        let mut change = Change::begin(conn, board.id, author, clock.tick()).await?;
        comment.react(&mut change, Reaction::ThumbsUp).await?;
    }
    let mut change = Change::begin(conn, board.id, Author::owner(owner), clock.tick()).await?;
    let new = NewInvitation { email: INVITED, role: Role::Commenter };
    Invitation::create(&mut change, new, |_| Ok(Vec::new())).await?;
    Ok(())
}

async fn make_steps(
    conn: &mut AsyncPgConnection,
    owner: Uuid,
    card: &Card,
    (steps, done): (&[&str], usize),
    clock: &mut Clock,
) -> anyhow::Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let author = Author::owner(owner);
    let mut change = Change::begin(conn, card.board_id, author, clock.tick()).await?;
    let checklist = Checklist::create(&mut change, card.id, "Steps").await?;
    let mut change = Change::begin(conn, card.board_id, author, clock.tick()).await?;
    ChecklistItem::create_all(&mut change, &checklist, steps).await?;
    let items = ChecklistItem::of_card(conn, card.id).await?;
    for (item, _) in items.iter().take(done) {
        let mut change = Change::begin(conn, card.board_id, author, clock.tick()).await?;
        item.set_checked(&mut change, true).await?;
    }
    Ok(())
}
