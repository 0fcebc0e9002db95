//! What a comment said before.

use diesel_async::AsyncPgConnection;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::comment::Comment;
use crate::views::stream::VersionsPage;

pub async fn versions(
    conn: &AsyncPgConnection,
    access: &Access,
    comment: &Comment,
) -> AppResult<VersionsPage> {
    let detail = Card::detail(conn, comment.card_id).await?;
    let versions = comment.versions(conn).await?;
    Ok(VersionsPage {
        board: access.into(),
        card: (&detail.card).into(),
        versions: versions.into_iter().map(Into::into).collect(),
    })
}
