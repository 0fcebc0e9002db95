//! What of a card can come to another board, and what cannot, by number: for the pages that say so before.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Card;
use crate::config;
use crate::models::label::{self, Label};
use crate::models::quota;

/// How many things of a kind there are, and how many of them cannot come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    pub n: i64,
    pub of: i64,
}

/// What becomes of what is on a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    pub assignees: Lost,
    /// Items of checklists that are for somebody.
    pub items: Lost,
    pub watchers: Lost,
    pub labels: Lost,
    /// What it has filled in of its board's own fields.
    pub fields: Lost,
    /// Labels that the board will have more.
    pub new_labels: i64,
    pub comments: i64,
    /// How often the text names a card by its number, which is another card's there; left to whoever has the text rendered.
    pub numbers: i64,
    /// Files, all of which are lost where they do not fit.
    pub files: Lost,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    assignees: i64,
    #[diesel(sql_type = BigInt)]
    lost_assignees: i64,
    #[diesel(sql_type = BigInt)]
    items: i64,
    #[diesel(sql_type = BigInt)]
    lost_items: i64,
    #[diesel(sql_type = BigInt)]
    watchers: i64,
    #[diesel(sql_type = BigInt)]
    lost_watchers: i64,
    #[diesel(sql_type = BigInt)]
    comments: i64,
    #[diesel(sql_type = BigInt)]
    files: i64,
    #[diesel(sql_type = BigInt)]
    fields: i64,
    #[diesel(sql_type = BigInt)]
    kept_fields: i64,
}

impl Card {
    /// What can come to a board, which may be the card's own.
    pub async fn fit(
        &self,
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        limits: &config::Files,
    ) -> QueryResult<Fit> {
        let counts: Counts = diesel::sql_query(
            "WITH able AS (SELECT user_id FROM members WHERE board_id = $2 AND role <> 'viewer'),
             here AS (SELECT user_id FROM assignees WHERE card_id = $1),
             steps AS (
                 SELECT items.user_id
                 FROM checklist_items AS items JOIN checklists ON checklists.id = items.checklist_id
                 WHERE items.card_id = $1 AND items.user_id IS NOT NULL
                     AND items.deleted_at IS NULL AND checklists.deleted_at IS NULL
             ),
             filled AS (
                 SELECT fields.id, fields.name, fields.kind, choices.name AS choice
                 FROM card_fields JOIN fields ON fields.id = card_fields.field_id
                 LEFT JOIN field_choices AS choices ON choices.id = card_fields.choice_id
                 WHERE card_fields.card_id = $1 AND fields.deleted_at IS NULL AND choices.deleted_at IS NULL
             )
             SELECT (SELECT count(*) FROM here) AS assignees,
                 (SELECT count(*) FROM here WHERE user_id NOT IN (SELECT user_id FROM able)) AS lost_assignees,
                 (SELECT count(*) FROM steps) AS items,
                 (SELECT count(*) FROM steps WHERE user_id NOT IN (SELECT user_id FROM able)) AS lost_items,
                 (SELECT count(*) FROM card_watches WHERE card_id = $1) AS watchers,
                 (SELECT count(*) FROM card_watches WHERE card_id = $1 AND member_role($2, user_id) IS NULL)
                     AS lost_watchers,
                 (SELECT count(*) FROM comments WHERE card_id = $1 AND deleted_at IS NULL) AS comments,
                 (SELECT count(*) FROM files WHERE card_id = $1 AND deleted_at IS NULL) AS files,
                 (SELECT count(*) FROM filled) AS fields,
                 (SELECT count(*) FROM filled WHERE EXISTS (
                     SELECT FROM fields AS there
                     WHERE there.board_id = $2 AND there.deleted_at IS NULL AND there.kind = filled.kind
                         AND there.name = filled.name
                         AND (filled.choice IS NULL OR EXISTS (
                             SELECT FROM field_choices WHERE field_choices.field_id = there.id
                                 AND field_choices.deleted_at IS NULL AND field_choices.name = filled.choice
                         ))
                 )) AS kept_fields",
        )
        .bind::<SqlUuid, _>(self.id)
        .bind::<SqlUuid, _>(board_id)
        .get_result(conn)
        .await?;
        let labels = Label::of_card(conn, self.id).await?;
        let (missing, room) = if board_id == self.board_id {
            (0, 0)
        } else {
            let there = Label::of_board(conn, board_id).await?;
            let known: HashSet<_> = there.iter().map(Label::look).collect();
            let missing: HashSet<_> =
                labels.iter().map(Label::look).filter(|look| !known.contains(look)).collect();
            (missing.len() as i64, (label::OF_BOARD_MOST - there.len() as i64).max(0))
        };
        let fits = quota::fits_copies(conn, board_id, &[self.id], limits).await?.is_ok();
        Ok(Fit {
            assignees: Lost { n: counts.lost_assignees, of: counts.assignees },
            items: Lost { n: counts.lost_items, of: counts.items },
            watchers: Lost { n: counts.lost_watchers, of: counts.watchers },
            labels: Lost { n: (missing - room).max(0), of: labels.len() as i64 },
            fields: Lost { n: counts.fields - counts.kept_fields, of: counts.fields },
            new_labels: missing.min(room),
            comments: counts.comments,
            numbers: 0,
            files: Lost { n: if fits { 0 } else { counts.files }, of: counts.files },
        })
    }
}
