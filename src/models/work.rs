//! What is a person's to do, and what concerns them besides, over all boards that they may see.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::color::Color;
use super::search::query::next_week;
use super::when::When;
use crate::schema::{boards, members, users};
use crate::text_enum::text_enum;
use crate::time_zone::LocalTime;

/// What is done is shown for so long.
const LATELY: TimeDelta = TimeDelta::days(14);

text_enum! {
    /// A part of it. The first five are cards and steps that are the person's to do, by when they are due.
    WorkPart {
        Overdue = "overdue",
        Today = "today",
        /// Until Sunday.
        Week = "week",
        Later = "later",
        Undated = "undated",
        /// Cards that they watch.
        Watched = "watched",
        /// Cards that they made.
        Made = "made",
        /// Cards for them that were done lately.
        Done = "done",
    }
}

impl WorkPart {
    /// Those of what is theirs to do.
    pub const TO_DO: [Self; 5] = [Self::Overdue, Self::Today, Self::Week, Self::Later, Self::Undated];

    /// Its place among those; none for what is not theirs to do.
    fn place(self) -> Option<i32> {
        let place = Self::TO_DO.iter().position(|part| *part == self)?;
        i32::try_from(place).ok()
    }
}

/// A card, or a step of one.
#[derive(Clone, Debug, QueryableByName)]
pub struct Work {
    #[diesel(sql_type = SqlUuid)]
    pub card_id: Uuid,
    /// The card's title.
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub number: Option<i32>,
    /// The step; none for the card itself.
    #[diesel(sql_type = Nullable<Text>)]
    pub item: Option<String>,
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
    #[diesel(sql_type = Bool)]
    pub is_done: bool,
    #[diesel(sql_type = Nullable<Date>)]
    due_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    due_at: Option<DateTime<Utc>>,
    /// When it was last changed, or done.
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    /// How many its part has.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Which part of what is to be done it is in.
    #[diesel(sql_type = Integer)]
    place: i32,
}

/// Which of a part: up to `limit` after `offset` others.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub offset: i64,
    pub limit: i64,
}

/// What of a card every list shows.
const SHOWN: &str = "cards.id AS card_id, cards.title, cards.number, boards.id AS board_id, boards.title AS board, boards.color,
     columns.title AS column, cards.done_at IS NOT NULL AS is_done";

/// The card's board and column, with those cards that are on their boards and that the person may see.
const ON_BOARDS: &str =
    "JOIN seen_boards($1) AS boards ON boards.id = cards.board_id AND boards.archived_at IS NULL
     JOIN columns ON columns.id = cards.column_id AND columns.archived_at IS NULL
     WHERE cards.deleted_at IS NULL AND cards.archived_at IS NULL AND NOT cards.is_template";

impl Work {
    pub fn due(&self) -> Option<When> {
        When::of_columns(self.due_on, self.due_at)
    }

    /// The part of what is to be done that it is in.
    pub fn part(&self) -> WorkPart {
        let place = usize::try_from(self.place).unwrap_or_default();
        WorkPart::TO_DO.get(place).copied().unwrap_or(WorkPart::Undated)
    }

    /// What is a person's to do: of each part so many, or of one alone. What is due first comes first.
    pub async fn to_do(
        mut conn: &AsyncPgConnection,
        person: Uuid,
        part: Option<WorkPart>,
        range: Range,
        time: LocalTime,
    ) -> QueryResult<Vec<Self>> {
        let (today, monday) = (time.today(), next_week(time.today()));
        diesel::sql_query(format!(
            "WITH theirs AS (
                 SELECT cards.id, NULL::text AS item, cards.due_on, cards.due_at
                 FROM assignees JOIN cards ON cards.id = assignees.card_id
                 WHERE assignees.user_id = $1 AND cards.done_at IS NULL
                 UNION ALL
                 SELECT items.card_id, items.text, items.due_on, items.due_at
                 FROM checklist_items AS items JOIN checklists ON checklists.id = items.checklist_id
                 WHERE items.user_id = $1 AND items.checked_at IS NULL AND items.deleted_at IS NULL
                     AND checklists.deleted_at IS NULL
             ), shown AS (
                 SELECT {SHOWN}, theirs.item, theirs.due_on, theirs.due_at, cards.updated_at AS at,
                     coalesce(theirs.due_at, (theirs.due_on + 1)::timestamp AT TIME ZONE 'UTC') AS due,
                     CASE WHEN theirs.due_on < $2 OR theirs.due_at <= $5 THEN 0
                         WHEN theirs.due_on = $2 OR theirs.due_at < $6 THEN 1
                         WHEN theirs.due_on < $3 OR theirs.due_at < $7 THEN 2
                         WHEN theirs.due_on IS NOT NULL OR theirs.due_at IS NOT NULL THEN 3
                         ELSE 4 END AS place
                 FROM theirs JOIN cards ON cards.id = theirs.id {ON_BOARDS}
             ), counted AS (
                 SELECT shown.*, count(*) OVER (PARTITION BY place) AS count,
                     row_number() OVER (PARTITION BY place ORDER BY due, at DESC, card_id, item NULLS FIRST) AS row
                 FROM shown
             )
             SELECT * FROM counted WHERE ($4 IS NULL OR place = $4) AND row > $8 AND row <= $9 ORDER BY place, row"
        ))
        .bind::<SqlUuid, _>(person)
        .bind::<Date, _>(today)
        .bind::<Date, _>(monday)
        .bind::<Nullable<Integer>, _>(part.and_then(WorkPart::place))
        .bind::<Timestamptz, _>(time.now)
        .bind::<Timestamptz, _>(time.zone.ends(today))
        .bind::<Timestamptz, _>(time.zone.begins(monday))
        .bind::<BigInt, _>(range.offset)
        .bind::<BigInt, _>(range.offset + range.limit)
        .load(&mut conn)
        .await
    }

    /// Cards that concern a person besides, the last changed first; nothing for a part of what is to be done.
    pub async fn besides(
        mut conn: &AsyncPgConnection,
        person: Uuid,
        part: WorkPart,
        range: Range,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<Self>> {
        let (is_theirs, at) = match part {
            WorkPart::Watched => (
                "cards.id IN (SELECT card_id FROM card_watches WHERE user_id = $1) AND cards.done_at IS NULL",
                "cards.updated_at",
            ),
            WorkPart::Made => ("cards.created_by = $1", "cards.created_at"),
            WorkPart::Done => (
                "cards.id IN (SELECT card_id FROM assignees WHERE user_id = $1) AND cards.done_at > $2",
                "cards.done_at",
            ),
            _ => return Ok(Vec::new()),
        };
        diesel::sql_query(format!(
            "SELECT {SHOWN}, NULL::text AS item, cards.due_on, cards.due_at, {at} AS at, count(*) OVER () AS count, -1 AS place
             FROM cards {ON_BOARDS} AND {is_theirs} AND $2 IS NOT NULL
             ORDER BY {at} DESC, cards.id DESC OFFSET $3 LIMIT $4"
        ))
        .bind::<SqlUuid, _>(person)
        .bind::<Timestamptz, _>(now - LATELY)
        .bind::<BigInt, _>(range.offset)
        .bind::<BigInt, _>(range.limit)
        .load(&mut conn)
        .await
    }
}

/// Whether a person's work is what they see first: they have several boards, and did not ask for the boards.
pub async fn comes_first(mut conn: &AsyncPgConnection, person: Uuid) -> QueryResult<bool> {
    let wants_boards: bool = users::table.find(person).select(users::boards_first).first(&mut conn).await?;
    if wants_boards {
        return Ok(false);
    }
    let theirs = members::table
        .inner_join(boards::table)
        .filter(members::user_id.eq(person))
        .filter(boards::deleted_at.is_null().and(boards::archived_at.is_null()));
    let two: Vec<Uuid> = theirs.select(boards::id).limit(2).load(&mut conn).await?;
    Ok(two.len() == 2)
}
