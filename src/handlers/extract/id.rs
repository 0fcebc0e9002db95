//! The id in a path.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::error::AppError;

/// The last id in a path. Text that is not an id is one that nothing has: 404.
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| AppError::NotFound)?;
        let last = params.iter().last().ok_or(AppError::NotFound)?;
        Uuid::try_parse(last.1).map(Self).map_err(|_| AppError::NotFound)
    }
}
