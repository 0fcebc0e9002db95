//! Writing what people take along: a ZIP with `board.json`, the files, a page that needs no server, and a manifest with hashes.
//! docs/export.md says what is in it.
//!
//! A board is read in one transaction, so that it is one moment, into unnamed files on the disk; then the archive is written from
//! those and from the stores, piece by piece. Nothing is ever whole in memory. Who may have an export, and where it goes, is not
//! known here.

mod archive;
mod board;
pub mod csv;
mod known;
mod page;
mod spool;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use uuid::Uuid;

use self::archive::Archive;
use crate::app::App;
use crate::language::Language;
use crate::models::board_file::reading::{self, Reader};
use crate::models::board_file::{ACCOUNT_FORMAT, AccountBoard, AccountFile, AccountPerson, VERSION};
use crate::models::export::ExportedBoard;
use crate::models::role::Role;
use crate::models::user::User;
use crate::storage::StorageError;
use crate::templates::Shell;
use crate::views::exports::AccountIndex;

/// What a folder's name begins with: characters of the board's title.
const FOLDER_TITLE_MOST: usize = 40;

/// Where an archive goes, and who follows its making.
pub trait Destination: Send {
    /// Takes the next bytes.
    fn write(&mut self, bytes: Bytes) -> impl Future<Output = Result<(), ExportError>> + Send;

    /// Hears how many of the cards and files have been written, and how many there are.
    fn note(&mut self, done: usize, total: usize) -> impl Future<Output = Result<(), ExportError>> + Send;

    /// Hears that the archive will have so many bytes about.
    fn expect(&mut self, bytes: u64) -> impl Future<Output = Result<(), ExportError>> + Send;
}

/// Why an archive was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Nobody wants it any more.
    #[error("nobody wants it any more")]
    Unwanted,
    #[error("there is no room for it")]
    NoRoom,
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

impl From<serde_json::Error> for ExportError {
    fn from(error: serde_json::Error) -> Self {
        Self::Other(error.into())
    }
}

/// What is to be written.
#[derive(Clone, Copy)]
pub enum Wish<'a> {
    /// One board, at the archive's root.
    Board(&'a ExportedBoard),
    /// All of a person's, each in a folder.
    Account(&'a User, &'a [ExportedBoard]),
}

/// How it is written.
#[derive(Clone, Copy)]
pub struct Manner {
    /// Of the pages in it.
    pub language: Language,
    pub now: DateTime<Utc>,
}

/// What has been written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Bytes.
    pub size: u64,
    /// Files that their store did not have; the manifest names them.
    pub missing: usize,
}

/// An archive on its way.
struct Writing<'a, D> {
    app: &'a App,
    manner: Manner,
    reader: Reader,
    archive: Archive<'a, D>,
    done: usize,
    total: usize,
}

/// Writes an archive. `reader` is the id of the person it is for; nobody's for the operator.
///
/// # Errors
/// [`ExportError`]; what has been written by then is no archive.
pub async fn write<D: Destination>(
    app: &App,
    wish: Wish<'_>,
    reader: Option<Uuid>,
    manner: Manner,
    destination: &mut D,
) -> Result<Written, ExportError> {
    let reader = Reader { user_id: reader, role: Role::Owner };
    let archive = Archive::begin(destination, manner.now);
    let mut writing = Writing { app, manner, reader, archive, done: 0, total: 0 };
    match wish {
        Wish::Board(board) => {
            writing.count(std::slice::from_ref(board)).await?;
            writing.board(board, "").await?;
        }
        Wish::Account(user, boards) => {
            writing.count(boards).await?;
            writing.account(user, boards).await?;
        }
    }
    writing.archive.finish().await
}

impl<D: Destination> Writing<'_, D> {
    /// Adds up what is to be written.
    async fn count(&mut self, boards: &[ExportedBoard]) -> Result<(), ExportError> {
        let conn = conn(self.app).await?;
        for board in boards {
            self.total += usize::try_from(reading::size(&conn, board.id).await?).unwrap_or_default();
        }
        drop(conn);
        self.archive.destination.note(0, self.total).await
    }

    async fn account(&mut self, user: &User, boards: &[ExportedBoard]) -> Result<(), ExportError> {
        let listed = boards.iter().enumerate().map(|(index, board)| AccountBoard {
            id: board.id,
            title: board.title.clone(),
            role: board.role,
            folder: folder(index + 1, &board.title),
        });
        let listed: Vec<AccountBoard> = listed.collect();
        for (board, listed) in boards.iter().zip(&listed) {
            self.board(board, &format!("{}/", listed.folder)).await?;
        }
        let index = AccountIndex::new(user, &listed, self.manner.now);
        let html = self.app.templates.part(&Shell::anonymous(self.manner.language), &index)?;
        let account = AccountFile {
            format: ACCOUNT_FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            exported_at: self.manner.now,
            account: AccountPerson::from(user),
            boards: listed,
        };
        self.archive.text("account.json", to_json(&account)?).await?;
        self.archive.text("index.html", html.into()).await?;
        self.archive.text(page::STYLE_NAME, page::style().into()).await
    }
}

/// A connection of its own: what it begins ends with it, however that ends.
async fn conn(app: &App) -> Result<AsyncPgConnection, ExportError> {
    Ok(crate::db::connect(&app.config.database_url).await?)
}

/// The folder of a board in an archive of several.
fn folder(number: usize, title: &str) -> String {
    let letters = title.chars().map(|c| if c.is_alphanumeric() { c } else { '-' });
    let title: String = letters.take(FOLDER_TITLE_MOST).collect();
    let parts = title.split('-').filter(|part| !part.is_empty());
    let name = std::iter::once(format!("{number:03}")).chain(parts.map(str::to_owned));
    format!("boards/{}", name.collect::<Vec<_>>().join("-"))
}

/// As people can read it, too.
fn to_json(value: &impl Serialize) -> Result<Vec<u8>, ExportError> {
    let mut json = serde_json::to_vec_pretty(value)?;
    json.push(b'\n');
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_s_name_is_one_everywhere() {
        for (title, name) in [
            ("Launch", "boards/007-Launch"),
            ("../../etc/passwd", "boards/007-etc-passwd"),
            ("Größe & «mehr»", "boards/007-Größe-mehr"),
            ("…", "boards/007"),
        ] {
            assert_eq!(folder(7, title), name);
        }
        assert!(folder(1, &"x".repeat(500)).len() < 60);
    }
}
