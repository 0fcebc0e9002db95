//! `/`

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::extract::{SignedIn, Visit};
use crate::error::AppResult;
use crate::models::work;

/// `GET /`
pub async fn show(visit: Visit, user: Option<SignedIn>) -> AppResult {
    match user {
        Some(user) => visit.go(first_page(&*user.conn().await?, user.principal.id).await?),
        None => visit.go("/login"),
    }
}

/// The path of what a person sees first.
pub async fn first_page(conn: &AsyncPgConnection, user_id: Uuid) -> AppResult<&'static str> {
    Ok(if work::comes_first(conn, user_id).await? { "/my" } else { "/boards" })
}
