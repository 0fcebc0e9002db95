//! What was deleted from a board, and can be brought back for 30 days.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::{cards, checklist_items, checklists, files, labels};

/// How long what was deleted can be brought back; then the nightly clean-up erases it.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// Things of a kind that the trash shows, the last deleted ones; its page says so.
const OF_KIND_MOST: i64 = 100;

/// How each kind is listed: its table, the column that names it, and what must still be there for it to be brought back.
macro_rules! deleted {
    ($($(#[$meta:meta])* $name:ident in $table:ident by $title:ident where $there:expr;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Queryable, Selectable)]
        #[diesel(table_name = $table, check_for_backend(diesel::pg::Pg))]
        pub struct $name {
            pub id: Uuid,
            pub board_id: Uuid,
            /// What it is called; a label may have no name.
            #[diesel(column_name = $title)]
            pub title: String,
            /// None where it is not, or not any more.
            pub deleted_at: Option<DateTime<Utc>>,
        }

        impl $name {
            /// Those of a board that can be brought back, the last deleted first.
            pub async fn of_board(
                mut conn: &AsyncPgConnection,
                board_id: Uuid,
                now: DateTime<Utc>,
            ) -> QueryResult<Vec<Self>> {
                $table::table
                    .filter($table::board_id.eq(board_id).and($table::deleted_at.gt(now - KEPT)))
                    .filter($there)
                    .order(($table::deleted_at.desc(), $table::id.desc()))
                    .limit(OF_KIND_MOST)
                    .select(Self::as_select())
                    .load(&mut conn)
                    .await
            }
        }
    )* };
}

fn live_cards()
-> diesel::dsl::Select<diesel::dsl::Filter<cards::table, diesel::dsl::IsNull<cards::deleted_at>>, cards::id> {
    cards::table.filter(cards::deleted_at.is_null()).select(cards::id)
}

deleted! {
    /// A card, deleted or not.
    DeletedCard in cards by title where cards::deleted_at.is_not_null();
    /// A file on a card that is not deleted.
    DeletedFile in files by name where files::card_id.eq_any(live_cards());
    /// A label.
    DeletedLabel in labels by name where labels::deleted_at.is_not_null();
    /// A checklist on a card that is not deleted.
    DeletedChecklist in checklists by title where checklists::card_id.eq_any(live_cards());
    /// An item of a checklist that is not deleted either.
    DeletedItem in checklist_items by text where checklist_items::checklist_id.eq_any(
        checklists::table
            .filter(checklists::deleted_at.is_null().and(checklists::card_id.eq_any(live_cards())))
            .select(checklists::id),
    );
}
