//! Files: on a card, on a board, and one of them looked at.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::choice::Choice;
use super::faces::{FaceView, ThumbnailView};
use crate::files::content_type::{self, TEXT};
use crate::files::name;
use crate::forms::Form;
use crate::models::file::listing::{ListedFile, Order};
use crate::templates::View;
use crate::views::pager::Pager;

/// A file in a list.
#[derive(Debug, Serialize)]
pub struct FileView {
    id: Uuid,
    name: String,
    /// Where its content is.
    url: String,
    /// The same for a page that shows it: another content has another address.
    viewer_url: String,
    /// What it is, in a few letters: its extension, or nothing.
    kind: String,
    /// Bytes.
    size: i64,
    uploaded_by: Option<String>,
    uploaded_at: DateTime<Utc>,
    thumbnail: Option<ThumbnailView>,
    /// Whether a preview is on its way.
    awaited: bool,
    is_cover: bool,
    card: Choice,
}

/// How a file is shown on its own page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InlineViewer {
    Picture,
    Text,
    /// In the browser's own viewer.
    Document,
    /// Not at all: it can be downloaded.
    None,
}

/// Letters. An extension that is longer says less than it takes room.
const KIND_MOST: usize = 5;

impl FileView {
    pub fn all(listed: Vec<ListedFile>, now: DateTime<Utc>) -> Vec<Self> {
        listed.into_iter().map(|file| Self::new(file, now)).collect()
    }

    pub fn new(listed: ListedFile, now: DateTime<Utc>) -> Self {
        let ListedFile { file, card_title, cover_id, uploaded_by, preview } = listed;
        let kind = name::extension(&file.name).trim_start_matches('.').to_uppercase();
        let url = format!("/files/{}/content/{}", file.id, name::in_url(&file.name));
        Self {
            id: file.id,
            viewer_url: format!("{url}?v={}", file.object.stored_at.timestamp_micros()),
            url,
            kind: if kind.chars().count() > KIND_MOST { String::new() } else { kind },
            size: file.object.size,
            uploaded_by,
            uploaded_at: file.created_at,
            awaited: preview.is_none() && awaits_preview(&file.content_type, file.object.stored_at, now),
            thumbnail: preview.and_then(ThumbnailView::new),
            is_cover: cover_id == Some(file.id),
            card: Choice { id: file.card_id, title: card_title },
            name: file.name,
        }
    }
}

/// After that the worker is not there, or has a lot to do; the page stops asking.
const PATIENCE: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

fn awaits_preview(content_type: &str, since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    content_type::has_preview(content_type) && now - since < PATIENCE
}

impl InlineViewer {
    pub fn of(content_type: &str) -> Self {
        match content_type {
            TEXT => Self::Text,
            shown if !content_type::may_show_inline(shown) => Self::None,
            picture if picture.starts_with("image/") => Self::Picture,
            _ => Self::Document,
        }
    }
}

/// The files of a card, on its page and in its dialog.
#[derive(Debug, Serialize)]
pub struct FileList {
    pub board: BoardView,
    pub card: CardId,
    pub files: Vec<FileView>,
    /// The form for more of them.
    pub files_form: Form,
    /// The card's face on the board beneath; none where the card is not on the board, or nothing has changed.
    pub face: Option<FaceView>,
}

/// As much of a card as its files need.
#[derive(Debug, Serialize)]
pub struct CardId {
    pub id: Uuid,
}

impl View for FileList {
    const PART: Option<&'static str> = Some("files/_changed.html");
}

/// A file looked at.
#[derive(Debug, Serialize)]
pub struct FilePage {
    pub board: BoardView,
    pub card: Choice,
    pub file: FileView,
    pub viewer: InlineViewer,
    /// The form for its name.
    pub form: Form,
    /// The form for another content.
    pub replace_form: Form,
    /// Whether the forms are shown.
    pub editing: bool,
}

impl View for FilePage {
    const PAGE: Option<&'static str> = Some("files/show.html");
    const PART: Option<&'static str> = Some("files/_detail.html");
}

/// All files of a board.
#[derive(Debug, Serialize)]
pub struct BoardFiles {
    pub board: BoardView,
    pub files: Vec<FileView>,
    /// What was searched for; may be empty.
    pub query: String,
    pub orders: Vec<OrderChoice>,
    /// All that are found, on whatever page.
    pub count: i64,
    /// The paths of the pages before and after.
    pub pager: Pager,
}

impl View for BoardFiles {
    const PAGE: Option<&'static str> = Some("board_files/index.html");
}

#[derive(Debug, Serialize)]
pub struct OrderChoice {
    pub id: &'static str,
    pub selected: bool,
}

impl OrderChoice {
    pub fn all(chosen: Order) -> Vec<Self> {
        let choice = |order: &Order| Self { id: order.word(), selected: *order == chosen };
        Order::ALL.iter().map(choice).collect()
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::models::thumbnail::Preview;
    use crate::views::samples::{Samples, TEXT, face_view, failed, file, now, preview};

    fn view(preview: Option<Preview>) -> FileView {
        let file = file();
        let cover_id = preview.map(|_| file.id);
        let (card_title, uploaded_by) = (TEXT.to_owned(), preview.map(|_| TEXT.to_owned()));
        FileView::new(ListedFile { file, card_title, uploaded_by, cover_id, preview }, now())
    }
    impl Samples for FileView {
        fn samples(_: &Access) -> Vec<Self> {
            vec![view(None), view(Some(preview(None))), view(Some(preview(Some(40))))]
        }
    }

    impl Samples for FileList {
        fn samples(access: &Access) -> Vec<Self> {
            [vec![], FileView::samples(access)]
                .map(|files| Self {
                    board: access.into(),
                    card: CardId { id: Uuid::now_v7() },
                    face: if files.is_empty() { None } else { face_view() },
                    files,
                    files_form: failed(&["file"]),
                })
                .into()
        }
    }

    impl Samples for FilePage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |viewer, form, editing| Self {
                board: access.into(),
                card: Choice { id: Uuid::now_v7(), title: TEXT.to_owned() },
                file: view(Some(preview(Some(40)))),
                viewer,
                form,
                replace_form: failed(&["file"]),
                editing,
            };
            [InlineViewer::Picture, InlineViewer::Text, InlineViewer::Document, InlineViewer::None]
                .into_iter()
                .flat_map(|viewer| {
                    let (blank, failed) = (Form::blank(&["name"]), failed(&["name"]));
                    [page(viewer, blank, false), page(viewer, failed, true)]
                })
                .collect()
        }
    }

    impl Samples for BoardFiles {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |files: Vec<FileView>, query: &str| Self {
                board: access.into(),
                count: files.len() as i64,
                files,
                query: query.to_owned(),
                orders: OrderChoice::all(Order::Name),
                pager: Pager { previous: Some("/previous".to_owned()), next: None },
            };
            vec![page(vec![], ""), page(vec![], TEXT), page(FileView::samples(access), TEXT)]
        }
    }
}
