//! The face of one card.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::face::{Faces, Scope};
use crate::views::faces::FaceView;

/// The card's face; none where it is not on the board.
pub async fn face(conn: &AsyncPgConnection, access: &Access, id: Uuid) -> AppResult<Option<FaceView>> {
    let scope = Scope::Cards { board_id: access.board.id, ids: &[id] };
    Ok(FaceView::first(Faces::load(conn, scope).await?, access.time))
}
