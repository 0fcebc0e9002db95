//! A card's face: what the board shows of it.

use std::collections::HashMap;

use diesel::dsl::{NotEq, count_star};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::thumbnail::Preview;
use crate::schema::{cards, covers, files, thumbnails};

#[derive(Clone, Debug)]
pub struct CardFace {
    pub id: Uuid,
    pub column_id: Uuid,
    pub title: String,
    pub has_body: bool,
    /// How many there are.
    pub files: i64,
    pub cover: Option<Preview>,
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

/// Narrows a query of files to those on the cards of a scope.
macro_rules! files_on {
    ($scope:expr, $query:expr) => {{
        let query = $query.into_boxed::<Pg>();
        match $scope {
            Scope::Board(board_id) => query.filter(files::board_id.eq(board_id)),
            Scope::Columns { board_id, ids } => query.filter(
                files::card_id.eq_any(
                    cards::table
                        .filter(cards::board_id.eq(board_id).and(cards::column_id.eq_any(ids)))
                        .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
                        .select(cards::id),
                ),
            ),
            Scope::Cards { ids, .. } => query.filter(files::card_id.eq_any(ids)),
        }
    }};
}

pub struct Faces;

impl Faces {
    /// The faces of the cards that are not archived: by column, in order. One query for each kind of thing that a face
    /// shows, all sent together, however many cards.
    pub async fn load(conn: &AsyncPgConnection, scope: Scope<'_>) -> QueryResult<Vec<CardFace>> {
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
        let counts = files::table
            .filter(files::deleted_at.is_null())
            .group_by(files::card_id)
            .select((files::card_id, count_star()));
        let covers = files::table
            .inner_join(covers::table)
            .inner_join(thumbnails::table)
            .filter(files::deleted_at.is_null())
            .filter(thumbnails::object_key.eq(files::object_key).and(thumbnails::bytes.is_not_null()))
            .select((covers::card_id, Preview::as_select()));
        let (mut first, mut second, mut third) = (conn, conn, conn);
        let (rows, counts, covers) = tokio::try_join!(
            rows.load::<Row>(&mut first),
            files_on!(scope, counts).load::<(Uuid, i64)>(&mut second),
            files_on!(scope, covers).load::<(Uuid, Preview)>(&mut third),
        )?;
        let counts: HashMap<Uuid, i64> = counts.into_iter().collect();
        let covers: HashMap<Uuid, Preview> = covers.into_iter().collect();
        let face = |(id, column_id, title, has_body): Row| {
            let files = counts.get(&id).copied().unwrap_or(0);
            CardFace { id, column_id, title, has_body, files, cover: covers.get(&id).copied() }
        };
        Ok(rows.into_iter().map(face).collect())
    }
}
