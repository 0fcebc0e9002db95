//! The words of cards, kept for search: written by each change that changes them, and by the worker where a change leaves it to
//! it, or knew nothing of search.
//!
//! A board whose `search_revision` is behind its `revision` has entries that are not as its cards are. Both are raised by each
//! change; one of an older version raises the revision alone.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::models::event::Happened;
use crate::queue::NewJob;
use crate::schema::{boards, cards};
use crate::tasks::IndexBoards;

/// Cards in one statement, and for so long a board is held.
const CARDS: i64 = 200;

diesel::define_sql_function! {
    /// Writes the entries of these cards; gives how many. For who holds their boards' rows.
    fn index_cards(changed: Array<SqlUuid>) -> BigInt;
}

/// What a change has given other words.
#[derive(Debug, Default)]
pub(in crate::models) struct Reworded {
    cards: BTreeSet<Uuid>,
    /// Whether any card of the board may have others.
    board: bool,
}

impl Reworded {
    /// Adds what an event is about, if it is about words.
    pub fn add(&mut self, happened: &Happened) {
        use Happened as H;
        match happened {
            H::CardCreated { card_id, .. }
            | H::CardRenamed { card_id, .. }
            | H::CardEdited { card_id, .. }
            | H::CardUndeleted { card_id, .. }
            | H::CardCopied { card_id, .. }
            | H::CardArrived { card_id, .. }
            | H::CardRecurred { card_id, .. }
            | H::CardFieldSet { card_id, .. }
            | H::FileAttached { card_id, .. }
            | H::FileRenamed { card_id, .. }
            | H::FileDeleted { card_id, .. }
            | H::FileUndeleted { card_id, .. }
            | H::CommentCreated { card_id, .. }
            | H::CommentEdited { card_id, .. }
            | H::CommentDeleted { card_id, .. }
            | H::CommentRestored { card_id, .. }
            | H::ChecklistCreated { card_id, .. }
            | H::ChecklistRenamed { card_id, .. }
            | H::ChecklistDeleted { card_id, .. }
            | H::ChecklistRestored { card_id, .. }
            | H::ItemsAdded { card_id, .. }
            | H::ItemChanged { card_id, .. }
            | H::ItemDeleted { card_id, .. }
            | H::ItemRestored { card_id, .. } => {
                self.cards.insert(*card_id);
            }
            H::ItemConverted { card_id, new_card_id, .. } => self.cards.extend([*card_id, *new_card_id]),
            // What a field says, and what can be chosen for it, may stand on every card of the board.
            H::FieldChanged { .. }
            | H::FieldDeleted { .. }
            | H::FieldRestored { .. }
            | H::BoardCopied { .. } => self.board = true,
            _ => {}
        }
    }

    /// Writes the entries, in the change's transaction; those of the whole board are left to the worker.
    pub async fn index(self, conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<()> {
        if self.board {
            diesel::update(boards::table.find(board_id))
                .set(boards::search_revision.eq(boards::search_revision - 1))
                .execute(conn)
                .await?;
            NewJob::new(&IndexBoards {})?.unique("").enqueue(conn).await?;
        }
        let ids: Vec<Uuid> = self.cards.into_iter().collect();
        if !ids.is_empty() {
            diesel::select(index_cards(ids)).get_result::<i64>(conn).await?;
        }
        Ok(())
    }
}

/// The boards whose entries are not as their cards are.
pub async fn boards_behind(mut conn: &AsyncPgConnection) -> QueryResult<Vec<Uuid>> {
    let behind = boards::table.filter(boards::search_revision.ne(boards::revision));
    behind.order(boards::id).select(boards::id).load(&mut conn).await
}

pub async fn all_boards(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Uuid>> {
    boards::table.order(boards::id).select(boards::id).load(conn).await
}

/// Writes the entries of all cards of a board anew, in batches, between which its people go on changing it. Returns how many.
pub async fn index_board(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<i64> {
    // Changes that write entries leave it as it is. It grows by what an older version changes meanwhile, and then the board stays
    // behind by just that.
    let lag: Option<i64> = boards::table
        .find(board_id)
        .select(boards::revision - boards::search_revision)
        .first(conn)
        .await
        .optional()?;
    let Some(lag) = lag else { return Ok(0) };
    let (mut after, mut indexed) = (Some(Uuid::nil()), 0);
    while let Some(last) = after {
        let (next, count) =
            conn.transaction(async |conn| index_batch(conn, board_id, last, lag).await).await?;
        after = next;
        indexed += count;
    }
    Ok(indexed)
}

/// Writes the entries of the cards that come after one, and says which was the last; none where it was the board's last.
async fn index_batch(
    conn: &mut AsyncPgConnection,
    board_id: Uuid,
    after: Uuid,
    lag: i64,
) -> QueryResult<(Option<Uuid>, i64)> {
    // As a change does: none can come in between reading and writing.
    let held: Option<Uuid> =
        boards::table.find(board_id).select(boards::id).for_no_key_update().first(conn).await.optional()?;
    if held.is_none() {
        return Ok((None, 0));
    }
    let ids: Vec<Uuid> = cards::table
        .filter(cards::board_id.eq(board_id).and(cards::id.gt(after)))
        .order(cards::id)
        .limit(CARDS)
        .select(cards::id)
        .load(conn)
        .await?;
    let last = ids.last().copied().filter(|_| i64::try_from(ids.len()) == Ok(CARDS));
    let count = diesel::select(index_cards(ids)).get_result(conn).await?;
    if last.is_none() {
        diesel::update(boards::table.find(board_id))
            .set(boards::search_revision.eq(boards::search_revision + lag))
            .execute(conn)
            .await?;
    }
    Ok((last, count))
}
