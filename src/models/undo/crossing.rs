//! Taking a card back to the board that it left: a change of both boards.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Entry, UndoError, entries, newer_on, things};
use crate::config;
use crate::models::card::{Card, MoveError};
use crate::models::change::Change;
use crate::models::event::{Event, Happened};
use crate::schema::{cards, events};

/// A move of a card from one board to another.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// The first event of the change, on the board where the card came.
    pub event_id: Uuid,
    /// The board that the card left.
    pub left: Uuid,
    pub came_to: Uuid,
}

impl Crossing {
    /// The move that an event of either board is of; none where it is of something else, or lacks what is needed to undo it.
    pub async fn of_event(mut conn: &AsyncPgConnection, event_id: Uuid) -> QueryResult<Option<Self>> {
        let of_change = entries(conn, event_id).await?;
        if let Some(crossing) = Self::of_entries(&of_change) {
            return Ok(Some(crossing));
        }
        let left = of_change.iter().find_map(|entry| match entry.happened {
            Some(Happened::CardLeft { to_board_id, crossing: Some(crossing), .. }) => {
                Some((to_board_id, crossing))
            }
            _ => None,
        });
        let Some((to_board_id, crossing)) = left else { return Ok(None) };
        let arrived: Option<Uuid> = events::table
            .filter(events::board_id.eq(to_board_id).and(events::kind.eq("card_arrived")))
            .filter(events::data.retrieve_as_text("crossing").eq(crossing.to_string()))
            .select(events::id)
            .first(&mut conn)
            .await
            .optional()?;
        match arrived {
            Some(id) => Ok(Self::of_entries(&entries(conn, id).await?)),
            None => Ok(None),
        }
    }

    fn of_entries(of_change: &[Entry]) -> Option<Self> {
        let [first, ..] = of_change else { return None };
        of_change.iter().find_map(|entry| match entry.happened {
            Some(Happened::CardArrived { from_board_id, crossing: Some(_), .. }) => {
                Some(Self { event_id: first.id, left: from_board_id, came_to: entry.board_id })
            }
            _ => None,
        })
    }

    /// Takes the card back, in a change of the board that it left and, beside it, the one where it came. Labels that were made for
    /// it there stay.
    ///
    /// # Errors
    /// [`UndoError`]
    pub async fn undo(&self, change: &mut Change<'_>, limits: &config::Files) -> Result<(), UndoError> {
        let of_change = entries(change, self.event_id).await?;
        let [first, ..] = of_change.as_slice() else { return Err(diesel::result::Error::NotFound.into()) };
        if first.is_undone {
            return Err(UndoError::Already);
        }
        let arrived = of_change
            .iter()
            .find(|entry| matches!(entry.happened, Some(Happened::CardArrived { crossing: Some(_), .. })));
        let Some(entry) = arrived else { return Err(UndoError::Never) };
        let Some(arrived @ Happened::CardArrived { card_id, column_id, rank, from_column_id, .. }) =
            &entry.happened
        else {
            return Err(UndoError::Never);
        };
        let newer = newer_on(change, entry, self.came_to).await?;
        let of_card = |other: &&Entry| things(&other.data).contains(&card_id.to_string());
        let here = cards::table
            .find(*card_id)
            .filter(cards::board_id.eq(self.came_to).and(cards::deleted_at.is_null()))
            .select((Card::as_select(), cards::rank));
        let here: Option<(Card, String)> = here.first(&mut change.conn()).await.optional()?;
        // Where another card had its rank meanwhile, it has the one next to it; so it counts whether it was moved.
        let moved = newer.iter().filter(of_card).find(|other| other.kind == "card_moved");
        let card = match here {
            Some((card, at)) if card.column_id == *column_id && (at == *rank || moved.is_none()) => card,
            _ => {
                let gone = ["card_deleted", "card_left"];
                let away = newer.iter().filter(of_card).find(|other| gone.contains(&other.kind.as_str()));
                return Err(in_the_way(change, moved.or(away)).await?);
            }
        };
        change.undoes = Some(first.id);
        match card.move_back(change, arrived, limits).await {
            Ok(()) => {}
            Err(MoveError::CardArchived) => {
                let archived = newer.iter().filter(of_card).find(|other| other.kind == "card_archived");
                return Err(in_the_way(change, archived).await?);
            }
            Err(MoveError::ColumnArchived) => {
                let there = newer_on(change, entry, self.left).await?;
                let of_column = |other: &&Entry| things(&other.data).contains(&from_column_id.to_string());
                let archived = there.iter().filter(of_column).find(|other| other.kind == "column_archived");
                return Err(in_the_way(change, archived).await?);
            }
            Err(MoveError::Change(error)) => return Err(error.into()),
            // Files that came since have its room.
            Err(MoveError::NoRoom | MoveError::Unknown | MoveError::AfterMoved) => {
                return Err(UndoError::InTheWay(None));
            }
        }
        set_undone(change, first.id, Some(change.at())).await?;
        if let Some(undone) = first.undoes {
            // What had been taken back is there again.
            set_undone(change, undone, None).await?;
        }
        Ok(())
    }
}

async fn in_the_way(change: &Change<'_>, found: Option<&Entry>) -> QueryResult<UndoError> {
    Ok(UndoError::InTheWay(match found {
        Some(other) => Some(Box::new(Event::find(change.conn(), other.id).await?)),
        None => None,
    }))
}

/// Both boards' histories say that the move was taken back, or is there again.
async fn set_undone(change: &Change<'_>, first: Uuid, at: Option<DateTime<Utc>>) -> QueryResult<()> {
    diesel::sql_query(
        "WITH of_change AS (SELECT data->>'crossing' AS crossing FROM events WHERE id = $1 OR part_of = $1)
         UPDATE events SET undone_at = $2
         WHERE id = $1 OR board_id = ANY($3) AND kind IN ('card_left', 'card_arrived')
             AND data->>'crossing' IN (SELECT crossing FROM of_change)",
    )
    .bind::<SqlUuid, _>(first)
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Array<SqlUuid>, _>([change.board().id, change.beside()?.id].as_slice())
    .execute(&mut change.conn())
    .await?;
    Ok(())
}
