//! Fractional ranks: the order of columns and of cards. Between any two there is room for a third, so a move
//! writes the moved row alone.
//!
//! A rank is kept as lower-case hexadecimal text and compared byte by byte (`COLLATE "C"`).

use diesel::QueryResult;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use fractional_index::FractionalIndex;
use uuid::Uuid;

/// Ranks longer than this many characters are spread anew. Dragging cards to one spot over and over adds a byte,
/// two characters, after some 120 moves; two cards dragged in turn into the gap between them add one at each
/// move. The index that keeps ranks unique takes 2,700 bytes.
pub const LONGEST: usize = 256;

/// The row that rank goes to is not between the rows it was said to be between.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no rank, or not before the next one")]
pub struct BrokenOrder(String);

impl From<BrokenOrder> for diesel::result::Error {
    fn from(error: BrokenOrder) -> Self {
        Self::QueryBuilderError(error.into())
    }
}

/// A rank after `before` and before `after`; `None` stands for either end.
///
/// # Errors
/// A rank of the database's that is none, or two that are not in order.
pub fn between(before: Option<&str>, after: Option<&str>) -> Result<String, BrokenOrder> {
    let (lower, upper) = (before.map(parse).transpose()?, after.map(parse).transpose()?);
    let rank = match (&lower, &upper) {
        (Some(lower), Some(upper)) => between_both(lower.as_bytes(), upper.as_bytes()),
        (lower, upper) => FractionalIndex::new(lower.as_ref(), upper.as_ref()),
    };
    rank.map(|rank| rank.to_string()).ok_or_else(|| BrokenOrder(before.unwrap_or_default().to_owned()))
}

/// `None` where the two are not in order.
///
/// The library (2.0.2) goes wrong where both ranks have a zero in the same place, as after some hundred moves to the
/// top. So what the two have in common is put aside first.
fn between_both(lower: &[u8], upper: &[u8]) -> Option<FractionalIndex> {
    if lower >= upper {
        return None;
    }
    // The shorter one's last byte stays with it: it ends every rank.
    let shorter = lower.len().min(upper.len()) - 1;
    let common = (0..shorter).take_while(|place| lower[*place] == upper[*place]).count();
    let (prefix, lower, upper) = (&lower[..common], &lower[common..], &upper[common..]);
    let (lower, upper) =
        (FractionalIndex::from_bytes(lower.into()).ok()?, FractionalIndex::from_bytes(upper.into()).ok()?);
    let middle = FractionalIndex::new_between(&lower, &upper)?;
    FractionalIndex::from_bytes([prefix, middle.as_bytes()].concat()).ok()
}

/// `count` ranks in order, evenly spread: as short as ranks for so many can be.
pub fn spread(count: usize) -> Vec<String> {
    fn fill(
        out: &mut [Option<FractionalIndex>],
        lower: Option<&FractionalIndex>,
        upper: Option<&FractionalIndex>,
    ) {
        if out.is_empty() {
            return;
        }
        let middle = out.len() / 2;
        let Some(rank) = FractionalIndex::new(lower, upper) else { return };
        let (left, right) = out.split_at_mut(middle);
        fill(left, lower, Some(&rank));
        fill(&mut right[1..], Some(&rank), upper);
        right[0] = Some(rank);
    }
    let mut ranks = vec![None; count];
    fill(&mut ranks, None, None);
    ranks.into_iter().flatten().map(|rank| rank.to_string()).collect()
}

/// Gives the rows of `ids`, all of their siblings in order, ranks that are short again.
pub async fn respread(conn: &mut AsyncPgConnection, table: RankedTable, ids: &[Uuid]) -> QueryResult<()> {
    let table = match table {
        RankedTable::Columns => "columns",
        RankedTable::Cards => "cards",
    };
    diesel::sql_query(format!(
        "UPDATE {table} SET rank = fresh.rank FROM unnest($1, $2) AS fresh (id, rank) WHERE {table}.id = fresh.id"
    ))
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(spread(ids.len()))
    .execute(conn)
    .await?;
    Ok(())
}

/// The tables whose rows are in an order of people's making.
#[derive(Clone, Copy)]
pub enum RankedTable {
    Columns,
    Cards,
}

fn parse(rank: &str) -> Result<FractionalIndex, BrokenOrder> {
    let broken = || BrokenOrder(rank.to_owned());
    // The library slices the text in pairs of bytes without looking.
    if !rank.is_ascii() || !rank.len().is_multiple_of(2) {
        return Err(broken());
    }
    FractionalIndex::from_string(rank).map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Any number of rows put anywhere: the order by rank is the order they were put in.
        #[test]
        fn a_rank_stands_where_it_was_put(places in prop::collection::vec(any::<prop::sample::Index>(), 1..200)) {
            let mut ranks: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(ranks.len() + 1);
                let before = at.checked_sub(1).map(|i| ranks[i].as_str());
                let rank = between(before, ranks.get(at).map(String::as_str)).expect("there is room");
                ranks.insert(at, rank);
            }
            prop_assert!(ranks.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()), "{ranks:?}");
        }

        /// The same where one place is chosen far more often than others: ranks get long there.
        #[test]
        fn a_rank_stands_where_it_was_put_next_to_one_spot(
            spot in 0_usize..3,
            steps in prop::collection::vec(0_usize..3, 150..600),
        ) {
            let mut ranks: Vec<String> = spread(2);
            for step in steps {
                let at = (spot + usize::from(step == 2)).min(ranks.len());
                let before = at.checked_sub(1).map(|i| ranks[i].as_str());
                let rank = between(before, ranks.get(at).map(String::as_str)).expect("there is room");
                ranks.insert(at, rank);
            }
            prop_assert!(ranks.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()), "{ranks:?}");
        }

        #[test]
        fn spread_ranks_are_in_order_and_short(count in 0_usize..3000) {
            let ranks = spread(count);
            prop_assert_eq!(ranks.len(), count);
            prop_assert!(ranks.is_sorted_by(|a, b| a < b));
            prop_assert!(ranks.iter().all(|rank| rank.len() <= 64));
        }

        #[test]
        fn what_is_no_rank_is_refused(text in "\\PC{0,12}") {
            // Whatever it says, it does not panic.
            drop(between(Some(&text), None));
        }
    }

    #[test]
    fn there_is_room_between_two_ranks_that_begin_with_zeros() {
        let (lower, upper) = ("004080", "00006080");
        assert!(between(Some(lower), Some(upper)).is_err());
        let rank = between(Some(upper), Some(lower)).expect("room");
        assert!(upper < rank.as_str() && rank.as_str() < lower, "{rank}");
    }

    #[test]
    fn two_ranks_in_the_wrong_order_have_nothing_between() {
        let ranks = spread(2);
        assert!(between(Some(&ranks[1]), Some(&ranks[0])).is_err());
        assert!(between(Some(&ranks[0]), Some(&ranks[0])).is_err());
    }

    #[test]
    fn a_thousand_moves_to_one_spot_stay_under_the_limit() {
        let lower = "80".to_owned();
        let mut upper = between(Some(&lower), None).expect("room");
        for step in 0..1000 {
            upper = between(Some(&lower), Some(&upper)).expect("room");
            assert!(upper.len() <= LONGEST, "{} characters after {step} moves", upper.len());
        }
    }
}
