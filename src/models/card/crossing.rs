//! Moving a card to another board.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Card;
use super::landing::Landing;
use super::moving::{MoveError, MoveTo};
use crate::config;
use crate::models::change::{Change, ChangeResult};
use crate::models::event::{Happened, ItemPerson};
use crate::models::quota;
use crate::schema::{boards, card_labels, cards, columns_ as columns, old_card_numbers};

/// The tables that repeat the board of a card for what is on it. Labels and fields are not among them: another board has others.
///
/// Public for the test that finds a table which is missing here.
pub const ON_CARDS: [&str; 6] =
    ["assignees", "checklist_items", "checklists", "comments", "files", "notifications"];

/// The card as it leaves.
#[derive(Queryable)]
struct Leaving {
    title: String,
    rank: String,
    number: Option<i32>,
    column_id: Uuid,
    /// The column's title.
    column: String,
}

impl Card {
    /// Takes the card from `Change::beside` to the change's board with everything on it; it keeps its id and gets a number
    /// there. Labels are found by name and color, and made where there is none; whoever cannot work on that board's cards is taken
    /// off it, and who cannot see the board watches it no more.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_across(
        &self,
        change: &mut Change<'_>,
        place: MoveTo,
        limits: &config::Files,
    ) -> Result<(), MoveError> {
        let (from_board_id, to_board_id) = (change.beside()?.id, change.board().id);
        let before = self.leaving(change, from_board_id).await?;
        let landing = Landing::find(change, place).await?;
        Self::must_be_room(change).await?;
        quota::take_for_copies(change, &[self.id], limits).await?.map_err(|_| MoveError::NoRoom)?;
        let labels = self.labels_there(change, from_board_id).await?;
        let number = next_number(change).await?;
        diesel::update(cards::table.find(self.id))
            .set((
                cards::board_id.eq(to_board_id),
                cards::column_id.eq(place.column_id),
                cards::rank.eq(&landing.rank),
                cards::number.eq(number),
            ))
            .execute(&mut change.conn())
            .await?;
        if let Some(number) = before.number {
            diesel::insert_into(old_card_numbers::table)
                .values((
                    old_card_numbers::board_id.eq(from_board_id),
                    old_card_numbers::number.eq(number),
                    old_card_numbers::card_id.eq(self.id),
                ))
                .execute(&mut change.conn())
                .await?;
        }
        let assignees = self.leave_assignees(change).await?;
        let items = self.leave_people_of_items(change).await?;
        self.leave_watchers(change).await?;
        for table in ON_CARDS {
            diesel::sql_query(format!("UPDATE {table} SET board_id = $1 WHERE card_id = $2"))
                .bind::<SqlUuid, _>(to_board_id)
                .bind::<SqlUuid, _>(self.id)
                .execute(&mut change.conn())
                .await?;
        }
        let on_card = card_labels::table.filter(card_labels::card_id.eq(self.id));
        diesel::delete(on_card).execute(&mut change.conn()).await?;
        let mut label_ids = labels.ids;
        label_ids.sort_unstable();
        label_ids.dedup();
        let row = |id: &Uuid| {
            let (card_id, board_id) =
                (card_labels::card_id.eq(self.id), card_labels::board_id.eq(to_board_id));
            (card_id, card_labels::label_id.eq(*id), board_id)
        };
        let rows: Vec<_> = label_ids.iter().map(row).collect();
        diesel::insert_into(card_labels::table).values(rows).execute(&mut change.conn()).await?;
        self.refill_fields(change).await?;
        landing.shorten(change, place).await?;
        let left = Happened::CardLeft {
            left_card_id: self.id,
            title: before.title.clone(),
            column_id: before.column_id,
            column: before.column,
            to_board_id,
        };
        change.record_beside(left).await?;
        let arrived = Happened::CardArrived {
            card_id: self.id,
            title: before.title,
            column_id: place.column_id,
            column: landing.column,
            rank: landing.rank,
            number,
            from_board_id,
            from_column_id: before.column_id,
            from_rank: before.rank,
            from_number: before.number,
            from_label_ids: labels.of,
            label_ids,
            lost_assignees: assignees,
            lost_people: items,
        };
        Ok(change.record(arrived).await?)
    }

    async fn leaving(&self, change: &Change<'_>, board_id: Uuid) -> Result<Leaving, MoveError> {
        cards::table
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .filter(cards::id.eq(self.id).and(cards::board_id.eq(board_id)))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .select((cards::title, cards::rank, cards::number, cards::column_id, columns::title))
            .first(&mut change.conn())
            .await
            .optional()?
            .ok_or(MoveError::CardArchived)
    }

    /// Takes it off those who cannot work on the board's cards; who they were.
    async fn leave_assignees(&self, change: &Change<'_>) -> ChangeResult<Vec<Uuid>> {
        let left: Vec<OneId> = diesel::sql_query(
            "DELETE FROM assignees WHERE card_id = $1 AND NOT EXISTS (
                 SELECT FROM members
                 WHERE members.board_id = $2 AND members.user_id = assignees.user_id AND members.role <> 'viewer'
             ) RETURNING user_id AS id",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(change.board().id)
        .load(&mut change.conn())
        .await?;
        Ok(left.into_iter().map(|row| row.id).collect())
    }

    /// The same for the items of its checklists.
    async fn leave_people_of_items(&self, change: &Change<'_>) -> ChangeResult<Vec<ItemPerson>> {
        let left: Vec<LeftItem> = diesel::sql_query(
            "WITH left_items AS (
                 SELECT id, user_id FROM checklist_items AS items
                 WHERE card_id = $1 AND user_id IS NOT NULL AND NOT EXISTS (
                     SELECT FROM members
                     WHERE members.board_id = $2 AND members.user_id = items.user_id AND members.role <> 'viewer'
                 )
             )
             UPDATE checklist_items SET user_id = NULL FROM left_items WHERE left_items.id = checklist_items.id
             RETURNING left_items.id, left_items.user_id",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(change.board().id)
        .load(&mut change.conn())
        .await?;
        Ok(left.into_iter().map(|row| ItemPerson { item_id: row.id, user_id: row.user_id }).collect())
    }

    /// What it has filled in stays in the fields of the same name and kind, and is gone where there is none.
    async fn refill_fields(&self, change: &Change<'_>) -> ChangeResult<()> {
        diesel::sql_query(
            "WITH filled AS (DELETE FROM card_fields WHERE card_id = $1 RETURNING field_id, value, choice_id)
             INSERT INTO card_fields (card_id, field_id, board_id, value, choice_id)
             SELECT $1, there.id, $2, filled.value, chosen.id
             FROM filled
             JOIN fields AS here ON here.id = filled.field_id AND here.deleted_at IS NULL
             JOIN fields AS there ON there.board_id = $2 AND there.deleted_at IS NULL
                 AND there.kind = here.kind AND there.name = here.name
             LEFT JOIN field_choices AS choice ON choice.id = filled.choice_id AND choice.deleted_at IS NULL
             LEFT JOIN field_choices AS chosen ON chosen.field_id = there.id AND chosen.deleted_at IS NULL
                 AND chosen.name = choice.name
             WHERE filled.choice_id IS NULL OR chosen.id IS NOT NULL
             ON CONFLICT DO NOTHING",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(change.board().id)
        .execute(&mut change.conn())
        .await?;
        Ok(())
    }

    async fn leave_watchers(&self, change: &Change<'_>) -> ChangeResult<()> {
        diesel::sql_query(
            "DELETE FROM card_watches WHERE card_id = $1 AND member_role($2, card_watches.user_id) IS NULL",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(change.board().id)
        .execute(&mut change.conn())
        .await?;
        Ok(())
    }
}

#[derive(QueryableByName)]
struct OneId {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct LeftItem {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
}

/// The board's next number, which is taken by that: what gives new cards theirs sees only cards that are made.
async fn next_number(change: &Change<'_>) -> QueryResult<i32> {
    let highest = cards::table
        .filter(cards::board_id.eq(change.board().id))
        .select(diesel::dsl::max(cards::number))
        .first::<Option<i32>>(&mut change.conn())
        .await?;
    let last: i32 = boards::table
        .find(change.board().id)
        .select(boards::last_card_number)
        .first(&mut change.conn())
        .await?;
    let number = last.max(highest.unwrap_or_default()) + 1;
    diesel::update(boards::table.find(change.board().id))
        .set(boards::last_card_number.eq(number))
        .execute(&mut change.conn())
        .await?;
    Ok(number)
}
