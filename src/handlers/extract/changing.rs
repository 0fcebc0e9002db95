//! A board's turn.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::db::Connection;
use crate::error::{AppError, Busy};
use crate::turns::Turn;

/// How long a change waits for those before it.
const PATIENCE: Duration = Duration::from_secs(15);

/// A connection with which a board is changed, in its turn.
pub struct Changing<'a> {
    conn: Connection<'a>,
    app: &'a App,
    board_ids: Vec<Uuid>,
    _turns: Vec<Turn>,
}

/// Whoever looks at the boards is told; that there was no change is soon seen.
impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.app.hub.signal(&self.board_ids);
    }
}

impl Deref for Changing<'_> {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.conn
    }
}

impl DerefMut for Changing<'_> {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }
}

impl<'a> Changing<'a> {
    /// A connection for a change, once those before it of the same board have been made: waiting for the board's lock in
    /// PostgreSQL would keep a connection that readers of other boards need.
    ///
    /// # Errors
    /// The database is away, or the line is too long.
    pub async fn begin(app: &'a App, board_id: Uuid) -> Result<Self, AppError> {
        Self::begin_all(app, [board_id]).await
    }

    /// The same for a change of several boards, whose turns are taken in the order in which the change takes the boards.
    ///
    /// # Errors
    /// As [`Changing::begin`].
    pub async fn begin_all<const N: usize>(app: &'a App, mut board_ids: [Uuid; N]) -> Result<Self, AppError> {
        board_ids.sort_unstable();
        let mut turns = Vec::with_capacity(N);
        for board_id in board_ids {
            turns.push(app.board_turns.take(board_id, PATIENCE).await.ok_or(Busy::Requests)?);
        }
        Ok(Self { conn: app.db.conn().await?, app, board_ids: board_ids.to_vec(), _turns: turns })
    }
}
