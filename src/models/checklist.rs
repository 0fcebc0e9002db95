//! A checklist on a card: steps in an order, each done or not.

pub mod item;

use diesel::dsl::{count, max};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::Card;
use super::change::{Change, ChangeResult};
use super::event::Happened;
use super::order::{Destination, MoveError, Place, Sibling};
use super::rank::{self, RankedTable};
use super::trash::{erasable, undeletable};
use crate::error::Refusal;
use crate::schema::checklists;

/// Characters.
pub const TITLE_MOST: usize = 200;

/// Checklists of one card; the message of [`Refusal::TooManyChecklists`] says it.
const OF_CARD_MOST: i64 = 20;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = checklists, check_for_backend(diesel::pg::Pg))]
pub struct Checklist {
    pub id: Uuid,
    pub board_id: Uuid,
    pub card_id: Uuid,
    pub title: String,
    pub rank: String,
}

erasable!(Checklist in checklists);
undeletable!(Checklist in checklists);

impl Checklist {
    /// Adds a checklist at the card's end.
    ///
    /// # Errors
    /// [`Refusal::TooManyChecklists`]; `NotFound` where the card was deleted meanwhile.
    pub async fn create(change: &mut Change<'_>, card_id: Uuid, title: &str) -> ChangeResult<Self> {
        let card = Card::title(change, card_id).await?;
        let is_live = checklists::deleted_at.is_null();
        let (number, last): (i64, Option<String>) = checklists::table
            .filter(checklists::card_id.eq(card_id))
            .select((count(checklists::id).aggregate_filter(is_live), max(checklists::rank)))
            .first(&mut change.conn())
            .await?;
        if number >= OF_CARD_MOST {
            return Err(Refusal::TooManyChecklists.into());
        }
        let checklist: Self = diesel::insert_into(checklists::table)
            .values((
                checklists::id.eq(Uuid::now_v7()),
                checklists::board_id.eq(change.board().id),
                checklists::card_id.eq(card_id),
                checklists::title.eq(title),
                checklists::rank.eq(rank::between(last.as_deref(), None)?),
                checklists::created_at.eq(change.at()),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        let (checklist_id, checklist_title) = (checklist.id, checklist.title.clone());
        let happened =
            Happened::ChecklistCreated { card_id, checklist_id, checklist: checklist_title, title: card };
        change.record(happened).await?;
        Ok(checklist)
    }

    /// A card's checklists in order.
    pub async fn of_card(mut conn: &AsyncPgConnection, card_id: Uuid) -> QueryResult<Vec<Self>> {
        checklists::table
            .filter(checklists::card_id.eq(card_id).and(checklists::deleted_at.is_null()))
            .order(checklists::rank)
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// Gives the checklist another title. Nothing happens where it has it already.
    pub async fn rename(&self, change: &mut Change<'_>, title: &str) -> ChangeResult<()> {
        let before = Self::find(change, self.id).await?;
        if before.title == title {
            return Ok(());
        }
        let checklist = diesel::update(checklists::table.find(self.id));
        checklist.set(checklists::title.eq(title)).execute(&mut change.conn()).await?;
        let (card_id, checklist_id, from) = (self.card_id, self.id, before.title);
        change.record(Happened::ChecklistRenamed { card_id, checklist_id, from, to: title.to_owned() }).await
    }

    /// Puts the checklist somewhere else on its card.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_to(&self, change: &mut Change<'_>, to: Destination<'_>) -> Result<(), MoveError> {
        let siblings: Vec<Sibling> = checklists::table
            .filter(checklists::card_id.eq(self.card_id))
            .order(checklists::rank)
            .select((checklists::id, checklists::rank, checklists::deleted_at.is_not_null()))
            .load(&mut change.conn())
            .await?;
        let Some(place) = Place::find(siblings, self.id, to)? else { return Ok(()) };
        let checklist: String = diesel::update(checklists::table.find(self.id))
            .set(checklists::rank.eq(&place.to_rank))
            .returning(checklists::title)
            .get_result(&mut change.conn())
            .await?;
        place.shorten(change, RankedTable::Checklists).await?;
        let happened = Happened::ChecklistMoved {
            card_id: self.card_id,
            checklist_id: self.id,
            checklist,
            from_rank: place.from_rank,
            to_rank: place.to_rank,
        };
        change.record(happened).await?;
        Ok(())
    }

    /// Takes the checklist off the card with its items, until it is restored. Nothing happens where it is gone already.
    pub async fn delete(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let card = Card::title(change, self.card_id).await?;
        if let Some(before) = self.set_deleted(change, Some(change.at())).await? {
            let (card_id, checklist_id, checklist) = (self.card_id, self.id, before.title);
            let happened = Happened::ChecklistDeleted { card_id, checklist_id, checklist, title: card };
            change.record(happened).await?;
        }
        Ok(())
    }

    /// Brings the checklist back, with its items; gives its card.
    ///
    /// # Errors
    /// `NotFound` where it is gone for good, or its card is deleted.
    pub async fn undelete(change: &mut Change<'_>, id: Uuid) -> ChangeResult<Uuid> {
        let checklist: Self = checklists::table
            .find(id)
            .filter(checklists::board_id.eq(change.board().id))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await?;
        let card = Card::title(change, checklist.card_id).await?;
        if let Some(Self { card_id, title, .. }) = checklist.set_deleted(change, None).await? {
            let happened =
                Happened::ChecklistRestored { card_id, checklist_id: id, checklist: title, title: card };
            change.record(happened).await?;
        }
        Ok(checklist.card_id)
    }

    /// One of the board's checklists as it is under the board's lock.
    pub(super) async fn find(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        checklists::table
            .find(id)
            .filter(checklists::board_id.eq(change.board().id).and(checklists::deleted_at.is_null()))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await
    }
}
