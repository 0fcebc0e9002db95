//! An item of a checklist.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count, max};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Checklist;
use crate::error::Refusal;
use crate::markdown::references::Named;
use crate::models::assignee::{self, AssignError};
use crate::models::card::{Card, NewCard};
use crate::models::card_link::name::CardName;
use crate::models::card_link::relation::Relation;
use crate::models::card_link::{CardLink, LinkError};
use crate::models::change::{Change, ChangeResult};
use crate::models::column::Column;
use crate::models::event::Happened;
use crate::models::member::Person;
use crate::models::order::{Destination, MoveError, Place, Sibling};
use crate::models::rank::{self, RankedTable};
use crate::models::reference::References;
use crate::models::trash::{erasable, undeletable};
use crate::models::when::When;
use crate::schema::{checklist_items as items, checklists, users};

/// Characters; as long as a card's title, which an item can become.
pub const TEXT_MOST: usize = 500;

/// Items of one checklist; the message of [`Refusal::TooManyItems`] says it.
pub const OF_CHECKLIST_MOST: usize = 200;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = items, check_for_backend(diesel::pg::Pg))]
pub struct ChecklistItem {
    pub id: Uuid,
    pub board_id: Uuid,
    pub card_id: Uuid,
    pub checklist_id: Uuid,
    /// A line of Markdown.
    pub text: String,
    pub checked_at: Option<DateTime<Utc>>,
    /// Who it is for.
    pub user_id: Option<Uuid>,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    pub rank: String,
}

/// What a member can set on an item.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    pub text: &'a str,
    pub user_id: Option<Uuid>,
    pub due: Option<When>,
}

/// Where an item is to go, on its card.
#[derive(Clone, Copy, Debug)]
pub struct MoveItemTo<'a> {
    pub checklist_id: Uuid,
    pub to: Destination<'a>,
}

erasable!(ChecklistItem in items);
undeletable!(ChecklistItem in items);

impl ChecklistItem {
    pub fn due(&self) -> Option<When> {
        When::of_columns(self.due_on, self.due_at)
    }

    /// One that is due and done at a time.
    #[cfg(test)]
    pub fn sample(text: &str, at: Option<DateTime<Utc>>) -> Self {
        let [id, board_id, card_id, checklist_id] = std::array::from_fn(|_| Uuid::now_v7());
        let (text, user_id, rank) = (text.to_owned(), None, String::new());
        Self {
            id,
            board_id,
            card_id,
            checklist_id,
            text,
            checked_at: at,
            user_id,
            due_on: None,
            due_at: at,
            rank,
        }
    }

    /// Adds items at the checklist's end, in this order.
    ///
    /// # Errors
    /// [`Refusal::TooManyItems`]; `NotFound` where the checklist was deleted meanwhile.
    pub async fn create_all(
        change: &mut Change<'_>,
        checklist: &Checklist,
        texts: &[&str],
    ) -> ChangeResult<()> {
        if texts.is_empty() {
            return Ok(());
        }
        let checklist = Checklist::find(change, checklist.id).await?;
        let card = Card::title(change, checklist.card_id).await?;
        let (number, last): (i64, Option<String>) = items::table
            .filter(items::checklist_id.eq(checklist.id))
            .select((count(items::id).aggregate_filter(items::deleted_at.is_null()), max(items::rank)))
            .first(&mut change.conn())
            .await?;
        if usize::try_from(number).unwrap_or_default() + texts.len() > OF_CHECKLIST_MOST {
            return Err(Refusal::TooManyItems.into());
        }
        let (mut rows, mut ids, mut last) = (Vec::new(), Vec::new(), last);
        for text in texts {
            let (id, rank) = (Uuid::now_v7(), rank::between(last.as_deref(), None)?);
            ids.push(id);
            last = Some(rank.clone());
            rows.push((
                items::id.eq(id),
                items::board_id.eq(change.board().id),
                items::card_id.eq(checklist.card_id),
                items::checklist_id.eq(checklist.id),
                items::text.eq(*text),
                items::rank.eq(rank),
                items::created_at.eq(change.at()),
            ));
        }
        diesel::insert_into(items::table).values(rows).execute(&mut change.conn()).await?;
        let happened = Happened::ItemsAdded {
            card_id: checklist.card_id,
            checklist_id: checklist.id,
            checklist: checklist.title,
            n: ids.len(),
            item_ids: ids,
            title: card,
        };
        change.record(happened).await
    }

    /// A card's items in the order of their checklists' own, with those they are for.
    pub async fn of_card(
        mut conn: &AsyncPgConnection,
        card_id: Uuid,
    ) -> QueryResult<Vec<(Self, Option<Person>)>> {
        items::table
            .left_join(users::table)
            .filter(items::card_id.eq(card_id).and(items::deleted_at.is_null()))
            .order((items::checklist_id, items::rank))
            .select((Self::as_select(), Option::<Person>::as_select()))
            .load(&mut conn)
            .await
    }

    /// Gives the item another text, person or date. Nothing happens where it has them already.
    ///
    /// # Errors
    /// [`AssignError::NotAssignable`].
    pub async fn update(&self, change: &mut Change<'_>, new: NewItem<'_>) -> Result<(), AssignError> {
        let before = Self::find(change, self.id).await?;
        if before.text == new.text && before.user_id == new.user_id && before.due() == new.due {
            return Ok(());
        }
        if let Some(user_id) = new.user_id.filter(|id| before.user_id != Some(*id)) {
            assignee::name_of_assignable(change, user_id).await?;
        }
        let (due_on, due_at) = When::columns(new.due);
        diesel::update(items::table.find(self.id))
            .set((
                items::text.eq(new.text),
                items::user_id.eq(new.user_id),
                items::due_on.eq(due_on),
                items::due_at.eq(due_at),
            ))
            .execute(&mut change.conn())
            .await?;
        let happened = Happened::ItemChanged {
            card_id: self.card_id,
            item_id: self.id,
            from_user_id: before.user_id,
            from_due: before.due(),
            from: before.text,
            text: new.text.to_owned(),
            user_id: new.user_id,
            due: new.due,
        };
        Ok(change.record(happened).await?)
    }

    /// Says that the item is done, or is not. Nothing happens where that is so already.
    pub async fn set_checked(&self, change: &mut Change<'_>, checked: bool) -> ChangeResult<()> {
        let before = Self::find(change, self.id).await?;
        if before.checked_at.is_some() == checked {
            return Ok(());
        }
        let to = items::checked_at.eq(checked.then_some(change.at()));
        diesel::update(items::table.find(self.id)).set(to).execute(&mut change.conn()).await?;
        let (card_id, item_id, text) = (self.card_id, self.id, before.text);
        let happened = if checked {
            Happened::ItemChecked { card_id, item_id, text }
        } else {
            Happened::ItemUnchecked { card_id, item_id, text }
        };
        change.record(happened).await
    }

    /// Puts the item somewhere else, into another checklist of its card too.
    ///
    /// # Errors
    /// [`MoveError`], and [`Refusal::TooManyItems`]; nothing has changed then.
    pub async fn move_to(&self, change: &mut Change<'_>, place: MoveItemTo<'_>) -> Result<(), MoveError> {
        let MoveItemTo { checklist_id, to } = place;
        let before = Self::find(change, self.id).await?;
        let siblings: Vec<Sibling> = items::table
            .filter(items::checklist_id.eq(checklist_id).and(items::card_id.eq(before.card_id)))
            .order(items::rank)
            .select((items::id, items::rank, items::deleted_at.is_not_null()))
            .load(&mut change.conn())
            .await?;
        let place = if before.checklist_id == checklist_id {
            let Some(place) = Place::find(siblings, self.id, to)? else { return Ok(()) };
            place
        } else {
            let is_there = checklists::card_id.eq(before.card_id).and(checklists::deleted_at.is_null());
            let there = checklists::table.find(checklist_id).filter(is_there).select(checklists::id);
            there.first::<Uuid>(&mut change.conn()).await.optional()?.ok_or(MoveError::Unknown)?;
            if siblings.iter().filter(|sibling| !sibling.hidden).count() >= OF_CHECKLIST_MOST {
                return Err(MoveError::Change(Refusal::TooManyItems.into()));
            }
            Place::of_newcomer(&siblings, &Sibling { id: self.id, rank: before.rank, hidden: false }, to)?
        };
        diesel::update(items::table.find(self.id))
            .set((items::checklist_id.eq(checklist_id), items::rank.eq(&place.to_rank)))
            .execute(&mut change.conn())
            .await?;
        place.shorten(change, RankedTable::ChecklistItems).await?;
        let happened = Happened::ItemMoved {
            card_id: self.card_id,
            item_id: self.id,
            text: before.text,
            from_checklist_id: before.checklist_id,
            to_checklist_id: checklist_id,
            from_rank: place.from_rank,
            to_rank: place.to_rank,
        };
        change.record(happened).await?;
        Ok(())
    }

    /// Takes the item off its checklist, until it is restored. Nothing happens where it is gone already.
    pub async fn delete(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        if let Some(before) = self.set_deleted(change, Some(change.at())).await? {
            let (card_id, item_id, text) = (self.card_id, self.id, before.text);
            change.record(Happened::ItemDeleted { card_id, item_id, text }).await?;
        }
        Ok(())
    }

    /// Brings the item back; gives its card.
    ///
    /// # Errors
    /// `NotFound` where it is gone for good, or its checklist or card is deleted.
    pub async fn undelete(change: &mut Change<'_>, id: Uuid) -> ChangeResult<Uuid> {
        let item: Self = items::table
            .find(id)
            .filter(items::board_id.eq(change.board().id))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await?;
        Checklist::find(change, item.checklist_id).await?;
        Card::title(change, item.card_id).await?;
        if let Some(Self { card_id, text, .. }) = item.set_deleted(change, None).await? {
            change.record(Happened::ItemRestored { card_id, item_id: id, text }).await?;
        }
        Ok(item.card_id)
    }

    /// Makes a card of the item, at the end of its card's column, for the person and by the date that the item has. The two
    /// cards are linked, the new one names the other, and the item is gone.
    ///
    /// # Errors
    /// Those of [`Card::create`]; `NotFound` where the item was deleted meanwhile.
    pub async fn convert(&self, change: &mut Change<'_>) -> ChangeResult<Card> {
        let item = Self::find(change, self.id).await?;
        let card = Card::detail(change, item.card_id).await?;
        let column = Column::find(change, card.card.column_id).await?;
        let body = card.number.map(|number| format!("#{number}")).unwrap_or_default();
        let new = Card::create(change, &column, NewCard { title: &item.text, body: &body }).await?;
        let named = Named { numbers: card.number.into_iter().collect(), ..Named::default() };
        let (board_id, author) = (change.board().id, change.author());
        let references = References::find(change, board_id, &named, author, change.at()).await?;
        references.keep(change, new.id, None).await?;
        // A card that has as many links as a card can have gets no other one: the text says it all the same.
        let linked = CardLink::create(change, item.card_id, CardName::Id(new.id), Relation::Relates).await;
        if let Err(LinkError::Change(error)) = linked {
            return Err(error);
        }
        if let Some(user_id) = item.user_id {
            match assignee::assign(change, &new, user_id).await {
                // They have left the board, or are only to look on, since.
                Ok(()) | Err(AssignError::NotAssignable) => {}
                Err(AssignError::Change(error)) => return Err(error),
            }
        }
        if item.due().is_some() {
            new.set_dates(change, None, item.due()).await?;
        }
        if item.checked_at.is_some() {
            new.set_done(change, true).await?;
        }
        self.set_deleted(change, Some(change.at())).await?;
        let (card_id, item_id, text) = (item.card_id, item.id, item.text);
        change.record(Happened::ItemConverted { card_id, item_id, text, new_card_id: new.id }).await?;
        Ok(new)
    }

    /// One of the board's items as it is under the board's lock.
    pub(in crate::models) async fn find(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        items::table
            .inner_join(checklists::table)
            .filter(items::id.eq(id).and(items::board_id.eq(change.board().id)))
            .filter(items::deleted_at.is_null().and(checklists::deleted_at.is_null()))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await
    }
}
