//! Copies of cards with what is on them: a statement for each kind of thing, however many cards.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::change::Change;
use crate::files::content_type;
use crate::queue::NewJob;
use crate::tasks::PreparePicture;
use crate::text_enum::text_enum;

text_enum! {
    /// What can come along when a card is copied.
    CardPart {
        Checklists = "checklists",
        Labels = "labels",
        /// Also those whom items of checklists are for.
        Assignees = "assignees",
        Files = "files",
        Comments = "comments",
    }
}

/// What comes along with copied cards, beside title and text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Along {
    pub checklists: bool,
    pub labels: bool,
    /// Those of them who can work on cards of the board.
    pub people: bool,
    pub files: bool,
    pub comments: bool,
    /// Dates, and what is done.
    pub progress: bool,
    /// The cards' numbers, which of them their texts name, and which are templates: for a board that has no other cards.
    pub numbers: bool,
}

impl Along {
    /// With a card that is copied by itself.
    pub fn chosen(parts: &[CardPart]) -> Self {
        Self {
            checklists: parts.contains(&CardPart::Checklists),
            labels: parts.contains(&CardPart::Labels),
            people: parts.contains(&CardPart::Assignees),
            files: parts.contains(&CardPart::Files),
            comments: parts.contains(&CardPart::Comments),
            progress: true,
            numbers: false,
        }
    }
}

/// Cards and where their copies go: the fields are as long as each other.
#[derive(Debug, Default)]
pub(super) struct Twins {
    /// The cards.
    pub of: Vec<Uuid>,
    pub ids: Vec<Uuid>,
    pub columns: Vec<Uuid>,
    pub ranks: Vec<String>,
}

/// Labels, and those that stand for them on the copies' board.
#[derive(Debug, Default)]
pub(super) struct LabelTwins {
    pub of: Vec<Uuid>,
    pub ids: Vec<Uuid>,
}

/// The ids of the copies of what has an order by its UUIDv7: the time stays, and so does the order.
const NEW_ID: &str = "(left(of_id::text, 18) || right(gen_random_uuid()::text, 18))::uuid";

/// Puts copies of cards onto the change's board, with what comes along; each under its own title, or under `title`.
pub(super) async fn copy(
    change: &mut Change<'_>,
    twins: &Twins,
    labels: &LabelTwins,
    along: Along,
    title: Option<&str>,
) -> QueryResult<()> {
    if twins.of.is_empty() {
        return Ok(());
    }
    cards(change, twins, along, title).await?;
    field_values(change, twins).await?;
    if along.labels {
        card_labels(change, twins, labels).await?;
    }
    if along.checklists {
        checklists(change, twins, along).await?;
    }
    if along.people {
        assignees(change, twins).await?;
    }
    if along.files {
        files(change, twins).await?;
    }
    if along.comments {
        comments(change, twins).await?;
    }
    if along.numbers {
        references(change, twins).await?;
    }
    Ok(())
}

async fn cards(change: &Change<'_>, twins: &Twins, along: Along, title: Option<&str>) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO cards (id, board_id, column_id, title, body, rank, number, start_on, start_at, due_on, due_at, done_at,
             is_template, created_by, created_at, updated_at)
         SELECT twins.id, $5, twins.column_id, coalesce($6, cards.title), cards.body, twins.rank,
             CASE WHEN $7 THEN cards.number END,
             CASE WHEN $8 THEN cards.start_on END, CASE WHEN $8 THEN cards.start_at END,
             CASE WHEN $8 THEN cards.due_on END, CASE WHEN $8 THEN cards.due_at END,
             CASE WHEN $8 THEN cards.done_at END, $7 AND cards.is_template,
             $9, $10, $10
         FROM unnest($1, $2, $3, $4) AS twins (of_id, id, column_id, rank) JOIN cards ON cards.id = twins.of_id
         ORDER BY cards.number, cards.id",
    )
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .bind::<Array<SqlUuid>, _>(&twins.columns)
    .bind::<Array<Text>, _>(&twins.ranks)
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<Nullable<Text>, _>(title)
    .bind::<Bool, _>(along.numbers)
    .bind::<Bool, _>(along.progress)
    .bind::<Nullable<SqlUuid>, _>(change.author())
    .bind::<Timestamptz, _>(change.at())
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

/// What the cards have filled in, in the fields that the copies' board has: on another board those of the same name and kind.
async fn field_values(change: &Change<'_>, twins: &Twins) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO card_fields (card_id, field_id, board_id, value, choice_id)
         SELECT twins.id, there.id, $3, filled.value, chosen.id
         FROM unnest($1, $2) AS twins (of_id, id)
         JOIN card_fields AS filled ON filled.card_id = twins.of_id
         JOIN fields AS here ON here.id = filled.field_id AND here.deleted_at IS NULL
         JOIN fields AS there ON there.board_id = $3 AND there.deleted_at IS NULL AND there.kind = here.kind
             AND (there.id = here.id OR here.board_id <> $3 AND there.name = here.name)
         LEFT JOIN field_choices AS choice ON choice.id = filled.choice_id AND choice.deleted_at IS NULL
         LEFT JOIN field_choices AS chosen ON chosen.field_id = there.id AND chosen.deleted_at IS NULL
             AND chosen.name = choice.name
         WHERE filled.choice_id IS NULL OR chosen.id IS NOT NULL
         ON CONFLICT DO NOTHING",
    )
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .bind::<SqlUuid, _>(change.board().id)
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

async fn card_labels(change: &Change<'_>, twins: &Twins, labels: &LabelTwins) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO card_labels (card_id, label_id, board_id)
         SELECT twins.id, labels.id, $3
         FROM unnest($1, $2) AS twins (of_id, id)
         JOIN card_labels ON card_labels.card_id = twins.of_id
         JOIN unnest($4, $5) AS labels (of_id, id) ON labels.of_id = card_labels.label_id
         ON CONFLICT DO NOTHING",
    )
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<Array<SqlUuid>, _>(&labels.of)
    .bind::<Array<SqlUuid>, _>(&labels.ids)
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

async fn checklists(change: &Change<'_>, twins: &Twins, along: Along) -> QueryResult<()> {
    diesel::sql_query(
        "WITH lists AS MATERIALIZED (
             SELECT checklists.id AS of_id, gen_random_uuid() AS id, twins.id AS card_id, checklists.title, checklists.rank
             FROM unnest($1, $2) AS twins (of_id, id) JOIN checklists ON checklists.card_id = twins.of_id
             WHERE checklists.deleted_at IS NULL
         ), copied AS (
             INSERT INTO checklists (id, board_id, card_id, title, rank, created_at)
             SELECT id, $3, card_id, title, rank, $4 FROM lists
         )
         INSERT INTO checklist_items (id, board_id, card_id, checklist_id, text, rank, checked_at, user_id, due_on, due_at,
             created_at)
         SELECT gen_random_uuid(), $3, lists.card_id, lists.id, items.text, items.rank,
             CASE WHEN $5 THEN items.checked_at END, members.user_id,
             CASE WHEN $5 THEN items.due_on END, CASE WHEN $5 THEN items.due_at END, $4
         FROM lists
         JOIN checklist_items AS items ON items.checklist_id = lists.of_id
         LEFT JOIN members ON $6 AND members.board_id = $3 AND members.user_id = items.user_id AND members.role <> 'viewer'
         WHERE items.deleted_at IS NULL",
    )
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<Timestamptz, _>(change.at())
    .bind::<Bool, _>(along.progress)
    .bind::<Bool, _>(along.people)
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

async fn assignees(change: &Change<'_>, twins: &Twins) -> QueryResult<()> {
    // Their times are kept, for they are shown in this order.
    diesel::sql_query(
        "WITH copied AS (
             INSERT INTO assignees (card_id, user_id, board_id, assigned_by, created_at)
             SELECT twins.id, assignees.user_id, $3, $4, assignees.created_at
             FROM unnest($1, $2) AS twins (of_id, id)
             JOIN assignees ON assignees.card_id = twins.of_id
             JOIN members ON members.board_id = $3 AND members.user_id = assignees.user_id AND members.role <> 'viewer'
             RETURNING card_id, user_id
         )
         INSERT INTO card_watches (card_id, user_id, created_at) SELECT card_id, user_id, $5 FROM copied
         ON CONFLICT DO NOTHING",
    )
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<Nullable<SqlUuid>, _>(change.author())
    .bind::<Timestamptz, _>(change.at())
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

/// A copied file that has no thumbnail to copy.
#[derive(QueryableByName)]
struct Unprepared {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    content_type: String,
}

/// The copies have the same contents, which are not stored again. A picture that the worker has not prepared yet is prepared for
/// each of them, or the copy would keep what the camera wrote beside it.
async fn files(change: &mut Change<'_>, twins: &Twins) -> QueryResult<()> {
    let unprepared: Vec<Unprepared> = diesel::sql_query(format!(
        "WITH here AS (
             SELECT files.id AS of_id, twins.id AS card_id, files.object_key, files.name, files.content_type,
                 files.uploaded_by, files.created_at
             FROM unnest($1, $2) AS twins (of_id, id) JOIN files ON files.card_id = twins.of_id
             WHERE files.deleted_at IS NULL
         ), copies AS MATERIALIZED (
             SELECT *, {NEW_ID} AS id FROM here
         ), copied AS (
             INSERT INTO files (id, board_id, card_id, object_key, name, content_type, uploaded_by, created_at)
             SELECT id, $3, card_id, object_key, name, content_type, uploaded_by, created_at FROM copies
         ), prepared AS (
             INSERT INTO thumbnails (file_id, object_key, width, height, content_type, bytes, made_at)
             SELECT copies.id, made.object_key, made.width, made.height, made.content_type, made.bytes, made.made_at
             FROM copies JOIN thumbnails AS made ON made.file_id = copies.of_id AND made.object_key = copies.object_key
             RETURNING file_id
         ), covered AS (
             INSERT INTO covers (card_id, file_id)
             SELECT copies.card_id, copies.id FROM copies JOIN covers ON covers.file_id = copies.of_id
         )
         SELECT id, content_type FROM copies WHERE id NOT IN (SELECT file_id FROM prepared)"
    ))
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .bind::<SqlUuid, _>(change.board().id)
    .load(&mut change.conn())
    .await?;
    for file in unprepared.iter().filter(|file| content_type::has_preview(&file.content_type)) {
        NewJob::new(&PreparePicture { file_id: file.id })?.enqueue(change).await?;
    }
    Ok(())
}

/// By their authors and of their time, without what they said before, and without reactions.
async fn comments(change: &Change<'_>, twins: &Twins) -> QueryResult<()> {
    diesel::sql_query(format!(
        "WITH here AS (
             SELECT comments.id AS of_id, twins.id AS card_id, comments.user_id, comments.body, comments.created_at
             FROM unnest($1, $2) AS twins (of_id, id) JOIN comments ON comments.card_id = twins.of_id
             WHERE comments.deleted_at IS NULL
         )
         INSERT INTO comments (id, board_id, card_id, user_id, body, created_at)
         SELECT {NEW_ID}, $3, card_id, user_id, body, created_at FROM here"
    ))
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .bind::<SqlUuid, _>(change.board().id)
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

/// A text that names one of the cards now names its copy, which has the same number.
async fn references(change: &Change<'_>, twins: &Twins) -> QueryResult<()> {
    diesel::sql_query(
        "WITH twins AS (SELECT * FROM unnest($1, $2) AS twins (of_id, id))
         INSERT INTO card_references (card_id, named_in)
         SELECT named.id, twins.id
         FROM twins
         JOIN card_references ON card_references.named_in = twins.of_id AND card_references.comment_id IS NULL
         JOIN twins AS named ON named.of_id = card_references.card_id",
    )
    .bind::<Array<SqlUuid>, _>(&twins.of)
    .bind::<Array<SqlUuid>, _>(&twins.ids)
    .execute(&mut change.conn())
    .await?;
    Ok(())
}
