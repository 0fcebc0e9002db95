//! `xtablo search`: the index of search, from the operator's side.

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::{Config, ConfigArgs};
use crate::db;
use crate::models::search::index;

/// Write anew what search looks through
#[derive(Debug, clap::Args)]
pub(super) struct Search {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Write the entries of all cards anew, board by board, while the services run
    Reindex,
}

impl Search {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        db::migrations::check(&config.database_url).await?;
        let conn = &mut db::connect(&config.database_url).await?;
        let Verb::Reindex = self.verb;
        let boards = index::all_boards(conn).await?;
        let mut cards = 0;
        for board_id in &boards {
            cards += index::index_board(conn, *board_id).await?;
        }
        println!("{cards} cards of {} boards can be found", boards.len());
        Ok(ExitCode::SUCCESS)
    }
}
