//! Fractional ranks: the order of columns, cards and what else people put in order. Between any two there is room for a third, so a move
//! writes the moved row alone.
//!
//! A rank is a number between 0 and 1, its digits after the point in base 62, compared byte by byte (`COLLATE "C"`). Ranks
//! of versions before 0.2 are hexadecimal; they are such numbers too, in the same order.

use diesel::QueryResult;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

/// Ranks longer than this many characters are spread anew. Dragging cards to one spot over and over adds a character
/// after some six moves. The index that keeps ranks unique takes 2,700 bytes.
pub const LONGEST: usize = 256;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: usize = DIGITS.len();

/// The row that rank goes to is not between the rows it was said to be between.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a rank, or not before the next one")]
pub struct BrokenOrder(String);

impl From<BrokenOrder> for diesel::result::Error {
    fn from(error: BrokenOrder) -> Self {
        Self::QueryBuilderError(error.into())
    }
}

/// A rank after `before` and before `after`; `None` stands for either end.
///
/// # Errors
/// Text that is not a rank, or two ranks that are not in order.
pub fn between(before: Option<&str>, after: Option<&str>) -> Result<String, BrokenOrder> {
    let rank = match (before.map(parse).transpose()?, after.map(parse).transpose()?) {
        (None, None) => Some(vec![BASE / 2]),
        (Some(before), None) => Some(next(&before)),
        (None, Some(after)) => Some(previous(&after)),
        (Some(before), Some(after)) => middle(&before, &after),
    };
    rank.map(|digits| format(&digits)).ok_or_else(|| BrokenOrder(before.unwrap_or_default().to_owned()))
}

/// The next rank at the end. After each digit that is the highest one more is counted up, so a million rows in a row take
/// seven characters.
fn next(before: &[usize]) -> Vec<usize> {
    let run = before.iter().take_while(|digit| **digit == BASE - 1).count();
    let mut rank: Vec<usize> = before.iter().copied().chain(std::iter::repeat(0)).take(2 * run + 1).collect();
    // The first digit behind the run is not the highest, so this ends before the run.
    let last = rank.iter().rposition(|digit| *digit < BASE - 1).unwrap_or(run);
    rank[last] += 1;
    rank.truncate(last + 1);
    rank
}

/// The next rank at the top: the same downwards.
fn previous(after: &[usize]) -> Vec<usize> {
    let run = after.iter().take_while(|digit| **digit == 0).count();
    let mut rank: Vec<usize> = after.iter().copied().chain(std::iter::repeat(0)).take(2 * run + 1).collect();
    // The first digit behind the run is not 0.
    let last = rank.iter().rposition(|digit| *digit > 0).unwrap_or(run);
    rank[last] -= 1;
    rank[last + 1..].fill(BASE - 1);
    if rank.iter().all(|digit| *digit == 0) {
        rank.resize(2 * run + 3, BASE - 1);
    }
    rank
}

/// The shortest rank about half way; none where the two are not in order.
fn middle(before: &[usize], after: &[usize]) -> Option<Vec<usize>> {
    let before_at = |place: usize| before.get(place).copied().unwrap_or(0);
    let differ = (0..after.len()).find(|place| before_at(*place) != after[*place])?;
    let (low, high) = (before_at(differ), after[differ]);
    if low > high {
        return None;
    }
    let mut rank = after[..differ].to_vec();
    if high - low > 1 {
        rank.push(usize::midpoint(low, high));
    } else if after[differ + 1..].iter().any(|digit| *digit > 0) {
        rank.push(high);
    } else {
        // Nothing fits behind `high` and before `after`, so it goes behind `low`, half way to the end.
        rank.push(low);
        let mut place = differ + 1;
        while before_at(place) == BASE - 1 {
            rank.push(BASE - 1);
            place += 1;
        }
        rank.push((before_at(place) + BASE).div_ceil(2));
    }
    Some(rank)
}

/// `count` ranks in order, evenly spread: as short as ranks for so many can be.
pub fn spread(count: usize) -> Vec<String> {
    let mut width = 1;
    while BASE.pow(width) <= count {
        width += 1;
    }
    let rank = |index: usize| {
        let number = index * BASE.pow(width) / (count + 1);
        let digits: Vec<usize> = (0..width).rev().map(|place| number / BASE.pow(place) % BASE).collect();
        format(&digits)
    };
    (1..=count).map(rank).collect()
}

/// Gives the rows of `ids`, all of their siblings in order, ranks that are short again.
pub async fn respread(conn: &mut AsyncPgConnection, table: RankedTable, ids: &[Uuid]) -> QueryResult<()> {
    let table = match table {
        RankedTable::Columns => "columns",
        RankedTable::Cards => "cards",
        RankedTable::Labels => "labels",
        RankedTable::Checklists => "checklists",
        RankedTable::ChecklistItems => "checklist_items",
        RankedTable::Fields => "fields",
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
    Labels,
    Checklists,
    ChecklistItems,
    Fields,
}

fn parse(rank: &str) -> Result<Vec<usize>, BrokenOrder> {
    let digit = |byte| DIGITS.iter().position(|digit| *digit == byte);
    let digits: Option<Vec<usize>> = rank.bytes().map(digit).collect();
    digits.filter(|digits| digits.iter().any(|digit| *digit > 0)).ok_or_else(|| BrokenOrder(rank.to_owned()))
}

/// Without the zeros at the end: nothing would fit between a rank and the same with a zero behind it.
fn format(digits: &[usize]) -> String {
    let last = digits.iter().rposition(|digit| *digit > 0).unwrap_or(0);
    digits[..=last].iter().map(|digit| char::from(DIGITS[*digit])).collect()
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

        /// Rows that were ranked by versions before, and are moved among by this one.
        #[test]
        fn hexadecimal_ranks_are_in_the_same_order(
            mut ranks in prop::collection::btree_set("([0-9a-f]{2}){0,4}80", 1..40),
            places in prop::collection::vec(any::<prop::sample::Index>(), 1..200),
        ) {
            let mut ranks: Vec<String> = std::mem::take(&mut ranks).into_iter().collect();
            for place in places {
                let at = place.index(ranks.len() + 1);
                let before = at.checked_sub(1).map(|i| ranks[i].as_str());
                let rank = between(before, ranks.get(at).map(String::as_str)).expect("there is room");
                prop_assert!(!rank.ends_with('0'), "{rank}");
                ranks.insert(at, rank);
            }
            prop_assert!(ranks.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()), "{ranks:?}");
        }

        #[test]
        fn spread_ranks_are_in_order_and_short(count in 0_usize..3000) {
            let ranks = spread(count);
            prop_assert_eq!(ranks.len(), count);
            prop_assert!(ranks.is_sorted_by(|a, b| a < b));
            prop_assert!(ranks.iter().all(|rank| rank.len() <= 2));
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
    fn rows_added_at_either_end_have_short_ranks() {
        let (mut first, mut last) = (between(None, None).expect("room"), between(None, None).expect("room"));
        for _ in 0..100_000 {
            let (above, below) = (between(None, Some(&first)), between(Some(&last), None));
            let (above, below) = (above.expect("room"), below.expect("room"));
            assert!(above < first && last < below, "{above} {first} {last} {below}");
            (first, last) = (above, below);
        }
        assert!(first.len() <= 7 && last.len() <= 7, "{first} {last}");
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
