//! When a card begins and is due, and whether it is done.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Card;
use crate::models::change::{Change, ChangeResult};
use crate::models::event::Happened;
use crate::models::recurrence;
use crate::models::recurrence::rule::ComesBack;
use crate::models::when::When;
use crate::schema::cards;

/// The columns of a card's dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = cards, check_for_backend(diesel::pg::Pg))]
pub struct CardDates {
    start_on: Option<NaiveDate>,
    start_at: Option<DateTime<Utc>>,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
}

impl CardDates {
    pub fn start(&self) -> Option<When> {
        When::of_columns(self.start_on, self.start_at)
    }

    #[cfg(test)]
    #[must_use]
    pub fn with_due(self, due: Option<When>) -> Self {
        let (due_on, due_at) = When::columns(due);
        Self { due_on, due_at, ..self }
    }

    pub fn due(&self) -> Option<When> {
        When::of_columns(self.due_on, self.due_at)
    }
}

impl Card {
    /// Says when the card begins and is due. Nothing happens where that is so already.
    ///
    /// # Errors
    /// `NotFound` where the card was deleted meanwhile.
    pub async fn set_dates(
        &self,
        change: &mut Change<'_>,
        start: Option<When>,
        due: Option<When>,
    ) -> ChangeResult<()> {
        let (title, before) = self.title_and_dates(change).await?;
        let (from_start, from_due) = (before.start(), before.due());
        if (from_start, from_due) == (start, due) {
            return Ok(());
        }
        Self::write_dates(change, self.id, start, due).await?;
        recurrence::follow(change, &[self.id], ComesBack::Due).await?;
        change.record(Happened::CardDated { card_id: self.id, title, from_start, from_due, start, due }).await
    }

    pub(super) async fn write_dates(
        change: &Change<'_>,
        id: Uuid,
        start: Option<When>,
        due: Option<When>,
    ) -> QueryResult<()> {
        let ((start_on, start_at), (due_on, due_at)) = (When::columns(start), When::columns(due));
        diesel::update(cards::table.find(id))
            .set((
                cards::start_on.eq(start_on),
                cards::start_at.eq(start_at),
                cards::due_on.eq(due_on),
                cards::due_at.eq(due_at),
            ))
            .execute(&mut change.conn())
            .await?;
        Ok(())
    }

    /// Says that the card is done, or is not. Nothing happens where that is so already.
    ///
    /// # Errors
    /// `NotFound` where the card was deleted meanwhile.
    pub async fn set_done(&self, change: &mut Change<'_>, done: bool) -> ChangeResult<()> {
        let (title, before) = self.title_and_dates(change).await?;
        if before.done_at.is_some() == done {
            return Ok(());
        }
        let since = done.then_some(change.at());
        let card = diesel::update(cards::table.find(self.id));
        card.set(cards::done_at.eq(since)).execute(&mut change.conn()).await?;
        recurrence::follow(change, &[self.id], ComesBack::Done).await?;
        let card_id = self.id;
        let happened = if done {
            Happened::CardDone { card_id, title }
        } else {
            Happened::CardUndone { card_id, title }
        };
        change.record(happened).await
    }

    /// As they are under the board's lock.
    pub(in crate::models) async fn title_and_dates(
        &self,
        change: &Change<'_>,
    ) -> QueryResult<(String, CardDates)> {
        cards::table
            .find(self.id)
            .filter(cards::board_id.eq(change.board().id).and(cards::deleted_at.is_null()))
            .select((cards::title, CardDates::as_select()))
            .first(&mut change.conn())
            .await
    }
}
