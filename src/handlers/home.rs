//! `/`

use super::extract::{SignedIn, Visit};
use crate::error::AppResult;
use crate::pages;

/// `GET /`
pub async fn show(visit: Visit, user: Option<SignedIn>) -> AppResult {
    match user {
        Some(user) => visit.go(pages::work::first_page(&*user.conn().await?, user.principal.id).await?),
        None => visit.go("/login"),
    }
}
