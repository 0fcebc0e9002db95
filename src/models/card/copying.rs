//! Copying a card.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Card;
use super::landing::Landing;
use super::moving::{MoveError, MoveTo};
use crate::config;
use crate::models::change::{Change, ChangeResult};
use crate::models::copying::{self, Along, LabelTwins, Twins};
use crate::models::event::Happened;
use crate::models::label::Label;
use crate::models::quota;
use crate::models::right::Right;
use crate::models::watch;
use crate::schema::{boards, cards};

/// A copy that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewCopy<'a> {
    pub title: &'a str,
    pub place: MoveTo,
    pub along: Along,
}

impl Card {
    /// Puts a copy of the card onto the change's board, which may be another one than the card's: only that one is changed. On
    /// another board labels are found by name and color, and made where there is none; people come along who can work on its
    /// cards. Gives the copy's id.
    ///
    /// # Errors
    /// [`MoveError`]; `NotFound` where the author may not see the card any more.
    pub async fn copy_to(
        &self,
        change: &mut Change<'_>,
        new: NewCopy<'_>,
        limits: &config::Files,
    ) -> Result<Uuid, MoveError> {
        let NewCopy { title, place, along } = new;
        let from_board_id = self.visible_board(change).await?;
        let landing = Landing::find(change, place).await?;
        Self::must_be_room(change).await?;
        if along.files {
            quota::take_for_copies(change, &[self.id], limits).await?.map_err(|_| MoveError::NoRoom)?;
        }
        let labels = if along.labels {
            self.labels_there(change, from_board_id).await?
        } else {
            LabelTwins::default()
        };
        let id = Uuid::now_v7();
        let twins = Twins {
            of: vec![self.id],
            ids: vec![id],
            columns: vec![place.column_id],
            ranks: vec![landing.rank.clone()],
        };
        copying::copy(change, &twins, &labels, along, Some(title)).await?;
        if let Some(author) = change.author() {
            watch::watch_card(change.conn(), id, &[author], change.at()).await?;
        }
        landing.shorten(change, place).await?;
        let happened = Happened::CardCopied {
            card_id: id,
            title: title.to_owned(),
            column_id: place.column_id,
            column: landing.column,
            from_card_id: self.id,
            from_board_id,
        };
        change.record(happened).await?;
        Ok(id)
    }

    /// The card's board as it is by now, where the author may look at it.
    async fn visible_board(&self, change: &Change<'_>) -> ChangeResult<Uuid> {
        let live = cards::table
            .inner_join(boards::table.on(boards::id.eq(cards::board_id)))
            .filter(cards::id.eq(self.id).and(cards::deleted_at.is_null()));
        let board_id = live.select(cards::board_id).first(&mut change.conn()).await?;
        change.weigh_on(board_id, Right::Look).await?;
        Ok(board_id)
    }

    /// The card's labels, and what stands for each on the change's board.
    pub(super) async fn labels_there(
        &self,
        change: &mut Change<'_>,
        from_board_id: Uuid,
    ) -> ChangeResult<LabelTwins> {
        let labels = Label::of_card(change, self.id).await?;
        let of: Vec<Uuid> = labels.iter().map(|label| label.id).collect();
        if from_board_id == change.board().id {
            return Ok(LabelTwins { ids: of.clone(), of });
        }
        Label::matching(change, &labels).await
    }
}
