//! A card in a column.

mod bulk;
mod copying;
pub mod crossing;
mod dates;
pub mod fitting;
mod landing;
pub mod listing;
mod moving;
mod recurring;
mod templates;
mod undeleting;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use bulk::{BulkAction, BulkError, MOST as BULK_MOST};
pub use copying::NewCopy;
pub use dates::CardDates;
pub use moving::{MoveError, MoveTo};
pub use templates::OFFERED_MOST;
pub use undeleting::Undeleted;

use super::change::{Change, ChangeError, ChangeResult};
use super::column::Column;
use super::event::Happened;
use super::trash::erasable;
use super::{rank, watch};
use crate::error::Refusal;
use crate::schema::{cards, columns_ as columns, old_card_numbers, users};

/// Characters.
pub const TITLE_MOST: usize = 500;
/// Characters.
pub const BODY_MOST: usize = 50_000;

/// As much of a card as is needed to find and change it: without its text.
#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = cards, check_for_backend(diesel::pg::Pg))]
pub struct Card {
    pub id: Uuid,
    pub board_id: Uuid,
    pub column_id: Uuid,
    pub title: String,
    pub archived_at: Option<DateTime<Utc>>,
}

/// The whole card, as its own page shows it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = cards, check_for_backend(diesel::pg::Pg))]
pub struct CardDetail {
    #[diesel(embed)]
    pub card: Card,
    /// Markdown.
    pub body: String,
    /// Its number on its board; none while cards of an older version wait for theirs.
    pub number: Option<i32>,
    /// Raised by each change of what the card says.
    pub version: i32,
    #[diesel(embed)]
    pub dates: CardDates,
    /// Whether it is offered to begin other cards of its board with.
    pub is_template: bool,
    /// Whether it comes back.
    pub recurs: bool,
    /// The name of its author; none where the account is gone.
    #[diesel(select_expression = users::name.nullable())]
    pub author: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a card says.
#[derive(Clone, Copy, Debug)]
pub struct NewCard<'a> {
    pub title: &'a str,
    /// Markdown.
    pub body: &'a str,
}

/// What became of a card that was to be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It is on the board.
    Card,
    /// Its column was archived as well, so both are on the board again.
    WithColumn,
}

/// Why a card was not saved.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Another member saved it since it was opened; this is how it is now.
    #[error("the card has changed meanwhile")]
    Changed(Box<CardDetail>),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for UpdateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// Cards of one board, archived ones too; the message of [`Refusal::TooManyCards`] says it.
const OF_BOARD_MOST: i64 = 20_000;

erasable!(Card in cards);

impl Card {
    /// Adds a card at the column's end.
    ///
    /// # Errors
    /// `NotFound` where the column was archived meanwhile.
    pub async fn create(change: &mut Change<'_>, column: &Column, new: NewCard<'_>) -> ChangeResult<Self> {
        Self::create_as(change, column, new, Uuid::now_v7()).await
    }

    /// The same with an id that the page has made. A page that has lost the answer sends the card again with its id, and it is
    /// there once.
    ///
    /// # Errors
    /// As [`Card::create`]; `NotFound` too where another board has a card with this id.
    pub async fn create_once(
        change: &mut Change<'_>,
        column: &Column,
        new: NewCard<'_>,
        id: Uuid,
    ) -> ChangeResult<()> {
        if Self::is_made(change, id).await? {
            return Ok(());
        }
        Self::create_as(change, column, new, id).await.map(drop)
    }

    /// Whether the board has a card with this id.
    ///
    /// # Errors
    /// `NotFound` where another board has.
    async fn is_made(change: &mut Change<'_>, id: Uuid) -> QueryResult<bool> {
        let board_of_known: Option<Uuid> =
            cards::table.find(id).select(cards::board_id).first(change).await.optional()?;
        match board_of_known {
            None => Ok(false),
            Some(board_id) if board_id == change.board().id => Ok(true),
            Some(_) => Err(diesel::result::Error::NotFound),
        }
    }

    /// The rank of a card at the column's end.
    ///
    /// # Errors
    /// `NotFound` where the column was archived meanwhile.
    async fn rank_at_end(change: &Change<'_>, column: &Column) -> QueryResult<String> {
        let last: Option<String> = columns::table
            .find(column.id)
            .filter(columns::board_id.eq(change.board().id).and(columns::archived_at.is_null()))
            .select(
                cards::table.filter(cards::column_id.eq(columns::id)).select(max(cards::rank)).single_value(),
            )
            .first(&mut change.conn())
            .await?;
        Ok(rank::between(last.as_deref(), None)?)
    }

    async fn create_as(
        change: &mut Change<'_>,
        column: &Column,
        new: NewCard<'_>,
        id: Uuid,
    ) -> ChangeResult<Self> {
        Self::must_be_room(change).await?;
        let rank = Self::rank_at_end(change, column).await?;
        let card: Self = diesel::insert_into(cards::table)
            .values((
                cards::id.eq(id),
                cards::board_id.eq(change.board().id),
                cards::column_id.eq(column.id),
                cards::title.eq(new.title),
                cards::body.eq(new.body),
                cards::rank.eq(rank),
                cards::created_by.eq(change.author()),
                cards::created_at.eq(change.at()),
                cards::updated_at.eq(change.at()),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        Self::tell_of_new(change, card.id, &card.title, column).await?;
        Ok(card)
    }

    /// Records that a card was made, which its author watches.
    async fn tell_of_new(
        change: &Change<'_>,
        card_id: Uuid,
        title: &str,
        column: &Column,
    ) -> ChangeResult<()> {
        if let Some(author) = change.author() {
            watch::watch_card(change.conn(), card_id, &[author], change.at()).await?;
        }
        let (title, column_id, column) = (title.to_owned(), Some(column.id), column.title.clone());
        change.record(Happened::CardCreated { card_id, title, column_id, column }).await
    }

    /// # Errors
    /// [`Refusal::TooManyCards`].
    async fn must_be_room(change: &mut Change<'_>) -> ChangeResult<()> {
        let of_board = cards::board_id.eq(change.board().id).and(cards::deleted_at.is_null());
        let count: i64 = cards::table.filter(of_board).count().get_result(change).await?;
        if count >= OF_BOARD_MOST { Err(Refusal::TooManyCards.into()) } else { Ok(()) }
    }

    /// The card of a board with this number, or the one that had it until it went to another board.
    pub async fn id_of_number(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        number: i32,
    ) -> QueryResult<Option<Uuid>> {
        let is_it = cards::board_id.eq(board_id).and(cards::number.eq(number));
        let here = cards::table.filter(is_it.and(cards::deleted_at.is_null().nullable())).select(cards::id);
        if let Some(id) = here.first(&mut conn).await.optional()? {
            return Ok(Some(id));
        }
        let gone = old_card_numbers::table.find((board_id, number)).select(old_card_numbers::card_id);
        gone.first(&mut conn).await.optional()
    }

    /// The whole card.
    pub async fn detail(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<CardDetail> {
        cards::table
            .left_join(users::table)
            .filter(cards::id.eq(id).and(cards::deleted_at.is_null()))
            .select(CardDetail::as_select())
            .first(&mut conn)
            .await
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

    /// The cards of these columns, of each in order, without the archived ones.
    pub async fn order_of_columns(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        column_ids: &[Uuid],
    ) -> QueryResult<HashMap<Uuid, Vec<Uuid>>> {
        let ids: Vec<(Uuid, Uuid)> = cards::table
            .filter(cards::board_id.eq(board_id).and(cards::column_id.eq_any(column_ids)))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .order((cards::column_id, cards::rank))
            .select((cards::column_id, cards::id))
            .load(&mut conn)
            .await?;
        let mut order: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (column_id, id) in ids {
            order.entry(column_id).or_default().push(id);
        }
        Ok(order)
    }

    pub async fn count_archived_of_board(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<i64> {
        let archived = cards::archived_at.is_not_null().and(cards::deleted_at.is_null());
        cards::table.filter(cards::board_id.eq(board_id).and(archived)).count().get_result(conn).await
    }

    /// Up to `limit` of a board's archived cards with their columns, after `offset` others, the last archived first.
    pub async fn archived_of_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        offset: i64,
        limit: i64,
    ) -> QueryResult<Vec<(Self, Column)>> {
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .filter(cards::board_id.eq(board_id))
            .filter(cards::archived_at.is_not_null().and(cards::deleted_at.is_null()))
            .order((cards::archived_at.desc(), cards::id.desc()))
            .offset(offset)
            .limit(limit)
            .select((Self::as_select(), Column::as_select()))
            .load(conn)
            .await
    }

    /// Changes title and text. With `version`, only if the card still has that version.
    ///
    /// # Errors
    /// [`UpdateError::Changed`], or `NotFound` where the card was deleted meanwhile.
    pub async fn update(
        &self,
        change: &mut Change<'_>,
        new: NewCard<'_>,
        version: Option<i32>,
    ) -> Result<(), UpdateError> {
        let before = Self::detail(change, self.id).await?;
        if before.card.title == new.title && before.body == new.body {
            return Ok(());
        }
        if version.is_some_and(|version| version != before.version) {
            return Err(UpdateError::Changed(Box::new(before)));
        }
        diesel::update(cards::table.find(self.id))
            .set((
                cards::title.eq(new.title),
                cards::body.eq(new.body),
                cards::version.eq(cards::version + 1),
                cards::updated_at.eq(change.at()),
            ))
            .execute(&mut change.conn())
            .await?;
        let (card_id, title) = (self.id, new.title.to_owned());
        if before.card.title != title {
            let (from, to) = (before.card.title, title.clone());
            change.record(Happened::CardRenamed { card_id, from, to }).await?;
        }
        if before.body != new.body {
            let (body_from, body_to) = (Some(before.body), Some(new.body.to_owned()));
            change.record(Happened::CardEdited { card_id, title, body_from, body_to }).await?;
        }
        Ok(())
    }

    /// Gives the card another title. Nothing happens where it has it already.
    ///
    /// # Errors
    /// `NotFound` where the card was deleted meanwhile.
    pub async fn rename(&self, change: &mut Change<'_>, title: &str) -> ChangeResult<()> {
        let before = Self::detail(change, self.id).await?;
        match self.update(change, NewCard { title, body: &before.body }, None).await {
            // Without a version nothing is compared.
            Ok(()) | Err(UpdateError::Changed(_)) => Ok(()),
            Err(UpdateError::Change(error)) => Err(error),
        }
    }

    /// Takes the card off the board. Nothing happens where it is off already.
    pub async fn archive(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        if before.archived_at.is_some() {
            return Ok(());
        }
        let to = cards::archived_at.eq(Some(change.at()));
        diesel::update(cards::table.find(self.id)).set(to).execute(&mut change.conn()).await?;
        change.record(Happened::CardArchived { card_id: self.id, title: before.title }).await
    }

    /// Puts the card back where it was in its column, archived or not. Nothing happens where it is there.
    pub(super) async fn unarchive(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        if before.archived_at.is_none() {
            return Ok(());
        }
        let to = cards::archived_at.eq(None::<DateTime<Utc>>);
        diesel::update(cards::table.find(self.id)).set(to).execute(&mut change.conn()).await?;
        change.record(Happened::CardRestored { card_id: self.id, title: before.title }).await
    }

    /// The same, and puts the column back on the board if it was archived as well.
    pub async fn restore(&self, change: &mut Change<'_>) -> ChangeResult<Restored> {
        self.unarchive(change).await?;
        let before = self.as_it_is(change).await?;
        let column = Column::find(change, before.column_id).await?;
        if column.archived_at.is_none() {
            return Ok(Restored::Card);
        }
        column.restore(change).await?;
        Ok(Restored::WithColumn)
    }

    /// Takes the card away from everybody. The row stays 30 days, for an operator to bring back.
    pub async fn delete(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let before = self.as_it_is(change).await?;
        let to = cards::deleted_at.eq(change.at());
        diesel::update(cards::table.find(self.id)).set(to).execute(&mut change.conn()).await?;
        change.record(Happened::CardDeleted { card_id: self.id, title: before.title }).await
    }

    /// The title of a card of the change's board, as it is under the lock.
    ///
    /// # Errors
    /// `NotFound` where the card was deleted meanwhile.
    pub(super) async fn title(change: &Change<'_>, id: Uuid) -> QueryResult<String> {
        let live = cards::board_id.eq(change.board().id).and(cards::deleted_at.is_null());
        cards::table.find(id).filter(live).select(cards::title).first(&mut change.conn()).await
    }

    async fn as_it_is(&self, change: &Change<'_>) -> QueryResult<Self> {
        Self::find(change, self.id).await
    }

    /// One of the board's cards as it is under the board's lock.
    pub(super) async fn find(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        cards::table
            .find(id)
            .filter(cards::board_id.eq(change.board().id).and(cards::deleted_at.is_null()))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await
    }
}
