//! Taking back what was done. What was before is written by the verbs that the pages use, in a change of its own: so it is told
//! like any other change, and can be taken back too.

pub mod crossing;
mod inverse;

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::access::Access;
use super::change::{Change, ChangeError};
use super::event::{Event, Happened};
use super::reference::References;
use crate::schema::{comment_versions, events};

/// How long a person's own newest change can be taken back without naming it.
const NEWEST: TimeDelta = TimeDelta::minutes(10);

/// Newer events that are looked at for what stands in the way.
const NEWER_MOST: i64 = 500;

/// Why something was not taken back. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error("what happened is of a kind that is not taken back")]
    Never,
    #[error("it was taken back already")]
    Already,
    /// Something newer, which is told where the history knows it.
    #[error("something newer is in the way")]
    InTheWay(Option<Box<Event>>),
    #[error("another board would have to be changed, which the author may not")]
    OtherBoard,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for UndoError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// An event as its undoing needs it, with the texts.
struct Entry {
    id: Uuid,
    board_id: Uuid,
    user_id: Option<Uuid>,
    kind: String,
    data: Value,
    happened: Option<Happened>,
    undoes: Option<Uuid>,
    is_undone: bool,
}

/// Takes back the change that an event is of: all that it did, the last of it first. `references` are those of
/// [`text_before`].
///
/// # Errors
/// [`UndoError`]; `NotFound` where the board has no such event, and a refusal where the author has not the right that the change
/// itself needed.
pub async fn undo(change: &mut Change<'_>, event_id: Uuid, references: &References) -> Result<(), UndoError> {
    let entries = entries(change, event_id).await?;
    let [first, ..] = entries.as_slice() else { return Err(diesel::result::Error::NotFound.into()) };
    if first.is_undone {
        return Err(UndoError::Already);
    }
    let role = change.role().ok_or(diesel::result::Error::NotFound)?;
    for entry in &entries {
        let right = entry.happened.as_ref().and_then(Happened::right_to_undo).ok_or(UndoError::Never)?;
        right.weigh(role, change.board().archived_at.is_some()).map_err(ChangeError::from)?;
    }
    change.undoes = Some(first.id);
    for entry in entries.iter().rev() {
        let before = change.count();
        match inverse::write(change, entry, references).await {
            // It is so already: somebody has taken it back by hand.
            Ok(()) if change.count() == before => return Err(in_the_way(change, entry).await?),
            Ok(()) => {}
            // What it was done to is gone.
            Err(
                UndoError::InTheWay(None)
                | UndoError::Change(ChangeError::Query(diesel::result::Error::NotFound)),
            ) => {
                return Err(in_the_way(change, entry).await?);
            }
            Err(error) => return Err(error),
        }
    }
    diesel::update(events::table.find(first.id))
        .set(events::undone_at.eq(change.at()))
        .execute(&mut change.conn())
        .await?;
    if let Some(undone) = first.undoes {
        // What had been taken back is there again.
        diesel::update(events::table.find(undone))
            .set(events::undone_at.eq(None::<DateTime<Utc>>))
            .execute(&mut change.conn())
            .await?;
    }
    Ok(())
}

/// The first event of a person's newest change on a board in the last ten minutes that they can take back. Undoing itself is
/// passed over, so that asking again and again goes further back.
pub async fn newest_of(
    mut conn: &AsyncPgConnection,
    access: &Access,
    user_id: Uuid,
) -> QueryResult<Option<Uuid>> {
    let rows: Vec<(Uuid, String, Option<Uuid>, Value)> = events::table
        .filter(events::board_id.eq(access.board.id).and(events::user_id.eq(user_id)))
        .filter(events::part_of.is_null().and(events::undoes.is_null()).and(events::undone_at.is_null()))
        .filter(events::created_at.gt(access.time.now - NEWEST))
        .order(events::id.desc())
        .limit(NEWER_MOST)
        .select((events::id, events::kind, events::card_id, events::data))
        .load(&mut conn)
        .await?;
    let can_be = |(id, kind, card_id, data): (Uuid, String, Option<Uuid>, Value)| {
        let right = Happened::from_row(&kind, card_id, data)?.right_to_undo();
        right.filter(|right| access.may(*right)).map(|_| id)
    };
    Ok(rows.into_iter().find_map(can_be))
}

/// The Markdown that undoing an event brings back, of a card or a comment; what it names has to be looked up beforehand.
pub async fn text_before(mut conn: &AsyncPgConnection, event_id: Uuid) -> QueryResult<Option<String>> {
    for entry in entries(conn, event_id).await? {
        match entry.happened {
            Some(Happened::CardEdited { body_from, .. }) => return Ok(body_from),
            Some(Happened::CommentEdited { comment_id, version: Some(version), .. }) => {
                let before = comment_versions::table.find((comment_id, version - 1));
                return before.select(comment_versions::body).first(&mut conn).await.optional();
            }
            _ => {}
        }
    }
    Ok(None)
}

/// All events of the change that an event is of, the first one first.
async fn entries(mut conn: &AsyncPgConnection, event_id: Uuid) -> QueryResult<Vec<Entry>> {
    let event = events::table.find(event_id).select((events::id, events::part_of));
    let Some((id, part_of)): Option<(Uuid, Option<Uuid>)> = event.first(&mut conn).await.optional()? else {
        return Ok(Vec::new());
    };
    let first = part_of.unwrap_or(id);
    type Row = (Uuid, Uuid, Option<Uuid>, Option<Uuid>, String, Value, Option<Uuid>, Option<DateTime<Utc>>);
    let rows: Vec<Row> = events::table
        .filter(events::id.eq(first).or(events::part_of.eq(first).assume_not_null()))
        .order(events::id)
        .select((
            events::id,
            events::board_id,
            events::card_id,
            events::user_id,
            events::kind,
            events::data,
            events::undoes,
            events::undone_at,
        ))
        .load(&mut conn)
        .await?;
    let entry = |(id, board_id, card_id, user_id, kind, data, undoes, undone_at): Row| Entry {
        id,
        board_id,
        user_id,
        happened: Happened::from_row(&kind, card_id, data.clone()),
        data: with_card(data, card_id),
        kind,
        undoes,
        is_undone: undone_at.is_some(),
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// What stands in the way of undoing an event: the newest change of the same kind to the same things, else one by which one of
/// them is away, else the newest to them.
async fn in_the_way(change: &Change<'_>, entry: &Entry) -> Result<UndoError, UndoError> {
    let (own, all) = (own_things(&entry.data), things(&entry.data));
    let newer = newer(change, entry).await?;
    let is_same = |other: &&Entry| own.is_subset(&things(&other.data));
    let is_away = |other: &&Entry| {
        let takes_away = other.kind.ends_with("_deleted") || other.kind.ends_with("_archived");
        takes_away && !all.is_disjoint(&things(&other.data))
    };
    let found = newer
        .iter()
        .filter(is_same)
        .find(|other| other.kind == entry.kind)
        .or_else(|| newer.iter().find(is_away))
        .or_else(|| newer.iter().find(is_same));
    Ok(UndoError::InTheWay(match found {
        Some(other) => Some(Box::new(Event::find(change.conn(), other.id).await?)),
        None => None,
    }))
}

/// Whether the same was done since to the same things.
async fn is_repeated(change: &Change<'_>, entry: &Entry) -> QueryResult<bool> {
    let own = own_things(&entry.data);
    let newer = newer(change, entry).await?;
    Ok(newer.iter().any(|other| other.kind == entry.kind && own.is_subset(&things(&other.data))))
}

/// Refuses where other people have done something since to a thing that an event made: undoing that would take their work away.
async fn must_be_untouched(change: &Change<'_>, entry: &Entry, made: Uuid) -> Result<(), UndoError> {
    let made = made.to_string();
    let newer = newer(change, entry).await?;
    let by_others = newer.iter().filter(|other| other.user_id != entry.user_id);
    match by_others.into_iter().find(|other| things(&other.data).contains(&made)) {
        None => Ok(()),
        Some(other) => Err(UndoError::InTheWay(Some(Box::new(Event::find(change.conn(), other.id).await?)))),
    }
}

/// What was done on the board since an event, and was not taken back; the newest first.
async fn newer(change: &Change<'_>, entry: &Entry) -> QueryResult<Vec<Entry>> {
    newer_on(change, entry, change.board().id).await
}

/// The same on another board.
async fn newer_on(change: &Change<'_>, entry: &Entry, board_id: Uuid) -> QueryResult<Vec<Entry>> {
    type Row = (Uuid, Option<Uuid>, Option<Uuid>, String, Value);
    let first = diesel::alias!(events as first);
    let of_first = first.field(events::id).nullable().eq(events::part_of);
    // Only the first event of a change says that it was taken back, or takes back.
    let stands = (first.field(events::undone_at).is_null()).and(first.field(events::undoes).is_null());
    let rows: Vec<Row> = events::table
        .left_join(first.on(of_first))
        .filter(events::board_id.eq(board_id).and(events::id.gt(entry.id)))
        .filter(events::undone_at.is_null().and(events::undoes.is_null()).and(stands))
        .order(events::id.desc())
        .limit(NEWER_MOST)
        .select((events::id, events::card_id, events::user_id, events::kind, events::data))
        .load(&mut change.conn())
        .await?;
    let other = |(id, card_id, user_id, kind, data): Row| Entry {
        id,
        board_id,
        user_id,
        kind,
        data: with_card(data, card_id),
        happened: None,
        undoes: None,
        is_undone: false,
    };
    Ok(rows.into_iter().map(other).collect())
}

fn with_card(mut data: Value, card_id: Option<Uuid>) -> Value {
    if let (Some(card_id), Some(data)) = (card_id, data.as_object_mut()) {
        data.insert("card_id".to_owned(), card_id.to_string().into());
    }
    data
}

/// The ids of all things that an event's data name; people are none.
fn things(data: &Value) -> HashSet<String> {
    named(data, |name| !name.ends_with("user_id"))
}

/// The ids of the things that it happened to; not the places that those came from and went to.
fn own_things(data: &Value) -> HashSet<String> {
    let is_of_card = data.get("card_id").is_some();
    let is_place = |name: &str| {
        name.starts_with("from_") || name.starts_with("to_") || (is_of_card && name == "column_id")
    };
    named(data, |name| !name.ends_with("user_id") && !is_place(name))
}

fn named(data: &Value, is_meant: impl Fn(&str) -> bool) -> HashSet<String> {
    let mut ids = HashSet::new();
    for (name, value) in data.as_object().into_iter().flatten().filter(|(name, _)| is_meant(name)) {
        match value {
            Value::String(id) if name.ends_with("_id") => {
                ids.insert(id.clone());
            }
            Value::Array(all) if name.ends_with("_ids") => {
                ids.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    ids
}
