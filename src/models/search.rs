//! Search over all boards that a person may see.
//!
//! [`query`] reads what is typed, this asks the database, and [`highlight`] shows where a text has it. Each card has an entry with
//! its words and those of what is on it ([`index`]); what a word is, PostgreSQL's `search_fold` decides.

mod conditions;
pub mod fold;
pub mod highlight;
pub mod index;
pub mod palette;
pub mod query;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use self::conditions::Statement;
use self::query::{Part, Query};
use super::color::Color;
use super::when::When;
use crate::time_zone::LocalTime;

/// Cards that are found at most: of more of them the ones with it in their titles, and then the last changed.
pub const FOUND_MOST: usize = 500;

/// Comments of a card that are looked through for the one to show, the newest.
const COMMENTS_SHOWN_FROM: i64 = 200;

/// What was found, the best first.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub cards: Vec<Uuid>,
    /// Whether there are more than these.
    pub are_more: bool,
}

/// A card that was found.
#[derive(Clone, Debug, QueryableByName)]
pub struct Hit {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub number: Option<i32>,
    #[diesel(sql_type = SqlUuid)]
    pub board_id: Uuid,
    /// The board's title.
    #[diesel(sql_type = Text)]
    pub board: String,
    #[diesel(sql_type = Text)]
    pub color: Color,
    /// The column's title.
    #[diesel(sql_type = Text)]
    pub column: String,
    /// Whether it is on the board no more, or the board is archived.
    #[diesel(sql_type = Bool)]
    pub is_archived: bool,
    #[diesel(sql_type = Bool)]
    pub is_done: bool,
    #[diesel(sql_type = Nullable<Date>)]
    due_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    due_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    pub changed_at: DateTime<Utc>,
    /// The text, where it has any of the words.
    #[diesel(sql_type = Nullable<Text>)]
    pub body: Option<String>,
    /// The newest comment that has any of them, and whose it is.
    #[diesel(sql_type = Nullable<Text>)]
    pub comment: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub comment_by: Option<String>,
    /// A step of a checklist that has.
    #[diesel(sql_type = Nullable<Text>)]
    pub item: Option<String>,
    /// The name of a file that has.
    #[diesel(sql_type = Nullable<Text>)]
    pub file: Option<String>,
    /// What a field says that has, and its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub field: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub field_name: Option<String>,
}

impl Hit {
    pub fn due(&self) -> Option<When> {
        When::of_columns(self.due_on, self.due_at)
    }

    /// These cards in this order, as far as the person may see them.
    pub async fn load(
        mut conn: &AsyncPgConnection,
        reader: Uuid,
        ids: &[Uuid],
        words: &[Part],
    ) -> QueryResult<Vec<Self>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (said, exact) = Part::columns(words);
        diesel::sql_query(
            "SELECT cards.id, cards.title, cards.number, boards.id AS board_id, boards.title AS board, boards.color,
                 columns.title AS column,
                 coalesce(cards.archived_at, columns.archived_at, boards.archived_at) IS NOT NULL AS is_archived,
                 cards.done_at IS NOT NULL AS is_done, cards.due_on, cards.due_at,
                 coalesce(entries.changed_at, cards.updated_at) AS changed_at,
                 CASE WHEN search_words(cards.body) @@ wanted.any THEN cards.body END AS body,
                 talk.body AS comment, talk.name AS comment_by, step.text AS item, file.name AS file,
                 filled.said AS field, filled.name AS field_name
             FROM unnest($2) WITH ORDINALITY AS found (id, place)
             JOIN cards ON cards.id = found.id AND cards.deleted_at IS NULL
             JOIN seen_boards($1) AS boards ON boards.id = cards.board_id
             JOIN columns ON columns.id = cards.column_id
             LEFT JOIN search_entries AS entries ON entries.card_id = cards.id
             CROSS JOIN (SELECT search_any($3, $4) AS any) AS wanted
             LEFT JOIN LATERAL (
                 SELECT newest.body, users.name
                 FROM (
                     SELECT comments.id, comments.body, comments.user_id FROM comments
                     WHERE comments.card_id = cards.id AND comments.deleted_at IS NULL
                     ORDER BY comments.id DESC LIMIT $5
                 ) AS newest
                 LEFT JOIN users ON users.id = newest.user_id
                 WHERE search_words(newest.body) @@ wanted.any
                 ORDER BY newest.id DESC LIMIT 1
             ) AS talk ON true
             LEFT JOIN LATERAL (
                 SELECT items.text
                 FROM checklist_items AS items JOIN checklists ON checklists.id = items.checklist_id
                 WHERE items.card_id = cards.id AND items.deleted_at IS NULL AND checklists.deleted_at IS NULL
                     AND search_words(items.text) @@ wanted.any
                 ORDER BY checklists.rank, items.rank LIMIT 1
             ) AS step ON true
             LEFT JOIN LATERAL (
                 SELECT files.name FROM files
                 WHERE files.card_id = cards.id AND files.deleted_at IS NULL AND search_words(files.name) @@ wanted.any
                 ORDER BY files.id LIMIT 1
             ) AS file ON true
             LEFT JOIN LATERAL (
                 SELECT said, name
                 FROM (
                     SELECT coalesce(choices.name, card_fields.value) AS said, fields.name, fields.rank
                     FROM card_fields
                     JOIN fields ON fields.id = card_fields.field_id AND fields.deleted_at IS NULL
                     LEFT JOIN field_choices AS choices
                         ON choices.id = card_fields.choice_id AND choices.deleted_at IS NULL
                     WHERE card_fields.card_id = cards.id AND fields.kind IN ('text', 'choice')
                 ) AS values
                 WHERE search_words(said) @@ wanted.any
                 ORDER BY rank LIMIT 1
             ) AS filled ON true
             ORDER BY found.place",
        )
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(said)
        .bind::<Array<Bool>, _>(exact)
        .bind::<BigInt, _>(COMMENTS_SHOWN_FROM)
        .load(&mut conn)
        .await
    }
}

impl Part {
    fn columns(parts: &[Self]) -> (Vec<&str>, Vec<bool>) {
        parts.iter().map(|part| (part.text.as_str(), part.is_exact)).unzip()
    }
}

#[derive(QueryableByName)]
struct OneId {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The cards that a person may see and that are as the query says. Words in a title come before those in a text, in what is on a
/// card and in comments, and of each the newer ones.
pub async fn find(
    mut conn: &AsyncPgConnection,
    reader: Uuid,
    query: &Query,
    time: LocalTime,
) -> QueryResult<Found> {
    if !query.finds_anything() {
        return Ok(Found::default());
    }
    let sql = Statement::new(query, reader, time);
    let mut statement = diesel::sql_query(sql.text).into_boxed::<Pg>();
    for bind in sql.binds {
        statement = bind.bind_to(statement);
    }
    let rows: Vec<OneId> = statement.load(&mut conn).await?;
    let are_more = rows.len() > FOUND_MOST;
    Ok(Found { cards: rows.into_iter().map(|row| row.id).take(FOUND_MOST).collect(), are_more })
}

#[derive(QueryableByName)]
struct Behind {
    #[diesel(sql_type = Bool)]
    is_behind: bool,
}

/// Whether some of a person's boards cannot be searched as they are yet.
pub async fn is_behind(mut conn: &AsyncPgConnection, reader: Uuid) -> QueryResult<bool> {
    let behind: Behind = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM seen_boards($1) AS boards WHERE boards.search_revision <> boards.revision) AS is_behind",
    )
    .bind::<SqlUuid, _>(reader)
    .get_result(&mut conn)
    .await?;
    Ok(behind.is_behind)
}
