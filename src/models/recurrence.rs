//! Which cards come back, by which rule, and when the worker has to make the next one. Making it is in [`super::card`].

pub mod rule;

use std::time::Duration;

use chrono::{DateTime, NaiveTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use self::rule::{Chosen, ComesBack, Dates, Rule, RuleText, Times, Unit};
use super::card::{Card, CardDates};
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use crate::queue::{NewJob, enqueue_all};
use crate::schema::{boards, cards, columns_ as columns, recurrences};
use crate::tasks::RepeatCard;
use crate::time_zone::{LocalTime, TimeZone};

/// How long a card that was marked as done waits before it comes back: as long as the notice that takes it back is there.
const GRACE: Duration = Duration::from_secs(10);

/// Cards that one look at the clock finds.
const DUE_MOST: i64 = 1000;

/// How a card comes back.
#[derive(Clone, Debug)]
pub struct Recurrence {
    pub card_id: Uuid,
    pub rule: Rule,
    pub(super) times: Times,
    /// None while nothing has happened that it waits for.
    pub comes_at: Option<DateTime<Utc>>,
    /// The id that the next card will have.
    pub(super) next_card_id: Uuid,
}

/// What a person says of how a card comes back.
#[derive(Clone, Debug)]
pub struct NewRule {
    pub every: u32,
    pub chosen: Chosen,
    pub comes_back: ComesBack,
    /// The person's.
    pub zone: TimeZone,
}

/// Why a card does not come back by a rule. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RecurrenceError {
    #[error("the card has no date at which it could be due")]
    NoDueDate,
    #[error("there is no date by the rule before the calendar ends")]
    Never,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for RecurrenceError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = recurrences, check_for_backend(diesel::pg::Pg))]
struct Row {
    card_id: Uuid,
    every: i16,
    unit: Unit,
    days: String,
    comes_back: ComesBack,
    time_zone: String,
    start_time: Option<NaiveTime>,
    due_time: Option<NaiveTime>,
    comes_at: Option<DateTime<Utc>>,
    next_card_id: Uuid,
}

impl TryFrom<Row> for Recurrence {
    type Error = diesel::result::Error;

    fn try_from(row: Row) -> QueryResult<Self> {
        let Row { every, unit, days, comes_back, time_zone, .. } = row;
        let rule = Rule::try_from(RuleText { every, unit, days, comes_back, time_zone });
        Ok(Self {
            card_id: row.card_id,
            rule: rule.map_err(|error| diesel::result::Error::DeserializationError(error.into()))?,
            times: Times { start: row.start_time, due: row.due_time },
            comes_at: row.comes_at,
            next_card_id: row.next_card_id,
        })
    }
}

impl From<&CardDates> for Dates {
    fn from(dates: &CardDates) -> Self {
        Self { start: dates.start(), due: dates.due() }
    }
}

impl Rule {
    /// When a card with these dates comes back; none while it waits for something.
    fn comes_at(&self, dates: &CardDates) -> Option<DateTime<Utc>> {
        match self.comes_back {
            ComesBack::Due => dates.due().map(|due| due.begins(self.zone)),
            ComesBack::Done => dates.done_at.map(|done_at| done_at + GRACE),
        }
    }
}

impl Recurrence {
    /// How a card comes back; none where it does not.
    pub async fn of_card(mut conn: &AsyncPgConnection, card_id: Uuid) -> QueryResult<Option<Self>> {
        let row: Option<Row> =
            recurrences::table.find(card_id).select(Row::as_select()).first(&mut conn).await.optional()?;
        row.map(Self::try_from).transpose()
    }

    /// How those of these cards come back that do.
    pub async fn of_cards(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<Self>> {
        let rows: Vec<Row> = recurrences::table
            .filter(recurrences::card_id.eq_any(ids))
            .select(Row::as_select())
            .load(&mut conn)
            .await?;
        rows.into_iter().map(Self::try_from).collect()
    }

    /// The times at which its cards begin and are due in the rule's zone.
    pub fn clock_times(&self) -> (Option<NaiveTime>, Option<NaiveTime>) {
        (self.times.start, self.times.due)
    }

    /// The cards that are to come back by now, those first that have waited longest. Without those of boards that are archived,
    /// or have no column that a card could come to.
    pub async fn due(mut conn: &AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<Vec<Uuid>> {
        let column = columns::table
            .filter(columns::board_id.eq(cards::board_id).and(columns::archived_at.is_null()))
            .select(columns::id);
        recurrences::table
            .inner_join(cards::table.inner_join(boards::table.on(boards::id.eq(cards::board_id))))
            .filter(recurrences::comes_at.le(now).and(cards::deleted_at.is_null()))
            .filter(boards::deleted_at.is_null().and(boards::archived_at.is_null()).and(exists(column)))
            .order(recurrences::comes_at)
            .limit(DUE_MOST)
            .select(recurrences::card_id)
            .load(&mut conn)
            .await
    }

    /// The board of a card that comes back, and when it does; none where nothing has happened that it waits for.
    pub async fn waiting(
        mut conn: &AsyncPgConnection,
        card_id: Uuid,
    ) -> QueryResult<Option<(Uuid, DateTime<Utc>)>> {
        let row: Option<(Uuid, Option<DateTime<Utc>>)> = recurrences::table
            .inner_join(cards::table)
            .filter(recurrences::card_id.eq(card_id).and(cards::deleted_at.is_null()))
            .select((cards::board_id, recurrences::comes_at))
            .first(&mut conn)
            .await
            .optional()?;
        Ok(row.and_then(|(board_id, comes_at)| Some((board_id, comes_at?))))
    }

    /// Lets a card come back by a rule. Nothing happens where it does so already. What the rule leaves open is taken from the
    /// card's due date, else its start, else today.
    ///
    /// # Errors
    /// [`RecurrenceError`]; `NotFound` where the card was deleted meanwhile.
    pub async fn set(change: &mut Change<'_>, card: &Card, new: NewRule) -> Result<(), RecurrenceError> {
        let (title, dates) = card.title_and_dates(change).await?;
        let before = Self::of_card(change, card.id).await?.map(|recurrence| recurrence.rule);
        let NewRule { every, chosen, comes_back, zone } = new;
        let today = LocalTime { now: change.at(), zone }.today();
        let day = dates.due().or(dates.start()).map_or(today, |when| when.day(zone));
        let rule =
            Rule { every, cycle: chosen.on(day, before.as_ref().map(|rule| &rule.cycle)), comes_back, zone };
        if comes_back == ComesBack::Due && dates.due().is_none() {
            return Err(RecurrenceError::NoDueDate);
        }
        rule.next((&dates).into(), Times::default(), None, change.at()).ok_or(RecurrenceError::Never)?;
        // One that is done already waits until it is done again.
        let comes_at = if comes_back == ComesBack::Due { rule.comes_at(&dates) } else { None };
        Ok(write(change, card.id, title, before, Some((rule, comes_at))).await?)
    }

    /// Lets a card come back no more. Nothing happens where it does not.
    ///
    /// # Errors
    /// `NotFound` where the card was deleted meanwhile.
    pub async fn remove(change: &mut Change<'_>, card: &Card) -> ChangeResult<()> {
        put_back(change, card, None).await
    }

    /// Hands the rule on to the next card, which is there and has these dates.
    pub(super) async fn move_on(&self, change: &Change<'_>, dates: Dates, times: Times) -> QueryResult<()> {
        // The next card waits for its own due date, or to be done.
        let due = dates.due.filter(|_| self.rule.comes_back == ComesBack::Due);
        let moved = diesel::update(recurrences::table.find(self.card_id))
            .filter(recurrences::next_card_id.eq(self.next_card_id))
            .set((
                recurrences::card_id.eq(self.next_card_id),
                recurrences::next_card_id.eq(Uuid::now_v7()),
                recurrences::start_time.eq(times.start),
                recurrences::due_time.eq(times.due),
                recurrences::comes_at.eq(due.map(|due| due.begins(self.rule.zone))),
            ))
            .execute(&mut change.conn())
            .await?;
        if moved != 1 {
            return Err(diesel::result::Error::NotFound);
        }
        mark(change, self.card_id, false).await?;
        mark(change, self.next_card_id, true).await
    }

    /// Lets the next card come at another time; without one, when something happens that the card waits for.
    pub(super) async fn wait(&self, change: &Change<'_>, until: Option<DateTime<Utc>>) -> QueryResult<()> {
        change.keep();
        let row = diesel::update(recurrences::table.find(self.card_id));
        row.set(recurrences::comes_at.eq(until)).execute(&mut change.conn()).await?;
        Ok(())
    }
}

/// After cards were done, or are no longer, or got other dates: those of them that wait for that come back when it is time.
pub(super) async fn follow(change: &mut Change<'_>, card_ids: &[Uuid], what: ComesBack) -> QueryResult<()> {
    let rows: Vec<(Row, CardDates)> = recurrences::table
        .inner_join(cards::table)
        .filter(recurrences::card_id.eq_any(card_ids).and(recurrences::comes_back.eq(what)))
        .select((Row::as_select(), CardDates::as_select()))
        .load(&mut change.conn())
        .await?;
    let mut jobs = Vec::new();
    for (row, dates) in rows {
        let recurrence = Recurrence::try_from(row)?;
        let comes_at = recurrence.rule.comes_at(&dates);
        diesel::update(recurrences::table.find(recurrence.card_id))
            .set(recurrences::comes_at.eq(comes_at))
            .execute(&mut change.conn())
            .await?;
        if what == ComesBack::Done && comes_at.is_some() {
            let card_id = recurrence.card_id;
            jobs.push(NewJob::new(&RepeatCard { card_id })?.unique(card_id.to_string()).after(GRACE));
        }
    }
    enqueue_all(change, jobs).await?;
    Ok(())
}

/// Gives a card the rule that it had, or none. What it waits for is yet to come: no card comes by this alone.
///
/// # Errors
/// `NotFound` where the card was deleted meanwhile.
pub(super) async fn put_back(change: &mut Change<'_>, card: &Card, rule: Option<Rule>) -> ChangeResult<()> {
    let (title, dates) = card.title_and_dates(change).await?;
    let before = Recurrence::of_card(change, card.id).await?.map(|recurrence| recurrence.rule);
    let now = change.at();
    let later = |rule: &Rule| match rule.comes_back {
        ComesBack::Due => rule.comes_at(&dates).filter(|at| *at > now),
        ComesBack::Done => None,
    };
    let rule = rule.map(|rule| {
        let comes_at = later(&rule);
        (rule, comes_at)
    });
    write(change, card.id, title, before, rule).await
}

/// Writes a card's rule and when it comes back.
async fn write(
    change: &mut Change<'_>,
    card_id: Uuid,
    title: String,
    before: Option<Rule>,
    new: Option<(Rule, Option<DateTime<Utc>>)>,
) -> ChangeResult<()> {
    let to = new.as_ref().map(|(rule, _)| rule.clone());
    if before == to {
        return Ok(());
    }
    match new {
        None => {
            diesel::delete(recurrences::table.find(card_id)).execute(&mut change.conn()).await?;
        }
        Some((rule, comes_at)) => {
            let RuleText { every, unit, days, comes_back, time_zone } = rule.into();
            let values = (
                recurrences::every.eq(every),
                recurrences::unit.eq(unit),
                recurrences::days.eq(days),
                recurrences::comes_back.eq(comes_back),
                recurrences::time_zone.eq(time_zone),
                recurrences::comes_at.eq(comes_at),
            );
            diesel::insert_into(recurrences::table)
                .values((
                    recurrences::card_id.eq(card_id),
                    recurrences::next_card_id.eq(Uuid::now_v7()),
                    values.clone(),
                ))
                .on_conflict(recurrences::card_id)
                .do_update()
                .set(values)
                .execute(&mut change.conn())
                .await?;
        }
    }
    mark(change, card_id, to.is_some()).await?;
    change.record(Happened::CardRecurrenceSet { card_id, title, from: before, to }).await
}

async fn mark(change: &Change<'_>, card_id: Uuid, recurs: bool) -> QueryResult<()> {
    let card = diesel::update(cards::table.find(card_id));
    card.set(cards::recurs.eq(recurs)).execute(&mut change.conn()).await?;
    Ok(())
}
