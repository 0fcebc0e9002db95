//! `/boards/trash`: deleted boards.

use super::extract::SignedIn;
use crate::error::AppResult;
use crate::pages;

/// `GET /boards/trash`
pub async fn index(user: SignedIn) -> AppResult {
    let (id, now) = (user.principal.id, user.app.clock.now());
    user.show(&pages::board_trash::of_owner(&*user.conn().await?, id, now).await?)
}
