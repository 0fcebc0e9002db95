//! A card's face: what the board shows of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, NotEq, count, count_star};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::CardDates;
use super::card_link::relation::Relation;
use super::field::Field;
use super::field::kind::FieldKind;
use super::label::Label;
use super::member::Person;
use super::thumbnail::Preview;
use crate::schema::{
    assignees, boards, card_fields, card_labels, card_links, cards, checklist_items as items, checklists,
    columns_ as columns, comments, covers, field_choices, fields, files, members, thumbnails, users,
};
use crate::time_zone::LocalTime;

#[derive(Clone, Debug)]
pub struct CardFace {
    pub id: Uuid,
    pub column_id: Uuid,
    pub title: String,
    pub has_body: bool,
    pub is_template: bool,
    /// Whether it comes back.
    pub recurs: bool,
    pub dates: CardDates,
    /// How many there are.
    pub files: i64,
    /// How many there are that are not deleted.
    pub comments: i64,
    /// Whether a card blocks it that is neither done nor archived.
    pub is_blocked: bool,
    /// How many items its checklists have, and how many of them are done.
    pub items: Items,
    pub cover: Option<Preview>,
    /// The ids of those it is for, the first assigned first.
    pub assignees: Vec<Uuid>,
    /// The ids of its labels, in no order.
    pub labels: Vec<Uuid>,
    /// What it says in the fields that the board shows or sums up, in no order: a choice by its name, a text's beginning.
    pub fields: Vec<(Uuid, String)>,
}

#[derive(Clone, Copy, Debug, Default, Queryable)]
pub struct Items {
    pub total: i64,
    pub done: i64,
}

/// Faces, and those of the board's people, labels and fields that they name by their ids, among others.
#[derive(Clone, Debug, Default)]
pub struct Faces {
    /// By column, in order.
    pub cards: Vec<CardFace>,
    /// The first on the board first.
    pub members: Vec<Person>,
    /// In order.
    pub labels: Vec<Label>,
    /// Those that are shown or summed up, in order.
    pub fields: Vec<Field>,
}

/// Which of a board's cards.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    Board(Uuid),
    Columns { board_id: Uuid, ids: &'a [Uuid] },
    Cards { board_id: Uuid, ids: &'a [Uuid] },
}

/// As much of a card's own row as its face shows.
type Row = (Uuid, Uuid, String, bool, bool, bool, CardDates);
type RowColumns = (
    cards::id,
    cards::column_id,
    cards::title,
    NotEq<cards::body, &'static str>,
    cards::is_template,
    cards::recurs,
    AsSelect<CardDates, Pg>,
);

fn row() -> RowColumns {
    let dates = CardDates::as_select();
    (cards::id, cards::column_id, cards::title, cards::body.ne(""), cards::is_template, cards::recurs, dates)
}

/// Narrows a query of things on cards, like files, to those on the cards of a scope.
macro_rules! on_cards {
    ($scope:expr, $things:ident, $query:expr) => {
        on_cards!($scope, $things::board_id, $things::card_id, $query)
    };
    ($scope:expr, $board_id:expr, $card_id:expr, $query:expr) => {{
        let query = $query.into_boxed::<Pg>();
        match $scope {
            Scope::Board(board_id) => query.filter($board_id.eq(board_id)),
            // By the board too: else other boards' things are looked through.
            Scope::Columns { board_id, ids } => query.filter(
                $board_id.eq(board_id).and(
                    $card_id.eq_any(
                        cards::table
                            .filter(cards::board_id.eq(board_id).and(cards::column_id.eq_any(ids)))
                            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
                            .select(cards::id),
                    ),
                ),
            ),
            Scope::Cards { ids, .. } => query.filter($card_id.eq_any(ids)),
        }
    }};
}

/// A member by id, since, name, handle and picture; or, with a card's id and no name, one that the card is for.
type PersonRow = (Option<Uuid>, Uuid, DateTime<Utc>, Option<String>, Option<String>, Option<DateTime<Utc>>);

/// A card's value in a field, as text or as a choice's name; or, with the field's name, rank, kind and settings and no card, a
/// field.
type FieldRow = (
    Option<Uuid>,
    Uuid,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<FieldKind>,
    Option<bool>,
    Option<bool>,
);

/// Characters of a text that are read for a face: one more than it shows, and as many as a number has at most.
const FIELD_TEXT_MOST: i32 = 41;

diesel::define_sql_function! {
    #[sql_name = "left"]
    fn beginning(text: Nullable<Text>, characters: Integer) -> Nullable<Text>;
}

impl Scope<'_> {
    fn board_id(self) -> Uuid {
        match self {
            Self::Board(id) | Self::Columns { board_id: id, .. } | Self::Cards { board_id: id, .. } => id,
        }
    }
}

impl Faces {
    /// The same for people who are not to know who works on the board, and perhaps not what they say.
    pub fn without_people(mut self, shows_comments: bool) -> Self {
        self.members = Vec::new();
        for card in &mut self.cards {
            card.assignees = Vec::new();
            card.comments *= i64::from(shows_comments);
        }
        self
    }

    /// When some of them look different though nobody changes anything: a date becomes soon or past, or a day begins.
    pub fn change_at(&self, time: LocalTime) -> DateTime<Utc> {
        self.changes(time).into_values().fold(time.zone.ends(time.today()), Ord::min)
    }

    /// The same for each column in which that comes before the day's end.
    pub fn changes(&self, time: LocalTime) -> HashMap<Uuid, DateTime<Utc>> {
        let end = time.zone.ends(time.today());
        let mut changes = HashMap::new();
        for card in self.cards.iter().filter(|card| card.dates.done_at.is_none()) {
            if let Some(at) = card.dates.due().and_then(|due| due.next_change(time)) {
                let first = changes.entry(card.column_id).or_insert(end);
                *first = at.min(*first);
            }
        }
        changes
    }

    /// The faces of the cards that are not archived. One query for each kind of thing that a face shows, all sent together,
    /// however many cards; those that are only counted are one kind, and so are people, and fields.
    pub async fn load(conn: &AsyncPgConnection, scope: Scope<'_>) -> QueryResult<Self> {
        let (rows, counts, covers, people, labels_of, items_of, labels, fields) = tokio::try_join!(
            scope.cards(conn),
            scope.counts(conn),
            scope.covers(conn),
            scope.people(conn),
            scope.labels(conn),
            scope.items(conn),
            Label::of_board(conn, scope.board_id()),
            scope.fields(conn),
        )?;
        let ((mut assignees, members), mut labels_of, (mut fields_of, fields)) = (people, labels_of, fields);
        let number = |id, kind| counts.get(&(id, kind)).copied().unwrap_or(0);
        let face = |(id, column_id, title, has_body, is_template, recurs, dates): Row| CardFace {
            id,
            column_id,
            title,
            has_body,
            is_template,
            recurs,
            dates,
            files: number(id, Counted::Files),
            comments: number(id, Counted::Comments),
            is_blocked: number(id, Counted::Blockers) > 0,
            items: items_of.get(&id).copied().unwrap_or_default(),
            cover: covers.get(&id).copied(),
            assignees: assignees.remove(&id).unwrap_or_default(),
            labels: labels_of.remove(&id).unwrap_or_default(),
            fields: fields_of.remove(&id).unwrap_or_default(),
        };
        Ok(Self { cards: rows.into_iter().map(face).collect(), members, labels, fields })
    }
}

/// What is only counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Files,
    Comments,
    /// Cards that block the card and are neither done nor archived.
    Blockers,
}

impl Counted {
    const ALL: [Self; 3] = [Self::Files, Self::Comments, Self::Blockers];
}

impl Scope<'_> {
    async fn cards(self, mut conn: &AsyncPgConnection) -> QueryResult<Vec<Row>> {
        let on_board = cards::table
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .order((cards::column_id, cards::rank))
            .select(row())
            .into_boxed::<Pg>();
        let rows = match self {
            Self::Board(board_id) => on_board.filter(cards::board_id.eq(board_id)),
            Self::Columns { board_id, ids } => {
                on_board.filter(cards::board_id.eq(board_id).and(cards::column_id.eq_any(ids)))
            }
            Self::Cards { board_id, ids } => {
                on_board.filter(cards::board_id.eq(board_id).and(cards::id.eq_any(ids)))
            }
        };
        rows.load(&mut conn).await
    }

    async fn counts(self, mut conn: &AsyncPgConnection) -> QueryResult<HashMap<(Uuid, Counted), i64>> {
        let files = files::table.filter(files::deleted_at.is_null()).group_by(files::card_id).select((
            files::card_id,
            (Counted::Files as i32).into_sql::<Integer>(),
            count_star(),
        ));
        let comments = comments::table
            .filter(comments::deleted_at.is_null())
            .group_by(comments::card_id)
            .select((comments::card_id, (Counted::Comments as i32).into_sql::<Integer>(), count_star()));
        let others = diesel::alias!(cards as others);
        let is_open = others
            .field(cards::done_at)
            .is_null()
            .and(others.field(cards::archived_at).is_null())
            .and(others.field(cards::deleted_at).is_null());
        let on_live_board = columns::archived_at
            .is_null()
            .and(boards::archived_at.is_null())
            .and(boards::deleted_at.is_null());
        let blockers = card_links::table
            .inner_join(others.on(others.field(cards::id).eq(card_links::from_id)))
            .inner_join(columns::table.on(columns::id.eq(others.field(cards::column_id))))
            .inner_join(boards::table.on(boards::id.eq(card_links::from_board_id)))
            .filter(card_links::kind.eq(Relation::Blocks).and(is_open).and(on_live_board))
            .group_by(card_links::to_id)
            .select((card_links::to_id, (Counted::Blockers as i32).into_sql::<Integer>(), count_star()));
        let blockers = on_cards!(self, card_links::to_board_id, card_links::to_id, blockers);
        let counts = on_cards!(self, files, files).union_all(on_cards!(self, comments, comments));
        let counts: Vec<(Uuid, i32, i64)> = counts.union_all(blockers).load(&mut conn).await?;
        let kind = |kind: i32| Counted::ALL.into_iter().find(|one| *one as i32 == kind);
        let count = |(card_id, one, n)| Some(((card_id, kind(one)?), n));
        Ok(counts.into_iter().filter_map(count).collect())
    }

    async fn covers(self, mut conn: &AsyncPgConnection) -> QueryResult<HashMap<Uuid, Preview>> {
        let covers = files::table
            .inner_join(covers::table)
            .inner_join(thumbnails::table)
            .filter(files::deleted_at.is_null())
            .filter(thumbnails::object_key.eq(files::object_key).and(thumbnails::bytes.is_not_null()))
            .select((covers::card_id, Preview::as_select()));
        let covers: Vec<(Uuid, Preview)> = on_cards!(self, files, covers).load(&mut conn).await?;
        Ok(covers.into_iter().collect())
    }

    /// Whom each card is for, and the board's members.
    async fn people(
        self,
        mut conn: &AsyncPgConnection,
    ) -> QueryResult<(HashMap<Uuid, Vec<Uuid>>, Vec<Person>)> {
        let assigned = assignees::table.select((
            assignees::card_id.nullable(),
            assignees::user_id,
            assignees::created_at,
            None::<String>.into_sql::<Nullable<Text>>(),
            None::<String>.into_sql::<Nullable<Text>>(),
            None::<DateTime<Utc>>.into_sql::<Nullable<Timestamptz>>(),
        ));
        let on_board =
            members::table.inner_join(users::table).filter(members::board_id.eq(self.board_id())).select((
                None::<Uuid>.into_sql::<Nullable<diesel::sql_types::Uuid>>(),
                members::user_id,
                members::created_at,
                users::name.nullable(),
                users::handle.nullable(),
                users::picture_at,
            ));
        let people = on_cards!(self, assignees, assigned).union_all(on_board);
        let mut people: Vec<PersonRow> = people.load(&mut conn).await?;
        people.sort_unstable_by_key(|(_, id, since, ..)| (*since, *id));
        let (mut assignees, mut members) = (HashMap::<Uuid, Vec<Uuid>>::new(), Vec::new());
        for (card_id, id, _, name, handle, picture_at) in people {
            match (card_id, name, handle) {
                (Some(card_id), ..) => assignees.entry(card_id).or_default().push(id),
                (None, Some(name), Some(handle)) => members.push(Person { id, name, handle, picture_at }),
                (None, ..) => {}
            }
        }
        Ok((assignees, members))
    }

    async fn labels(self, mut conn: &AsyncPgConnection) -> QueryResult<HashMap<Uuid, Vec<Uuid>>> {
        let labeled = card_labels::table.select((card_labels::card_id, card_labels::label_id));
        let labeled: Vec<(Uuid, Uuid)> = on_cards!(self, card_labels, labeled).load(&mut conn).await?;
        let mut labels: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (card_id, label_id) in labeled {
            labels.entry(card_id).or_default().push(label_id);
        }
        Ok(labels)
    }

    /// What each card says in the fields that the board shows or sums up, and these fields.
    async fn fields(
        self,
        mut conn: &AsyncPgConnection,
    ) -> QueryResult<(HashMap<Uuid, Vec<(Uuid, String)>>, Vec<Field>)> {
        let is_seen = fields::deleted_at.is_null().and(fields::on_card.or(fields::shows_sum));
        let filled = card_fields::table
            .inner_join(fields::table)
            .left_join(field_choices::table)
            .filter(is_seen.and(field_choices::deleted_at.is_null()))
            .select((
                card_fields::card_id.nullable(),
                card_fields::field_id,
                beginning(card_fields::value, FIELD_TEXT_MOST),
                field_choices::name.nullable(),
                None::<String>.into_sql::<Nullable<Text>>(),
                None::<String>.into_sql::<Nullable<Text>>(),
                None::<FieldKind>.into_sql::<Nullable<Text>>(),
                None::<bool>.into_sql::<Nullable<Bool>>(),
                None::<bool>.into_sql::<Nullable<Bool>>(),
            ));
        let on_board = fields::table.filter(fields::board_id.eq(self.board_id())).filter(is_seen).select((
            None::<Uuid>.into_sql::<Nullable<diesel::sql_types::Uuid>>(),
            fields::id,
            None::<String>.into_sql::<Nullable<Text>>(),
            None::<String>.into_sql::<Nullable<Text>>(),
            fields::name.nullable(),
            fields::rank.nullable(),
            fields::kind.nullable(),
            fields::on_card.nullable(),
            fields::shows_sum.nullable(),
        ));
        let rows = on_cards!(self, card_fields, filled).union_all(on_board);
        let rows: Vec<FieldRow> = rows.load(&mut conn).await?;
        let (mut values, mut ranked) = (HashMap::<Uuid, Vec<(Uuid, String)>>::new(), Vec::new());
        for (card_id, id, value, choice, name, rank, kind, on_card, shows_sum) in rows {
            if let (Some(card_id), Some(value)) = (card_id, value.or(choice)) {
                values.entry(card_id).or_default().push((id, value));
            } else if let (Some(name), Some(rank), Some(kind)) = (name, rank, kind) {
                let (on_card, shows_sum) = (on_card.unwrap_or_default(), shows_sum.unwrap_or_default());
                let board_id = self.board_id();
                let field = Field { id, board_id, name, kind, on_card, shows_sum, rank: rank.clone() };
                ranked.push((rank, field));
            }
        }
        ranked.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok((values, ranked.into_iter().map(|(_, field)| field).collect()))
    }

    async fn items(self, mut conn: &AsyncPgConnection) -> QueryResult<HashMap<Uuid, Items>> {
        let of_lists = items::table
            .inner_join(checklists::table)
            .filter(items::deleted_at.is_null().and(checklists::deleted_at.is_null()))
            .group_by(items::card_id)
            .select((items::card_id, (count_star(), count(items::checked_at))));
        let items: Vec<(Uuid, Items)> = on_cards!(self, items, of_lists).load(&mut conn).await?;
        Ok(items.into_iter().collect())
    }
}
