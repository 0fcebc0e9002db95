//! A card's face: what the board shows of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, NotEq, count, count_star};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::CardDates;
use super::label::Label;
use super::member::Person;
use super::thumbnail::Preview;
use crate::schema::{
    assignees, card_labels, cards, checklist_items as items, checklists, comments, covers, files, members,
    thumbnails, users,
};
use crate::time_zone::LocalTime;

#[derive(Clone, Debug)]
pub struct CardFace {
    pub id: Uuid,
    pub column_id: Uuid,
    pub title: String,
    pub has_body: bool,
    pub is_template: bool,
    pub dates: CardDates,
    /// How many there are.
    pub files: i64,
    /// How many there are that are not deleted.
    pub comments: i64,
    /// How many items its checklists have, and how many of them are done.
    pub items: Items,
    pub cover: Option<Preview>,
    /// The ids of those it is for, the first assigned first.
    pub assignees: Vec<Uuid>,
    /// The ids of its labels, in no order.
    pub labels: Vec<Uuid>,
}

#[derive(Clone, Copy, Debug, Default, Queryable)]
pub struct Items {
    pub total: i64,
    pub done: i64,
}

/// Faces, and those of the board's people and labels that they name by their ids, among others.
#[derive(Clone, Debug, Default)]
pub struct Faces {
    /// By column, in order.
    pub cards: Vec<CardFace>,
    /// The first on the board first.
    pub members: Vec<Person>,
    /// In order.
    pub labels: Vec<Label>,
}

/// Which of a board's cards.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    Board(Uuid),
    Columns { board_id: Uuid, ids: &'a [Uuid] },
    Cards { board_id: Uuid, ids: &'a [Uuid] },
}

/// As much of a card's own row as its face shows.
type Row = (Uuid, Uuid, String, bool, bool, CardDates);
type RowColumns = (
    cards::id,
    cards::column_id,
    cards::title,
    NotEq<cards::body, &'static str>,
    cards::is_template,
    AsSelect<CardDates, Pg>,
);

fn row() -> RowColumns {
    let dates = CardDates::as_select();
    (cards::id, cards::column_id, cards::title, cards::body.ne(""), cards::is_template, dates)
}

/// Narrows a query of things on cards, like files, to those on the cards of a scope.
macro_rules! on_cards {
    ($scope:expr, $things:ident, $query:expr) => {{
        let query = $query.into_boxed::<Pg>();
        match $scope {
            Scope::Board(board_id) => query.filter($things::board_id.eq(board_id)),
            Scope::Columns { board_id, ids } => query.filter(
                $things::card_id.eq_any(
                    cards::table
                        .filter(cards::board_id.eq(board_id).and(cards::column_id.eq_any(ids)))
                        .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
                        .select(cards::id),
                ),
            ),
            Scope::Cards { ids, .. } => query.filter($things::card_id.eq_any(ids)),
        }
    }};
}

/// A member by id, since, name, handle and picture; or, with a card's id and no name, one that the card is for.
type PersonRow = (Option<Uuid>, Uuid, DateTime<Utc>, Option<String>, Option<String>, Option<DateTime<Utc>>);

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
        let open = self.cards.iter().map(|card| &card.dates).filter(|dates| dates.done_at.is_none());
        let changes = open.filter_map(CardDates::due).filter_map(|due| due.next_change(time));
        changes.fold(time.zone.ends(time.today()), Ord::min)
    }

    /// The faces of the cards that are not archived. One query for each kind of thing that a face shows, all sent together,
    /// however many cards; those that are only counted are one kind, and so are people.
    pub async fn load(conn: &AsyncPgConnection, scope: Scope<'_>) -> QueryResult<Self> {
        let (rows, counts, covers, people, labels_of, items_of, labels) = tokio::try_join!(
            scope.cards(conn),
            scope.counts(conn),
            scope.covers(conn),
            scope.people(conn),
            scope.labels(conn),
            scope.items(conn),
            Label::of_board(conn, scope.board_id()),
        )?;
        let ((mut assignees, members), mut labels_of) = (people, labels_of);
        let number = |id, kind| counts.get(&(id, kind)).copied().unwrap_or(0);
        let face = |(id, column_id, title, has_body, is_template, dates): Row| CardFace {
            id,
            column_id,
            title,
            has_body,
            is_template,
            dates,
            files: number(id, Counted::Files),
            comments: number(id, Counted::Comments),
            items: items_of.get(&id).copied().unwrap_or_default(),
            cover: covers.get(&id).copied(),
            assignees: assignees.remove(&id).unwrap_or_default(),
            labels: labels_of.remove(&id).unwrap_or_default(),
        };
        Ok(Self { cards: rows.into_iter().map(face).collect(), members, labels })
    }
}

/// What is only counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Files,
    Comments,
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
            false.into_sql::<Bool>(),
            count_star(),
        ));
        let comments = comments::table
            .filter(comments::deleted_at.is_null())
            .group_by(comments::card_id)
            .select((comments::card_id, true.into_sql::<Bool>(), count_star()));
        let counts = on_cards!(self, files, files).union_all(on_cards!(self, comments, comments));
        let counts: Vec<(Uuid, bool, i64)> = counts.load(&mut conn).await?;
        let kind = |is_comments| if is_comments { Counted::Comments } else { Counted::Files };
        Ok(counts.into_iter().map(|(card_id, is_comments, n)| ((card_id, kind(is_comments)), n)).collect())
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
