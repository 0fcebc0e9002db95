//! What the palette offers: boards, cards and people, by what is typed, or those of late where nothing is.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::query::Query;
use super::{Found, find};
use crate::models::color::Color;
use crate::models::filter::words::Words;
use crate::time_zone::LocalTime;

/// Of each kind.
const OFFERED: i64 = 6;

/// A board that is offered.
#[derive(Clone, Debug, QueryableByName)]
pub struct OfferedBoard {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub color: Color,
}

/// A card that is offered.
#[derive(Clone, Debug, QueryableByName)]
pub struct OfferedCard {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub number: Option<i32>,
    /// The board's title.
    #[diesel(sql_type = Text)]
    pub board: String,
    #[diesel(sql_type = Text)]
    pub color: Color,
}

/// Somebody who is on a board with the person.
#[derive(Clone, Debug, QueryableByName)]
pub struct OfferedPerson {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub handle: String,
}

/// What is offered.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    pub boards: Vec<OfferedBoard>,
    pub cards: Vec<OfferedCard>,
    pub people: Vec<OfferedPerson>,
}

impl Offers {
    /// Those that fit what is typed, of what the person may see.
    pub async fn find(
        conn: &AsyncPgConnection,
        person: Uuid,
        typed: &str,
        time: LocalTime,
    ) -> QueryResult<Self> {
        let words = Words::parse(typed);
        let (boards, cards, people) = tokio::try_join!(
            boards(conn, person, &words),
            cards(conn, person, &words.text, time),
            people(conn, person, &words),
        )?;
        Ok(Self { boards, cards, people })
    }
}

/// The starred ones first, and then the last changed.
async fn boards(mut conn: &AsyncPgConnection, person: Uuid, words: &Words) -> QueryResult<Vec<OfferedBoard>> {
    diesel::sql_query(
        "SELECT boards.id, boards.title, boards.color
         FROM seen_boards($1) AS boards
         LEFT JOIN members ON members.board_id = boards.id AND members.user_id = $1
         WHERE boards.archived_at IS NULL AND boards.title ILIKE $2
         ORDER BY members.starred_at IS NOT NULL DESC, members.user_id IS NOT NULL DESC, boards.updated_at DESC, boards.id
         LIMIT $3",
    )
    .bind::<SqlUuid, _>(person)
    .bind::<Text, _>(words.pattern())
    .bind::<BigInt, _>(OFFERED)
    .load(&mut conn)
    .await
}

/// By words or number; where nothing is typed, those that the person watches and that were changed last.
async fn cards(
    mut conn: &AsyncPgConnection,
    person: Uuid,
    typed: &str,
    time: LocalTime,
) -> QueryResult<Vec<OfferedCard>> {
    let ids = if typed.is_empty() {
        let late: Vec<OfferedId> = diesel::sql_query(
            "SELECT cards.id FROM card_watches JOIN cards ON cards.id = card_watches.card_id
             WHERE card_watches.user_id = $1 AND cards.deleted_at IS NULL AND cards.archived_at IS NULL
             ORDER BY cards.updated_at DESC, cards.id LIMIT $2",
        )
        .bind::<SqlUuid, _>(person)
        .bind::<BigInt, _>(OFFERED)
        .load(&mut conn)
        .await?;
        late.into_iter().map(|row| row.id).collect()
    } else {
        let Found { mut cards, .. } = find(conn, person, &Query::parse(typed, time.today()), time).await?;
        if typed.parse::<i32>().is_ok() {
            let by_number = Query::parse(&format!("#{typed}"), time.today());
            let numbered = find(conn, person, &by_number, time).await?.cards;
            cards.retain(|id| !numbered.contains(id));
            cards.splice(0..0, numbered);
        }
        cards.truncate(usize::try_from(OFFERED).unwrap_or_default());
        cards
    };
    diesel::sql_query(
        "SELECT cards.id, cards.title, cards.number, boards.title AS board, boards.color
         FROM unnest($2) WITH ORDINALITY AS found (id, place)
         JOIN cards ON cards.id = found.id AND cards.deleted_at IS NULL
         JOIN seen_boards($1) AS boards ON boards.id = cards.board_id
         ORDER BY found.place",
    )
    .bind::<SqlUuid, _>(person)
    .bind::<Array<SqlUuid>, _>(ids)
    .load(&mut conn)
    .await
}

/// By handle or name; nobody where nothing is typed.
async fn people(
    mut conn: &AsyncPgConnection,
    person: Uuid,
    words: &Words,
) -> QueryResult<Vec<OfferedPerson>> {
    let typed = words.text.trim_start_matches('@');
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let words = Words::parse(typed);
    diesel::sql_query(
        "SELECT users.name, users.handle
         FROM users
         WHERE (users.handle ILIKE $2 OR users.name ILIKE $3) AND users.disabled_at IS NULL AND users.id IN (
             SELECT theirs.user_id FROM members AS theirs
             JOIN members AS own ON own.board_id = theirs.board_id AND own.user_id = $1
             JOIN boards ON boards.id = own.board_id AND boards.deleted_at IS NULL
         )
         ORDER BY users.name, users.id LIMIT $4",
    )
    .bind::<SqlUuid, _>(person)
    .bind::<Text, _>(words.beginning())
    .bind::<Text, _>(words.pattern())
    .bind::<BigInt, _>(OFFERED)
    .load(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct OfferedId {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}
