//! What texts name: people by their handles, cards by their numbers and addresses.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::change::Change;
use super::member::Person;
use crate::markdown::references::Named;
use crate::schema::{
    boards, card_references, cards, columns_ as columns, comments, members, old_handles, users,
};

/// Cards that a card says it is named in; a doc comment of [`References::mentions_of`] says it too.
const MENTIONS_MOST: i64 = 20;

/// A card as far as a text that names it shows it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = cards, check_for_backend(diesel::pg::Pg))]
pub struct NamedCard {
    pub id: Uuid,
    pub board_id: Uuid,
    pub number: Option<i32>,
    pub title: String,
    pub archived_at: Option<DateTime<Utc>>,
    #[diesel(select_expression = columns::title)]
    pub column: String,
}

/// What is there of what texts name.
#[derive(Clone, Debug, Default)]
pub struct References {
    pub people: HashMap<String, Person>,
    pub by_number: HashMap<i32, NamedCard>,
    pub by_id: HashMap<Uuid, NamedCard>,
}

impl References {
    /// Looks up what texts on a board name: its members, its cards, and cards of other boards that the reader may see. Nobody
    /// for a reader means that only the board's own cards are seen.
    pub async fn find(
        conn: &AsyncPgConnection,
        board_id: Uuid,
        named: &Named,
        reader: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        if named.is_empty() {
            return Ok(Self::default());
        }
        let people = Self::members(conn, board_id, &named.handles, now).await?;
        let cards = Self::cards(conn, board_id, named, reader).await?;
        let of_board = cards.iter().filter(|card| card.board_id == board_id);
        Ok(Self {
            people,
            by_number: of_board.filter_map(|card| Some((card.number?, card.clone()))).collect(),
            by_id: cards.into_iter().map(|card| (card.id, card)).collect(),
        })
    }

    /// Members by the handles they have, or had until lately.
    pub async fn members(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        handles: &[String],
        now: DateTime<Utc>,
    ) -> QueryResult<HashMap<String, Person>> {
        if handles.is_empty() {
            return Ok(HashMap::new());
        }
        let members = members::table.inner_join(users::table).filter(members::board_id.eq(board_id));
        let present: Vec<Person> =
            members.filter(users::handle.eq_any(handles)).select(Person::as_select()).load(&mut conn).await?;
        let former: Vec<(String, Person)> = members
            .inner_join(old_handles::table.on(old_handles::user_id.eq(users::id)))
            .filter(old_handles::handle.eq_any(handles).and(old_handles::expires_at.gt(now)))
            .select((old_handles::handle, Person::as_select()))
            .load(&mut conn)
            .await?;
        let present = present.into_iter().map(|person| (person.handle.clone(), person));
        Ok(former.into_iter().chain(present).collect())
    }

    async fn cards(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        named: &Named,
        reader: Option<Uuid>,
    ) -> QueryResult<Vec<NamedCard>> {
        if named.numbers.is_empty() && named.card_ids.is_empty() {
            return Ok(Vec::new());
        }
        let theirs =
            members::table.filter(members::user_id.eq(reader.unwrap_or_default())).select(members::board_id);
        let may_see = boards::id
            .eq(board_id)
            .or(boards::id.eq_any(theirs))
            .or(boards::open_role.is_not_null().and(reader.is_some().into_sql::<Bool>()));
        let is_named = cards::board_id
            .eq(board_id)
            .and(cards::number.eq_any(named.numbers.iter().copied().map(Some).collect::<Vec<_>>()))
            .assume_not_null()
            .or(cards::id.eq_any(&named.card_ids));
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .inner_join(boards::table.on(boards::id.eq(cards::board_id)))
            .filter(is_named)
            .filter(may_see)
            .filter(cards::deleted_at.is_null().and(boards::deleted_at.is_null()))
            .select(NamedCard::as_select())
            .load(&mut conn)
            .await
    }

    /// The people named, who watch the card from then on.
    pub fn named_people(&self) -> Vec<Uuid> {
        self.people.values().map(|person| person.id).collect()
    }

    /// Keeps which cards a card's text names, or one of its comments, so that they can say where.
    pub async fn keep(
        &self,
        change: &Change<'_>,
        card_id: Uuid,
        comment_id: Option<Uuid>,
    ) -> QueryResult<()> {
        let before = card_references::named_in
            .eq(card_id)
            .and(card_references::comment_id.is_not_distinct_from(comment_id));
        diesel::delete(card_references::table.filter(before)).execute(&mut change.conn()).await?;
        let others = self.by_id.keys().filter(|id| **id != card_id);
        let row = |id: &Uuid| {
            (
                card_references::card_id.eq(*id),
                card_references::named_in.eq(card_id),
                card_references::comment_id.eq(comment_id),
            )
        };
        let rows: Vec<_> = others.map(row).collect();
        if !rows.is_empty() {
            diesel::insert_into(card_references::table).values(rows).execute(&mut change.conn()).await?;
        }
        Ok(())
    }

    /// The cards in whose texts a card is named and that the reader may see, up to 20.
    pub async fn mentions_of(
        mut conn: &AsyncPgConnection,
        card_id: Uuid,
        reader: Uuid,
    ) -> QueryResult<Vec<NamedCard>> {
        let theirs = members::table.filter(members::user_id.eq(reader)).select(members::board_id);
        let naming = card_references::table
            .left_join(comments::table)
            .filter(card_references::card_id.eq(card_id).and(comments::deleted_at.is_null()))
            .select(card_references::named_in);
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .inner_join(boards::table.on(boards::id.eq(cards::board_id)))
            .filter(cards::id.eq_any(naming))
            .filter(boards::id.eq_any(theirs).or(boards::open_role.is_not_null()))
            .filter(cards::deleted_at.is_null().and(boards::deleted_at.is_null()))
            .order(cards::id.desc())
            .limit(MENTIONS_MOST)
            .select(NamedCard::as_select())
            .load(&mut conn)
            .await
    }
}
