//! Changing many cards at once: a few statements, however many cards, and an event for each that changed.

use std::collections::HashMap;

use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Card, CardDates, MoveError};
use crate::models::assignee::{self, AssignError};
use crate::models::change::{Change, ChangeError};
use crate::models::column::Column;
use crate::models::event::Happened;
use crate::models::label::Label;
use crate::models::rank;
use crate::models::recurrence;
use crate::models::recurrence::rule::ComesBack;
use crate::models::watch;
use crate::models::when::When;
use crate::schema::{assignees, card_labels, cards, columns_ as columns, users};
use crate::time_zone::TimeZone;

/// Cards of one change.
pub const MOST: usize = 500;

/// What is done to each of the cards.
#[derive(Clone, Copy, Debug)]
pub enum BulkAction {
    /// To the column's end, in the order in which they stand on the board.
    Move {
        column_id: Uuid,
    },
    Label(Uuid),
    Unlabel(Uuid),
    Assign(Uuid),
    Unassign(Uuid),
    /// A due date or none; `zone` is the author's, in which a card's start is compared with it.
    Due {
        due: Option<When>,
        zone: TimeZone,
    },
    Done,
    Archive,
    Delete,
}

/// Why many cards stay as they are. None has changed then.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    #[error(transparent)]
    Move(#[from] MoveError),
    #[error(transparent)]
    Assign(#[from] AssignError),
    /// So many of the cards begin after they would be due.
    #[error("{0} cards begin later")]
    DueBeforeStart(usize),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for BulkError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// A card as it is under the lock.
#[derive(Queryable)]
struct Chosen {
    id: Uuid,
    title: String,
    rank: String,
    column_id: Uuid,
    column: String,
    dates: CardDates,
}

impl Card {
    /// Does the same to many cards of the board. Those that are archived or deleted meanwhile are passed over, and so are those to
    /// which it makes no difference.
    ///
    /// # Errors
    /// [`BulkError`]; `NotFound` where the board has none of the cards, or not the label.
    pub async fn change_all(
        change: &mut Change<'_>,
        ids: &[Uuid],
        action: BulkAction,
    ) -> Result<(), BulkError> {
        let chosen = chosen(change, ids).await?;
        if chosen.is_empty() {
            return Err(diesel::result::Error::NotFound.into());
        }
        match action {
            BulkAction::Move { column_id } => move_all(change, chosen, column_id).await,
            BulkAction::Label(id) => put_on(change, &chosen, id).await,
            BulkAction::Unlabel(id) => take_off(change, &chosen, id).await,
            BulkAction::Assign(user_id) => assign(change, &chosen, user_id).await,
            BulkAction::Unassign(user_id) => unassign(change, &chosen, user_id).await,
            BulkAction::Due { due, zone } => set_due(change, chosen, due, zone).await,
            BulkAction::Done => {
                let open: Vec<Chosen> =
                    chosen.into_iter().filter(|card| card.dates.done_at.is_none()).collect();
                let ids = ids_of(&open);
                let them = diesel::update(cards::table.filter(cards::id.eq_any(&ids)));
                them.set(cards::done_at.eq(change.at())).execute(&mut change.conn()).await?;
                recurrence::follow(change, &ids, ComesBack::Done).await?;
                record(change, &open, &ids, |card_id, title| Happened::CardDone { card_id, title }).await
            }
            BulkAction::Archive => {
                let ids = ids_of(&chosen);
                let them = diesel::update(cards::table.filter(cards::id.eq_any(&ids)));
                them.set(cards::archived_at.eq(change.at())).execute(&mut change.conn()).await?;
                record(change, &chosen, &ids, |card_id, title| Happened::CardArchived { card_id, title })
                    .await
            }
            BulkAction::Delete => {
                let ids = ids_of(&chosen);
                let them = diesel::update(cards::table.filter(cards::id.eq_any(&ids)));
                them.set(cards::deleted_at.eq(change.at())).execute(&mut change.conn()).await?;
                record(change, &chosen, &ids, |card_id, title| Happened::CardDeleted { card_id, title }).await
            }
        }
    }
}

/// Those of the cards that are on the board, in its order.
async fn chosen(change: &Change<'_>, ids: &[Uuid]) -> QueryResult<Vec<Chosen>> {
    cards::table
        .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
        .filter(cards::board_id.eq(change.board().id).and(cards::id.eq_any(ids)))
        .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
        .order((columns::rank, cards::rank))
        .select((
            cards::id,
            cards::title,
            cards::rank,
            cards::column_id,
            columns::title,
            CardDates::as_select(),
        ))
        .load(&mut change.conn())
        .await
}

async fn move_all(change: &mut Change<'_>, chosen: Vec<Chosen>, column_id: Uuid) -> Result<(), BulkError> {
    let to = Column::find(change, column_id).await?;
    if to.board_id != change.board().id {
        return Err(MoveError::Unknown.into());
    }
    if to.archived_at.is_some() {
        return Err(MoveError::ColumnArchived.into());
    }
    let moving: Vec<Uuid> = chosen.iter().map(|card| card.id).collect();
    // Behind the last one that stays. What is archived or moves itself may stand behind that, and its ranks are taken.
    let stays = cards::table
        .filter(cards::column_id.eq(to.id).and(cards::id.ne_all(&moving)))
        .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()));
    let mut last: Option<String> =
        stays.order(cards::rank.desc()).select(cards::rank).first(&mut change.conn()).await.optional()?;
    let behind = cards::column_id.eq(to.id).and(cards::rank.gt(last.clone().unwrap_or_default()));
    let next: Option<String> =
        cards::table.filter(behind).select(min(cards::rank)).first(&mut change.conn()).await?;
    let (mut ids, mut ranks, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for card in chosen {
        let rank = rank::between(last.as_deref(), next.as_deref()).map_err(ChangeError::from)?;
        last = Some(rank.clone());
        ids.push(card.id);
        ranks.push(rank.clone());
        events.push(Happened::CardMoved {
            card_id: card.id,
            title: card.title,
            from: card.column,
            to: to.title.clone(),
            from_column_id: Some(card.column_id),
            to_column_id: Some(to.id),
            from_rank: Some(card.rank),
            to_rank: Some(rank),
        });
    }
    diesel::sql_query(
        "UPDATE cards SET column_id = $1, rank = place.rank FROM unnest($2, $3) AS place (id, rank) \
         WHERE cards.id = place.id",
    )
    .bind::<SqlUuid, _>(to.id)
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<Array<Text>, _>(&ranks)
    .execute(&mut change.conn())
    .await?;
    Ok(change.record_all(events).await?)
}

async fn put_on(change: &mut Change<'_>, chosen: &[Chosen], label_id: Uuid) -> Result<(), BulkError> {
    let Label { name, color, .. } = Label::find(change, label_id).await?;
    let row = |card: &Chosen| {
        (
            card_labels::card_id.eq(card.id),
            card_labels::label_id.eq(label_id),
            card_labels::board_id.eq(change.board().id),
        )
    };
    let rows: Vec<_> = chosen.iter().map(row).collect();
    let put: Vec<Uuid> = diesel::insert_into(card_labels::table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(card_labels::card_id)
        .get_results(&mut change.conn())
        .await?;
    let labeled = |card_id, title| {
        let name = name.clone();
        Happened::CardLabeled { card_id, label_id, name, color, title }
    };
    record(change, chosen, &put, labeled).await
}

async fn take_off(change: &mut Change<'_>, chosen: &[Chosen], label_id: Uuid) -> Result<(), BulkError> {
    let Label { name, color, .. } = Label::find(change, label_id).await?;
    let of_them = card_labels::label_id.eq(label_id).and(card_labels::card_id.eq_any(ids_of(chosen)));
    let off: Vec<Uuid> = diesel::delete(card_labels::table.filter(of_them))
        .returning(card_labels::card_id)
        .get_results(&mut change.conn())
        .await?;
    let unlabeled = |card_id, title| {
        let name = name.clone();
        Happened::CardUnlabeled { card_id, label_id, name, color, title }
    };
    record(change, chosen, &off, unlabeled).await
}

async fn assign(change: &mut Change<'_>, chosen: &[Chosen], user_id: Uuid) -> Result<(), BulkError> {
    let name = assignee::name_of_assignable(change, user_id).await?;
    let row = |card: &Chosen| {
        (
            assignees::card_id.eq(card.id),
            assignees::user_id.eq(user_id),
            assignees::board_id.eq(change.board().id),
            assignees::assigned_by.eq(change.author()),
            assignees::created_at.eq(change.at()),
        )
    };
    let rows: Vec<_> = chosen.iter().map(row).collect();
    let put: Vec<Uuid> = diesel::insert_into(assignees::table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(assignees::card_id)
        .get_results(&mut change.conn())
        .await?;
    watch::watch_cards(change.conn(), &put, user_id, change.at()).await?;
    let assigned = |card_id, title| {
        let name = name.clone();
        Happened::AssigneeAdded { card_id, user_id, name, title }
    };
    record(change, chosen, &put, assigned).await
}

async fn unassign(change: &mut Change<'_>, chosen: &[Chosen], user_id: Uuid) -> Result<(), BulkError> {
    let name: String = users::table.find(user_id).select(users::name).first(&mut change.conn()).await?;
    let of_them = assignees::user_id.eq(user_id).and(assignees::card_id.eq_any(ids_of(chosen)));
    let off: Vec<Uuid> = diesel::delete(assignees::table.filter(of_them))
        .returning(assignees::card_id)
        .get_results(&mut change.conn())
        .await?;
    let removed = |card_id, title| {
        let name = name.clone();
        Happened::AssigneeRemoved { card_id, user_id, name, title }
    };
    record(change, chosen, &off, removed).await
}

async fn set_due(
    change: &mut Change<'_>,
    chosen: Vec<Chosen>,
    due: Option<When>,
    zone: TimeZone,
) -> Result<(), BulkError> {
    let begins_later = |card: &&Chosen| {
        let times = card.dates.start().zip(due);
        times.is_some_and(|(start, due)| start.is_after(due, zone))
    };
    let later = chosen.iter().filter(begins_later).count();
    if later > 0 {
        return Err(BulkError::DueBeforeStart(later));
    }
    let others: Vec<Chosen> = chosen.into_iter().filter(|card| card.dates.due() != due).collect();
    let (due_on, due_at) = When::columns(due);
    diesel::update(cards::table.filter(cards::id.eq_any(ids_of(&others))))
        .set((cards::due_on.eq(due_on), cards::due_at.eq(due_at)))
        .execute(&mut change.conn())
        .await?;
    recurrence::follow(change, &ids_of(&others), ComesBack::Due).await?;
    let dated = |card: Chosen| Happened::CardDated {
        card_id: card.id,
        title: card.title,
        from_start: card.dates.start(),
        from_due: card.dates.due(),
        start: card.dates.start(),
        due,
    };
    Ok(change.record_all(others.into_iter().map(dated).collect()).await?)
}

fn ids_of(chosen: &[Chosen]) -> Vec<Uuid> {
    chosen.iter().map(|card| card.id).collect()
}

/// Tells the history of those of the cards that changed.
async fn record(
    change: &mut Change<'_>,
    chosen: &[Chosen],
    changed: &[Uuid],
    happened: impl Fn(Uuid, String) -> Happened,
) -> Result<(), BulkError> {
    let titles: HashMap<Uuid, &str> = chosen.iter().map(|card| (card.id, card.title.as_str())).collect();
    let event = |id: &Uuid| titles.get(id).map(|title| happened(*id, (*title).to_owned()));
    Ok(change.record_all(changed.iter().filter_map(event).collect()).await?)
}
