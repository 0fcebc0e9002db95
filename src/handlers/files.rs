//! `/cards/{card_id}/files` and `/files/{file_id}`

use axum::extract::{Query, Request};
use serde::Deserialize;

use super::extract::{Edit, Look, On};
use crate::error::AppResult;
use crate::files::name;
use crate::forms::Posted;
use crate::models::card::Card;
use crate::models::file::{File, NewFile};
use crate::pages;
use crate::receiving::{Incoming, ReceiveError};
use crate::views::cards::CardPage;
use crate::views::confirmations::Question;
use crate::views::files::FilePage;

/// Characters. What is typed may be long; what is kept of it is for [`name::clean`] to say.
const TYPED_MOST: usize = 1000;

/// `POST /cards/{card_id}/files`
pub async fn create(on: On<Card, Edit>, request: Request) -> AppResult {
    let (id, now) = (on.thing.id, on.app.clock.now());
    let attached = attach_all(&on, request).await;
    let conn = on.conn().await?;
    let (status, files_form) = match attached {
        Ok(()) => {
            let files = pages::files::changed(&conn, &on.access, id, now);
            return on.answer(format!("/cards/{id}#files"), files).await;
        }
        Err(error) => error.into_form(&on.app.config.files)?,
    };
    let part = pages::files::refused(&conn, &on.access, id, files_form.clone(), now);
    let page = async {
        let page = pages::cards::show(&conn, on.reading(), id, None).await?;
        Ok(CardPage { files_form: files_form.clone(), ..page })
    };
    on.refuse_with(status, part, page).await
}

/// `GET /cards/{card_id}/files`: for a page that waits for a preview
pub async fn index(on: On<Card, Look>) -> AppResult {
    let conn = on.conn().await?;
    let files = pages::files::changed(&conn, &on.access, on.thing.id, on.app.clock.now());
    on.answer(format!("/cards/{}#files", on.thing.id), files).await
}

#[derive(Deserialize)]
pub struct Mode {
    edit: Option<String>,
}

/// `GET /files/{file_id}`, with `?edit=1` its forms
pub async fn show(on: On<File, Look>, Query(mode): Query<Mode>) -> AppResult {
    let conn = on.conn().await?;
    let page = pages::files::show(&conn, &on.access, on.thing.id, on.app.clock.now()).await?;
    on.show(&FilePage { editing: mode.edit.is_some(), ..page })
}

/// `POST /files/{file_id}`
pub async fn update(on: On<File, Edit>, posted: Posted) -> AppResult {
    let (id, now) = (on.thing.id, on.app.clock.now());
    let mut form = posted.form(&["name"]);
    let typed = form.line("name", TYPED_MOST);
    let mut conn = on.conn_to_change().await?;
    if !form.is_valid() {
        let page = pages::files::show(&conn, &on.access, id, now).await?;
        return on.refuse(&FilePage { form, editing: true, ..page });
    }
    let name = name::clean(&typed);
    on.change(&mut conn, async |change| on.thing.rename(change, &name).await).await?;
    let file = pages::files::show(&conn, &on.access, id, now);
    on.answer(format!("/files/{id}"), file).await
}

/// `POST /files/{file_id}/delete`
pub async fn destroy(on: On<File, Edit>, posted: Posted) -> AppResult {
    let card_id = on.thing.card_id;
    let action = format!("/files/{}/delete", on.thing.id);
    if let Some(page) = on.ask(&posted, Question::DeleteFile, action, format!("/cards/{card_id}#files"))? {
        return Ok(page);
    }
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.delete(change).await).await?;
    let files = pages::files::changed(&conn, &on.access, card_id, on.app.clock.now());
    on.answer(format!("/cards/{card_id}#files"), files).await
}

/// Each file is attached when it has arrived; what is wrong with one does not undo those before it.
async fn attach_all(on: &On<Card, Edit>, request: Request) -> Result<(), ReceiveError> {
    let (app, card) = (&on.app, &on.thing);
    let mut incoming = Incoming::open(app, request, card.board_id, 0).await?;
    let mut attached = 0;
    while let Some(received) = incoming.next().await? {
        let new = NewFile { name: &received.name, content: &received.content };
        let mut conn = on.conn_to_change().await?;
        on.change(&mut conn, async |change| {
            on.still(change).await?;
            Ok::<_, ReceiveError>(File::attach(change, card.id, new, &app.config.files).await?)
        })
        .await?;
        received.keep();
        attached += 1;
    }
    if attached == 0 { Err(ReceiveError::NoFile) } else { Ok(()) }
}
