//! `/events/{event_id}/undo` and `/boards/{board_id}/undo`: what was done is taken back.

use axum::http::StatusCode;
use uuid::Uuid;

use super::extract::{Changing, Look, On};
use crate::error::{AppResult, Refusal};
use crate::forms::{Posted, local_path};
use crate::markdown::references::Named;
use crate::models::board::Board;
use crate::models::change::{Author, Change, ChangeError};
use crate::models::event::EventKey;
use crate::models::reference::References;
use crate::models::right::Right;
use crate::models::undo::crossing::Crossing;
use crate::models::undo::{self, UndoError};
use crate::views::undos::UndoRefused;

/// `POST /events/{event_id}/undo`
pub async fn create(on: On<EventKey, Look>, posted: Posted) -> AppResult {
    take_back(&on, on.thing.id, &posted).await
}

/// `POST /boards/{board_id}/undo`: the reader's own newest change of the last ten minutes.
pub async fn create_of_newest(on: On<Board, Look>, posted: Posted) -> AppResult {
    let newest = undo::newest_of(&*on.conn().await?, &on.access, on.principal.id).await?;
    match newest {
        Some(event_id) => take_back(&on, event_id, &posted).await,
        None => on.show_as(StatusCode::CONFLICT, &UndoRefused::nothing(&on.access, next(&on, &posted))),
    }
}

async fn take_back<T>(on: &On<T, Look>, event_id: Uuid, posted: &Posted) -> AppResult {
    let crossing = Crossing::of_event(&*on.conn().await?, event_id).await?;
    if let Some(crossing) = crossing {
        return take_card_back(on, crossing, posted).await;
    }
    let mut conn = on.conn_to_change().await?;
    let references = match undo::text_before(&conn, event_id).await? {
        None => References::default(),
        Some(text) => {
            let named = Named::of([&*on.app.markdown.render(&text).await?]);
            let (board_id, now) = (on.access.board.id, on.app.clock.now());
            References::find(&conn, board_id, &named, Some(on.principal.id), now).await?
        }
    };
    let undone = on.change(&mut conn, async |change| undo::undo(change, event_id, &references).await).await;
    let next = next(on, posted);
    answer(on, undone, next)
}

/// A card goes back to the board that it left: whoever takes it there needs to edit both.
async fn take_card_back<T>(on: &On<T, Look>, crossing: Crossing, posted: &Posted) -> AppResult {
    on.access.weigh(Right::Edit)?;
    let (to, from, limits) = (crossing.left, crossing.came_to, &on.app.config.files);
    let mut conn = Changing::begin_all(&on.app, [to, from]).await?;
    let (author, now) = (Author::editor(on.principal.id), on.app.clock.now());
    let act = async |change: &mut Change<'_>| crossing.undo(change, limits).await;
    let next = next(on, posted);
    let undone = match Change::run_beside(&mut conn, to, from, author, now, act).await {
        Ok(((), recorded)) => {
            on.offer_undo(recorded);
            Ok(())
        }
        Err(UndoError::Change(
            ChangeError::Refused(Refusal::RoleTooLow | Refusal::BoardArchived)
            | ChangeError::Query(diesel::result::Error::NotFound),
        )) => Err(UndoError::OtherBoard),
        Err(error) => Err(error),
    };
    answer(on, undone, next)
}

fn answer<T>(on: &On<T, Look>, undone: Result<(), UndoError>, next: String) -> AppResult {
    match undone {
        Ok(()) => on.answer_stale(next),
        Err(UndoError::Change(error)) => Err(error.into()),
        Err(error) => match UndoRefused::new(&on.access, error, next) {
            Ok(refused) => on.show_as(StatusCode::CONFLICT, &refused),
            Err(error) => Err(anyhow::Error::from(error).into()),
        },
    }
}

/// Where to go on: to the page that the form stood on.
fn next<T>(on: &On<T, Look>, posted: &Posted) -> String {
    let next = posted.value("next").and_then(local_path);
    next.map_or_else(|| format!("/boards/{}", on.access.board.id), str::to_owned)
}
