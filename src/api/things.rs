//! The things of a board as programs read them. Ids are UUIDs, times RFC 3339 in UTC.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::models;
use crate::models::access::Access;
use crate::models::card::listing::ListedCard;
use crate::models::comment::ListedComment;
use crate::models::event::{Event, Happened};
use crate::models::member::ListedMember;
use crate::models::principal::Principal;

/// Who the token belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    id: Uuid,
    name: String,
    email: String,
    /// What the token may do.
    #[schema(example = "write")]
    scope: &'static str,
}

impl Me {
    pub fn new(principal: &Principal, scope: &'static str) -> Self {
        Self { id: principal.id, name: principal.name.clone(), email: principal.email.clone(), scope }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Board {
    id: Uuid,
    title: String,
    #[schema(example = "blue")]
    color: &'static str,
    /// What the token's owner may do on it; null for a board in the list that is open to everybody and not theirs.
    #[schema(example = "editor")]
    role: Option<&'static str>,
    /// Raised by every change.
    revision: i64,
    updated_at: DateTime<Utc>,
    archived_at: Option<DateTime<Utc>>,
}

impl Board {
    pub fn new(board: models::board::Board, role: Option<models::role::Role>) -> Self {
        Self {
            id: board.id,
            title: board.title,
            color: board.color.word(),
            role: role.map(models::role::Role::word),
            revision: board.revision,
            updated_at: board.updated_at,
            archived_at: board.archived_at,
        }
    }

    pub fn of(access: &Access) -> Self {
        Self::new(access.board.clone(), Some(access.member.role))
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    id: Uuid,
    name: String,
    handle: String,
    #[schema(example = "editor")]
    role: &'static str,
    since: DateTime<Utc>,
}

impl From<ListedMember> for Member {
    fn from(member: ListedMember) -> Self {
        let models::member::Person { id, name, handle, .. } = member.person;
        Self { id, name, handle, role: member.role.word(), since: member.since }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Column {
    id: Uuid,
    board_id: Uuid,
    title: String,
    /// Cards that are to be in it at most.
    wip_limit: Option<i32>,
    archived_at: Option<DateTime<Utc>>,
}

impl From<models::column::Column> for Column {
    fn from(column: models::column::Column) -> Self {
        let models::column::Column { id, board_id, title, wip_limit, archived_at, .. } = column;
        Self { id, board_id, title, wip_limit, archived_at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Label {
    id: Uuid,
    board_id: Uuid,
    /// May be empty.
    name: String,
    #[schema(example = "red")]
    color: &'static str,
}

impl From<models::label::Label> for Label {
    fn from(label: models::label::Label) -> Self {
        Self { id: label.id, board_id: label.board_id, name: label.name, color: label.color.word() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Card {
    id: Uuid,
    board_id: Uuid,
    column_id: Uuid,
    /// Its number on its board.
    number: Option<i32>,
    title: String,
    /// Markdown.
    body: String,
    /// Raised by every change of title or body; also the `ETag`.
    version: i32,
    /// A day (`2026-12-24`) or a moment (`2026-12-24T17:30:00Z`).
    start: Option<String>,
    /// As `start`.
    due: Option<String>,
    done_at: Option<DateTime<Utc>>,
    label_ids: Vec<Uuid>,
    assignee_ids: Vec<Uuid>,
    /// The author's name.
    author: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    archived_at: Option<DateTime<Utc>>,
}

impl From<ListedCard> for Card {
    fn from(card: ListedCard) -> Self {
        let ListedCard { detail, labels, assignees } = card;
        Self {
            id: detail.card.id,
            board_id: detail.card.board_id,
            column_id: detail.card.column_id,
            number: detail.number,
            title: detail.card.title,
            body: detail.body,
            version: detail.version,
            start: detail.dates.start().map(|when| when.to_string()),
            due: detail.dates.due().map(|when| when.to_string()),
            done_at: detail.dates.done_at,
            label_ids: labels,
            assignee_ids: assignees,
            author: detail.author,
            created_at: detail.created_at,
            updated_at: detail.updated_at,
            archived_at: detail.card.archived_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Comment {
    pub id: Uuid,
    card_id: Uuid,
    /// Its author; null where the account is gone.
    user_id: Option<Uuid>,
    author: Option<String>,
    /// Markdown; empty where it was deleted.
    body: String,
    version: i32,
    created_at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
}

impl From<ListedComment> for Comment {
    fn from(listed: ListedComment) -> Self {
        let models::comment::Comment { id, card_id, user_id, version, created_at, edited_at, deleted_at } =
            listed.comment;
        let body = if deleted_at.is_some() { String::new() } else { listed.body };
        let author = listed.author.map(|person| person.name);
        Self { id, card_id, user_id, author, body, version, created_at, edited_at, deleted_at }
    }
}

/// Something that happened on a board.
#[derive(Debug, Serialize, ToSchema)]
pub struct Happening {
    pub id: Uuid,
    #[schema(example = "card_moved")]
    kind: Option<String>,
    at: DateTime<Utc>,
    /// Who did it; null for Xtablo itself.
    user_id: Option<Uuid>,
    who: Option<String>,
    card_id: Option<Uuid>,
    /// What its kind says, with values before and after.
    #[schema(value_type = Object)]
    data: Value,
}

impl From<Event> for Happening {
    fn from(event: Event) -> Self {
        Self {
            id: event.id,
            kind: event.happened.as_ref().map(Happened::kind),
            at: event.at,
            user_id: event.user_id,
            who: event.who,
            card_id: event.card_id,
            data: event.happened.map(Happened::into_data).unwrap_or_default(),
        }
    }
}

/// Bodies, which are read as the forms of the pages are: these say what stands in them.
macro_rules! bodies {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)+ })+) => { $(
        $(#[$meta])*
        #[derive(ToSchema)]
        #[expect(dead_code, reason = "it describes what `Body` reads")]
        pub struct $name { $($(#[$field_meta])* $field: $kind,)+ }
    )+ };
}

bodies! {
    NewBoard {
        #[schema(max_length = 120)]
        title: String,
        #[schema(example = "blue")]
        color: Option<String>,
    }
    NewColumn {
        #[schema(max_length = 120)]
        title: String,
    }
    /// What is left out stays.
    ColumnChange {
        #[schema(max_length = 120)]
        title: Option<String>,
        #[schema(minimum = 1, maximum = 999)]
        wip_limit: Option<i32>,
    }
    ColumnPlace {
        /// The column to follow; null for the first place.
        after: Option<Uuid>,
    }
    NewLabel {
        #[schema(max_length = 60)]
        name: Option<String>,
        #[schema(example = "red")]
        color: String,
    }
    NewCard {
        #[schema(max_length = 500)]
        title: String,
        /// Markdown.
        #[schema(max_length = 50_000)]
        body: Option<String>,
        /// An id that you make: a card that is sent twice with it is there once.
        id: Option<Uuid>,
    }
    /// What is left out stays.
    CardChange {
        #[schema(max_length = 500)]
        title: Option<String>,
        /// Markdown.
        #[schema(max_length = 50_000)]
        body: Option<String>,
    }
    CardPlace {
        /// A column of the card's board.
        column_id: Uuid,
        /// The card to follow; null for the top.
        after: Option<Uuid>,
    }
    /// What is left out or null is no date.
    CardDates {
        /// A day (`2026-12-24`), or a day and a time in the zone of the token's owner (`2026-12-24T18:30`).
        start: Option<String>,
        /// As `start`.
        due: Option<String>,
    }
    NewComment {
        /// Markdown.
        #[schema(max_length = 20_000)]
        body: String,
    }
}
