//! `/`

use super::extract::{SignedIn, Visit};
use crate::error::AppResult;

/// `GET /`
pub async fn show(visit: Visit, user: Option<SignedIn>) -> AppResult {
    visit.go(if user.is_some() { "/boards" } else { "/login" })
}
