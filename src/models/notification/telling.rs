//! Telling those concerned of what happened on a board.
//!
//! A change leaves its events in `untold_events`. They are taken out in the transaction that writes the notifications, so that
//! nobody is told twice of one thing, and nobody is left out, however often the job runs and wherever it dies.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::Reason;
use crate::models::event::Happened;
use crate::schema::{comment_versions, comments, events, untold_events};

/// Events that are told of in one transaction.
const EVENTS_MOST: i64 = 100;
/// People who are told in one transaction.
const PEOPLE_MOST: i64 = 1000;
/// What a comment said before, as far as it is asked whom it named.
const VERSIONS_MOST: i64 = 20;

/// Events of a board that are told of together, and held until the transaction ends.
#[derive(Debug)]
pub struct Batch {
    board_id: Uuid,
    event_ids: Vec<Uuid>,
    /// The last person, by id, who was told of them already.
    after_user: Option<Uuid>,
}

/// A text that an event brought.
#[derive(Clone, Debug)]
pub struct NewText {
    pub event_id: Uuid,
    /// Markdown.
    pub text: String,
    /// What it said before: those it named then are told of nothing new.
    pub before: Vec<String>,
}

/// People whom the text of an event names.
#[derive(Clone, Debug, Default)]
pub struct NamedPeople {
    event_ids: Vec<Uuid>,
    user_ids: Vec<Uuid>,
}

impl NamedPeople {
    pub fn push(&mut self, event_id: Uuid, user_id: Uuid) {
        self.event_ids.push(event_id);
        self.user_ids.push(user_id);
    }
}

/// Somebody who was mentioned on a card, or given it, and wants a mail at once.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Urgent {
    pub user_id: Uuid,
    pub card_id: Uuid,
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = BigInt)]
    people: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    last: Option<Uuid>,
    #[diesel(sql_type = Jsonb)]
    urgent: Value,
}

impl Batch {
    /// Takes the next events of a board, in a transaction of the caller's; none where nobody is left to tell. What another worker
    /// has taken is left to that one.
    pub async fn take(conn: &mut AsyncPgConnection, board_id: Uuid) -> QueryResult<Option<Self>> {
        let rows: Vec<(Uuid, Option<Uuid>)> = untold_events::table
            .filter(untold_events::board_id.eq(board_id))
            .order((untold_events::after_user.desc().nulls_last(), untold_events::event_id))
            .limit(EVENTS_MOST)
            .select((untold_events::event_id, untold_events::after_user))
            .for_update()
            .skip_locked()
            .load(conn)
            .await?;
        let Some((_, after_user)) = rows.as_slice().first().copied() else { return Ok(None) };
        let together = rows.into_iter().filter(|(_, after)| *after == after_user);
        Ok(Some(Self { board_id, event_ids: together.map(|(id, _)| id).collect(), after_user }))
    }

    /// The texts that came with it.
    pub async fn texts(&self, mut conn: &AsyncPgConnection) -> QueryResult<Vec<NewText>> {
        let kinds = ["card_edited", "comment_created", "comment_edited"];
        let rows: Vec<(Uuid, String, Option<Uuid>, Value)> = events::table
            .filter(events::id.eq_any(&self.event_ids).and(events::kind.eq_any(kinds)))
            .order(events::id)
            .select((events::id, events::kind, events::card_id, events::data))
            .load(&mut conn)
            .await?;
        let mut texts = Vec::new();
        for (event_id, kind, card_id, data) in rows {
            match Happened::from_row(&kind, card_id, data) {
                Some(Happened::CardEdited { body_from, body_to: Some(text), .. }) => {
                    texts.push(NewText { event_id, text, before: body_from.into_iter().collect() });
                }
                Some(Happened::CommentCreated { comment_id, .. }) => {
                    texts.extend(of_comment(conn, event_id, comment_id, 0).await?);
                }
                Some(Happened::CommentEdited { comment_id, version: Some(version), .. }) => {
                    texts.extend(of_comment(conn, event_id, comment_id, version).await?);
                }
                _ => {}
            }
        }
        Ok(texts)
    }

    pub fn board_id(&self) -> Uuid {
        self.board_id
    }

    /// Writes what people are told, and takes out the events whose people have all been told. Gives those who want a mail at once.
    ///
    /// Nobody is told of their own deed, nor of what they may not see.
    pub async fn tell(
        self,
        conn: &mut AsyncPgConnection,
        named: &NamedPeople,
        sends_mail: bool,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<Urgent>> {
        let told: Told = diesel::sql_query(TELL)
            .bind::<Array<SqlUuid>, _>(&self.event_ids)
            .bind::<SqlUuid, _>(self.after_user.unwrap_or_default())
            .bind::<BigInt, _>(PEOPLE_MOST)
            .bind::<Array<SqlUuid>, _>(&named.event_ids)
            .bind::<Array<SqlUuid>, _>(&named.user_ids)
            .bind::<Bool, _>(sends_mail)
            .bind::<Timestamptz, _>(now)
            .bind::<Array<Text>, _>(Reason::words())
            .get_result(conn)
            .await?;
        let taken = untold_events::table
            .filter(untold_events::board_id.eq(self.board_id))
            .filter(untold_events::event_id.eq_any(&self.event_ids));
        match told.last.filter(|_| told.people == PEOPLE_MOST) {
            Some(last) => {
                diesel::update(taken).set(untold_events::after_user.eq(last)).execute(conn).await?;
            }
            None => {
                diesel::delete(taken).execute(conn).await?;
            }
        }
        serde_json::from_value(told.urgent)
            .map_err(|error| diesel::result::Error::DeserializationError(error.into()))
    }
}

/// What a comment said in this version, and before.
async fn of_comment(
    mut conn: &AsyncPgConnection,
    event_id: Uuid,
    comment_id: Uuid,
    version: i32,
) -> QueryResult<Option<NewText>> {
    let live = comments::table.find(comment_id).filter(comments::deleted_at.is_null());
    let present: Option<(String, i32)> =
        live.select((comments::body, comments::version)).first(&mut conn).await.optional()?;
    let Some((body, present)) = present else { return Ok(None) };
    let mut before: Vec<(i32, String)> = comment_versions::table
        .filter(comment_versions::comment_id.eq(comment_id))
        .order(comment_versions::version.desc())
        .limit(VERSIONS_MOST)
        .select((comment_versions::version, comment_versions::body))
        .load(&mut conn)
        .await?;
    // It may have been edited again since: then that event has its own say.
    let text = if present == version {
        Some(body)
    } else {
        before.iter().find(|(one, _)| *one == version).map(|(_, body)| body.clone())
    };
    before.retain(|(one, _)| *one < version);
    let before = before.into_iter().map(|(_, body)| body).collect();
    Ok(text.map(|text| NewText { event_id, text, before }))
}

/// Those of `now` who were not among `before`.
pub fn newly_named<'a>(now: &'a [String], before: &[String]) -> Vec<&'a String> {
    let before: HashSet<&String> = before.iter().collect();
    let mut seen = HashSet::new();
    now.iter().filter(|handle| !before.contains(handle) && seen.insert(*handle)).collect()
}

/// In this order: what happened and was not taken back, who is concerned by it, a bounded number of them, why each is told of each
/// event, and their lines.
const TELL: &str = "
    WITH happened AS MATERIALIZED (
        SELECT events.id, coalesce(cards.board_id, events.board_id) AS board_id, events.board_id AS on_board,
            events.card_id, events.user_id, events.kind, events.data, events.created_at
        FROM events
        LEFT JOIN cards ON cards.id = events.card_id
        LEFT JOIN events AS firsts ON firsts.id = events.part_of
        LEFT JOIN comments ON comments.id =
            CASE WHEN events.kind LIKE 'comment%' THEN (events.data->>'comment_id')::uuid END
        WHERE events.id = ANY($1) AND events.undone_at IS NULL AND firsts.undone_at IS NULL
            AND comments.deleted_at IS NULL AND cards.deleted_at IS NULL
    ), concerned AS (
        SELECT happened.id, named.user_id, 'mentioned' AS reason
        FROM happened JOIN unnest($4, $5) AS named (event_id, user_id) ON named.event_id = happened.id
        UNION ALL
        SELECT id, (data->>'user_id')::uuid, 'assigned' FROM happened
        WHERE kind = 'assignee_added' OR kind = 'item_changed' AND data->>'user_id' IS NOT NULL
            AND data->>'user_id' IS DISTINCT FROM data->>'from_user_id'
        UNION ALL
        SELECT happened.id, card_watches.user_id,
            CASE happened.kind WHEN 'comment_created' THEN 'comment' ELSE 'change' END
        FROM happened JOIN card_watches ON card_watches.card_id = happened.card_id
        WHERE kind IN ('comment_created', 'card_dated', 'card_done', 'card_undone')
            OR kind = 'card_moved' AND data->>'from_column_id' IS DISTINCT FROM data->>'to_column_id'
        UNION ALL
        SELECT happened.id, board_watches.user_id, 'new_card'
        FROM happened JOIN board_watches ON board_watches.board_id = happened.on_board
        WHERE kind IN ('card_created', 'card_copied', 'card_arrived')
        UNION ALL
        SELECT id, (data->>'user_id')::uuid, 'role_changed' FROM happened WHERE kind = 'member_role_changed'
        UNION ALL
        SELECT happened.id, users.id, 'invitation'
        FROM happened
        JOIN invitations ON invitations.id =
            CASE WHEN happened.kind = 'invitation_sent' THEN (happened.data->>'invitation_id')::uuid END
        JOIN users ON users.canonical_email = invitations.canonical_email
        WHERE invitations.revoked_at IS NULL AND (users.email_confirmed_at IS NOT NULL OR NOT $6)
    ), people AS MATERIALIZED (
        SELECT DISTINCT user_id FROM concerned WHERE user_id > $2 ORDER BY user_id LIMIT $3
    ), reasons AS (
        SELECT people.user_id, concerned.id, ($8)[min(array_position($8, concerned.reason))] AS reason
        FROM people JOIN concerned ON concerned.user_id = people.user_id
        GROUP BY people.user_id, concerned.id
    ), lines AS (
        SELECT people.user_id, happened.board_id, happened.card_id,
            ($8)[min(array_position($8, people.reason))] AS reason,
            (array_agg(happened.id ORDER BY happened.id DESC))[1] AS event_id,
            (array_agg(happened.user_id ORDER BY happened.id DESC))[1] AS actor_id,
            max(happened.created_at) AS happened_at,
            count(*)::integer AS count,
            bool_or(people.reason IN ('mentioned', 'assigned')) AS mail_urgent,
            bool_or(people.reason NOT IN ('mentioned', 'assigned', 'invitation')) AS mail_rest
        FROM reasons AS people
        JOIN happened ON happened.id = people.id
        JOIN users ON users.id = people.user_id AND users.disabled_at IS NULL
        JOIN boards ON boards.id = happened.board_id AND boards.deleted_at IS NULL
        LEFT JOIN members ON members.board_id = happened.board_id AND members.user_id = people.user_id
        WHERE people.user_id IS DISTINCT FROM happened.user_id
            AND (members.user_id IS NOT NULL OR boards.open_role IS NOT NULL OR people.reason = 'invitation')
        GROUP BY people.user_id, happened.board_id, happened.card_id
        ORDER BY people.user_id, coalesce(happened.card_id, happened.board_id)
    ), told AS (
        INSERT INTO notifications AS before (user_id, board_id, card_id, reason, event_id, actor_id, happened_at, told_at,
            count, mail_urgent, mail_rest)
        SELECT user_id, board_id, card_id, reason, event_id, actor_id, happened_at, $7, count, mail_urgent, mail_rest
        FROM lines
        ON CONFLICT (user_id, subject_id) DO UPDATE SET
            board_id = excluded.board_id,
            reason = CASE WHEN before.read_at IS NULL AND before.card_id IS NOT NULL
                    AND array_position($8, before.reason) < array_position($8, excluded.reason)
                THEN before.reason ELSE excluded.reason END,
            event_id = greatest(before.event_id, excluded.event_id),
            actor_id = CASE WHEN before.event_id > excluded.event_id THEN before.actor_id ELSE excluded.actor_id END,
            happened_at = greatest(before.happened_at, excluded.happened_at),
            told_at = $7,
            count = CASE WHEN before.read_at IS NULL THEN before.count ELSE 0 END + excluded.count,
            read_at = NULL,
            mail_urgent = excluded.mail_urgent OR before.read_at IS NULL AND before.mail_urgent,
            mail_rest = excluded.mail_rest OR before.read_at IS NULL AND before.mail_rest,
            mail_due = before.read_at IS NULL AND before.mail_due
        RETURNING user_id, card_id, mail_urgent
    )
    SELECT (SELECT count(*) FROM people) AS people,
        (SELECT user_id FROM people ORDER BY user_id DESC LIMIT 1) AS last,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', told.user_id, 'card_id', told.card_id)), '[]')
         FROM told
         JOIN users ON users.id = told.user_id
         LEFT JOIN notification_settings AS settings ON settings.user_id = told.user_id
         WHERE told.mail_urgent AND told.card_id IS NOT NULL AND users.email_confirmed_at IS NOT NULL
             AND coalesce(settings.urgent, 'at_once') = 'at_once') AS urgent";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_named_before_is_not_named_again() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            newly_named(&names("ada bob ada eve"), &names("bob")),
            [&"ada".to_owned(), &"eve".to_owned()]
        );
    }
}
