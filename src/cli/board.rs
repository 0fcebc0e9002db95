//! `xtablo board`: boards, from the operator's side.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use diesel::result::Error::NotFound;
use uuid::Uuid;

use crate::app::Clock;
use crate::config::{Config, ConfigArgs};
use crate::db;
use crate::models::change::{Author, Change, ChangeError};
use crate::models::member::{Joining, Member, MemberError};
use crate::models::role::Role;
use crate::models::user::User;

/// Give a board an owner
#[derive(Debug, clap::Args)]
pub(super) struct Board {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make the account with this e-mail address an owner of the board, whether it is on the board already or not
    Owner {
        /// The board's id, as its address has it
        board: Uuid,
        email: String,
    },
}

impl Board {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        db::migrations::check(&config.database_url).await?;
        let conn = &mut db::connect(&config.database_url).await?;
        let Verb::Owner { board, email } = self.verb;
        let user = User::find_by_email(conn, &email)
            .await?
            .with_context(|| format!("no account has the e-mail address {email}"))?;
        if user.disabled_at.is_some() {
            bail!("the account {} is disabled: an owner has to be able to sign in", user.email);
        }
        let join = async |change: &mut Change<'_>| {
            Member::join(change, user.id, Role::Owner, Joining::ByInvitation).await
        };
        match Change::run(conn, board, Author::System, Clock::system().now(), join).await {
            Ok(()) => println!("{} owns {board}", user.email),
            Err(MemberError::Change(ChangeError::Query(NotFound))) => bail!("there is no board {board}"),
            Err(error) => return Err(error.into()),
        }
        Ok(ExitCode::SUCCESS)
    }
}
