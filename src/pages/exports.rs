//! The export of a board, or of all of a person's.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::export::Export;
use crate::views::exports::ExportPage;

/// Without access to a board it is the one of all.
pub async fn show(
    app: &App,
    conn: &mut AsyncPgConnection,
    user_id: Uuid,
    access: Option<&Access>,
) -> AppResult<ExportPage> {
    let board_id = access.map(|access| access.board.id);
    let found = match Export::of(conn, user_id, board_id, app.clock.now()).await? {
        Some(export) => {
            let object = export.object(conn).await?;
            Some((export, object))
        }
        None => None,
    };
    Ok(ExportPage::new(access, found))
}
