//! A board and its cards as people without an account see them.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use minijinja::value::Value;
use uuid::Uuid;

use super::checklists::with_items;
use super::fields;
use super::stream::{Names, with_references};
use crate::app::App;
use crate::error::AppResult;
use crate::markdown::references::Named;
use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::checklist::Checklist;
use crate::models::checklist::item::ChecklistItem;
use crate::models::column::Column;
use crate::models::comment::Comment;
use crate::models::face::{Faces, Scope};
use crate::models::file::listing::ListedFile;
use crate::models::label::Label;
use crate::models::public_link::PublicLink;
use crate::models::reference::References;
use crate::time_zone::LocalTime;
use crate::views::cards::OpenCard;
use crate::views::checklists::ItemView;
use crate::views::columns::ColumnView;
use crate::views::files::FileView;
use crate::views::public_boards::{PublicBoardPage, PublicBoardView, PublicCardPage, PublicComment};

/// Comments per page.
const COMMENTS: usize = 50;

/// What is read, by which link.
#[derive(Clone, Copy)]
pub struct PublicReading<'a> {
    pub app: &'a App,
    pub link: &'a PublicLink,
    pub board: &'a Board,
    /// The link as its address has it.
    pub token: &'a str,
}

pub async fn show(
    conn: &AsyncPgConnection,
    link: &PublicLink,
    board: Board,
    token: &str,
    now: DateTime<Utc>,
) -> AppResult<PublicBoardPage> {
    let scope = Scope::Board(board.id);
    let (columns, faces) = tokio::try_join!(Column::of_board(conn, board.id), Faces::load(conn, scope))?;
    let faces = faces.without_people(link.shows_comments);
    let time = LocalTime::utc(now);
    Ok(PublicBoardPage {
        valid_until: faces.change_at(time),
        board: PublicBoardView::new(&board, token),
        columns: ColumnView::all(&columns, faces, time),
    })
}

/// A card, and where the link shows them, the newest of its comments or those before one; the oldest of them first.
pub async fn card(
    conn: &AsyncPgConnection,
    reading: PublicReading<'_>,
    card: &Card,
    older_than: Option<Uuid>,
) -> AppResult<PublicCardPage> {
    let PublicReading { app, link, board, token } = reading;
    let now = app.clock.now();
    let (detail, mut files, column, labels, label_ids, lists, items) = tokio::try_join!(
        Card::detail(conn, card.id),
        ListedFile::of_card(conn, card.id),
        Column::find(conn, card.column_id),
        Label::of_board(conn, board.id),
        Label::ids_of_card(conn, card.id),
        Checklist::of_card(conn, card.id),
        ChecklistItem::of_card(conn, card.id),
    )?;
    for file in &mut files {
        file.uploaded_by = None;
    }
    let mut comments = Vec::new();
    if link.shows_comments {
        comments = Comment::of_card(conn, card.id, older_than, COMMENTS as i64 + 1, now).await?;
    }
    let has_earlier = comments.len() > COMMENTS;
    comments.truncate(COMMENTS);
    let earlier = comments.last().filter(|_| has_earlier).map(|listed| listed.comment.id);
    comments.retain(|listed| listed.comment.deleted_at.is_none());
    let mut htmls = vec![app.markdown.render(&detail.body).await?];
    for listed in comments.iter().rev() {
        htmls.push(app.markdown.render(&listed.body).await?);
    }
    let comments_end = htmls.len();
    for (item, _) in &items {
        htmls.push(app.markdown.render_line(&item.text).await?);
    }
    let named = Named::of(htmls.iter().map(|html| &**html));
    let references = References::find(conn, board.id, &named, None, now).await?;
    let path = format!("/public/{token}");
    let public = |html: &str| {
        let html = with_references(app, html, &references, Names::Hidden { path: &path });
        // Files that a text shows or links to are reached in the same way as the card.
        html.replace("=\"/files/", &format!("=\"{path}/files/"))
    };
    let body_html = public(&htmls[0]);
    let time = LocalTime::utc(now);
    // Whom items are for is not told.
    let views = items
        .iter()
        .zip(&htmls[comments_end..])
        .map(|((item, _), html)| (item.checklist_id, ItemView::new(item, None, public(html), time)));
    let checklists = with_items(&lists, views);
    let said = comments.iter().rev().zip(&htmls[1..comments_end]).map(|(listed, html)| PublicComment {
        body_html: Value::from_safe_string(public(html)),
        at: listed.comment.created_at,
        edited: listed.comment.edited_at.is_some(),
    });
    Ok(PublicCardPage {
        board: PublicBoardView::new(board, token),
        column: column.title,
        card: OpenCard::new(&detail, &body_html, time),
        labels: labels.iter().filter(|label| label_ids.contains(&label.id)).map(Into::into).collect(),
        fields: fields::of_card(conn, board.id, card.id).await?,
        checklists,
        files: FileView::all(files, now),
        comments: link.shows_comments.then(|| said.collect()),
        earlier: earlier.map(|id| format!("{path}/cards/{}?before={id}", card.id)),
    })
}
