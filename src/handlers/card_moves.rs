//! `/cards/{card_id}/move`

use axum::extract::Query;
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Changing, Edit, On};
use crate::error::AppResult;
use crate::forms::{Form, Posted};
use crate::models::card::{Card, MoveTo};
use crate::models::change::{Author, Change};
use crate::models::column::Column;
use crate::pages;
use crate::pages::destinations::{Chosen, explain};

#[derive(Deserialize)]
pub struct Wanted {
    board_id: Option<String>,
    column_id: Option<String>,
}

/// `GET /cards/{card_id}/move`: where to, on the board or in the column that the address chooses.
pub async fn new(on: On<Card, Edit>, Query(wanted): Query<Wanted>) -> AppResult {
    let chosen = Chosen::of_query(wanted.board_id.as_deref(), wanted.column_id.as_deref())?;
    let mut conn = on.conn().await?;
    on.show(&pages::card_moves::new(&mut conn, on.reading(), &on.thing, chosen).await?)
}

/// `POST /cards/{card_id}/move`
pub async fn create(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["column_id", "after"]);
    let place = MoveTo { column_id: form.id("column_id"), after: form.optional_id("after") };
    if form.is_valid() {
        let board_id = Column::find(&*on.conn().await?, place.column_id).await?.board_id;
        if board_id != on.access.board.id {
            return create_across(on, board_id, place, form).await;
        }
        let mut conn = on.conn_to_change().await?;
        match on.change(&mut conn, async |change| on.thing.move_to(change, place).await).await {
            Ok(()) => {
                // The column it went to, and the one it left.
                let ids = [place.column_id, on.thing.column_id];
                let ids = if ids[0] == ids[1] { &ids[..1] } else { &ids };
                let path = format!("/boards/{}#card-{}", on.access.board.id, on.thing.id);
                drop(conn);
                return on.answer_columns(None, path, ids).await;
            }
            Err(error) => explain(&mut form, error, &on.app.config.files)?,
        }
    }
    refuse(&on, place, form).await
}

/// To another board: both are changed, so both have their turn.
async fn create_across(on: On<Card, Edit>, board_id: Uuid, place: MoveTo, mut form: Form) -> AppResult {
    let (from, limits) = (on.access.board.id, &on.app.config.files);
    let mut conn = Changing::begin_all(&on.app, [board_id, from]).await?;
    let (author, now) = (Author::editor(on.principal.id), on.app.clock.now());
    let act = async |change: &mut Change<'_>| on.thing.move_across(change, place, limits).await;
    match Change::run_beside(&mut conn, board_id, from, author, now, act).await {
        Ok(((), recorded)) => {
            on.offer_undo(recorded);
            let left = pages::columns::changed_one(&conn, &on.access, on.thing.column_id);
            return on.answer(format!("/boards/{board_id}#card-{}", on.thing.id), left).await;
        }
        Err(error) => explain(&mut form, error, limits)?,
    }
    drop(conn);
    refuse(&on, place, form).await
}

async fn refuse(on: &On<Card, Edit>, place: MoveTo, form: Form) -> AppResult {
    let mut conn = on.conn().await?;
    let page = pages::card_moves::refused(&mut conn, on.reading(), &on.thing, place.column_id, form);
    on.refuse(&page.await?)
}
