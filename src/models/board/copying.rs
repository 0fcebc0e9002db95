//! Copying a board: columns, labels and fields, and what else is chosen.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::editing::{make, must_be_room_for};
use super::{Board, NewBoard};
use crate::config;
use crate::models::change::{Author, Change, ChangeError, ChangeResult};
use crate::models::copying::{self, Along, LabelTwins, Twins};
use crate::models::event::Happened;
use crate::models::quota;
use crate::models::right::Right;
use crate::schema::{boards, cards, columns_ as columns, labels};
use crate::text_enum::text_enum;

text_enum! {
    /// What can come along when a board is copied, beside its columns and labels.
    BoardPart {
        Cards = "cards",
        /// Its members, with their roles; for owners to choose.
        People = "people",
    }
}

/// A copy that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewCopy<'a> {
    pub title: &'a str,
    pub parts: &'a [BoardPart],
    /// Whether dates come along, and what is done.
    pub progress: bool,
}

/// Why a board was not copied. Nothing was made then.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The files on its cards are more than a board may have by now.
    #[error("the files are over the quota")]
    NoRoom,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for CopyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

impl Board {
    /// Makes a copy of the board, which `owner` owns: what is on the board, not what is archived. Cards keep their numbers; their
    /// comments do not come along. A fixed number of statements, however many cards.
    ///
    /// # Errors
    /// [`CopyError`]; `NotFound` where the owner may not see the board any more, and a refusal where people are to come along and
    /// the board is not theirs.
    pub async fn copy(
        &self,
        conn: &mut AsyncPgConnection,
        new: NewCopy<'_>,
        owner: Uuid,
        at: DateTime<Utc>,
        limits: &config::Files,
    ) -> Result<Self, CopyError> {
        conn.transaction(async |conn| {
            must_be_room_for(conn, owner).await?;
            let source: Self = boards::table
                .find(self.id)
                .filter(boards::deleted_at.is_null())
                .select(Self::as_select())
                .first(conn)
                .await?;
            let title = NewBoard { title: new.title, color: source.color };
            let board = make(conn, title, owner, at).await?;
            let mut change = Change::making(conn, board.clone(), Author::owner(owner), at);
            let with_people = new.parts.contains(&BoardPart::People);
            let right = if with_people { Right::Manage } else { Right::Look };
            change.weigh_on(source.id, right).await?;
            if with_people {
                copy_members(&change, source.id).await?;
            }
            let columns = copy_columns(&change, source.id).await?;
            let labels = copy_labels(&change, source.id).await?;
            copy_fields(&change, source.id).await?;
            let twins = if new.parts.contains(&BoardPart::Cards) {
                cards_of(&change, source.id, columns).await?
            } else {
                Twins::default()
            };
            quota::take_for_copies(&mut change, &twins.of, limits).await?.map_err(|_| CopyError::NoRoom)?;
            let along = Along {
                checklists: true,
                labels: true,
                people: with_people,
                files: true,
                comments: false,
                progress: new.progress,
                numbers: true,
            };
            copying::copy(&mut change, &twins, &labels, along, None).await?;
            let (title, cards) = (new.title.to_owned(), twins.of.len());
            change.record(Happened::BoardCopied { title, from_board_id: source.id, cards }).await?;
            change.index().await?;
            Ok(board)
        })
        .await
    }

    /// How many cards and files a copy of the board would have.
    pub async fn size(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<(i64, i64)> {
        let size: Size = diesel::sql_query(
            "WITH shown AS (
                 SELECT cards.id FROM cards JOIN columns ON columns.id = cards.column_id
                 WHERE cards.board_id = $1 AND cards.archived_at IS NULL AND cards.deleted_at IS NULL
                     AND columns.archived_at IS NULL
             )
             SELECT (SELECT count(*) FROM shown) AS cards,
                 (SELECT count(*) FROM files JOIN shown ON shown.id = files.card_id WHERE files.deleted_at IS NULL) AS files",
        )
        .bind::<SqlUuid, _>(board_id)
        .get_result(&mut conn)
        .await?;
        Ok((size.cards, size.files))
    }
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    cards: i64,
    #[diesel(sql_type = BigInt)]
    files: i64,
}

/// The board's fields with their choices.
async fn copy_fields(change: &Change<'_>, from: Uuid) -> QueryResult<()> {
    diesel::sql_query(
        "WITH made AS (
             INSERT INTO fields (id, board_id, name, kind, on_card, shows_sum, rank, created_at)
             SELECT gen_random_uuid(), $1, name, kind, on_card, shows_sum, rank, $3
             FROM fields WHERE board_id = $2 AND deleted_at IS NULL
             RETURNING id, rank
         )
         INSERT INTO field_choices (id, field_id, name, place)
         SELECT gen_random_uuid(), made.id, choices.name, choices.place
         FROM made
         JOIN fields ON fields.board_id = $2 AND fields.rank = made.rank
         JOIN field_choices AS choices ON choices.field_id = fields.id AND choices.deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<SqlUuid, _>(from)
    .bind::<Timestamptz, _>(change.at())
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

/// All who can sign in, but those who are on as many boards as a person can be on.
async fn copy_members(change: &Change<'_>, from: Uuid) -> ChangeResult<()> {
    diesel::sql_query(
        "INSERT INTO members (board_id, user_id, role, created_at)
         SELECT $1, members.user_id, members.role, $3
         FROM members JOIN users ON users.id = members.user_id
         WHERE members.board_id = $2 AND users.disabled_at IS NULL AND $4 > (
             SELECT count(*) FROM members AS theirs JOIN boards ON boards.id = theirs.board_id
             WHERE theirs.user_id = members.user_id AND boards.deleted_at IS NULL
         )
         ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<SqlUuid, _>(from)
    .bind::<Timestamptz, _>(change.at())
    .bind::<BigInt, _>(super::editing::OF_PERSON_MOST)
    .execute(&mut change.conn())
    .await?;
    Ok(())
}

/// Gives the columns, and those that stand for them.
async fn copy_columns(change: &Change<'_>, from: Uuid) -> ChangeResult<Vec<(Uuid, Uuid)>> {
    let of: Vec<Uuid> = columns::table
        .filter(columns::board_id.eq(from).and(columns::archived_at.is_null()))
        .order(columns::rank)
        .select(columns::id)
        .load(&mut change.conn())
        .await?;
    let ids: Vec<Uuid> = of.iter().map(|_| Uuid::now_v7()).collect();
    diesel::sql_query(
        "INSERT INTO columns (id, board_id, title, rank, wip_limit, created_at)
         SELECT twins.id, $3, columns.title, columns.rank, columns.wip_limit, $4
         FROM unnest($1, $2) AS twins (of_id, id) JOIN columns ON columns.id = twins.of_id",
    )
    .bind::<Array<SqlUuid>, _>(&of)
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<Timestamptz, _>(change.at())
    .execute(&mut change.conn())
    .await?;
    Ok(of.into_iter().zip(ids).collect())
}

async fn copy_labels(change: &Change<'_>, from: Uuid) -> ChangeResult<LabelTwins> {
    let of: Vec<Uuid> = labels::table
        .filter(labels::board_id.eq(from).and(labels::deleted_at.is_null()))
        .select(labels::id)
        .load(&mut change.conn())
        .await?;
    let ids: Vec<Uuid> = of.iter().map(|_| Uuid::now_v7()).collect();
    diesel::sql_query(
        "INSERT INTO labels (id, board_id, name, color, rank, created_at)
         SELECT twins.id, $3, labels.name, labels.color, labels.rank, $4
         FROM unnest($1, $2) AS twins (of_id, id) JOIN labels ON labels.id = twins.of_id",
    )
    .bind::<Array<SqlUuid>, _>(&of)
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<SqlUuid, _>(change.board().id)
    .bind::<Timestamptz, _>(change.at())
    .execute(&mut change.conn())
    .await?;
    Ok(LabelTwins { of, ids })
}

/// The cards in these columns, and where their copies go.
async fn cards_of(change: &Change<'_>, from: Uuid, columns: Vec<(Uuid, Uuid)>) -> ChangeResult<Twins> {
    let columns: std::collections::HashMap<Uuid, Uuid> = columns.into_iter().collect();
    let rows: Vec<(Uuid, Uuid, String)> = cards::table
        .filter(cards::board_id.eq(from))
        .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
        .order(cards::id)
        .select((cards::id, cards::column_id, cards::rank))
        .load(&mut change.conn())
        .await?;
    let mut twins = Twins::default();
    for (id, column_id, rank) in rows {
        let Some(column_id) = columns.get(&column_id) else { continue };
        twins.of.push(id);
        twins.ids.push(Uuid::now_v7());
        twins.columns.push(*column_id);
        twins.ranks.push(rank);
    }
    Ok(twins)
}
