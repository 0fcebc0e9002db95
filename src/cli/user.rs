//! `xtablo user`: accounts, from the operator's side.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use diesel_async::AsyncPgConnection;

use crate::app::Clock;
use crate::auth::{password, weak_password};
use crate::config::{Config, ConfigArgs};
use crate::db;
use crate::forms::Form;
use crate::language::Language;
use crate::locales::Messages;
use crate::models::member::Member;
use crate::models::session::Session;
use crate::models::user::{self, NewPassword, NewUser, User as Account};
use crate::tasks::{self, TellOfChangedPassword};

/// Make, list, disable accounts, set their passwords
#[derive(Debug, clap::Args)]
pub(super) struct User {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make an account; the password is the first line of standard input
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
    },
    /// List every account: e-mail address, name, and since when it is disabled
    List,
    /// End an account's sessions and let it in no more; lists the boards that this leaves without an owner (see `xtablo board`)
    Disable {
        email: String,
        /// Let it in again
        #[arg(long)]
        undo: bool,
    },
    /// Set an account's password and end its sessions; the password is the first line of standard input
    SetPassword { email: String },
}

impl User {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        db::migrations::check(&config.database_url).await?;
        let conn = &mut db::connect(&config.database_url).await?;
        let now = Clock::system().now();
        match self.verb {
            Verb::Create { email, name } => create(&config, conn, [&email, &name], now).await?,
            Verb::List => list(conn).await?,
            Verb::Disable { email, undo } => disable(conn, &email, undo, now).await?,
            Verb::SetPassword { email } => set_password(&config, conn, &email, now).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn create(
    config: &Config,
    conn: &mut AsyncPgConnection,
    [email, name]: [&str; 2],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut form = Form::filled([("email", email.to_owned()), ("name", name.to_owned())]);
    let (email, name) = (form.email("email"), form.line("name", user::NAME_MOST));
    refuse(&form)?;
    let hash = password::hash(&read_password(config, &[&name, &email])?)?;
    Account::create(
        conn,
        NewUser { name: &name, email: &email, password_hash: &hash, confirmed: false },
        now,
    )
    .await?;
    println!("made the account {email}");
    Ok(())
}

async fn list(conn: &mut AsyncPgConnection) -> anyhow::Result<()> {
    for account in Account::all(conn).await? {
        let disabled =
            account.disabled_at.map(|since| format!("\tdisabled since {since:.0?}")).unwrap_or_default();
        println!("{}\t{}{disabled}", account.email, account.name);
    }
    Ok(())
}

async fn disable(
    conn: &mut AsyncPgConnection,
    email: &str,
    undo: bool,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let account = find(conn, email).await?;
    // Told first: nobody can manage these any more.
    if !undo {
        for (id, title) in Member::owned_alone(conn, account.id).await? {
            println!("without an owner from now on: {id}\t{title}");
        }
    }
    Account::set_disabled(conn, account.id, (!undo).then_some(now)).await?;
    Session::revoke_all(conn, account.id, None).await?;
    println!("{} {}", if undo { "enabled" } else { "disabled" }, account.email);
    Ok(())
}

async fn set_password(
    config: &Config,
    conn: &mut AsyncPgConnection,
    email: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let account = find(conn, email).await?;
    let hash = password::hash(&read_password(config, &[&account.name, &account.email])?)?;
    let mails = tasks::mails(
        config,
        &TellOfChangedPassword {
            language: account.language().unwrap_or_default(),
            email: account.email.clone(),
        },
    )?;
    Account::change_password(conn, account.id, NewPassword { hash: &hash, kept_session: None }, mails, now)
        .await?;
    println!("set the password of {}", account.email);
    Ok(())
}

async fn find(conn: &mut AsyncPgConnection, email: &str) -> anyhow::Result<Account> {
    Account::find_by_email(conn, email)
        .await?
        .with_context(|| format!("no account has the e-mail address {email}"))
}

/// From standard input, so that it shows in no process list and no shell history.
fn read_password(config: &Config, about: &[&str]) -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprint!("Password (it shows while you type): ");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    let mut form = Form::filled([("password", line.trim_end_matches(['\r', '\n']).to_owned())]);
    let password = form.password("password", password::LEAST);
    weak_password::refuse(&mut form, "password", &password, about, config);
    refuse(&form)?;
    Ok(password)
}

/// Commands speak English.
fn refuse(form: &Form) -> anyhow::Result<()> {
    let Some((field, error)) = form.first_error() else { return Ok(()) };
    let text = Messages::load(Language::English)?.of_value(&serde_json::to_value(error)?)?;
    bail!("{field}: {text}");
}
