//! `/files/{file_id}/replace`

use axum::extract::Request;

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::models::file::File;
use crate::pages;
use crate::receiving::{Incoming, ReceiveError};
use crate::views::files::FilePage;

/// `POST /files/{file_id}/replace`
pub async fn create(on: On<File, Edit>, request: Request) -> AppResult {
    let (id, now) = (on.thing.id, on.app.clock.now());
    let replaced = replace(&on, request).await;
    let conn = on.conn().await?;
    match replaced {
        Ok(()) => {
            let file = pages::files::show(&conn, &on.access, id, now);
            on.answer(format!("/files/{id}"), file).await
        }
        Err(error) => {
            let (status, replace_form) = error.into_form(&on.app.config.files)?;
            let page = pages::files::show(&conn, &on.access, id, now).await?;
            on.show_as(status, &FilePage { replace_form, editing: true, ..page })
        }
    }
}

async fn replace(on: &On<File, Edit>, request: Request) -> Result<(), ReceiveError> {
    let (app, file) = (&on.app, &on.thing);
    let mut incoming = Incoming::open(app, request, file.board_id, file.object.size).await?;
    let received = incoming.next().await?.ok_or(ReceiveError::NoFile)?;
    let content = &received.content;
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| {
        on.still(change).await?;
        Ok::<_, ReceiveError>(file.replace(change, content, &app.config.files).await?)
    })
    .await?;
    received.keep();
    Ok(())
}
