//! What a card has filled in.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Field;
use crate::models::card::Card;
use crate::models::change::{Change, ChangeError};
use crate::models::event::Happened;
use crate::schema::{card_fields, field_choices};

/// Characters of a value of the kind text.
pub const TEXT_MOST: usize = 500;

/// The two values of the kind yes or no.
pub const YES: &str = "yes";
pub const NO: &str = "no";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// In the one form that its kind has.
    Plain(String),
    Choice(Uuid),
}

/// Why a card's field was not filled in. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The field has no such choice, or not any more.
    #[error("the choice is gone")]
    ChoiceGone,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for FillError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

impl FieldValue {
    /// From the two columns of the table, of which one has it.
    fn of_columns(value: Option<String>, choice_id: Option<Uuid>) -> Option<Self> {
        value.map(Self::Plain).or(choice_id.map(Self::Choice))
    }

    /// The value; a choice's id.
    pub fn into_text(self) -> String {
        match self {
            Self::Plain(value) => value,
            Self::Choice(id) => id.to_string(),
        }
    }

    /// What a card has filled in, by field. A choice that was removed is nothing.
    pub async fn of_card(mut conn: &AsyncPgConnection, card_id: Uuid) -> QueryResult<HashMap<Uuid, Self>> {
        let is_there = field_choices::deleted_at.is_null();
        let rows: Vec<(Uuid, Option<String>, Option<Uuid>)> = card_fields::table
            .left_join(field_choices::table)
            .filter(card_fields::card_id.eq(card_id).and(is_there))
            .select((card_fields::field_id, card_fields::value, card_fields::choice_id))
            .load(&mut conn)
            .await?;
        let row = |(id, value, choice)| Some((id, Self::of_columns(value, choice)?));
        Ok(rows.into_iter().filter_map(row).collect())
    }

    /// What one field of a card holds, under the board's lock.
    pub(in crate::models) async fn find(
        change: &Change<'_>,
        card_id: Uuid,
        field_id: Uuid,
    ) -> QueryResult<Option<Self>> {
        let row: Option<(Option<String>, Option<Uuid>)> = card_fields::table
            .left_join(field_choices::table)
            .filter(card_fields::card_id.eq(card_id).and(card_fields::field_id.eq(field_id)))
            .filter(field_choices::deleted_at.is_null())
            .select((card_fields::value, card_fields::choice_id))
            .first(&mut change.conn())
            .await
            .optional()?;
        Ok(row.and_then(|(value, choice)| Self::of_columns(value, choice)))
    }

    /// Fills in one of the board's fields on a card, or leaves it empty. Nothing happens where it is so already.
    ///
    /// # Errors
    /// [`FillError`]; `NotFound` where the board has no such field, or the card was deleted meanwhile.
    pub async fn fill(
        change: &mut Change<'_>,
        card: &Card,
        field_id: Uuid,
        to: Option<Self>,
    ) -> Result<(), FillError> {
        let field = Field::find(change, field_id).await?;
        let title = Card::title(change, card.id).await?;
        if let Some(Self::Choice(id)) = to {
            let of_field = field_choices::field_id.eq(field_id).and(field_choices::deleted_at.is_null());
            let choice = field_choices::table.find(id).filter(of_field).select(field_choices::id);
            let choice: Option<Uuid> = choice.first(&mut change.conn()).await.optional()?;
            choice.ok_or(FillError::ChoiceGone)?;
        }
        let from = Self::find(change, card.id, field_id).await?;
        if from == to {
            return Ok(());
        }
        match &to {
            None => {
                let row = card_fields::table.find((card.id, field_id));
                diesel::delete(row).execute(&mut change.conn()).await?;
            }
            Some(value) => {
                let (value, choice_id) = match value {
                    Self::Plain(value) => (Some(value), None),
                    Self::Choice(id) => (None, Some(id)),
                };
                diesel::insert_into(card_fields::table)
                    .values((
                        card_fields::card_id.eq(card.id),
                        card_fields::field_id.eq(field_id),
                        card_fields::board_id.eq(change.board().id),
                        card_fields::value.eq(value),
                        card_fields::choice_id.eq(choice_id),
                    ))
                    .on_conflict((card_fields::card_id, card_fields::field_id))
                    .do_update()
                    .set((
                        card_fields::value.eq(excluded(card_fields::value)),
                        card_fields::choice_id.eq(excluded(card_fields::choice_id)),
                    ))
                    .execute(&mut change.conn())
                    .await?;
            }
        }
        let (from, to) = (from.map(Self::into_text), to.map(Self::into_text));
        let happened =
            Happened::CardFieldSet { card_id: card.id, field_id, name: field.name, from, to, title };
        Ok(change.record(happened).await?)
    }
}
