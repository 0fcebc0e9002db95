//! `/`

use crate::auth::CurrentUser;
use crate::error::AppResult;

use super::see_other;

/// `GET /`
pub async fn show(user: Option<CurrentUser>) -> AppResult {
    see_other(if user.is_some() { "/boards" } else { "/login" })
}
