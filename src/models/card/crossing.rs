//! Moving a card to another board.

use diesel::prelude::*;
use diesel::sql_types::{Array, Jsonb, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Card;
use super::landing::Landing;
use super::moving::{MoveError, MoveTo};
use crate::config;
use crate::models::change::{Change, ChangeResult};
use crate::models::column::Column;
use crate::models::copying::LabelTwins;
use crate::models::event::{Happened, ItemPerson, LeftBehind, LostField};
use crate::models::label::Label;
use crate::models::quota;
use crate::schema::{boards, card_labels, cards, columns_ as columns, old_card_numbers};

/// The tables that repeat the board of a card for what is on it. Labels and fields are not among them: another board has others.
///
/// Public for the test that finds a table which is missing here.
pub const ON_CARDS: [&str; 7] =
    ["assignees", "checklist_items", "checklists", "comments", "files", "notifications", "search_entries"];

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

/// Where the card stands on the change's board.
#[derive(Clone, Copy)]
struct Place<'a> {
    column_id: Uuid,
    rank: &'a str,
    number: i32,
}

/// What the card had to leave.
struct Lost {
    assignees: Vec<Uuid>,
    people: Vec<ItemPerson>,
    behind: LeftBehind,
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
        let before = self.leaving(change).await?;
        let landing = Landing::find(change, place).await?;
        self.must_fit(change, limits).await?;
        let labels = self.labels_there(change, change.beside()?.id).await?;
        let number = next_number(change).await?;
        let to = Place { column_id: place.column_id, rank: &landing.rank, number };
        let lost = self.cross(change, &before, to, &labels).await?;
        landing.shorten(change, place).await?;
        self.tell_of_crossing(change, before, to, landing.column.clone(), labels, lost).await
    }

    /// Takes the card back to the board that it left, `arrived` being what was told when it did: to its place, under its number,
    /// with the labels, people, fields and watchers that it had to leave, as far as they are there.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub(in crate::models) async fn move_back(
        &self,
        change: &mut Change<'_>,
        arrived: &Happened,
        limits: &config::Files,
    ) -> Result<(), MoveError> {
        let Happened::CardArrived { from_column_id, from_rank, from_number, .. } = arrived else {
            return Err(MoveError::Unknown);
        };
        let before = self.leaving(change).await?;
        let column = Column::find(change, *from_column_id).await?;
        if column.board_id != change.board().id || column.archived_at.is_some() {
            return Err(MoveError::ColumnArchived);
        }
        self.must_fit(change, limits).await?;
        let (_, rank) = self.ranks_in(change, column.id, from_rank).await?;
        let labels = self.labels_before(change, arrived).await?;
        let number = match from_number {
            Some(number) if self.had_number(change, *number).await? => *number,
            _ => next_number(change).await?,
        };
        let to = Place { column_id: column.id, rank: &rank, number };
        let lost = self.cross(change, &before, to, &labels).await?;
        self.take_up(change, arrived).await?;
        self.tell_of_crossing(change, before, to, column.title.clone(), labels, lost).await
    }

    /// # Errors
    /// The change's board has no room for the card, or for its files.
    async fn must_fit(&self, change: &mut Change<'_>, limits: &config::Files) -> Result<(), MoveError> {
        Self::must_be_room(change).await?;
        quota::take_for_copies(change, &[self.id], limits).await?.map_err(|_| MoveError::NoRoom)
    }

    /// Puts the card and what is on it onto the change's board.
    async fn cross(
        &self,
        change: &mut Change<'_>,
        before: &Leaving,
        to: Place<'_>,
        labels: &LabelTwins,
    ) -> ChangeResult<Lost> {
        let (from_board_id, to_board_id) = (change.beside()?.id, change.board().id);
        let lost_labels = self.labels_without(change, labels).await?;
        diesel::update(cards::table.find(self.id))
            .set((
                cards::board_id.eq(to_board_id),
                cards::column_id.eq(to.column_id),
                cards::rank.eq(to.rank),
                cards::number.eq(to.number),
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
        let people = self.leave_people_of_items(change).await?;
        let watchers = self.leave_watchers(change).await?;
        for table in ON_CARDS {
            diesel::sql_query(format!("UPDATE {table} SET board_id = $1 WHERE card_id = $2"))
                .bind::<SqlUuid, _>(to_board_id)
                .bind::<SqlUuid, _>(self.id)
                .execute(&mut change.conn())
                .await?;
        }
        let on_card = card_labels::table.filter(card_labels::card_id.eq(self.id));
        diesel::delete(on_card).execute(&mut change.conn()).await?;
        let row = |id: &Uuid| {
            let (card_id, board_id) =
                (card_labels::card_id.eq(self.id), card_labels::board_id.eq(to_board_id));
            (card_id, card_labels::label_id.eq(*id), board_id)
        };
        let rows: Vec<_> = labels.ids.iter().map(row).collect();
        diesel::insert_into(card_labels::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(&mut change.conn())
            .await?;
        let fields = self.refill_fields(change).await?;
        let behind = LeftBehind { twins: Vec::new(), labels: lost_labels, fields, watchers };
        Ok(Lost { assignees, people, behind })
    }

    async fn tell_of_crossing(
        &self,
        change: &Change<'_>,
        before: Leaving,
        to: Place<'_>,
        column: String,
        labels: LabelTwins,
        lost: Lost,
    ) -> Result<(), MoveError> {
        let (from_board_id, crossing) = (change.beside()?.id, Some(Uuid::now_v7()));
        let left = Happened::CardLeft {
            left_card_id: self.id,
            title: before.title.clone(),
            column_id: before.column_id,
            column: before.column,
            to_board_id: change.board().id,
            crossing,
        };
        change.record_beside(left).await?;
        let mut label_ids = labels.ids.clone();
        label_ids.sort_unstable();
        label_ids.dedup();
        let arrived = Happened::CardArrived {
            card_id: self.id,
            title: before.title,
            column_id: to.column_id,
            column,
            rank: to.rank.to_owned(),
            number: to.number,
            from_board_id,
            from_column_id: before.column_id,
            from_rank: before.rank,
            from_number: before.number,
            from_label_ids: labels.of,
            label_ids,
            lost_assignees: lost.assignees,
            lost_people: lost.people,
            crossing,
            left_behind: Some(Box::new(LeftBehind { twins: labels.ids, ..lost.behind })),
        };
        Ok(change.record(arrived).await?)
    }

    /// What stands on the board that the card left for the labels that it has by now: those that it had there, and what fits those
    /// that were put on it since. What was taken off since stays off.
    async fn labels_before(&self, change: &mut Change<'_>, arrived: &Happened) -> ChangeResult<LabelTwins> {
        let Happened::CardArrived { from_label_ids, left_behind: Some(behind), .. } = arrived else {
            return Ok(LabelTwins::default());
        };
        let there: Vec<Uuid> =
            Label::of_board(change, change.board().id).await?.into_iter().map(|label| label.id).collect();
        let (mut twins, mut others) = (LabelTwins::default(), Vec::new());
        for label in Label::of_card(change, self.id).await? {
            let of_it = from_label_ids.iter().zip(&behind.twins).filter(|(_, twin)| **twin == label.id);
            let known: Vec<Uuid> = of_it.map(|(of, _)| *of).filter(|of| there.contains(of)).collect();
            twins.of.extend(known.iter().map(|_| label.id));
            if known.is_empty() {
                others.push(label);
            }
            twins.ids.extend(known);
        }
        let matching = Label::matching(change, &others).await?;
        twins.of.extend(matching.of);
        twins.ids.extend(matching.ids);
        // They stand for nothing that the card has now.
        let lost = behind.labels.iter().filter(|id| there.contains(id));
        for id in lost {
            twins.of.push(*id);
            twins.ids.push(*id);
        }
        Ok(twins)
    }

    /// Those of the card's labels for which nothing stands on the change's board.
    async fn labels_without(&self, change: &Change<'_>, twins: &LabelTwins) -> QueryResult<Vec<Uuid>> {
        let labels = Label::of_card(change, self.id).await?.into_iter().map(|label| label.id);
        Ok(labels.filter(|id| !twins.of.contains(id)).collect())
    }

    /// Takes the card's old number on the change's board, if it is still the card's.
    async fn had_number(&self, change: &Change<'_>, number: i32) -> QueryResult<bool> {
        let old = old_card_numbers::table
            .find((change.board().id, number))
            .filter(old_card_numbers::card_id.eq(self.id));
        Ok(diesel::delete(old).execute(&mut change.conn()).await? == 1)
    }

    /// Gives the card back the people, watchers and fields that it had to leave, as far as they are there, and nothing has taken
    /// their place.
    async fn take_up(&self, change: &Change<'_>, arrived: &Happened) -> ChangeResult<()> {
        let Happened::CardArrived { lost_assignees, lost_people, left_behind: Some(behind), .. } = arrived
        else {
            return Ok(());
        };
        let board_id = change.board().id;
        diesel::sql_query(
            "INSERT INTO assignees (card_id, user_id, board_id, assigned_by, created_at)
             SELECT $1, members.user_id, $2, $4, $5 FROM members
             WHERE members.board_id = $2 AND members.user_id = ANY($3) AND members.role <> 'viewer'
             ON CONFLICT DO NOTHING",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(board_id)
        .bind::<Array<SqlUuid>, _>(lost_assignees)
        .bind::<Nullable<SqlUuid>, _>(change.author())
        .bind::<Timestamptz, _>(change.at())
        .execute(&mut change.conn())
        .await?;
        let (items, people): (Vec<Uuid>, Vec<Uuid>) =
            lost_people.iter().map(|lost| (lost.item_id, lost.user_id)).unzip();
        diesel::sql_query(
            "UPDATE checklist_items SET user_id = members.user_id
             FROM unnest($2, $3) AS lost (item_id, user_id) JOIN members ON members.user_id = lost.user_id
             WHERE checklist_items.id = lost.item_id AND checklist_items.card_id = $1 AND checklist_items.user_id IS NULL
                 AND members.board_id = checklist_items.board_id AND members.role <> 'viewer'",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<Array<SqlUuid>, _>(items)
        .bind::<Array<SqlUuid>, _>(people)
        .execute(&mut change.conn())
        .await?;
        let lost = serde_json::to_value(&behind.fields)
            .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        diesel::sql_query(
            "INSERT INTO card_fields (card_id, field_id, board_id, value, choice_id)
             SELECT $1, fields.id, $2, lost.value, lost.choice_id
             FROM jsonb_to_recordset($3) AS lost (field_id uuid, value text, choice_id uuid)
             JOIN fields ON fields.id = lost.field_id AND fields.board_id = $2
             WHERE lost.choice_id IS NULL OR EXISTS (
                 SELECT FROM field_choices WHERE field_choices.id = lost.choice_id AND field_choices.field_id = fields.id
             )
             ON CONFLICT DO NOTHING",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(board_id)
        .bind::<Jsonb, _>(lost)
        .execute(&mut change.conn())
        .await?;
        diesel::sql_query(
            "INSERT INTO card_watches (card_id, user_id, created_at)
             SELECT $1, user_id, $4 FROM unnest($3) AS lost (user_id) WHERE member_role($2, user_id) IS NOT NULL
             ON CONFLICT DO NOTHING",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(board_id)
        .bind::<Array<SqlUuid>, _>(&behind.watchers)
        .bind::<Timestamptz, _>(change.at())
        .execute(&mut change.conn())
        .await?;
        Ok(())
    }

    /// The card as it is on the board beside.
    async fn leaving(&self, change: &Change<'_>) -> Result<Leaving, MoveError> {
        let board_id = change.beside()?.id;
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

    /// What it has filled in stays in the fields of the same name and kind, and is gone where there is none: that is given.
    async fn refill_fields(&self, change: &Change<'_>) -> ChangeResult<Vec<LostField>> {
        let lost = diesel::sql_query(
            "WITH filled AS (
                 DELETE FROM card_fields WHERE card_id = $1 RETURNING field_id, value, choice_id
             ), fitting AS MATERIALIZED (
                 SELECT DISTINCT ON (there.id) there.id, filled.field_id, filled.value, chosen.id AS choice_id
                 FROM filled
                 JOIN fields AS here ON here.id = filled.field_id AND here.deleted_at IS NULL
                 JOIN fields AS there ON there.board_id = $2 AND there.deleted_at IS NULL
                     AND there.kind = here.kind AND there.name = here.name
                 LEFT JOIN field_choices AS choice ON choice.id = filled.choice_id AND choice.deleted_at IS NULL
                 LEFT JOIN field_choices AS chosen ON chosen.field_id = there.id AND chosen.deleted_at IS NULL
                     AND chosen.name = choice.name
                 WHERE filled.choice_id IS NULL OR chosen.id IS NOT NULL
                 ORDER BY there.id, here.rank
             ), refilled AS (
                 INSERT INTO card_fields (card_id, field_id, board_id, value, choice_id)
                 SELECT $1, id, $2, value, choice_id FROM fitting
             )
             SELECT field_id, value, choice_id FROM filled WHERE field_id NOT IN (SELECT field_id FROM fitting)",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(change.board().id)
        .load(&mut change.conn())
        .await?;
        Ok(lost)
    }

    /// Those who cannot see the board watch it no more; who they were.
    async fn leave_watchers(&self, change: &Change<'_>) -> ChangeResult<Vec<Uuid>> {
        let left: Vec<OneId> = diesel::sql_query(
            "DELETE FROM card_watches WHERE card_id = $1 AND member_role($2, card_watches.user_id) IS NULL
             RETURNING user_id AS id",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(change.board().id)
        .load(&mut change.conn())
        .await?;
        Ok(left.into_iter().map(|row| row.id).collect())
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
