//! The picture that a card shows on the board.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::Card;
use super::change::{Change, ChangeResult};
use super::event::Happened;
use super::file::File;
use crate::schema::{cards, covers, files, thumbnails};

pub struct Cover;

impl Cover {
    /// Shows the file on its card, in the place of another. Nothing happens where it is shown already.
    ///
    /// # Errors
    /// `NotFound` where the file has no thumbnail, or was deleted meanwhile.
    pub async fn set(change: &mut Change<'_>, file: &File) -> ChangeResult<()> {
        let can_be_shown = files::table
            .inner_join(thumbnails::table)
            .inner_join(cards::table)
            .filter(files::id.eq(file.id).and(files::board_id.eq(change.board().id)))
            .filter(files::deleted_at.is_null().and(thumbnails::bytes.is_not_null()))
            .filter(thumbnails::object_key.eq(files::object_key));
        let (title, name): (String, String) =
            can_be_shown.select((cards::title, files::name)).first(&mut change.conn()).await?;
        let from_file_id = Self::file_of(change, file.card_id).await?;
        if from_file_id == Some(file.id) {
            return Ok(());
        }
        diesel::insert_into(covers::table)
            .values((covers::card_id.eq(file.card_id), covers::file_id.eq(file.id)))
            .on_conflict(covers::card_id)
            .do_update()
            .set(covers::file_id.eq(file.id))
            .execute(&mut change.conn())
            .await?;
        let (card_id, file_id) = (file.card_id, Some(file.id));
        change.record(Happened::CardCovered { card_id, title, from_file_id, file_id, name }).await
    }

    /// The file that a card shows.
    pub(super) async fn file_of(change: &Change<'_>, card_id: Uuid) -> QueryResult<Option<Uuid>> {
        let cover = covers::table.find(card_id).select(covers::file_id);
        cover.first(&mut change.conn()).await.optional()
    }

    /// Shows the file on its card no more.
    pub async fn remove(change: &mut Change<'_>, file: &File) -> ChangeResult<()> {
        let cover = covers::table.find(file.card_id).filter(covers::file_id.eq(file.id));
        if diesel::delete(cover).execute(&mut change.conn()).await? == 0 {
            return Ok(());
        }
        let title = Card::title(change, file.card_id).await?;
        let (card_id, file_id) = (file.card_id, Some(file.id));
        change.record(Happened::CardUncovered { card_id, title, file_id }).await
    }

    /// Shows a picture on its card if it is the first that the card has. A cover that was removed stays removed.
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
