//! A card, opened.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::faces::face;
use super::files::new_form;
use crate::error::AppResult;
use crate::forms::Form;
use crate::markdown::renderer::Renderer;
use crate::models::access::Access;
use crate::models::card::{Card, CardDetail};
use crate::models::column::Column;
use crate::models::event::Event;
use crate::models::file::listing::ListedFile;
use crate::views::cards::{CardPage, OpenCard, SavedCard};
use crate::views::files::FileView;

/// As much of a card's history as the card shows.
const EVENTS_LIMIT: i64 = 20;

/// The card with its files and its last events; `now` decides whether a preview can still be on its way.
pub async fn show(
    conn: &AsyncPgConnection,
    markdown: &Renderer,
    access: &Access,
    id: Uuid,
    now: DateTime<Utc>,
) -> AppResult<CardPage> {
    let (detail, files, events) = tokio::try_join!(
        Card::detail(conn, id),
        ListedFile::of_card(conn, id),
        Event::of_card(conn, id, EVENTS_LIMIT),
    )?;
    let column = Column::find(conn, detail.card.column_id).await?;
    Ok(CardPage {
        board: access.into(),
        column: (&column).into(),
        card: OpenCard::new(&detail, &markdown.render(&detail.body).await?),
        form: form(&detail),
        editing: false,
        files: FileView::all(files, now),
        files_form: new_form(),
        events: events.into_iter().map(Into::into).collect(),
    })
}

/// The card after it was saved, and its face.
pub async fn saved(
    conn: &AsyncPgConnection,
    markdown: &Renderer,
    access: &Access,
    id: Uuid,
    now: DateTime<Utc>,
) -> AppResult<SavedCard> {
    Ok(SavedCard { page: show(conn, markdown, access, id, now).await?, face: face(conn, access, id).await? })
}

fn form(detail: &CardDetail) -> Form {
    Form::filled([
        ("title", detail.card.title.clone()),
        ("body", detail.body.clone()),
        ("version", detail.version.to_string()),
    ])
}
