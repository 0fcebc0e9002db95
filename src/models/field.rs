//! A board's own fields, which its cards fill in.

pub mod choice;
pub mod kind;
pub mod number;
pub mod value;

use std::collections::HashMap;

use diesel::dsl::{count, count_star, max};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use self::choice::FieldChoice;
use self::kind::FieldKind;
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use super::order::{Destination, MoveError, Place, Sibling};
use super::rank::{self, RankedTable};
use super::trash::{erasable, undeletable};
use crate::error::Refusal;
use crate::schema::{card_fields, cards, field_choices, fields};

/// Characters.
pub const NAME_MOST: usize = 60;

/// Fields of one board; the message of [`Refusal::TooManyFields`] says it.
const OF_BOARD_MOST: i64 = 30;

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Identifiable, Selectable)]
#[diesel(table_name = fields, check_for_backend(diesel::pg::Pg))]
pub struct Field {
    pub id: Uuid,
    pub board_id: Uuid,
    pub name: String,
    pub kind: FieldKind,
    /// Whether the board shows the values on its cards.
    pub on_card: bool,
    /// Whether a column's head shows the sum of its cards' numbers.
    pub shows_sum: bool,
    pub rank: String,
}

/// What a member can set on a field.
#[derive(Clone, Copy, Debug)]
pub struct NewField<'a> {
    pub name: &'a str,
    pub on_card: bool,
    /// Of no matter but to numbers.
    pub shows_sum: bool,
    /// The names of all its choices, in order; of no matter but to choices.
    pub choices: &'a [&'a str],
}

/// Why a field was not changed. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// A choice that is to go is on so many cards, and nobody has said yes to that.
    #[error("a choice is on {cards} cards")]
    ChoicesInUse { cards: i64 },
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for FieldError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

erasable!(Field in fields);
erasable!(FieldChoice in field_choices);
undeletable!(Field in fields);

impl Field {
    /// Adds a field at the list's end.
    ///
    /// # Errors
    /// [`Refusal::TooManyFields`].
    pub async fn create(change: &mut Change<'_>, kind: FieldKind, new: NewField<'_>) -> ChangeResult<Self> {
        Self::must_be_room(change).await?;
        let of_board = fields::table.filter(fields::board_id.eq(change.board().id));
        let last: Option<String> = of_board.select(max(fields::rank)).first(&mut change.conn()).await?;
        let field: Self = diesel::insert_into(fields::table)
            .values((
                fields::id.eq(Uuid::now_v7()),
                fields::board_id.eq(change.board().id),
                fields::name.eq(new.name),
                fields::kind.eq(kind),
                fields::on_card.eq(new.on_card),
                fields::shows_sum.eq(new.shows_sum && kind == FieldKind::Number),
                fields::rank.eq(rank::between(last.as_deref(), None)?),
                fields::created_at.eq(change.at()),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        let choices = if kind == FieldKind::Choice {
            let choices = FieldChoice::revised(&[], &[], new.choices);
            FieldChoice::write(change.conn(), field.id, &choices, change.at()).await?;
            choices
        } else {
            Vec::new()
        };
        let Self { name, on_card, shows_sum, .. } = field.clone();
        let field_id = field.id;
        let happened = Happened::FieldCreated { field_id, name, kind, on_card, shows_sum, choices };
        change.record(happened).await?;
        Ok(field)
    }

    async fn must_be_room(change: &Change<'_>) -> ChangeResult<()> {
        let live = fields::board_id.eq(change.board().id).and(fields::deleted_at.is_null());
        let number: i64 =
            fields::table.filter(live).select(count(fields::id)).first(&mut change.conn()).await?;
        if number >= OF_BOARD_MOST { Err(Refusal::TooManyFields.into()) } else { Ok(()) }
    }

    /// A board's fields in order.
    pub async fn of_board(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        fields::table
            .filter(fields::board_id.eq(board_id).and(fields::deleted_at.is_null()))
            .order(fields::rank)
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// On how many cards each of a board's fields is filled in, archived ones too; one that is on none is left out.
    pub async fn counts_of_board(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
    ) -> QueryResult<HashMap<Uuid, i64>> {
        let counts: Vec<(Uuid, i64)> = card_fields::table
            .inner_join(cards::table)
            .left_join(field_choices::table)
            .filter(card_fields::board_id.eq(board_id).and(cards::deleted_at.is_null()))
            .filter(field_choices::deleted_at.is_null())
            .group_by(card_fields::field_id)
            .select((card_fields::field_id, count_star()))
            .load(&mut conn)
            .await?;
        Ok(counts.into_iter().collect())
    }

    /// Gives the field another name, other choices, or another place to be seen. Its choices are told apart by
    /// `FieldChoice::revised`; one that is removed and on cards takes a yes: `removes_used`.
    ///
    /// # Errors
    /// [`FieldError`].
    pub async fn update(
        &self,
        change: &mut Change<'_>,
        new: NewField<'_>,
        removes_used: bool,
    ) -> Result<(), FieldError> {
        let before = Self::find(change, self.id).await?;
        let shows_sum = new.shows_sum && before.kind == FieldKind::Number;
        let (from_choices, choices) = if before.kind == FieldKind::Choice {
            let (live, removed) = FieldChoice::of_field(change, self.id).await?;
            let choices = FieldChoice::revised(&live, &removed, new.choices);
            (live, choices)
        } else {
            (Vec::new(), Vec::new())
        };
        let is_same = before.name == new.name && before.on_card == new.on_card;
        if is_same && before.shows_sum == shows_sum && from_choices == choices {
            return Ok(());
        }
        let stays = |choice: &FieldChoice| choices.iter().any(|one| one.id == choice.id);
        let gone: Vec<Uuid> =
            from_choices.iter().filter(|choice| !stays(choice)).map(|choice| choice.id).collect();
        if !gone.is_empty() && !removes_used {
            let cards = FieldChoice::count_cards(change, &gone).await?;
            if cards > 0 {
                return Err(FieldError::ChoicesInUse { cards });
            }
        }
        let new = NewField { shows_sum, ..new };
        Ok(before.write(change, from_choices, new, choices).await?)
    }

    /// Makes the field what it was once, with the choices that it had then.
    pub(super) async fn put_back(
        &self,
        change: &mut Change<'_>,
        old: NewField<'_>,
        choices: Vec<FieldChoice>,
    ) -> ChangeResult<()> {
        let (live, _) = FieldChoice::of_field(change, self.id).await?;
        self.write(change, live, old, choices).await
    }

    async fn write(
        &self,
        change: &mut Change<'_>,
        from_choices: Vec<FieldChoice>,
        new: NewField<'_>,
        choices: Vec<FieldChoice>,
    ) -> ChangeResult<()> {
        if from_choices != choices {
            FieldChoice::write(change.conn(), self.id, &choices, change.at()).await?;
        }
        let NewField { name, on_card, shows_sum, .. } = new;
        diesel::update(fields::table.find(self.id))
            .set((fields::name.eq(name), fields::on_card.eq(on_card), fields::shows_sum.eq(shows_sum)))
            .execute(&mut change.conn())
            .await?;
        let happened = Happened::FieldChanged {
            field_id: self.id,
            from: self.name.clone(),
            from_on_card: self.on_card,
            from_shows_sum: self.shows_sum,
            from_choices,
            name: name.to_owned(),
            on_card,
            shows_sum,
            choices,
        };
        change.record(happened).await
    }

    /// Puts the field somewhere else.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has changed then.
    pub async fn move_to(&self, change: &mut Change<'_>, to: Destination<'_>) -> Result<(), MoveError> {
        let siblings: Vec<Sibling> = fields::table
            .filter(fields::board_id.eq(change.board().id))
            .order(fields::rank)
            .select((fields::id, fields::rank, fields::deleted_at.is_not_null()))
            .load(&mut change.conn())
            .await?;
        let Some(place) = Place::find(siblings, self.id, to)? else { return Ok(()) };
        let name: String = diesel::update(fields::table.find(self.id))
            .set(fields::rank.eq(&place.to_rank))
            .returning(fields::name)
            .get_result(&mut change.conn())
            .await?;
        place.shorten(change, RankedTable::Fields).await?;
        let (field_id, from_rank, to_rank) = (self.id, place.from_rank, place.to_rank);
        change.record(Happened::FieldMoved { field_id, name, from_rank, to_rank }).await?;
        Ok(())
    }

    /// Takes the field off the board and off all cards, until it is restored. Nothing happens where it is gone already.
    pub async fn delete(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        if let Some(field) = self.set_deleted(change, Some(change.at())).await? {
            change.record(Happened::FieldDeleted { field_id: self.id, name: field.name }).await?;
        }
        Ok(())
    }

    /// Brings the field back, with what cards had filled in.
    ///
    /// # Errors
    /// [`Refusal::TooManyFields`]; `NotFound` where it is gone for good.
    pub async fn undelete(change: &mut Change<'_>, id: Uuid) -> ChangeResult<()> {
        let of_board = fields::table.find(id).filter(fields::board_id.eq(change.board().id));
        let field: Self = of_board.select(Self::as_select()).first(&mut change.conn()).await?;
        if let Some(field) = field.set_deleted(change, None).await? {
            if Self::of_board(change, change.board().id).await?.len() as i64 > OF_BOARD_MOST {
                return Err(Refusal::TooManyFields.into());
            }
            change.record(Happened::FieldRestored { field_id: id, name: field.name }).await?;
        }
        Ok(())
    }

    /// One of the board's fields as it is under the board's lock.
    ///
    /// # Errors
    /// `NotFound` where the board has no such field.
    pub(super) async fn find(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        Self::find_on(change, change.board().id, id).await
    }

    /// One of a board's fields.
    ///
    /// # Errors
    /// `NotFound` where the board has no such field.
    pub async fn find_on(mut conn: &AsyncPgConnection, board_id: Uuid, id: Uuid) -> QueryResult<Self> {
        fields::table
            .find(id)
            .filter(fields::board_id.eq(board_id).and(fields::deleted_at.is_null()))
            .select(Self::as_select())
            .first(&mut conn)
            .await
    }
}
