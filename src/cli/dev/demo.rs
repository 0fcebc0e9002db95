//! The demo: an account and boards that show a newcomer what there is.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;

use super::boards::{BOARDS, DemoBoard};
use super::clock::Clock;
use super::{files, kept, team};
use crate::app::App;
use crate::db;
use crate::models::board::{Board, NewBoard};
use crate::models::card::{Card, MoveTo, NewCard};
use crate::models::change::{Author, Change, ChangeResult};
use crate::models::column::{Column, ColumnSettings};
use crate::models::member::Member;
use crate::models::user::{NewUser, User};

const EMAIL: &str = "demo@example.com";
const NAME: &str = "Demo";

/// How to sign in to the demo account.
pub struct SignIn {
    pub email: &'static str,
    /// None once another one has been set.
    pub password: Option<String>,
}

/// How to sign in to the demo account, as long as there is one. With `make`, and while there is no account at
/// all, it is made first.
pub async fn sign_in(app: &App, data_dir: &Path, make: bool) -> anyhow::Result<Option<SignIn>> {
    let conn = &mut db::connect(&app.config.database_url).await?;
    // 60 bits; not a fixed one, for LISTEN may name an address that others reach.
    let file = data_dir.join("demo-password");
    if make && User::all(conn).await?.is_empty() {
        let hash = app.passwords.hash(kept::secret(&file, 12)?).await?;
        let now = app.clock.now();
        let user = make_all(conn, &hash, now).await.context("the demo cannot be made")?;
        files::attach(app, conn, user, now).await.context("the demo's files cannot be made")?;
    }
    let user = User::find_by_email(conn, EMAIL).await?.filter(|user| user.disabled_at.is_none());
    let Some(user) = user.filter(|_| file.exists()) else { return Ok(None) };
    let password = kept::secret(&file, 12)?;
    let is_right = app.passwords.verify(password.clone(), Some(&user.password_hash)).await?;
    Ok(Some(SignIn { email: EMAIL, password: is_right.then_some(password) }))
}

/// All or nothing; gives the account.
async fn make_all(
    conn: &mut AsyncPgConnection,
    password_hash: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Uuid> {
    conn.transaction(async |conn| {
        let mut clock = Clock::until(now, changes());
        let user = User::create(
            conn,
            NewUser { name: NAME, email: EMAIL, password_hash, confirmed: false },
            clock.tick(),
        )
        .await?;
        for board in BOARDS {
            let made = make_board(conn, user.id, board, &mut clock).await?;
            if board.title == team::BOARD {
                team::make(conn, user.id, &made, password_hash, &mut clock).await?;
            }
        }
        Ok(user.id)
    })
    .await
}

async fn make_board(
    conn: &mut AsyncPgConnection,
    user: Uuid,
    content: &DemoBoard,
    clock: &mut Clock,
) -> anyhow::Result<Board> {
    let new = NewBoard { title: content.title, color: content.color };
    let board = Board::create(conn, new, user, clock.tick()).await?;
    let mut columns = HashMap::new();
    for column in content.columns {
        let mut change = begin(conn, &board, user, clock).await?;
        let made = Column::create(&mut change, column.title).await?;
        let settings = ColumnSettings { title: column.title, wip_limit: column.wip_limit };
        made.update(&mut begin(conn, &board, user, clock).await?, settings).await?;
        columns.insert(column.title, made);
    }
    let mut moved = Vec::new();
    for column in content.columns {
        for card in column.cards {
            let from = &columns[card.from.unwrap_or(column.title)];
            let new = NewCard { title: card.title, body: card.body };
            let made = Card::create(&mut begin(conn, &board, user, clock).await?, from, new).await?;
            if card.from.is_some() {
                moved.push((made, columns[column.title].id));
            }
        }
    }
    // Each goes on top, so the last one first.
    for (card, column_id) in moved.into_iter().rev() {
        let top = MoveTo { column_id, after: None };
        card.move_to(&mut begin(conn, &board, user, clock).await?, top).await?;
    }
    if content.starred {
        Member::star(conn, board.id, user, Some(clock.tick())).await?;
    }
    Ok(board)
}

/// The next change, some hours after the one before.
async fn begin<'c>(
    conn: &'c mut AsyncPgConnection,
    board: &Board,
    user: Uuid,
    clock: &mut Clock,
) -> ChangeResult<Change<'c>> {
    Change::begin(conn, board.id, Author::editor(user), clock.tick()).await
}

/// How often the clock ticks for all of it: for the account; for each board, which is made and perhaps starred;
/// for each column, which is made and limited; for each card, which is made and perhaps moved.
fn changes() -> usize {
    let columns = || BOARDS.iter().flat_map(|board| board.columns);
    let cards = || columns().flat_map(|column| column.cards);
    let starred = BOARDS.iter().filter(|board| board.starred).count();
    let moved = cards().filter(|card| card.from.is_some()).count();
    1 + team::changes() + BOARDS.len() + starred + 2 * columns().count() + cards().count() + moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_shows_a_limit_exceeded() {
        let exceeded = |limit: i32, cards: usize| cards > usize::try_from(limit).expect("positive");
        let mut columns = BOARDS.iter().flat_map(|board| board.columns);
        assert!(
            columns.any(|column| column.wip_limit.is_some_and(|limit| exceeded(limit, column.cards.len())))
        );
    }

    #[test]
    fn every_card_comes_from_a_column_of_its_board() {
        for board in BOARDS {
            for card in board.columns.iter().flat_map(|column| column.cards) {
                let from = |title| board.columns.iter().any(|column| column.title == title);
                assert!(card.from.is_none_or(from), "{}", card.title);
            }
        }
    }
}
