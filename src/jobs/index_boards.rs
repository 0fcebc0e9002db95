//! Lets search find the cards of boards whose entries are behind.

use crate::app::App;
use crate::models::search::index;
use crate::queue::{Attempt, Failure, Job};
use crate::tasks::IndexBoards;

impl Job for IndexBoards {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        for board_id in index::boards_behind(&conn).await? {
            index::index_board(&mut conn, board_id).await?;
        }
        Ok(())
    }
}
