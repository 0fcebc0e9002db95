//! Cards that other cards of their board begin with.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Card;
use crate::models::change::{Change, ChangeResult};
use crate::models::column::Column;
use crate::models::copying::{self, Along, Twins};
use crate::models::event::Happened;
use crate::schema::cards;

/// Templates that a board offers.
pub const OFFERED_MOST: usize = 50;

impl Card {
    /// The ids and titles of a board's templates, by title.
    pub async fn templates_of_board(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
    ) -> QueryResult<Vec<(Uuid, String)>> {
        cards::table
            .filter(cards::board_id.eq(board_id).and(cards::is_template))
            .filter(cards::archived_at.is_null().and(cards::deleted_at.is_null()))
            .order((cards::title, cards::id))
            .limit(OFFERED_MOST as i64)
            .select((cards::id, cards::title))
            .load(&mut conn)
            .await
    }

    /// Offers the card to begin other cards of its board with, or no longer does. Nothing happens where that is so already.
    ///
    /// # Errors
    /// `NotFound` where the card was deleted meanwhile.
    pub async fn set_template(&self, change: &mut Change<'_>, is_template: bool) -> ChangeResult<()> {
        let title = Self::title(change, self.id).await?;
        let other = cards::table.find(self.id).filter(cards::is_template.ne(is_template));
        let set = diesel::update(other).set(cards::is_template.eq(is_template));
        if set.execute(&mut change.conn()).await? == 0 {
            return Ok(());
        }
        let card_id = self.id;
        let happened = if is_template {
            Happened::CardTemplated { card_id, title }
        } else {
            Happened::CardUntemplated { card_id, title }
        };
        change.record(happened).await
    }

    /// As [`Card::create_once`], with the text, the checklists and the labels of a template.
    ///
    /// # Errors
    /// As [`Card::create`]; `NotFound` too where the board has no such template, or another board a card with this id.
    pub async fn create_from(
        change: &mut Change<'_>,
        column: &Column,
        title: &str,
        template_id: Uuid,
        id: Uuid,
    ) -> ChangeResult<()> {
        if Self::is_made(change, id).await? {
            return Ok(());
        }
        Self::must_be_room(change).await?;
        let board_id = change.board().id;
        let template: Self = cards::table
            .find(template_id)
            .filter(cards::board_id.eq(board_id).and(cards::is_template).and(cards::deleted_at.is_null()))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await?;
        let twins = Twins {
            of: vec![template.id],
            ids: vec![id],
            columns: vec![column.id],
            ranks: vec![Self::rank_at_end(change, column).await?],
        };
        let labels = template.labels_there(change, board_id).await?;
        let along = Along { checklists: true, labels: true, ..Along::default() };
        copying::copy(change, &twins, &labels, along, Some(title)).await?;
        Self::tell_of_new(change, id, title, column).await
    }
}
