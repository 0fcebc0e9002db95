//! What a file says of a board, for an export to write and an import to read: `board.json` of docs/export.md, in types.
//!
//! What is in it has its ids of here, so that what refers to something else keeps to it. [`reading`] takes it out of the database.

pub mod reading;

use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::card_link::relation::Relation;
use super::color::Color;
use super::field::choice::FieldChoice;
use super::field::kind::FieldKind;
use super::reaction::Reaction;
use super::recurrence::rule::Rule;
use super::role::Role;
use super::user::User;
use super::when::When;

/// What the file calls itself.
pub const FORMAT: &str = "xtablo-board";

/// Raised where a reader of the version before would misunderstand it; what is only added raises nothing.
pub const VERSION: u32 = 1;

/// What the file of an account calls itself.
pub const ACCOUNT_FORMAT: &str = "xtablo-account";

/// `account.json`, at the root of an export of all boards of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountFile {
    pub format: String,
    pub version: u32,
    /// The version of Xtablo that wrote it.
    pub program: String,
    pub exported_at: DateTime<Utc>,
    pub account: AccountPerson,
    /// By title.
    pub boards: Vec<AccountBoard>,
}

/// What the account says of its person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountPerson {
    pub id: Uuid,
    pub name: String,
    pub handle: String,
    pub email: String,
    /// The BCP 47 tag; none for the browser's.
    pub language: Option<String>,
    /// The IANA name; none for UTC.
    pub time_zone: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountBoard {
    pub id: Uuid,
    pub title: String,
    /// The person's.
    pub role: Role,
    /// Where in the archive its own export lies.
    pub folder: String,
}

impl From<&User> for AccountPerson {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            handle: user.handle.clone(),
            email: user.email.clone(),
            language: user.language().map(|language| language.word().to_owned()),
            time_zone: user.time_zone().map(|zone| zone.name().to_owned()),
        }
    }
}

/// The whole file. An export never has it whole in memory, and writes its lists piece by piece in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardFile {
    #[serde(flatten)]
    pub head: Head,
    /// By column and in its order; in a column those first that are not archived.
    pub cards: Vec<CardEntry>,
    /// By card in the order of those, each card's in the order in which they were made.
    pub comments: Vec<CommentEntry>,
    /// What comments said before they were edited.
    pub comment_versions: Vec<VersionEntry>,
    pub links: Vec<LinkEntry>,
    /// The history, the oldest first.
    pub events: Vec<EventEntry>,
}

/// What is in memory whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    pub format: String,
    pub version: u32,
    /// The version of Xtablo that wrote it.
    pub program: String,
    pub exported_at: DateTime<Utc>,
    pub board: BoardEntry,
    /// Its members, and who else is named below.
    pub people: Vec<PersonEntry>,
    pub labels: Vec<LabelEntry>,
    pub fields: Vec<FieldEntry>,
    pub columns: Vec<ColumnEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardEntry {
    pub id: Uuid,
    pub title: String,
    pub color: Color,
    pub created_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
    /// What everybody with an account may do on it.
    pub open_role: Option<Role>,
    pub is_template: bool,
    /// The highest number that a card of it has had.
    pub last_card_number: i32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonEntry {
    pub id: Uuid,
    pub name: String,
    /// What stands behind an @ for them in texts.
    pub handle: String,
    /// Only for members, and only where an owner made the file.
    pub email: Option<String>,
    /// None for those who are no members.
    pub role: Option<Role>,
    /// Since when they are members.
    pub since: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelEntry {
    pub id: Uuid,
    /// May be empty.
    pub name: String,
    pub color: Color,
    pub rank: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldEntry {
    pub id: Uuid,
    pub name: String,
    pub kind: FieldKind,
    pub on_card: bool,
    pub shows_sum: bool,
    pub rank: String,
    /// In order; none but of the kind choice.
    pub choices: Vec<FieldChoice>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnEntry {
    pub id: Uuid,
    pub title: String,
    pub rank: String,
    pub wip_limit: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
}

#[expect(clippy::unsafe_derive_deserialize, reason = "the unsafe code is in a macro of tokio's")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardEntry {
    pub id: Uuid,
    /// Its number on its board.
    pub number: Option<i32>,
    pub column_id: Uuid,
    pub rank: String,
    pub title: String,
    /// Markdown.
    pub body: String,
    pub start: Option<When>,
    pub due: Option<When>,
    pub done_at: Option<DateTime<Utc>>,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
    pub is_template: bool,
    pub labels: Vec<Uuid>,
    /// Whom it is for, the first assigned first.
    pub assignees: Vec<Uuid>,
    /// What it has filled in.
    pub fields: Vec<ValueEntry>,
    pub checklists: Vec<ChecklistEntry>,
    pub files: Vec<FileEntry>,
    /// The file of `files` that the board shows.
    pub cover: Option<Uuid>,
    pub recurrence: Option<RecurrenceEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueEntry {
    pub field_id: Uuid,
    /// In the one form of its kind.
    pub value: Option<String>,
    /// What was chosen, in place of a value.
    pub choice_id: Option<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChecklistEntry {
    pub id: Uuid,
    pub title: String,
    pub rank: String,
    pub created_at: DateTime<Utc>,
    pub items: Vec<ItemEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemEntry {
    pub id: Uuid,
    /// A line of Markdown.
    pub text: String,
    pub rank: String,
    pub checked_at: Option<DateTime<Utc>>,
    /// Whom it is for.
    pub user_id: Option<Uuid>,
    pub due: Option<When>,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileEntry {
    pub id: Uuid,
    pub name: String,
    /// Where it lies in the archive, seen from `board.json`.
    pub path: String,
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Hexadecimal digits.
    pub sha256: String,
    pub uploaded_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecurrenceEntry {
    #[serde(flatten)]
    pub rule: Rule,
    /// The times at which its cards begin and are due in the rule's zone, also where its clocks skip them.
    pub start_time: Option<NaiveTime>,
    pub due_time: Option<NaiveTime>,
    pub comes_at: Option<DateTime<Utc>>,
}

#[expect(clippy::unsafe_derive_deserialize, reason = "the unsafe code is in a macro of tokio's")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommentEntry {
    pub id: Uuid,
    pub card_id: Uuid,
    /// Its author; none where the account is gone.
    pub user_id: Option<Uuid>,
    /// Markdown.
    pub body: String,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub reactions: Vec<ReactionEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReactionEntry {
    pub user_id: Uuid,
    pub reaction: Reaction,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionEntry {
    pub comment_id: Uuid,
    pub version: i32,
    pub body: String,
    pub written_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkEntry {
    pub id: Uuid,
    /// The card that relates to, blocks or duplicates the other one.
    pub from_id: Uuid,
    pub to_id: Uuid,
    pub kind: Relation,
    pub created_at: DateTime<Utc>,
    /// The one of the two that is on another board; a link to a card that its reader may not see is left out.
    pub elsewhere: Option<ElsewhereEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElsewhereEntry {
    pub card_id: Uuid,
    pub number: Option<i32>,
    pub title: String,
    pub board_id: Uuid,
    /// The board's title.
    pub board: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventEntry {
    pub id: Uuid,
    pub card_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    /// As [`super::event::Happened`] writes it, and the data with it.
    pub kind: String,
    pub data: Value,
    pub created_at: DateTime<Utc>,
    /// The first event of the same change.
    pub part_of: Option<Uuid>,
    /// The first event of the change that it took back.
    pub undoes: Option<Uuid>,
    pub undone_at: Option<DateTime<Utc>>,
}
