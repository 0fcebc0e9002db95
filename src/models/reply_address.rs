//! Addresses to which a person replies from a mail of one card.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::reply_addresses;

/// Whom and what an address stands for.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = reply_addresses, check_for_backend(diesel::pg::Pg))]
pub struct ReplyAddress {
    pub id: Uuid,
    pub user_id: Uuid,
    pub card_id: Uuid,
}

impl ReplyAddress {
    /// The one of a person and a card, always the same.
    pub async fn of(conn: &mut AsyncPgConnection, user_id: Uuid, card_id: Uuid) -> QueryResult<Self> {
        diesel::insert_into(reply_addresses::table)
            .values((
                reply_addresses::id.eq(Uuid::now_v7()),
                reply_addresses::user_id.eq(user_id),
                reply_addresses::card_id.eq(card_id),
            ))
            // Updated, so that the row comes back.
            .on_conflict((reply_addresses::user_id, reply_addresses::card_id))
            .do_update()
            .set(reply_addresses::user_id.eq(user_id))
            .returning(Self::as_returning())
            .get_result(conn)
            .await
    }

    pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Self>> {
        reply_addresses::table.find(id).select(Self::as_select()).first(conn).await.optional()
    }
}
