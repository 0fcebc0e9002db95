//! The order that people give to rows, as to the columns of a board: each goes after another one, or first.

use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::change::ChangeError;
use super::rank::{self, RankedTable};

/// Why a row did not go where it was sent. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is no such row to move, or none such to follow.
    #[error("no such row")]
    Unknown,
    /// The row it was to follow has been archived or deleted meanwhile.
    #[error("the row to follow is archived or deleted")]
    AfterHidden,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for MoveError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// A row as its neighbours see it.
#[derive(Clone, Debug, Queryable)]
pub struct Sibling {
    pub id: Uuid,
    pub rank: String,
    /// Archived or deleted: its rank is taken all the same.
    pub hidden: bool,
}

/// Where a row goes.
#[derive(Debug)]
pub struct Place {
    pub from_rank: String,
    pub to_rank: String,
    /// The row and its siblings, in their new order.
    order: Vec<Uuid>,
}

impl Place {
    /// The place after another row, or the first. None where the row is there already, as people see it. `siblings` are all
    /// rows of the list in their order, hidden ones and the row itself among them.
    ///
    /// # Errors
    /// [`MoveError`].
    pub fn after(
        mut siblings: Vec<Sibling>,
        id: Uuid,
        after: Option<Uuid>,
    ) -> Result<Option<Self>, MoveError> {
        let place = siblings.iter().position(|sibling| sibling.id == id).ok_or(MoveError::Unknown)?;
        let moved = siblings.remove(place);
        // After itself means: where it is.
        let index = if after == Some(id) { place } else { index_after(&siblings, after)? };
        let passed = &siblings[index.min(place)..index.max(place)];
        if passed.iter().all(|sibling| sibling.hidden) {
            return Ok(None);
        }
        Self::at(&siblings, index, &moved).map(Some)
    }

    /// The same for a row that comes from another list; `moved` is the row.
    ///
    /// # Errors
    /// [`MoveError`].
    pub fn of_newcomer(
        siblings: &[Sibling],
        moved: &Sibling,
        after: Option<Uuid>,
    ) -> Result<Self, MoveError> {
        Self::at(siblings, index_after(siblings, after)?, moved)
    }

    fn at(siblings: &[Sibling], index: usize, moved: &Sibling) -> Result<Self, MoveError> {
        let rank_at = |index: usize| siblings.get(index).map(|sibling| sibling.rank.as_str());
        let to_rank = rank::between(index.checked_sub(1).and_then(rank_at), rank_at(index))
            .map_err(diesel::result::Error::from)?;
        let mut order: Vec<Uuid> = siblings.iter().map(|sibling| sibling.id).collect();
        order.insert(index, moved.id);
        Ok(Self { from_rank: moved.rank.clone(), to_rank, order })
    }

    /// Spreads all ranks anew where this one has grown long. Called after the row was written.
    pub async fn shorten(&self, conn: &mut AsyncPgConnection, table: RankedTable) -> QueryResult<()> {
        if self.to_rank.len() <= rank::LONGEST {
            return Ok(());
        }
        rank::respread(conn, table, &self.order).await
    }
}

fn index_after(siblings: &[Sibling], after: Option<Uuid>) -> Result<usize, MoveError> {
    let Some(after) = after else { return Ok(0) };
    let found = siblings.iter().position(|sibling| sibling.id == after).ok_or(MoveError::Unknown)?;
    if siblings[found].hidden { Err(MoveError::AfterHidden) } else { Ok(found + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows 0 to 4, of which 1 and 2 are hidden.
    fn siblings() -> (Vec<Uuid>, Vec<Sibling>) {
        let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
        let row = |(index, rank): (usize, String)| Sibling {
            id: ids[index],
            rank,
            hidden: [1, 2].contains(&index),
        };
        let rows = rank::spread(5).into_iter().enumerate().map(row).collect();
        (ids, rows)
    }

    #[test]
    fn a_row_goes_after_another_or_first() {
        let (ids, rows) = siblings();
        let order = |id: Uuid, after| {
            Place::after(rows.clone(), id, after).expect("a place").map(|place| place.order)
        };
        assert_eq!(order(ids[4], None), Some(vec![ids[4], ids[0], ids[1], ids[2], ids[3]]));
        assert_eq!(order(ids[0], Some(ids[3])), Some(vec![ids[1], ids[2], ids[3], ids[0], ids[4]]));
        assert_eq!(order(ids[4], Some(ids[4])), None, "after itself it stays");
        assert_eq!(order(ids[3], Some(ids[0])), None, "only hidden ones are between");
        assert!(matches!(Place::after(rows.clone(), ids[0], Some(ids[1])), Err(MoveError::AfterHidden)));
        assert!(matches!(Place::after(rows.clone(), ids[0], Some(Uuid::now_v7())), Err(MoveError::Unknown)));
        assert!(matches!(Place::after(rows.clone(), Uuid::now_v7(), None), Err(MoveError::Unknown)));
        let comes = Sibling { id: Uuid::now_v7(), rank: "V".to_owned(), hidden: false };
        let order = |after| Place::of_newcomer(&rows, &comes, after).expect("a place").order;
        assert_eq!(order(None), [&[comes.id], &ids[..]].concat());
        assert_eq!(order(Some(ids[4])), [&ids[..], &[comes.id]].concat());
        assert!(matches!(Place::of_newcomer(&rows, &comes, Some(comes.id)), Err(MoveError::Unknown)));
    }
}
