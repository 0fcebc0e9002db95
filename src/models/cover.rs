//! The picture that a card shows on the board.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::card::Card;
use super::event::{EventKind, NewEvent};
use super::file::File;
use super::thumbnail::Preview;
use crate::schema::{covers, files, thumbnails};

pub struct Cover;

/// What a board shows of its cards' files.
#[derive(Debug, Default)]
pub struct Attached {
    /// How many files a card has, where it has any.
    pub counts: HashMap<Uuid, i64>,
    /// Its cover, where that has a thumbnail.
    pub covers: HashMap<Uuid, Preview>,
}

impl Cover {
    /// Shows the file on its card, in the place of another.
    ///
    /// # Errors
    /// `NotFound` where the file has no thumbnail, or was deleted meanwhile.
    pub async fn set(
        conn: &mut AsyncPgConnection,
        (file, card, by): (&File, &Card, Uuid),
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        conn.transaction(async |conn| {
            Board::touch(conn, file.board_id, now).await?;
            let shown = files::table.inner_join(thumbnails::table).filter(files::id.eq(file.id));
            let shown = shown.filter(files::deleted_at.is_null().and(thumbnails::bytes.is_not_null()));
            let shown = shown.filter(thumbnails::object_key.eq(files::object_key));
            shown.select(files::id).first::<Uuid>(conn).await?;
            diesel::insert_into(covers::table)
                .values((covers::card_id.eq(file.card_id), covers::file_id.eq(file.id)))
                .on_conflict(covers::card_id)
                .do_update()
                .set(covers::file_id.eq(file.id))
                .execute(conn)
                .await?;
            let kind = EventKind::CardCovered { title: card.title.as_str(), name: file.name.as_str() };
            NewEvent::on_card(card, by, kind).record(conn, now).await
        })
        .await
    }

    /// Shows the file on its card no more.
    pub async fn remove(
        conn: &mut AsyncPgConnection,
        (file, card, by): (&File, &Card, Uuid),
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        conn.transaction(async |conn| {
            Board::touch(conn, file.board_id, now).await?;
            let cover = covers::table.find(file.card_id).filter(covers::file_id.eq(file.id));
            if diesel::delete(cover).execute(conn).await? == 0 {
                return Ok(());
            }
            let kind = EventKind::CardUncovered { title: card.title.as_str() };
            NewEvent::on_card(card, by, kind).record(conn, now).await
        })
        .await
    }

    /// Shows a picture on its card if it is the first that the card has. A cover that somebody took off stays off.
    pub(super) async fn set_first(conn: &mut AsyncPgConnection, file: &File) -> QueryResult<()> {
        let others = thumbnails::table
            .inner_join(files::table)
            .filter(files::card_id.eq(file.card_id).and(files::id.ne(file.id)))
            .filter(thumbnails::bytes.is_not_null());
        if diesel::select(exists(others)).get_result(conn).await? {
            return Ok(());
        }
        diesel::insert_into(covers::table)
            .values((covers::card_id.eq(file.card_id), covers::file_id.eq(file.id)))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        Ok(())
    }
}

impl Attached {
    /// What a board shows of its cards' files: two queries in one round trip, however many.
    pub async fn of_board(conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Self> {
        let on_board = || files::table.filter(files::board_id.eq(board_id).and(files::deleted_at.is_null()));
        let (mut first, mut second) = (conn, conn);
        let (counts, covers) = tokio::try_join!(
            on_board()
                .group_by(files::card_id)
                .select((files::card_id, count_star()))
                .load::<(Uuid, i64)>(&mut first),
            on_board()
                .inner_join(covers::table)
                .inner_join(thumbnails::table)
                .filter(thumbnails::object_key.eq(files::object_key).and(thumbnails::bytes.is_not_null()))
                .select((covers::card_id, Preview::as_select()))
                .load::<(Uuid, Preview)>(&mut second),
        )?;
        Ok(Self { counts: counts.into_iter().collect(), covers: covers.into_iter().collect() })
    }
}
