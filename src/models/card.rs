//! A card in a column.

mod moving;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{NotEq, count_star, max};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use moving::MoveError;

use super::board::{Board, or_unchanged, unchanged};
use super::column::Column;
use super::cover::Attached;
use super::event::{EventKind, NewEvent};
use super::rank;
use super::thumbnail::Preview;
use crate::schema::{cards, columns_ as columns, users};

/// Characters.
pub const TITLE_MOST: usize = 500;
/// Characters.
pub const BODY_MOST: usize = 50_000;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = cards, check_for_backend(diesel::pg::Pg))]
pub struct Card {
    pub id: Uuid,
    pub board_id: Uuid,
    pub column_id: Uuid,
    pub title: String,
    pub body: String,
    pub version: i32,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
}

/// A card as the board shows it.
#[derive(Clone, Debug)]
pub struct CardOnBoard {
    pub id: Uuid,
    pub column_id: Uuid,
    pub title: String,
    pub has_body: bool,
    /// How many there are.
    pub files: i64,
    pub cover: Option<Preview>,
}

/// As much of a card's own row as the board shows.
type Shown = (Uuid, Uuid, String, bool);

type ShownColumns = (cards::id, cards::column_id, cards::title, NotEq<cards::body, &'static str>);

fn shown() -> ShownColumns {
    (cards::id, cards::column_id, cards::title, cards::body.ne(""))
}

impl CardOnBoard {
    fn new((id, column_id, title, has_body): Shown, attached: &Attached) -> Self {
        let files = attached.counts.get(&id).copied().unwrap_or(0);
        Self { id, column_id, title, has_body, files, cover: attached.covers.get(&id).copied() }
    }
}

/// Why a card was not saved.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Somebody else saved it since it was opened; this is how it is now.
    #[error("the card has changed meanwhile")]
    Changed(Box<Card>),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Card {
    /// Adds a card at the column's end.
    ///
    /// # Errors
    /// `NotFound` where the column was archived meanwhile.
    pub async fn create(
        conn: &mut AsyncPgConnection,
        column: &Column,
        by: Uuid,
        (title, body): (&str, &str),
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        conn.transaction(async |conn| {
            Board::touch(conn, column.board_id, now).await?;
            let last: Option<String> = columns::table
                .find(column.id)
                .filter(columns::archived_at.is_null())
                .select(
                    cards::table
                        .filter(cards::column_id.eq(columns::id))
                        .select(max(cards::rank))
                        .single_value(),
                )
                .first(conn)
                .await?;
            let card: Self = diesel::insert_into(cards::table)
                .values((
                    cards::id.eq(Uuid::now_v7()),
                    cards::board_id.eq(column.board_id),
                    cards::column_id.eq(column.id),
                    cards::title.eq(title),
                    cards::body.eq(body),
                    cards::rank.eq(rank::between(last.as_deref(), None)?),
                    cards::created_by.eq(by),
                    cards::created_at.eq(now),
                    cards::updated_at.eq(now),
                ))
                .returning(Self::as_returning())
                .get_result(conn)
                .await?;
            let kind = EventKind::CardCreated { title, column: column.title.as_str() };
            NewEvent::on_card(&card, by, kind).record(conn, now).await?;
            Ok(card)
        })
        .await
    }

    /// A board's cards, without the archived ones: by column, in order.
    pub async fn of_board(conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<CardOnBoard>> {
        let mut first = conn;
        let (rows, attached): (Vec<Shown>, _) = tokio::try_join!(
            cards::table
                .filter(cards::board_id.eq(board_id))
                .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
                .order((cards::column_id, cards::rank))
                .select(shown())
                .load(&mut first),
            Attached::of_board(conn, board_id),
        )?;
        Ok(rows.into_iter().map(|row| CardOnBoard::new(row, &attached)).collect())
    }

    /// A column's cards in order, without the archived ones.
    pub async fn of_column(conn: &AsyncPgConnection, column: &Column) -> QueryResult<Vec<CardOnBoard>> {
        let mut first = conn;
        let (rows, attached): (Vec<Shown>, _) = tokio::try_join!(
            cards::table
                .filter(cards::board_id.eq(column.board_id).and(cards::column_id.eq(column.id)))
                .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
                .order(cards::rank)
                .select(shown())
                .load(&mut first),
            Attached::of_board(conn, column.board_id),
        )?;
        Ok(rows.into_iter().map(|row| CardOnBoard::new(row, &attached)).collect())
    }

    /// The card as the board shows it.
    pub async fn on_board(&self, conn: &AsyncPgConnection) -> QueryResult<CardOnBoard> {
        let row = (self.id, self.column_id, self.title.clone(), !self.body.is_empty());
        Ok(CardOnBoard::new(row, &Attached::of_board(conn, self.board_id).await?))
    }

    /// How many cards each of a board's columns holds, without the archived ones; a column without any is left
    /// out.
    pub async fn counts_of_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
    ) -> QueryResult<HashMap<Uuid, i64>> {
        let counts: Vec<(Uuid, i64)> = cards::table
            .filter(cards::board_id.eq(board_id))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .group_by(cards::column_id)
            .select((cards::column_id, count_star()))
            .load(conn)
            .await?;
        Ok(counts.into_iter().collect())
    }

    /// A board's archived cards with their columns, the last archived first; at most `most`.
    pub async fn archived_of_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        most: i64,
    ) -> QueryResult<Vec<(Self, Column)>> {
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .filter(cards::board_id.eq(board_id))
            .filter(cards::archived_at.is_not_null().and(cards::deleted_at.is_null()))
            .order((cards::archived_at.desc(), cards::id.desc()))
            .limit(most)
            .select((Self::as_select(), Column::as_select()))
            .load(conn)
            .await
    }

    /// The name of who made it; none where the account is gone.
    pub async fn author(&self, conn: &mut AsyncPgConnection) -> QueryResult<Option<String>> {
        let Some(id) = self.created_by else { return Ok(None) };
        users::table.find(id).select(users::name).first(conn).await.optional()
    }

    /// Changes what the card says. With `version`, only if nobody has since that version.
    ///
    /// # Errors
    /// [`UpdateError::Changed`], or `NotFound` where the card was deleted meanwhile.
    pub async fn update(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        (title, body): (&str, &str),
        version: Option<i32>,
        now: DateTime<Utc>,
    ) -> Result<Self, UpdateError> {
        conn.transaction(async |conn| {
            Board::touch(conn, self.board_id, now).await?;
            let before: Self = cards::table
                .find(self.id)
                .filter(cards::deleted_at.is_null())
                .select(Self::as_select())
                .first(conn)
                .await?;
            let same = before.title == title && before.body == body;
            if version.is_some_and(|version| version != before.version) && !same {
                return Err(UpdateError::Changed(Box::new(before)));
            }
            if same {
                return Ok(before);
            }
            let card: Self = diesel::update(cards::table.find(self.id))
                .set((
                    cards::title.eq(title),
                    cards::body.eq(body),
                    cards::version.eq(cards::version + 1),
                    cards::updated_at.eq(now),
                ))
                .returning(Self::as_returning())
                .get_result(conn)
                .await?;
            let kind = if before.title == title {
                EventKind::CardEdited { title }
            } else {
                EventKind::CardRenamed { from: before.title.as_str(), to: title }
            };
            NewEvent::on_card(&card, by, kind).record(conn, now).await?;
            Ok(card)
        })
        .await
    }

    /// Takes the card off the board. Nothing happens where it is off already.
    pub async fn archive(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let (change, title) = (PutAway::archived(Some(now)), self.title.as_str());
        self.put_away(conn, by, change, EventKind::CardArchived { title }, now).await
    }

    /// Puts the card back where it was in its column.
    pub async fn restore(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let (change, title) = (PutAway::archived(None), self.title.as_str());
        self.put_away(conn, by, change, EventKind::CardRestored { title }, now).await
    }

    /// Takes the card away from everybody. The row stays 30 days, for an operator to bring back.
    pub async fn delete(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let (change, title) = (PutAway { deleted_at: Some(now), archived_at: None }, self.title.as_str());
        self.put_away(conn, by, change, EventKind::CardDeleted { title }, now).await
    }

    /// Erases up to `most` cards that were deleted before then, with all that hangs on them; how many it were.
    pub async fn erase_deleted(
        conn: &mut AsyncPgConnection,
        before: DateTime<Utc>,
        most: i64,
    ) -> QueryResult<usize> {
        let deleted = cards::table.filter(cards::deleted_at.lt(before));
        let ids: Vec<Uuid> = deleted.select(cards::id).limit(most).load(conn).await?;
        diesel::delete(deleted.filter(cards::id.eq_any(ids))).execute(conn).await
    }

    async fn put_away(
        &self,
        conn: &mut AsyncPgConnection,
        by: Uuid,
        change: PutAway,
        kind: EventKind<&str>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let changed = conn
            .transaction(async |conn| {
                Board::touch(conn, self.board_id, now).await?;
                let live = cards::table.find(self.id).filter(cards::deleted_at.is_null());
                let is_archived: bool = live.select(cards::archived_at.is_not_null()).first(conn).await?;
                if change.archived_at.is_some_and(|since| since.is_some() == is_archived) {
                    return unchanged();
                }
                diesel::update(live).set(change).execute(conn).await?;
                NewEvent::on_card(self, by, kind).record(conn, now).await.map(Some)
            })
            .await;
        or_unchanged(changed).map(drop)
    }
}

/// What [`Card::put_away`] writes; `None` leaves a field as it is.
#[derive(AsChangeset)]
#[diesel(table_name = cards)]
struct PutAway {
    archived_at: Option<Option<DateTime<Utc>>>,
    deleted_at: Option<DateTime<Utc>>,
}

impl PutAway {
    fn archived(since: Option<DateTime<Utc>>) -> Self {
        Self { archived_at: Some(since), deleted_at: None }
    }
}
