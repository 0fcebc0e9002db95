//! The files of a card, and one of them.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::faces::face;
use crate::error::AppResult;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::file::listing::ListedFile;
use crate::views::choice::Choice;
use crate::views::faces::FaceView;
use crate::views::files::{CardId, FileList, FilePage, FileView, InlineViewer};

pub fn new_form() -> Form {
    Form::blank(&["file"])
}

/// The files of a card after they have changed, and the card's face.
pub async fn changed(
    conn: &AsyncPgConnection,
    access: &Access,
    card_id: Uuid,
    now: DateTime<Utc>,
) -> AppResult<FileList> {
    let face = face(conn, access, card_id).await?;
    list(conn, access, card_id, new_form(), face, now).await
}

/// The files of a card, and an upload that was refused.
pub async fn refused(
    conn: &AsyncPgConnection,
    access: &Access,
    card_id: Uuid,
    form: Form,
    now: DateTime<Utc>,
) -> AppResult<FileList> {
    list(conn, access, card_id, form, None, now).await
}

async fn list(
    conn: &AsyncPgConnection,
    access: &Access,
    card_id: Uuid,
    files_form: Form,
    face: Option<FaceView>,
    now: DateTime<Utc>,
) -> AppResult<FileList> {
    let files = FileView::all(ListedFile::of_card(conn, card_id).await?, now);
    Ok(FileList { board: access.into(), card: CardId { id: card_id }, files, files_form, face })
}

/// One file.
pub async fn show(
    conn: &AsyncPgConnection,
    access: &Access,
    id: Uuid,
    now: DateTime<Utc>,
) -> AppResult<FilePage> {
    let listed = ListedFile::find(conn, id).await?;
    Ok(FilePage {
        board: access.into(),
        card: Choice { id: listed.file.card_id, title: listed.card_title.clone() },
        form: Form::filled([("name", listed.file.name.clone())]),
        replace_form: new_form(),
        editing: false,
        viewer: InlineViewer::of(&listed.file.content_type),
        file: FileView::new(listed, now),
    })
}
