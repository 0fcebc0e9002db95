//! `xtablo export`: a board, or all boards of an account, into a file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use bytes::Bytes;
use clap::Args;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::app::{App, Clock};
use crate::config::{Config, ConfigArgs};
use crate::db;
use crate::export::{self, Destination, ExportError, Manner, Wish};
use crate::language::Language;
use crate::models::export::{Export as Wanted, ExportedBoard};
use crate::models::user::User;

/// Write a ZIP of a board, or of all boards of an account, as docs/export.md says
#[derive(Debug, Args)]
pub(super) struct Export {
    /// A board's id, as its address has it, or an account's e-mail address
    what: String,
    /// The file to write; it must not be there yet
    file: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        db::migrations::check(&config.database_url).await?;
        let app = App::new(config, Clock::system())?;
        let mut conn = app.db.conn().await?;
        let (user, boards) = if let Ok(id) = Uuid::try_parse(&self.what) {
            let board = ExportedBoard::for_operator(&conn, id).await?;
            (None, vec![board.with_context(|| format!("there is no board {id}"))?])
        } else {
            let found = User::find_by_email(&mut conn, &self.what).await?;
            let user = found.with_context(|| format!("no account has the e-mail address {}", self.what))?;
            let boards = Wanted::boards_of(&conn, user.id).await?;
            (Some(user), boards)
        };
        drop(conn);
        let wish = match (&user, boards.as_slice()) {
            (Some(user), boards) => Wish::Account(user, boards),
            (None, [board]) => Wish::Board(board),
            (None, _) => bail!("there is no such board"),
        };
        let language = user.as_ref().and_then(User::language).unwrap_or(Language::English);
        let file = File::create_new(&self.file).await;
        let mut onto = Disk { file: file.with_context(|| self.file.display().to_string())? };
        let manner = Manner { language, now: app.clock.now() };
        let reader = user.as_ref().map(|user| user.id);
        let written = match Box::pin(export::write(&app, wish, reader, manner, &mut onto)).await {
            Ok(written) => written,
            Err(error) => {
                // A part of a ZIP is none.
                drop(onto);
                tokio::fs::remove_file(&self.file).await?;
                return Err(error.into());
            }
        };
        onto.file.sync_all().await?;
        println!("wrote {} bytes to {}", written.size, self.file.display());
        if written.missing > 0 {
            println!("{} files could not be read; manifest.json names them", written.missing);
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A file on this machine.
struct Disk {
    file: File,
}

impl Destination for Disk {
    async fn write(&mut self, bytes: Bytes) -> Result<(), ExportError> {
        Ok(self.file.write_all(&bytes).await?)
    }

    async fn note(&mut self, _: usize, _: usize) -> Result<(), ExportError> {
        Ok(())
    }

    async fn expect(&mut self, _: u64) -> Result<(), ExportError> {
        Ok(())
    }
}
