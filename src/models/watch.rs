//! Who is told of what happens to a card, and of new cards on a board. It is a person's own choice, so it is no change of the
//! board.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::{board_watches, card_watches};

/// Lets people watch a card, as far as they do not already.
pub async fn watch_card(
    mut conn: &AsyncPgConnection,
    card_id: Uuid,
    users: &[Uuid],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let row = |user_id: &Uuid| {
        (
            card_watches::card_id.eq(card_id),
            card_watches::user_id.eq(*user_id),
            card_watches::created_at.eq(at),
        )
    };
    let rows: Vec<_> = users.iter().map(row).collect();
    diesel::insert_into(card_watches::table).values(rows).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(())
}

/// Lets one person watch many cards.
pub async fn watch_cards(
    mut conn: &AsyncPgConnection,
    card_ids: &[Uuid],
    user_id: Uuid,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let row = |card_id: &Uuid| {
        (
            card_watches::card_id.eq(*card_id),
            card_watches::user_id.eq(user_id),
            card_watches::created_at.eq(at),
        )
    };
    let rows: Vec<_> = card_ids.iter().map(row).collect();
    diesel::insert_into(card_watches::table).values(rows).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(())
}

/// Lets those who watch a card watch another one too.
pub async fn watch_as(
    mut conn: &AsyncPgConnection,
    card_id: Uuid,
    of: Uuid,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let watchers = card_watches::table.filter(card_watches::card_id.eq(of));
    let users: Vec<Uuid> = watchers.select(card_watches::user_id).load(&mut conn).await?;
    watch_card(conn, card_id, &users, at).await
}

pub async fn unwatch_card(conn: &mut AsyncPgConnection, card_id: Uuid, user_id: Uuid) -> QueryResult<()> {
    diesel::delete(card_watches::table.find((card_id, user_id))).execute(conn).await?;
    Ok(())
}

pub async fn watches_card(mut conn: &AsyncPgConnection, card_id: Uuid, user_id: Uuid) -> QueryResult<bool> {
    diesel::select(exists(card_watches::table.find((card_id, user_id)))).get_result(&mut conn).await
}

/// Whether anybody but its author would be told of a change of the card.
pub(super) async fn others_watch_card(
    mut conn: &AsyncPgConnection,
    card_id: Uuid,
    author: Option<Uuid>,
) -> QueryResult<bool> {
    let others = card_watches::user_id.ne(author.unwrap_or_default());
    let watches = card_watches::table.filter(card_watches::card_id.eq(card_id).and(others));
    diesel::select(exists(watches)).get_result(&mut conn).await
}

/// The same of a new card on the board.
pub(super) async fn others_watch_board(
    mut conn: &AsyncPgConnection,
    board_id: Uuid,
    author: Option<Uuid>,
) -> QueryResult<bool> {
    let others = board_watches::user_id.ne(author.unwrap_or_default());
    let watches = board_watches::table.filter(board_watches::board_id.eq(board_id).and(others));
    diesel::select(exists(watches)).get_result(&mut conn).await
}

pub async fn watch_board(
    conn: &mut AsyncPgConnection,
    board_id: Uuid,
    user_id: Uuid,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let row = (
        board_watches::board_id.eq(board_id),
        board_watches::user_id.eq(user_id),
        board_watches::created_at.eq(at),
    );
    diesel::insert_into(board_watches::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

pub async fn unwatch_board(conn: &mut AsyncPgConnection, board_id: Uuid, user_id: Uuid) -> QueryResult<()> {
    diesel::delete(board_watches::table.find((board_id, user_id))).execute(conn).await?;
    Ok(())
}

pub async fn watches_board(mut conn: &AsyncPgConnection, board_id: Uuid, user_id: Uuid) -> QueryResult<bool> {
    diesel::select(exists(board_watches::table.find((board_id, user_id)))).get_result(&mut conn).await
}
