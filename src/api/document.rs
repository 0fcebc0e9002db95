//! What describes the API to programs and people.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::problem::{FieldProblem, Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xtablo",
        description = "What the pages can do with boards, columns, cards, labels and comments, over the same rules. \
            A token is made at `/account/tokens` and goes into the `Authorization` header. Errors are problem details \
            (RFC 9457). A token may make 600 requests a minute; `RateLimit` says how many are left."
    ),
    modifiers(&Token),
    security(("token" = [])),
    components(schemas(Problem, FieldProblem))
)]
pub struct Document;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("xt_…").build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}
