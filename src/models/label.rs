//! A board's labels, and which of them a card has.

use std::collections::HashMap;

use diesel::dsl::{count, count_star, max};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::Card;
use super::change::{Change, ChangeResult};
use super::color::Color;
use super::copying::LabelTwins;
use super::event::Happened;
use super::order::{Destination, MoveError, Place, Sibling};
use super::rank::{self, RankedTable};
use super::trash::{erasable, undeletable};
use crate::error::Refusal;
use crate::schema::{card_labels, cards, labels};

/// Characters.
pub const NAME_MOST: usize = 60;

/// Labels of one board; the message of [`Refusal::TooManyLabels`] says it.
pub(super) const OF_BOARD_MOST: i64 = 100;

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Identifiable, Selectable)]
#[diesel(table_name = labels, check_for_backend(diesel::pg::Pg))]
pub struct Label {
    pub id: Uuid,
    pub board_id: Uuid,
    /// May be empty: then the color is all there is.
    pub name: String,
    pub color: Color,
    pub rank: String,
}

/// What a member can set on a label.
#[derive(Clone, Copy, Debug)]
pub struct NewLabel<'a> {
    pub name: &'a str,
    pub color: Color,
}

erasable!(Label in labels);
undeletable!(Label in labels);

impl Label {
    /// Adds a label at the list's end.
    ///
    /// # Errors
    /// [`Refusal::TooManyLabels`].
    pub async fn create(change: &mut Change<'_>, new: NewLabel<'_>) -> ChangeResult<Self> {
        let board_id = change.board().id;
        let (number, last): (i64, Option<String>) = labels::table
            .filter(labels::board_id.eq(board_id))
            .select((count(labels::id).aggregate_filter(labels::deleted_at.is_null()), max(labels::rank)))
            .first(&mut change.conn())
            .await?;
        if number >= OF_BOARD_MOST {
            return Err(Refusal::TooManyLabels.into());
        }
        let label: Self = diesel::insert_into(labels::table)
            .values((
                labels::id.eq(Uuid::now_v7()),
                labels::board_id.eq(board_id),
                labels::name.eq(new.name),
                labels::color.eq(new.color),
                labels::rank.eq(rank::between(last.as_deref(), None)?),
                labels::created_at.eq(change.at()),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        let (name, color) = (label.name.clone(), label.color);
        change.record(Happened::LabelCreated { label_id: label.id, name, color }).await?;
        Ok(label)
    }

    /// A board's labels in order.
    pub async fn of_board(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        labels::table
            .filter(labels::board_id.eq(board_id).and(labels::deleted_at.is_null()))
            .order(labels::rank)
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// What a label is told by on any board.
    pub(super) fn look(&self) -> (&str, &'static str) {
        (&self.name, self.color.word())
    }

    /// What stands for labels of another board on the change's: those of the same name and color, made where there is none. What is
    /// beyond as many labels as a board can have is left out.
    pub(super) async fn matching(change: &mut Change<'_>, labels: &[Self]) -> ChangeResult<LabelTwins> {
        let mut there = Self::of_board(change, change.board().id).await?;
        let mut twins = LabelTwins::default();
        for label in labels {
            let known = there.iter().find(|one| one.look() == label.look()).map(|one| one.id);
            let id = match known {
                Some(id) => id,
                None if there.len() as i64 >= OF_BOARD_MOST => continue,
                None => {
                    let new = NewLabel { name: &label.name, color: label.color };
                    there.push(Self::create(change, new).await?);
                    there[there.len() - 1].id
                }
            };
            twins.of.push(label.id);
            twins.ids.push(id);
        }
        Ok(twins)
    }

    /// A card's labels in the order of its board.
    pub(super) async fn of_card(mut conn: &AsyncPgConnection, card_id: Uuid) -> QueryResult<Vec<Self>> {
        card_labels::table
            .inner_join(labels::table)
            .filter(card_labels::card_id.eq(card_id).and(labels::deleted_at.is_null()))
            .order(labels::rank)
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// The ids of a card's labels.
    pub async fn ids_of_card(mut conn: &AsyncPgConnection, card_id: Uuid) -> QueryResult<Vec<Uuid>> {
        let of_card = card_labels::table.filter(card_labels::card_id.eq(card_id));
        of_card.select(card_labels::label_id).load(&mut conn).await
    }

    /// On how many cards each of a board's labels is, archived ones too; one that is on none is left out.
    pub async fn counts_of_board(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
    ) -> QueryResult<HashMap<Uuid, i64>> {
        let counts: Vec<(Uuid, i64)> = card_labels::table
            .inner_join(cards::table)
            .filter(card_labels::board_id.eq(board_id).and(cards::deleted_at.is_null()))
            .group_by(card_labels::label_id)
            .select((card_labels::label_id, count_star()))
            .load(&mut conn)
            .await?;
        Ok(counts.into_iter().collect())
    }

    /// Gives the label another name or color.
    pub async fn update(&self, change: &mut Change<'_>, new: NewLabel<'_>) -> ChangeResult<()> {
        let before = Self::find(change, self.id).await?;
        if before.name == new.name && before.color == new.color {
            return Ok(());
        }
        diesel::update(labels::table.find(self.id))
            .set((labels::name.eq(new.name), labels::color.eq(new.color)))
            .execute(&mut change.conn())
            .await?;
        let happened = Happened::LabelChanged {
            label_id: self.id,
            from: before.name,
            from_color: before.color,
            name: new.name.to_owned(),
            color: new.color,
        };
        change.record(happened).await
    }

    /// Puts the label somewhere else.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_to(&self, change: &mut Change<'_>, to: Destination<'_>) -> Result<(), MoveError> {
        let siblings: Vec<Sibling> = labels::table
            .filter(labels::board_id.eq(change.board().id))
            .order(labels::rank)
            .select((labels::id, labels::rank, labels::deleted_at.is_not_null()))
            .load(&mut change.conn())
            .await?;
        let Some(place) = Place::find(siblings, self.id, to)? else { return Ok(()) };
        let label: Self = diesel::update(labels::table.find(self.id))
            .set(labels::rank.eq(&place.to_rank))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        place.shorten(change, RankedTable::Labels).await?;
        let (label_id, from_rank, to_rank) = (self.id, place.from_rank, place.to_rank);
        let (name, color) = (label.name, label.color);
        change.record(Happened::LabelMoved { label_id, name, color, from_rank, to_rank }).await?;
        Ok(())
    }

    /// Takes the label off the board and off all cards, until it is restored. Nothing happens where it is gone already.
    pub async fn delete(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        if let Some(label) = self.set_deleted(change, Some(change.at())).await? {
            let (name, color) = (label.name, label.color);
            change.record(Happened::LabelDeleted { label_id: self.id, name, color }).await?;
        }
        Ok(())
    }

    /// Brings the label back, on the cards that had it.
    pub async fn undelete(change: &mut Change<'_>, id: Uuid) -> ChangeResult<()> {
        let label: Self = labels::table
            .find(id)
            .filter(labels::board_id.eq(change.board().id))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await?;
        if let Some(label) = label.set_deleted(change, None).await? {
            let (name, color) = (label.name, label.color);
            change.record(Happened::LabelRestored { label_id: id, name, color }).await?;
        }
        Ok(())
    }

    /// Puts the label on a card. Nothing happens where it is on it already.
    ///
    /// # Errors
    /// `NotFound` where the board has no such label, or the card was deleted meanwhile.
    pub async fn put_on(change: &mut Change<'_>, card: &Card, label_id: Uuid) -> ChangeResult<()> {
        let Self { name, color, .. } = Self::find(change, label_id).await?;
        let title = Card::title(change, card.id).await?;
        let put = diesel::insert_into(card_labels::table)
            .values((
                card_labels::card_id.eq(card.id),
                card_labels::label_id.eq(label_id),
                card_labels::board_id.eq(change.board().id),
            ))
            .on_conflict_do_nothing()
            .execute(&mut change.conn())
            .await?;
        if put > 0 {
            change.record(Happened::CardLabeled { card_id: card.id, label_id, name, color, title }).await?;
        }
        Ok(())
    }

    /// Takes the label off a card. Nothing happens where it is not on it.
    ///
    /// # Errors
    /// As [`Label::put_on`].
    pub async fn take_off(change: &mut Change<'_>, card: &Card, label_id: Uuid) -> ChangeResult<()> {
        let Self { name, color, .. } = Self::find(change, label_id).await?;
        let title = Card::title(change, card.id).await?;
        if diesel::delete(card_labels::table.find((card.id, label_id))).execute(&mut change.conn()).await? > 0
        {
            change.record(Happened::CardUnlabeled { card_id: card.id, label_id, name, color, title }).await?;
        }
        Ok(())
    }

    /// One of the board's labels as it is under the board's lock.
    pub(super) async fn find(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        labels::table
            .find(id)
            .filter(labels::board_id.eq(change.board().id).and(labels::deleted_at.is_null()))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await
    }
}
