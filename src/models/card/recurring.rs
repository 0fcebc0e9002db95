//! Cards that come back: making the next one.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Card;
use crate::config;
use crate::models::change::{Change, ChangeError, ChangeResult};
use crate::models::column::Column;
use crate::models::copying::{self, Along, Twins};
use crate::models::event::Happened;
use crate::models::quota;
use crate::models::recurrence::Recurrence;
use crate::models::recurrence::rule::ComesBack;
use crate::models::watch;
use crate::schema::events;

/// When a card is tried again that a full board has no room for.
const PUT_OFF: TimeDelta = TimeDelta::days(1);

/// The events that say in which column a card was first.
const FIRST: [&str; 4] = ["card_created", "card_copied", "card_arrived", "card_recurred"];

impl Card {
    /// Makes the next card of one that comes back, if it is time: with its text, labels, people, fields, files and checklists, of
    /// which nothing is done, and with the dates that follow, at the end of the column in which it was first. The rule moves on
    /// to the new card, so nothing happens a second time.
    ///
    /// Where the board is full it is put off by a day; files that it has no room for do not come along.
    pub async fn recur(change: &mut Change<'_>, id: Uuid, limits: &config::Files) -> ChangeResult<()> {
        let Some(recurrence) = Recurrence::of_card(change, id).await? else { return Ok(()) };
        let is_time = recurrence.comes_at.is_some_and(|at| at <= change.at());
        if !is_time || change.board().archived_at.is_some() {
            return Ok(());
        }
        let Some(card) = Self::find(change, id).await.optional()? else { return Ok(()) };
        let Some(column) = card.column_to_return(change).await? else { return Ok(()) };
        let (title, before) = card.title_and_dates(change).await?;
        let done_at = before.done_at.filter(|_| recurrence.rule.comes_back == ComesBack::Done);
        let next = recurrence.rule.next((&before).into(), recurrence.times, done_at, change.at());
        let Some((dates, times)) = next else { return Ok(recurrence.wait(change, None).await?) };
        match Self::must_be_room(change).await {
            Ok(()) => {}
            Err(ChangeError::Refused(_)) => {
                return Ok(recurrence.wait(change, Some(change.at() + PUT_OFF)).await?);
            }
            Err(error) => return Err(error),
        }
        let files = quota::take_for_copies(change, &[id], limits).await?.is_ok();
        let labels = card.labels_there(change, card.board_id).await?;
        let twins = Twins {
            of: vec![id],
            ids: vec![recurrence.next_card_id],
            columns: vec![column.id],
            ranks: vec![Self::rank_at_end(change, &column).await?],
        };
        let along = Along { checklists: true, labels: true, people: true, files, ..Along::default() };
        copying::copy(change, &twins, &labels, along, None).await?;
        let card_id = recurrence.next_card_id;
        watch::watch_as(change.conn(), card_id, id, change.at()).await?;
        Self::write_dates(change, card_id, dates.start, dates.due).await?;
        recurrence.move_on(change, dates, times).await?;
        let (column_id, column) = (column.id, column.title);
        change.record(Happened::CardRecurred { card_id, title, column_id, column, from_card_id: id }).await
    }

    /// The column in which the card was first on its board, as the history tells it; where it is now if that does not. Where the
    /// column is archived, the nearest one that is not; none where all are.
    async fn column_to_return(&self, change: &Change<'_>) -> QueryResult<Option<Column>> {
        let first: Option<serde_json::Value> = events::table
            .filter(events::card_id.eq(self.id).and(events::board_id.eq(self.board_id)))
            .filter(events::kind.eq_any(FIRST))
            .order(events::id.desc())
            .select(events::data)
            .first(&mut change.conn())
            .await
            .optional()?;
        let first = first.and_then(|data| Uuid::try_parse(data["column_id"].as_str()?).ok());
        let column = Column::find(change, first.unwrap_or(self.column_id)).await?;
        column.or_nearest(change).await
    }
}
