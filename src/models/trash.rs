//! What was deleted from a board, and can be brought back for 30 days.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::role::Role;
use crate::schema::{boards, cards, checklist_items, checklists, fields, files, labels, members};

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

#[diesel::dsl::auto_type(no_type_alias)]
fn live_cards() -> _ {
    cards::table.filter(cards::deleted_at.is_null()).select(cards::id)
}

/// `erase_deleted` for things whose rows stay for a while after they were deleted.
macro_rules! erasable {
    ($name:ident in $table:ident) => {
        impl $name {
            /// Erases up to `limit` of those that were deleted before `before`, with everything that hangs on them; returns how
            /// many. One that is brought back meanwhile stays.
            pub async fn erase_deleted(
                conn: &mut diesel_async::AsyncPgConnection,
                before: chrono::DateTime<chrono::Utc>,
                limit: i64,
            ) -> QueryResult<usize> {
                let deleted = $table::table.filter($table::deleted_at.lt(before));
                let ids: Vec<uuid::Uuid> = deleted.select($table::id).limit(limit).load(conn).await?;
                diesel::delete(deleted.filter($table::id.eq_any(ids))).execute(conn).await
            }
        }
    };
}
pub(super) use erasable;

/// `set_deleted` for things that a change deletes and brings back whole.
macro_rules! undeletable {
    ($name:ident in $table:ident) => {
        impl $name {
            /// Deletes it, or brings it back, and gives it as it is; none where it is so already.
            async fn set_deleted(
                &self,
                change: &crate::models::change::Change<'_>,
                since: Option<chrono::DateTime<chrono::Utc>>,
            ) -> QueryResult<Option<Self>> {
                diesel::update($table::table.find(self.id))
                    .filter($table::deleted_at.is_null().eq(since.is_some()))
                    .set($table::deleted_at.eq(since))
                    .returning(Self::as_returning())
                    .get_result(&mut change.conn())
                    .await
                    .optional()
            }
        }
    };
}
pub(super) use undeletable;

/// A board, deleted or not.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = boards, check_for_backend(diesel::pg::Pg))]
pub struct DeletedBoard {
    pub id: Uuid,
    pub title: String,
    pub deleted_at: Option<DateTime<Utc>>,
}

impl DeletedBoard {
    /// Those that a person owned and can bring back, the last deleted first.
    pub async fn of_owner(
        mut conn: &AsyncPgConnection,
        user_id: Uuid,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<Self>> {
        boards::table
            .inner_join(members::table)
            .filter(members::user_id.eq(user_id).and(members::role.eq(Role::Owner)))
            .filter(boards::deleted_at.gt(now - KEPT))
            .order((boards::deleted_at.desc(), boards::id.desc()))
            .limit(OF_KIND_MOST)
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }
}

deleted! {
    /// A card, deleted or not.
    DeletedCard in cards by title where cards::deleted_at.is_not_null();
    /// A file on a card that is not deleted.
    DeletedFile in files by name where files::card_id.eq_any(live_cards());
    /// A label.
    DeletedLabel in labels by name where labels::deleted_at.is_not_null();
    /// A field.
    DeletedField in fields by name where fields::deleted_at.is_not_null();
    /// A checklist on a card that is not deleted.
    DeletedChecklist in checklists by title where checklists::card_id.eq_any(live_cards());
    /// An item of a checklist that is not deleted either.
    DeletedItem in checklist_items by text where checklist_items::checklist_id.eq_any(
        checklists::table
            .filter(checklists::deleted_at.is_null().and(checklists::card_id.eq_any(live_cards())))
            .select(checklists::id),
    );
}
