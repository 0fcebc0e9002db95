//! `/cards/{card_id}/copy`

use axum::extract::Query;
use serde::Deserialize;

use super::extract::{Changing, Look, On};
use crate::error::AppResult;
use crate::forms::Posted;
use crate::models::card::{self, Card, MoveTo, NewCopy};
use crate::models::change::{Author, Change};
use crate::models::column::Column;
use crate::models::copying::{Along, CardPart};
use crate::pages;
use crate::pages::destinations::{Chosen, explain};

#[derive(Deserialize)]
pub struct Wanted {
    board_id: Option<String>,
    column_id: Option<String>,
}

/// `GET /cards/{card_id}/copy`: where to, on the board or in the column that the address chooses.
pub async fn new(on: On<Card, Look>, Query(wanted): Query<Wanted>) -> AppResult {
    let chosen = Chosen::of_query(wanted.board_id.as_deref(), wanted.column_id.as_deref())?;
    let mut conn = on.conn().await?;
    on.show(&pages::card_copies::new(&mut conn, on.reading(), &on.thing, chosen).await?)
}

/// `POST /cards/{card_id}/copy`: only the board that the copy goes to is changed.
pub async fn create(on: On<Card, Look>, posted: Posted) -> AppResult {
    let mut form = posted.several("with").form(&["column_id", "after", "title", "with"]);
    let place = MoveTo { column_id: form.id("column_id"), after: form.optional_id("after") };
    let title = form.line("title", card::TITLE_MOST);
    let along = Along::chosen(&form.choices("with", CardPart::parse));
    let (limits, new) = (&on.app.config.files, NewCopy { title: &title, place, along });
    if form.is_valid() {
        let board_id = Column::find(&*on.conn().await?, place.column_id).await?.board_id;
        let mut conn = Changing::begin(&on.app, board_id).await?;
        let (author, now) = (Author::editor(on.principal.id), on.app.clock.now());
        let act = async |change: &mut Change<'_>| on.thing.copy_to(change, new, limits).await;
        match Change::run(&mut conn, board_id, author, now, act).await {
            Ok(id) => {
                let column = pages::columns::changed_one(&conn, &on.access, place.column_id);
                return on.answer(format!("/boards/{board_id}#card-{id}"), column).await;
            }
            Err(error) => explain(&mut form, error, limits)?,
        }
    }
    let mut conn = on.conn().await?;
    let page = pages::card_copies::refused(&mut conn, on.reading(), &on.thing, place.column_id, form);
    on.refuse(&page.await?)
}
