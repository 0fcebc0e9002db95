//! Programs: they are known by a token in the `Authorization` header, and cookies count for nothing.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use diesel_async::AsyncPgConnection;

use crate::auth::api_token::ApiToken as Secret;
use crate::error::{AppError, Refusal};
use crate::models::api_token::{ApiToken, Grant, Scope};
use crate::models::principal::Principal;
use crate::models::right::Right;

/// Goes with every request to the API, with the token that it brought.
#[derive(Clone)]
pub struct Bearer(pub Option<Secret>);

impl Bearer {
    /// The token of a request's head, if there is one that can be a token at all.
    pub fn of(headers: &HeaderMap) -> Self {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let text = value.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        Self(text.and_then(Secret::parse))
    }
}

/// What the program of a request may do; none for a browser's request.
pub(super) async fn grant(
    parts: &Parts,
    conn: &mut AsyncPgConnection,
    principal: &Principal,
) -> Result<Option<Grant>, AppError> {
    if parts.extensions.get::<Bearer>().is_none() {
        return Ok(None);
    }
    // A token that was revoked this moment.
    let grant = ApiToken::grant(conn, principal.session.id).await?;
    grant.map(Some).ok_or(AppError::NotFound)
}

/// Whether the program's token suffices for a right.
///
/// # Errors
/// The scope that it takes.
pub(super) fn weigh(grant: &Grant, right: Right) -> Result<(), Refusal> {
    match Scope::of(right) {
        needed if grant.scope >= needed => Ok(()),
        Scope::Manage => Err(Refusal::NeedsManageScope),
        Scope::Read | Scope::Write => Err(Refusal::NeedsWriteScope),
    }
}
