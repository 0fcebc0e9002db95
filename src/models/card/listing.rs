//! Cards as a program reads them: whole, with the ids of their labels and of those they are for.

use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Card, CardDetail};
use crate::schema::{assignees, card_labels, cards, labels, users};

#[derive(Clone, Debug)]
pub struct ListedCard {
    pub detail: CardDetail,
    /// In no order.
    pub labels: Vec<Uuid>,
    /// The first assigned first.
    pub assignees: Vec<Uuid>,
}

/// Which of a board's cards, deleted ones left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listing {
    pub column_id: Option<Uuid>,
    /// Only archived ones, or only others; none for both.
    pub archived: Option<bool>,
    /// The cards after this one.
    pub after: Option<Uuid>,
    pub limit: i64,
}

impl Card {
    /// Cards of a board in the order in which they were made. Three queries, sent together where they can be.
    pub async fn list(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        listing: Listing,
    ) -> QueryResult<Vec<ListedCard>> {
        let mut query = cards::table
            .left_join(users::table.on(users::id.nullable().eq(cards::created_by)))
            .filter(cards::board_id.eq(board_id).and(cards::deleted_at.is_null()))
            .order(cards::id)
            .limit(listing.limit)
            .select(CardDetail::as_select())
            .into_boxed::<Pg>();
        if let Some(column_id) = listing.column_id {
            query = query.filter(cards::column_id.eq(column_id));
        }
        if let Some(after) = listing.after {
            query = query.filter(cards::id.gt(after));
        }
        query = match listing.archived {
            Some(true) => query.filter(cards::archived_at.is_not_null()),
            Some(false) => query.filter(cards::archived_at.is_null()),
            None => query,
        };
        Self::with_ids(conn, query.load(&mut conn).await?).await
    }

    /// One card.
    pub async fn listed(conn: &AsyncPgConnection, id: Uuid) -> QueryResult<ListedCard> {
        let detail = Self::detail(conn, id).await?;
        let listed = Self::with_ids(conn, vec![detail]).await?.pop();
        listed.ok_or(diesel::result::Error::NotFound)
    }

    async fn with_ids(
        mut conn: &AsyncPgConnection,
        details: Vec<CardDetail>,
    ) -> QueryResult<Vec<ListedCard>> {
        let ids: Vec<Uuid> = details.iter().map(|detail| detail.card.id).collect();
        let mut other = conn;
        let (labeled, assigned) = tokio::try_join!(
            card_labels::table
                .inner_join(labels::table)
                .filter(card_labels::card_id.eq_any(&ids).and(labels::deleted_at.is_null()))
                .select((card_labels::card_id, card_labels::label_id))
                .load::<(Uuid, Uuid)>(&mut conn),
            assignees::table
                .filter(assignees::card_id.eq_any(&ids))
                .order((assignees::created_at, assignees::user_id))
                .select((assignees::card_id, assignees::user_id))
                .load::<(Uuid, Uuid)>(&mut other),
        )?;
        let (mut labels, mut people) = (by_card(labeled), by_card(assigned));
        let listed = |detail: CardDetail| ListedCard {
            labels: labels.remove(&detail.card.id).unwrap_or_default(),
            assignees: people.remove(&detail.card.id).unwrap_or_default(),
            detail,
        };
        Ok(details.into_iter().map(listed).collect())
    }
}

fn by_card(pairs: Vec<(Uuid, Uuid)>) -> HashMap<Uuid, Vec<Uuid>> {
    let mut all: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (card_id, id) in pairs {
        all.entry(card_id).or_default().push(id);
    }
    all
}
