//! Who a card is for.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::Card;
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use super::member::Person;
use super::role::Role;
use super::watch;
use crate::schema::{assignees, members, users};

/// Why a card was not given to a person.
#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    /// They are not on the board, or only look on.
    #[error("the person cannot work on the card")]
    NotAssignable,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for AssignError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// Gives the card to a member, who watches it from then on. Nothing happens where it is theirs already.
///
/// # Errors
/// [`AssignError::NotAssignable`].
pub async fn assign(change: &mut Change<'_>, card: &Card, user_id: Uuid) -> Result<(), AssignError> {
    let (board_id, name) = (change.board().id, name_of_assignable(change, user_id).await?);
    let title = Card::title(change, card.id).await?;
    let assigned = diesel::insert_into(assignees::table)
        .values((
            assignees::card_id.eq(card.id),
            assignees::user_id.eq(user_id),
            assignees::board_id.eq(board_id),
            assignees::assigned_by.eq(change.author()),
            assignees::created_at.eq(change.at()),
        ))
        .on_conflict_do_nothing()
        .execute(&mut change.conn())
        .await?;
    if assigned > 0 {
        watch::watch_card(change.conn(), card.id, &[user_id], change.at()).await?;
        change.record(Happened::AssigneeAdded { card_id: card.id, user_id, name, title }).await?;
    }
    Ok(())
}

/// The name of a member who can work on cards.
///
/// # Errors
/// [`AssignError::NotAssignable`].
pub async fn name_of_assignable(change: &Change<'_>, user_id: Uuid) -> Result<String, AssignError> {
    let member: Option<(Role, String)> = members::table
        .inner_join(users::table)
        .filter(members::board_id.eq(change.board().id).and(members::user_id.eq(user_id)))
        .select((members::role, users::name))
        .first(&mut change.conn())
        .await
        .optional()?;
    member
        .filter(|(role, _)| *role >= Role::Commenter)
        .map(|(_, name)| name)
        .ok_or(AssignError::NotAssignable)
}

/// Takes the card off a person. Nothing happens where it is not theirs.
pub async fn unassign(change: &mut Change<'_>, card: &Card, user_id: Uuid) -> ChangeResult<()> {
    let title = Card::title(change, card.id).await?;
    let assigned = assignees::table.find((card.id, user_id));
    if diesel::delete(assigned).execute(&mut change.conn()).await? > 0 {
        let name = users::table.find(user_id).select(users::name).first(&mut change.conn()).await?;
        change.record(Happened::AssigneeRemoved { card_id: card.id, user_id, name, title }).await?;
    }
    Ok(())
}

/// Those a card is for, the first assigned first.
pub async fn of_card(mut conn: &AsyncPgConnection, card_id: Uuid) -> QueryResult<Vec<Person>> {
    assignees::table
        .inner_join(users::table.on(users::id.eq(assignees::user_id)))
        .filter(assignees::card_id.eq(card_id))
        .order((assignees::created_at, assignees::user_id))
        .select(Person::as_select())
        .load(&mut conn)
        .await
}
