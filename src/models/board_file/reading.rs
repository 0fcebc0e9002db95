//! What a file says of a board, out of the database: ids first and what they stand for in batches, so that a board of any size needs
//! little memory. Called in one transaction that sees one moment.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::{
    BoardEntry, CardEntry, ChecklistEntry, ColumnEntry, CommentEntry, ElsewhereEntry, EventEntry, FieldEntry,
    FileEntry, ItemEntry, LabelEntry, LinkEntry, PersonEntry, ReactionEntry, RecurrenceEntry, ValueEntry,
    VersionEntry,
};
use crate::files::name;
use crate::models::card::CardDates;
use crate::models::card_link::CardLink;
use crate::models::color::Color;
use crate::models::field::Field;
use crate::models::field::choice::FieldChoice;
use crate::models::label::Label;
use crate::models::object::Object;
use crate::models::reaction::Reaction;
use crate::models::recurrence::Recurrence;
use crate::models::role::Role;
use crate::models::when::When;
use crate::schema::{
    assignees, boards, card_fields, card_labels, card_links, cards, checklist_items as items, checklists,
    columns_ as columns, comment_versions, comments, covers, events, field_choices, files, labels, members,
    objects, reactions, users,
};

/// Who is to read the file.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// None for the operator, who may see everything.
    pub user_id: Option<Uuid>,
    pub role: Role,
}

/// A card before it is read.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct CardKey {
    pub id: Uuid,
    pub number: Option<i32>,
    pub is_archived: bool,
}

/// A file whose bytes belong into the archive.
#[derive(Clone, Debug)]
pub struct Content {
    /// Seen from `board.json`.
    pub path: String,
    pub content_type: String,
    pub created_at: DateTime<Utc>,
    pub object: Object,
}

impl BoardEntry {
    pub async fn read(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Self> {
        type Row = (Uuid, String, Color, DateTime<Utc>, Option<DateTime<Utc>>, Option<Role>, bool, i32);
        let row: Row = boards::table
            .find(board_id)
            .filter(boards::deleted_at.is_null())
            .select((
                boards::id,
                boards::title,
                boards::color,
                boards::created_at,
                boards::archived_at,
                boards::open_role,
                boards::is_template,
                boards::last_card_number,
            ))
            .first(&mut conn)
            .await?;
        let (id, title, color, created_at, archived_at, open_role, is_template, last_card_number) = row;
        Ok(Self { id, title, color, created_at, archived_at, open_role, is_template, last_card_number })
    }
}

impl PersonEntry {
    /// A board's members, and those others. Owners alone are told addresses.
    pub async fn read(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        others: &[Uuid],
        reader: Reader,
    ) -> QueryResult<Vec<Self>> {
        type Row = (Uuid, String, String, String, Option<Role>, Option<DateTime<Utc>>);
        let is_member = members::user_id.eq(users::id).and(members::board_id.eq(board_id));
        let rows: Vec<Row> = users::table
            .left_join(members::table.on(is_member))
            .filter(members::user_id.nullable().is_not_null().or(users::id.eq_any(others)))
            .order(users::id)
            .select((
                users::id,
                users::name,
                users::handle,
                users::email,
                members::role.nullable(),
                members::created_at.nullable(),
            ))
            .load(&mut conn)
            .await?;
        let is_told = |role: Option<Role>| role.is_some() && reader.role == Role::Owner;
        let entry = |(id, name, handle, email, role, since): Row| Self {
            id,
            name,
            handle,
            email: Some(email).filter(|_| is_told(role)),
            role,
            since,
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    /// What those people are called.
    pub async fn names(
        mut conn: &AsyncPgConnection,
        ids: &[Uuid],
    ) -> QueryResult<Vec<(Uuid, String, String)>> {
        users::table
            .filter(users::id.eq_any(ids))
            .select((users::id, users::name, users::handle))
            .load(&mut conn)
            .await
    }
}

impl LabelEntry {
    pub async fn read(conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        let entry =
            |label: Label| Self { id: label.id, name: label.name, color: label.color, rank: label.rank };
        Ok(Label::of_board(conn, board_id).await?.into_iter().map(entry).collect())
    }
}

impl FieldEntry {
    pub async fn read(conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        let mut choices = FieldChoice::of_board(conn, board_id).await?;
        let entry = |field: Field| Self {
            choices: choices.remove(&field.id).unwrap_or_default(),
            id: field.id,
            name: field.name,
            kind: field.kind,
            on_card: field.on_card,
            shows_sum: field.shows_sum,
            rank: field.rank,
        };
        Ok(Field::of_board(conn, board_id).await?.into_iter().map(entry).collect())
    }
}

impl ColumnEntry {
    /// All of a board's columns in order, archived or not.
    pub async fn read(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        type Row = (Uuid, String, String, Option<i32>, DateTime<Utc>, Option<DateTime<Utc>>);
        let rows: Vec<Row> = columns::table
            .filter(columns::board_id.eq(board_id))
            .order((columns::rank, columns::id))
            .select((
                columns::id,
                columns::title,
                columns::rank,
                columns::wip_limit,
                columns::created_at,
                columns::archived_at,
            ))
            .load(&mut conn)
            .await?;
        let entry = |(id, title, rank, wip_limit, created_at, archived_at): Row| Self {
            id,
            title,
            rank,
            wip_limit,
            created_at,
            archived_at,
        };
        Ok(rows.into_iter().map(entry).collect())
    }
}

/// The board's cards by column, in the order of a file's.
pub async fn card_keys(
    mut conn: &AsyncPgConnection,
    board_id: Uuid,
) -> QueryResult<HashMap<Uuid, Vec<CardKey>>> {
    let rows: Vec<(Uuid, CardKey)> = cards::table
        .filter(cards::board_id.eq(board_id).and(cards::deleted_at.is_null()))
        .order((cards::archived_at.is_not_null(), cards::rank, cards::id))
        .select((cards::column_id, (cards::id, cards::number, cards::archived_at.is_not_null())))
        .load(&mut conn)
        .await?;
    let mut by_column: HashMap<Uuid, Vec<CardKey>> = HashMap::new();
    for (column_id, key) in rows {
        by_column.entry(column_id).or_default().push(key);
    }
    Ok(by_column)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cards, check_for_backend(diesel::pg::Pg))]
struct CardRow {
    id: Uuid,
    number: Option<i32>,
    column_id: Uuid,
    rank: String,
    title: String,
    body: String,
    #[diesel(embed)]
    dates: CardDates,
    created_by: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    archived_at: Option<DateTime<Utc>>,
    is_template: bool,
}

impl CardEntry {
    /// These cards in this order, with what is on them, and the contents of their files. A query for each kind of thing.
    pub async fn read(conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<(Vec<Self>, Vec<Content>)> {
        let (rows, labels, assignees, values, checklists, items, files, covers, recurrences) = tokio::try_join!(
            rows_of(conn, ids),
            labels_of(conn, ids),
            assignees_of(conn, ids),
            values_of(conn, ids),
            checklists_of(conn, ids),
            items_of(conn, ids),
            files_of(conn, ids),
            covers_of(conn, ids),
            Recurrence::of_cards(conn, ids),
        )?;
        let mut by_id: HashMap<Uuid, Self> = rows.into_iter().map(|row| (row.id, row.into())).collect();
        for (card_id, label_id) in labels {
            by_id.entry(card_id).and_modify(|card| card.labels.push(label_id));
        }
        for (card_id, user_id) in assignees {
            by_id.entry(card_id).and_modify(|card| card.assignees.push(user_id));
        }
        for (card_id, value) in values {
            by_id.entry(card_id).and_modify(|card| card.fields.push(value));
        }
        let mut items_of: HashMap<Uuid, Vec<ItemEntry>> = HashMap::new();
        for (checklist_id, item) in items {
            items_of.entry(checklist_id).or_default().push(item);
        }
        for (card_id, mut checklist) in checklists {
            checklist.items = items_of.remove(&checklist.id).unwrap_or_default();
            by_id.entry(card_id).and_modify(|card| card.checklists.push(checklist));
        }
        let mut contents = Vec::new();
        for (card_id, file, content) in files {
            by_id.entry(card_id).and_modify(|card| card.files.push(file));
            contents.push(content);
        }
        for (card_id, file_id) in covers {
            by_id.entry(card_id).and_modify(|card| card.cover = Some(file_id));
        }
        for recurrence in recurrences {
            let card = by_id.entry(recurrence.card_id);
            card.and_modify(|card| card.recurrence = Some(recurrence.into()));
        }
        Ok((ids.iter().filter_map(|id| by_id.remove(id)).collect(), contents))
    }

    /// The people it names by their ids.
    pub fn people(&self) -> impl Iterator<Item = Uuid> {
        let items = self.checklists.iter().flat_map(|list| &list.items).filter_map(|item| item.user_id);
        let uploaders = self.files.iter().filter_map(|file| file.uploaded_by);
        self.created_by.into_iter().chain(self.assignees.iter().copied()).chain(items).chain(uploaders)
    }
}

impl From<CardRow> for CardEntry {
    fn from(row: CardRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            column_id: row.column_id,
            rank: row.rank,
            title: row.title,
            body: row.body,
            start: row.dates.start(),
            due: row.dates.due(),
            done_at: row.dates.done_at,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            archived_at: row.archived_at,
            is_template: row.is_template,
            labels: Vec::new(),
            assignees: Vec::new(),
            fields: Vec::new(),
            checklists: Vec::new(),
            files: Vec::new(),
            cover: None,
            recurrence: None,
        }
    }
}

impl From<Recurrence> for RecurrenceEntry {
    fn from(recurrence: Recurrence) -> Self {
        let (start_time, due_time): (Option<NaiveTime>, Option<NaiveTime>) = recurrence.clock_times();
        Self { rule: recurrence.rule, start_time, due_time, comes_at: recurrence.comes_at }
    }
}

async fn rows_of(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<CardRow>> {
    cards::table.filter(cards::id.eq_any(ids)).select(CardRow::as_select()).load(&mut conn).await
}

async fn labels_of(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    card_labels::table
        .inner_join(labels::table)
        .filter(card_labels::card_id.eq_any(ids).and(labels::deleted_at.is_null()))
        .order(labels::rank)
        .select((card_labels::card_id, card_labels::label_id))
        .load(&mut conn)
        .await
}

async fn assignees_of(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    assignees::table
        .filter(assignees::card_id.eq_any(ids))
        .order((assignees::created_at, assignees::user_id))
        .select((assignees::card_id, assignees::user_id))
        .load(&mut conn)
        .await
}

async fn values_of(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, ValueEntry)>> {
    use crate::schema::fields;
    let rows: Vec<(Uuid, Uuid, Option<String>, Option<Uuid>)> = card_fields::table
        .inner_join(fields::table)
        .left_join(field_choices::table)
        .filter(card_fields::card_id.eq_any(ids).and(fields::deleted_at.is_null()))
        .filter(field_choices::deleted_at.is_null())
        .order((fields::rank, fields::id))
        .select((card_fields::card_id, card_fields::field_id, card_fields::value, card_fields::choice_id))
        .load(&mut conn)
        .await?;
    let entry = |(card_id, field_id, value, choice_id)| (card_id, ValueEntry { field_id, value, choice_id });
    Ok(rows.into_iter().map(entry).collect())
}

async fn checklists_of(
    mut conn: &AsyncPgConnection,
    ids: &[Uuid],
) -> QueryResult<Vec<(Uuid, ChecklistEntry)>> {
    let rows: Vec<(Uuid, Uuid, String, String, DateTime<Utc>)> = checklists::table
        .filter(checklists::card_id.eq_any(ids).and(checklists::deleted_at.is_null()))
        .order((checklists::rank, checklists::id))
        .select((
            checklists::card_id,
            checklists::id,
            checklists::title,
            checklists::rank,
            checklists::created_at,
        ))
        .load(&mut conn)
        .await?;
    let entry = |(card_id, id, title, rank, created_at)| {
        (card_id, ChecklistEntry { id, title, rank, created_at, items: Vec::new() })
    };
    Ok(rows.into_iter().map(entry).collect())
}

async fn items_of(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, ItemEntry)>> {
    type Row = (
        Uuid,
        Uuid,
        String,
        String,
        Option<DateTime<Utc>>,
        Option<Uuid>,
        Option<NaiveDate>,
        Option<DateTime<Utc>>,
        DateTime<Utc>,
    );
    let rows: Vec<Row> = items::table
        .filter(items::card_id.eq_any(ids).and(items::deleted_at.is_null()))
        .order((items::rank, items::id))
        .select((
            items::checklist_id,
            items::id,
            items::text,
            items::rank,
            items::checked_at,
            items::user_id,
            items::due_on,
            items::due_at,
            items::created_at,
        ))
        .load(&mut conn)
        .await?;
    let entry = |(checklist_id, id, text, rank, checked_at, user_id, due_on, due_at, created_at): Row| {
        let due = When::of_columns(due_on, due_at);
        (checklist_id, ItemEntry { id, text, rank, checked_at, user_id, due, created_at })
    };
    Ok(rows.into_iter().map(entry).collect())
}

async fn files_of(
    mut conn: &AsyncPgConnection,
    ids: &[Uuid],
) -> QueryResult<Vec<(Uuid, FileEntry, Content)>> {
    type Row = (Uuid, Uuid, String, String, Option<Uuid>, DateTime<Utc>, Object);
    let rows: Vec<Row> = files::table
        .inner_join(objects::table)
        .filter(files::card_id.eq_any(ids).and(files::deleted_at.is_null()))
        .order(files::id)
        .select((
            files::card_id,
            files::id,
            files::name,
            files::content_type,
            files::uploaded_by,
            files::created_at,
            Object::as_select(),
        ))
        .load(&mut conn)
        .await?;
    let entry = |(card_id, id, name, content_type, uploaded_by, created_at, object): Row| {
        let path = path(id, &name);
        let content = Content { path: path.clone(), content_type: content_type.clone(), created_at, object };
        let (size, sha256) = (content.object.size, content.object.sha256_hex());
        let entry = FileEntry { id, name, path, content_type, size, sha256, uploaded_by, created_at };
        (card_id, entry, content)
    };
    Ok(rows.into_iter().map(entry).collect())
}

async fn covers_of(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    covers::table
        .inner_join(files::table)
        .filter(covers::card_id.eq_any(ids).and(files::deleted_at.is_null()))
        .select((covers::card_id, covers::file_id))
        .load(&mut conn)
        .await
}

/// Where the files of the board's cards lie in the archive, by id.
pub async fn file_paths(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<HashMap<Uuid, String>> {
    let rows: Vec<(Uuid, String)> = files::table
        .inner_join(cards::table)
        .filter(files::board_id.eq(board_id))
        .filter(files::deleted_at.is_null().and(cards::deleted_at.is_null()))
        .select((files::id, files::name))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(id, name)| (id, path(id, &name))).collect())
}

fn path(id: Uuid, name: &str) -> String {
    format!("files/{id}/{}", name::in_archive(name))
}

/// How many cards and files the board has.
pub async fn size(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<i64> {
    let cards_of = cards::table.filter(cards::board_id.eq(board_id).and(cards::deleted_at.is_null()));
    let cards: i64 = cards_of.count().get_result(&mut conn).await?;
    let files: i64 = files::table
        .inner_join(cards::table)
        .filter(files::board_id.eq(board_id))
        .filter(files::deleted_at.is_null().and(cards::deleted_at.is_null()))
        .count()
        .get_result(&mut conn)
        .await?;
    Ok(cards + files)
}

impl CommentEntry {
    /// The ids of what was said on each of these cards, in order.
    pub async fn keys(
        mut conn: &AsyncPgConnection,
        card_ids: &[Uuid],
    ) -> QueryResult<HashMap<Uuid, Vec<Uuid>>> {
        let rows: Vec<(Uuid, Uuid)> = comments::table
            .filter(comments::card_id.eq_any(card_ids).and(comments::deleted_at.is_null()))
            .order(comments::id)
            .select((comments::card_id, comments::id))
            .load(&mut conn)
            .await?;
        let mut by_card: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (card_id, id) in rows {
            by_card.entry(card_id).or_default().push(id);
        }
        Ok(by_card)
    }

    /// These comments in this order.
    pub async fn read(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<Self>> {
        type Row = (Uuid, Uuid, Option<Uuid>, String, i32, DateTime<Utc>, Option<DateTime<Utc>>);
        let mut other_conn = conn;
        let rows = comments::table
            .filter(comments::id.eq_any(ids))
            .select((
                comments::id,
                comments::card_id,
                comments::user_id,
                comments::body,
                comments::version,
                comments::created_at,
                comments::edited_at,
            ))
            .load(&mut conn);
        let reactions = reactions::table
            .filter(reactions::comment_id.eq_any(ids))
            .order((reactions::created_at, reactions::user_id))
            .select((reactions::comment_id, reactions::user_id, reactions::reaction, reactions::created_at))
            .load(&mut other_conn);
        type ReactionRow = (Uuid, Uuid, Reaction, DateTime<Utc>);
        let (rows, reactions): (Vec<Row>, Vec<ReactionRow>) = tokio::try_join!(rows, reactions)?;
        let entry = |(id, card_id, user_id, body, version, created_at, edited_at): Row| {
            let reactions = Vec::new();
            (id, Self { id, card_id, user_id, body, version, created_at, edited_at, reactions })
        };
        let mut by_id: HashMap<Uuid, Self> = rows.into_iter().map(entry).collect();
        for (comment_id, user_id, reaction, created_at) in reactions {
            let reaction = ReactionEntry { user_id, reaction, created_at };
            by_id.entry(comment_id).and_modify(|comment| comment.reactions.push(reaction));
        }
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// The people it names by their ids.
    pub fn people(&self) -> impl Iterator<Item = Uuid> {
        self.user_id.into_iter().chain(self.reactions.iter().map(|reaction| reaction.user_id))
    }
}

impl VersionEntry {
    /// Up to `limit` of those that the board's comments had before, after this one.
    pub async fn read_after(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        (comment_id, version): (Uuid, i32),
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let later = comment_versions::comment_id
            .gt(comment_id)
            .or(comment_versions::comment_id.eq(comment_id).and(comment_versions::version.gt(version)));
        let rows: Vec<(Uuid, i32, String, DateTime<Utc>)> = comment_versions::table
            .inner_join(comments::table.inner_join(cards::table))
            .filter(comments::board_id.eq(board_id).and(later))
            .filter(comments::deleted_at.is_null().and(cards::deleted_at.is_null()))
            .order((comment_versions::comment_id, comment_versions::version))
            .limit(limit)
            .select((
                comment_versions::comment_id,
                comment_versions::version,
                comment_versions::body,
                comment_versions::written_at,
            ))
            .load(&mut conn)
            .await?;
        let entry = |(comment_id, version, body, written_at)| Self { comment_id, version, body, written_at };
        Ok(rows.into_iter().map(entry).collect())
    }
}

impl LinkEntry {
    /// Up to `limit` links of the board's cards, after this one; those with cards that the reader may not see are left out.
    pub async fn read_after(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        after: Uuid,
        reader: Reader,
        limit: i64,
    ) -> QueryResult<(Vec<Self>, Option<Uuid>)> {
        let (here, there) = diesel::alias!(cards as here, cards as there);
        let is_of_board = card_links::from_board_id.eq(board_id).or(card_links::to_board_id.eq(board_id));
        type Row = (CardLink, DateTime<Utc>, ElsewhereRow, ElsewhereRow);
        type ElsewhereRow = (Option<i32>, String);
        let rows: Vec<Row> = card_links::table
            .inner_join(here.on(here.field(cards::id).eq(card_links::from_id)))
            .inner_join(there.on(there.field(cards::id).eq(card_links::to_id)))
            .filter(is_of_board.and(card_links::id.gt(after)))
            .filter(here.field(cards::deleted_at).is_null().and(there.field(cards::deleted_at).is_null()))
            .order(card_links::id)
            .limit(limit)
            .select((
                CardLink::as_select(),
                card_links::created_at,
                (here.field(cards::number), here.field(cards::title)),
                (there.field(cards::number), there.field(cards::title)),
            ))
            .load(&mut conn)
            .await?;
        let last = rows.last().map(|(link, ..)| link.id).filter(|_| rows.len() as i64 == limit);
        let others: Vec<Uuid> = rows
            .iter()
            .flat_map(|(link, ..)| [link.from_board_id, link.to_board_id])
            .filter(|id| *id != board_id)
            .collect();
        let boards = visible_boards(conn, &others, reader).await?;
        let entry = |(link, created_at, from, to): Row| {
            let (other_id, other_board, (number, title)) = match (link.from_board_id, link.to_board_id) {
                (from, to) if from == to => return Some(Self::on_one_board(&link, created_at, None)),
                (from_board, _) if from_board == board_id => (link.to_id, link.to_board_id, to),
                (from_board, _) => (link.from_id, from_board, from),
            };
            let board = boards.get(&other_board)?.clone();
            let elsewhere = ElsewhereEntry { card_id: other_id, number, title, board_id: other_board, board };
            Some(Self::on_one_board(&link, created_at, Some(elsewhere)))
        };
        Ok((rows.into_iter().filter_map(entry).collect(), last))
    }

    fn on_one_board(link: &CardLink, created_at: DateTime<Utc>, elsewhere: Option<ElsewhereEntry>) -> Self {
        let CardLink { id, from_id, to_id, kind, .. } = *link;
        Self { id, from_id, to_id, kind, created_at, elsewhere }
    }
}

/// The titles of those of these boards that the reader may see.
async fn visible_boards(
    mut conn: &AsyncPgConnection,
    ids: &[Uuid],
    reader: Reader,
) -> QueryResult<HashMap<Uuid, String>> {
    let mut visible = boards::table
        .filter(boards::id.eq_any(ids).and(boards::deleted_at.is_null()))
        .select((boards::id, boards::title))
        .into_boxed();
    if let Some(user_id) = reader.user_id {
        let theirs = members::table.filter(members::user_id.eq(user_id)).select(members::board_id);
        visible = visible.filter(boards::open_role.is_not_null().or(boards::id.eq_any(theirs)));
    }
    Ok(visible.load::<(Uuid, String)>(&mut conn).await?.into_iter().collect())
}

impl EventEntry {
    /// Up to `limit` of the board's events after this one. What cards said before is for those who could bring it back.
    pub async fn read_after(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        after: Uuid,
        reader: Reader,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        type Row = (
            Uuid,
            Option<Uuid>,
            Option<Uuid>,
            String,
            Value,
            DateTime<Utc>,
            Option<Uuid>,
            Option<Uuid>,
            Option<DateTime<Utc>>,
        );
        let hidden: Vec<&'static str> =
            if reader.role >= Role::Editor { vec![] } else { vec!["body_from", "body_to"] };
        let rows: Vec<Row> = events::table
            .filter(events::board_id.eq(board_id).and(events::id.gt(after)))
            .order(events::id)
            .limit(limit)
            .select((
                events::id,
                events::card_id,
                events::user_id,
                events::kind,
                events::data.remove(hidden),
                events::created_at,
                events::part_of,
                events::undoes,
                events::undone_at,
            ))
            .load(&mut conn)
            .await?;
        let entry = |(id, card_id, user_id, kind, data, created_at, part_of, undoes, undone_at): Row| Self {
            id,
            card_id,
            user_id,
            kind,
            data,
            created_at,
            part_of,
            undoes,
            undone_at,
        };
        Ok(rows.into_iter().map(entry).collect())
    }
}
