//! The page of a person's API tokens.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use crate::app::App;
use crate::forms::Form;
use crate::models::api_token::ApiToken;
use crate::models::board::Board;
use crate::models::principal::Principal;
use crate::views::api_tokens::{ListedToken, TokensPage};
use crate::views::choice::Choice;

pub fn new_form() -> Form {
    Form::filled(
        [("name", ""), ("scopes", "read"), ("board_id", ""), ("days", "90"), ("current_password", "")]
            .map(|(name, value)| (name, value.to_owned())),
    )
}

/// The boards that a token can be bound to.
pub async fn boards(conn: &mut AsyncPgConnection, who: &Principal) -> QueryResult<Vec<Choice>> {
    let mut boards: Vec<Choice> =
        Board::of_user(conn, who.id).await?.iter().map(|listed| (&listed.board).into()).collect();
    boards.sort_by(|one, other| (&one.title, one.id).cmp(&(&other.title, other.id)));
    Ok(boards)
}

/// The tokens that there are, and a form for another one.
pub async fn index(
    app: &App,
    conn: &mut AsyncPgConnection,
    who: &Principal,
    form: Form,
) -> QueryResult<TokensPage> {
    let now = app.clock.now();
    let boards = boards(conn, who).await?;
    let tokens = ApiToken::of_user(conn, who.id, now).await?;
    Ok(TokensPage {
        tokens: tokens.into_iter().map(|token| ListedToken::new(token, &boards)).collect(),
        chosen: form.value("board_id").split_ascii_whitespace().map(str::to_owned).collect(),
        boards,
        form,
        made: None,
    })
}
