//! Files: those of a card, and one by itself.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::columns::Choice;
use crate::files::name;
use crate::forms::Form;
use crate::models::file::File;
use crate::templates::View;

#[derive(Clone, Debug, Serialize)]
pub struct FileView {
    pub id: Uuid,
    pub name: String,
    /// Where its content is.
    pub path: String,
    /// Bytes.
    pub size: i64,
    pub content_type: String,
    pub created_at: DateTime<Utc>,
}

impl From<File> for FileView {
    fn from(file: File) -> Self {
        Self {
            id: file.id,
            path: format!("/files/{}/{}", file.id, name::in_url(&file.name)),
            name: file.name,
            size: file.object.size,
            content_type: file.content_type,
            created_at: file.created_at,
        }
    }
}

/// The files of a card, with the form for more.
#[derive(Debug, Serialize)]
pub struct FileList {
    pub board: BoardView,
    pub card: Choice,
    pub files: Vec<FileView>,
    pub files_form: Form,
}

impl View for FileList {
    const TEMPLATE: &'static str = "files/_list.html";
}

/// A file by itself: to rename, to replace, to delete.
#[derive(Debug, Serialize)]
pub struct FilePage {
    pub board: BoardView,
    pub card: Choice,
    pub file: FileView,
    pub form: Form,
    pub replace_form: Form,
}

impl View for FilePage {
    const TEMPLATE: &'static str = "files/show.html";
}
