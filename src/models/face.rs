//! A card's face: what the board shows of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{NotEq, count_star};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::member::Person;
use super::thumbnail::Preview;
use crate::schema::{assignees, cards, comments, covers, files, members, thumbnails, users};

#[derive(Clone, Debug)]
pub struct CardFace {
    pub id: Uuid,
    pub column_id: Uuid,
    pub title: String,
    pub has_body: bool,
    /// How many there are.
    pub files: i64,
    /// How many there are that are not deleted.
    pub comments: i64,
    pub cover: Option<Preview>,
    /// The ids of those it is for, the first assigned first.
    pub assignees: Vec<Uuid>,
}

/// Faces, and the board's members: those that the cards are for are among them.
#[derive(Clone, Debug, Default)]
pub struct Faces {
    /// By column, in order.
    pub cards: Vec<CardFace>,
    /// The first on the board first.
    pub members: Vec<Person>,
}

/// Which of a board's cards.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    Board(Uuid),
    Columns { board_id: Uuid, ids: &'a [Uuid] },
    Cards { board_id: Uuid, ids: &'a [Uuid] },
}

/// As much of a card's own row as its face shows.
type Row = (Uuid, Uuid, String, bool);
type RowColumns = (cards::id, cards::column_id, cards::title, NotEq<cards::body, &'static str>);

fn row() -> RowColumns {
    (cards::id, cards::column_id, cards::title, cards::body.ne(""))
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

    /// The faces of the cards that are not archived. One query for each kind of thing that a face shows, all sent together,
    /// however many cards; those that are only counted are one kind, and so are people.
    pub async fn load(conn: &AsyncPgConnection, scope: Scope<'_>) -> QueryResult<Self> {
        let on_board = cards::table
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .order((cards::column_id, cards::rank))
            .select(row())
            .into_boxed::<Pg>();
        let rows = match scope {
            Scope::Board(board_id) => on_board.filter(cards::board_id.eq(board_id)),
            Scope::Columns { board_id, ids } => {
                on_board.filter(cards::board_id.eq(board_id).and(cards::column_id.eq_any(ids)))
            }
            Scope::Cards { board_id, ids } => {
                on_board.filter(cards::board_id.eq(board_id).and(cards::id.eq_any(ids)))
            }
        };
        let file_counts = files::table.filter(files::deleted_at.is_null()).group_by(files::card_id).select((
            files::card_id,
            false.into_sql::<Bool>(),
            count_star(),
        ));
        let comment_counts = comments::table
            .filter(comments::deleted_at.is_null())
            .group_by(comments::card_id)
            .select((comments::card_id, true.into_sql::<Bool>(), count_star()));
        let counts =
            on_cards!(scope, files, file_counts).union_all(on_cards!(scope, comments, comment_counts));
        let assigned = assignees::table.select((
            assignees::card_id.nullable(),
            assignees::user_id,
            assignees::created_at,
            None::<String>.into_sql::<Nullable<Text>>(),
            None::<String>.into_sql::<Nullable<Text>>(),
            None::<DateTime<Utc>>.into_sql::<Nullable<Timestamptz>>(),
        ));
        let on_board =
            members::table.inner_join(users::table).filter(members::board_id.eq(scope.board_id())).select((
                None::<Uuid>.into_sql::<Nullable<diesel::sql_types::Uuid>>(),
                members::user_id,
                members::created_at,
                users::name.nullable(),
                users::handle.nullable(),
                users::picture_at,
            ));
        let people = on_cards!(scope, assignees, assigned).union_all(on_board);
        let covers = files::table
            .inner_join(covers::table)
            .inner_join(thumbnails::table)
            .filter(files::deleted_at.is_null())
            .filter(thumbnails::object_key.eq(files::object_key).and(thumbnails::bytes.is_not_null()))
            .select((covers::card_id, Preview::as_select()));
        let (mut first, mut second, mut third, mut fourth) = (conn, conn, conn, conn);
        let (rows, counts, covers, mut people) = tokio::try_join!(
            rows.load::<Row>(&mut first),
            counts.load::<(Uuid, bool, i64)>(&mut second),
            on_cards!(scope, files, covers).load::<(Uuid, Preview)>(&mut third),
            people.load::<PersonRow>(&mut fourth),
        )?;
        let counts: HashMap<(Uuid, bool), i64> =
            counts.into_iter().map(|(card_id, comments, count)| ((card_id, comments), count)).collect();
        let count = |card_id: Uuid, comments: bool| counts.get(&(card_id, comments)).copied().unwrap_or(0);
        let covers: HashMap<Uuid, Preview> = covers.into_iter().collect();
        people.sort_unstable_by_key(|(_, id, since, ..)| (*since, *id));
        let mut assignees: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        let mut members = Vec::new();
        for (card_id, id, _, name, handle, picture_at) in people {
            match (card_id, name, handle) {
                (Some(card_id), ..) => assignees.entry(card_id).or_default().push(id),
                (None, Some(name), Some(handle)) => members.push(Person { id, name, handle, picture_at }),
                (None, ..) => {}
            }
        }
        let face = |(id, column_id, title, has_body): Row| CardFace {
            id,
            column_id,
            title,
            has_body,
            files: count(id, false),
            comments: count(id, true),
            cover: covers.get(&id).copied(),
            assignees: assignees.remove(&id).unwrap_or_default(),
        };
        Ok(Self { cards: rows.into_iter().map(face).collect(), members })
    }
}
