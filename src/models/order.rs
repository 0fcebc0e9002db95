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

/// Where a row is to go.
#[derive(Clone, Copy, Debug)]
pub enum Destination<'a> {
    /// After another row, or first.
    After(Option<Uuid>),
    /// Where it was once, by its rank there.
    Rank(&'a str),
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
    /// The place in the row's own list. None where the row is there already, as people see it. `siblings` are all rows of the
    /// list in their order, hidden ones and the row itself among them.
    ///
    /// # Errors
    /// [`MoveError`].
    pub fn find(
        mut siblings: Vec<Sibling>,
        id: Uuid,
        to: Destination<'_>,
    ) -> Result<Option<Self>, MoveError> {
        let place = siblings.iter().position(|sibling| sibling.id == id).ok_or(MoveError::Unknown)?;
        let moved = siblings.remove(place);
        let index = match to {
            Destination::Rank(rank) if rank == moved.rank => return Ok(None),
            Destination::Rank(_) => index_of(&siblings, to)?,
            // After itself means: where it is.
            Destination::After(after) => {
                let index = if after == Some(id) { place } else { index_of(&siblings, to)? };
                let passed = &siblings[index.min(place)..index.max(place)];
                if passed.iter().all(|sibling| sibling.hidden) {
                    return Ok(None);
                }
                index
            }
        };
        Self::at(&siblings, index, &moved, to).map(Some)
    }

    /// The same for a row that comes from another list; `moved` is the row.
    ///
    /// # Errors
    /// [`MoveError`].
    pub fn of_newcomer(
        siblings: &[Sibling],
        moved: &Sibling,
        to: Destination<'_>,
    ) -> Result<Self, MoveError> {
        Self::at(siblings, index_of(siblings, to)?, moved, to)
    }

    fn at(
        siblings: &[Sibling],
        index: usize,
        moved: &Sibling,
        to: Destination<'_>,
    ) -> Result<Self, MoveError> {
        let rank_at = |index: usize| siblings.get(index).map(|sibling| sibling.rank.as_str());
        let to_rank = match to {
            Destination::Rank(rank) if rank_at(index) != Some(rank) => rank.to_owned(),
            _ => rank::between(index.checked_sub(1).and_then(rank_at), rank_at(index))
                .map_err(diesel::result::Error::from)?,
        };
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

/// Before which of the siblings the row goes.
fn index_of(siblings: &[Sibling], to: Destination<'_>) -> Result<usize, MoveError> {
    let after = match to {
        Destination::Rank(rank) => {
            return Ok(siblings.partition_point(|sibling| sibling.rank.as_str() < rank));
        }
        Destination::After(None) => return Ok(0),
        Destination::After(Some(after)) => after,
    };
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
        let find = |id: Uuid, after| Place::find(rows.clone(), id, Destination::After(after));
        let order = |id: Uuid, after| find(id, after).expect("a place").map(|place| place.order);
        assert_eq!(order(ids[4], None), Some(vec![ids[4], ids[0], ids[1], ids[2], ids[3]]));
        assert_eq!(order(ids[0], Some(ids[3])), Some(vec![ids[1], ids[2], ids[3], ids[0], ids[4]]));
        assert_eq!(order(ids[4], Some(ids[4])), None, "after itself it stays");
        assert_eq!(order(ids[3], Some(ids[0])), None, "only hidden ones are between");
        assert!(matches!(find(ids[0], Some(ids[1])), Err(MoveError::AfterHidden)));
        assert!(matches!(find(ids[0], Some(Uuid::now_v7())), Err(MoveError::Unknown)));
        assert!(matches!(find(Uuid::now_v7(), None), Err(MoveError::Unknown)));
        let comes = Sibling { id: Uuid::now_v7(), rank: "V".to_owned(), hidden: false };
        let newcomer = |after| Place::of_newcomer(&rows, &comes, Destination::After(after));
        let order = |after| newcomer(after).expect("a place").order;
        assert_eq!(order(None), [&[comes.id], &ids[..]].concat());
        assert_eq!(order(Some(ids[4])), [&ids[..], &[comes.id]].concat());
        assert!(matches!(newcomer(Some(comes.id)), Err(MoveError::Unknown)));
    }

    #[test]
    fn a_row_goes_back_to_its_rank_or_next_to_what_has_it_now() {
        let (ids, rows) = siblings();
        let free = rank::between(Some(&rows[0].rank), Some(&rows[1].rank)).expect("a rank");
        let find = |id, rank| Place::find(rows.clone(), id, Destination::Rank(rank)).expect("a place");
        let place = find(ids[4], free.as_str()).expect("it is elsewhere");
        assert_eq!((&place.to_rank, &place.order[..2]), (&free, &[ids[0], ids[4]][..]));
        assert!(find(ids[4], rows[4].rank.as_str()).is_none(), "it is there");
        let place = find(ids[4], rows[0].rank.as_str()).expect("another one is there");
        assert!(place.to_rank < rows[0].rank);
        assert_eq!(place.order[..2], [ids[4], ids[0]]);
    }
}
