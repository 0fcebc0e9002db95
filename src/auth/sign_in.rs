//! Beginning a session.

use axum::http::{HeaderMap, header};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::cookies::Cookies;
use super::peer::ClientAddress;
use super::token::Token;
use crate::app::App;
use crate::models::session::Session;
use crate::models::user::User;

/// Characters of a User-Agent that are kept.
const USER_AGENT_MOST: usize = 300;

/// Begins a session, in place of the one this browser has, and gives its cookie and the one by which the browser knows the
/// account; none where the user's password has been changed since it was asked for.
pub async fn begin(
    app: &App,
    conn: &mut AsyncPgConnection,
    user: &User,
    ClientAddress(address): ClientAddress,
    headers: &HeaderMap,
) -> QueryResult<Option<[String; 2]>> {
    let cookies = Cookies::of(&app.config, headers);
    if let Some(old) = cookies.session_token(headers) {
        Session::end(conn, &old.hashes(&app.config.session_secrets)).await?;
    }
    let token = Token::random();
    let hash = token.hash(app.config.session_secrets.current());
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let user_agent: String = user_agent.chars().take(USER_AGENT_MOST).collect();
    let address = address.map(|address| address.to_string());
    let began = Session::create(conn, user, &hash, &user_agent, address, app.clock.now()).await?;
    let secrets = &app.config.session_secrets;
    Ok(began.then(|| [cookies.sign_in(&token), cookies.remember(headers, user.id, secrets)]))
}
