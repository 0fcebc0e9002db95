//! Which of a board's cards a filter finds.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Filter;
use crate::schema::cards;
use crate::time_zone::LocalTime;

#[derive(Clone, Debug, Default)]
pub struct Matches {
    /// The cards that are found.
    pub ids: HashSet<Uuid>,
    /// Each column that has a card at all.
    pub columns: HashMap<Uuid, ColumnMatches>,
}

/// Of the cards of one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnMatches {
    pub total: usize,
    /// How many of them are found.
    pub found: usize,
    /// The card before the first one that is found, which is not shown: what comes before that first one follows it.
    pub before_first: Option<Uuid>,
}

impl Matches {
    /// Weighs the cards that are on a board, or in some of its columns. One query, however many.
    pub async fn find(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        column_ids: Option<&[Uuid]>,
        filter: &Filter,
        time: LocalTime,
    ) -> QueryResult<Self> {
        let condition = filter.condition(board_id, time);
        let mut query = Filter::default().cards(board_id, time).order((cards::column_id, cards::rank));
        if let Some(ids) = column_ids {
            query = query.filter(cards::column_id.eq_any(ids));
        }
        let rows: Vec<(Uuid, Uuid, Option<bool>)> = if let Some(condition) = condition {
            query.select((cards::id, cards::column_id, condition)).load(&mut conn).await?
        } else {
            let all = cards::id.is_not_null().nullable();
            query.select((cards::id, cards::column_id, all)).load(&mut conn).await?
        };
        Ok(Self::of(rows.into_iter().map(|(id, column, found)| (id, column, found == Some(true)))))
    }

    /// `rows` are cards with their columns and whether they are found, by column, in order.
    fn of(rows: impl Iterator<Item = (Uuid, Uuid, bool)>) -> Self {
        let mut matches = Self::default();
        for (id, column_id, is_found) in rows {
            let column = matches.columns.entry(column_id).or_default();
            column.total += 1;
            if is_found {
                column.found += 1;
                matches.ids.insert(id);
            } else if column.found == 0 {
                column.before_first = Some(id);
            }
        }
        for column in matches.columns.values_mut().filter(|column| column.found == 0) {
            // With nothing shown, the top is the top.
            column.before_first = None;
        }
        matches
    }

    /// How many cards there are.
    pub fn total(&self) -> usize {
        self.columns.values().map(|column| column.total).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_knows_what_stands_before_the_first_card_that_is_shown() {
        let id = Uuid::from_u128;
        let rows =
            [(1, 10, false), (2, 10, false), (3, 10, true), (4, 10, false), (5, 11, true), (6, 12, false)];
        let matches = Matches::of(rows.into_iter().map(|(card, column, is)| (id(card), id(column), is)));
        let column = |total, found, before: Option<u128>| {
            Some(ColumnMatches { total, found, before_first: before.map(id) })
        };
        assert_eq!(matches.columns.get(&id(10)).copied(), column(4, 1, Some(2)));
        assert_eq!(matches.columns.get(&id(11)).copied(), column(1, 1, None));
        assert_eq!(matches.columns.get(&id(12)).copied(), column(1, 0, None));
        assert_eq!((matches.ids.len(), matches.total()), (2, 6));
    }
}
