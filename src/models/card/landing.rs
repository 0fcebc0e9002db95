//! Where a card that comes from elsewhere stands in a column.

use diesel::dsl::min;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::moving::{MoveError, MoveTo, respread};
use crate::models::change::Change;
use crate::models::rank;
use crate::schema::{cards, columns_ as columns};

/// A place for a card on the change's board.
#[derive(Debug)]
pub(super) struct Landing {
    /// The column's title.
    pub column: String,
    pub rank: String,
}

impl Landing {
    /// The place, as it is under the board's lock.
    ///
    /// # Errors
    /// [`MoveError`].
    pub async fn find(change: &Change<'_>, to: MoveTo) -> Result<Self, MoveError> {
        let (column, is_archived): (String, bool) = columns::table
            .find(to.column_id)
            .filter(columns::board_id.eq(change.board().id))
            .select((columns::title, columns::archived_at.is_not_null()))
            .first(&mut change.conn())
            .await
            .optional()?
            .ok_or(MoveError::Unknown)?;
        if is_archived {
            return Err(MoveError::ColumnArchived);
        }
        let before = match to.after {
            None => String::new(),
            Some(id) => {
                let here = cards::column_id.eq(to.column_id).and(cards::archived_at.is_null());
                let follow = cards::table.find(id).filter(cards::board_id.eq(change.board().id));
                let (rank, is_here): (String, bool) = follow
                    .select((cards::rank, here.and(cards::deleted_at.is_null())))
                    .first(&mut change.conn())
                    .await
                    .optional()?
                    .ok_or(MoveError::Unknown)?;
                if !is_here {
                    return Err(MoveError::AfterMoved);
                }
                rank
            }
        };
        // No rank is empty, so with none to follow the next one is the first. Archived cards' are taken too.
        let next: Option<String> = cards::table
            .filter(cards::column_id.eq(to.column_id).and(cards::rank.gt(&before)))
            .select(min(cards::rank))
            .first(&mut change.conn())
            .await?;
        let before = Some(before.as_str()).filter(|rank| !rank.is_empty());
        let rank = rank::between(before, next.as_deref()).map_err(diesel::result::Error::from)?;
        Ok(Self { column, rank })
    }

    /// Spreads the column's ranks anew where this one has grown long. Called after the card was written.
    pub async fn shorten(&self, change: &mut Change<'_>, to: MoveTo) -> QueryResult<()> {
        if self.rank.len() > rank::LONGEST {
            respread(change, to.column_id).await?;
        }
        Ok(())
    }
}
