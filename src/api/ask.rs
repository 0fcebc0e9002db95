//! What many descriptions of routes share: ids in paths, and answers that are errors.

use utoipa::{IntoParams, IntoResponses};
use uuid::Uuid;

use crate::problem::Problem;

macro_rules! ids {
    ($($name:ident: $field:ident,)+) => { $(
        #[derive(IntoParams)]
        #[into_params(parameter_in = Path)]
        #[expect(dead_code, reason = "it describes a path")]
        pub struct $name { $field: Uuid }
    )+ };
}

ids! {
    BoardId: board_id,
    ColumnId: column_id,
    LabelId: label_id,
    CardId: card_id,
    UserId: user_id,
    CommentId: comment_id,
}

/// Errors that every route knows.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "they are documentation")]
pub enum Errors {
    /// No token, or one that is not known, revoked or expired.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(#[to_schema] Problem),
    /// The token's scope or the person's role does not suffice.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// There is no such thing, or the token does not reach it.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// Too many requests; `Retry-After` says for how long.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
}

/// Errors of routes with a body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "they are documentation")]
pub enum Refused {
    /// The body is no JSON object.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Problem),
    /// The body has another content type than `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    OtherType(#[to_schema] Problem),
    /// Something is wrong with a field of the body.
    #[response(status = 422, content_type = "application/problem+json")]
    Fields(#[to_schema] Problem),
}
